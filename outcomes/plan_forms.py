"""Shapes of what officers type about plans, their parts and their words."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGE_CHOICES
from core.forms import DayField
from core.translations import Translated
from goals.models import Plan, PlanKind
from outcomes.choices import CrosswalkKind
from outcomes.wording import LONGEST_TEXT


def line(label, *, most: int = 300, **kwargs) -> forms.CharField:
    """One line in whatever script."""
    return forms.CharField(label=label, max_length=most, widget=forms.TextInput(attrs={"dir": "auto"}), **kwargs)


def words(label, *, rows: int = 4, most: int = LONGEST_TEXT, **kwargs) -> forms.CharField:
    """Several lines in whatever script."""
    area = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(label=label, max_length=most, widget=area, **kwargs)


def reason(**kwargs) -> forms.CharField:
    return words(_("Reason"), rows=2, most=2000, **{"help_text": _("It stays on the trail beside the change."), **kwargs})


def _plans(plans) -> list:
    return [("", _("none")), *((str(plan.pk), str(plan.title)) for plan in plans)]


class _Following(forms.Form):
    """A form with a plan that goes before."""

    def __init__(self, *args, plans=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.plans = {str(plan.pk): plan for plan in plans}
        self.fields["predecessor"].choices = _plans(plans)

    def clean_predecessor(self) -> Plan | None:
        return self.plans.get(self.cleaned_data["predecessor"])


class PlanForm(_Following):
    """A draft begun from nothing."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=PlanKind.choices, widget=forms.RadioSelect, initial=PlanKind.FRAMEWORK,
        help_text=_("A strategic framework has a vision, a mission and goals; a strategy has a mandate and objectives."),
    )  # fmt: skip
    title = line(_("Title"))
    language = forms.ChoiceField(
        label=_("Language of the source"), choices=LANGUAGE_CHOICES,
        help_text=_("The plan's words are written in this language; the other three are translations of it."),
    )  # fmt: skip
    code = forms.CharField(
        label=_("Code"), max_length=60, widget=forms.TextInput(attrs={"dir": "ltr", "class": "short"}),
        help_text=_("Letters, digits and hyphens, for addresses and files; for instance framework-2031-2035."),
    )  # fmt: skip
    start_on = DayField(label=_("First day"))
    end_on = DayField(label=_("Last day"))
    predecessor = forms.ChoiceField(label=_("Plan before it"), required=False, choices=list)

    def values(self) -> dict:
        """Everything as `planning.create_plan` takes it."""
        given = dict(self.cleaned_data)
        language = given.pop("language")
        return given | {"title": Translated(source=language, texts={language: given["title"]})}


class PlanDaysForm(_Following):
    start_on = DayField(label=_("First day"))
    end_on = DayField(label=_("Last day"))
    predecessor = forms.ChoiceField(label=_("Plan before it"), required=False, choices=list)
    reason = reason()


class ReasonForm(forms.Form):
    reason = reason()


class AimForm(forms.Form):
    title = line(_("Title"), most=2000)
    text = words(_("Text"), required=False, help_text=_("An empty line parts the paragraphs."))


class ResultForm(forms.Form):
    text = words(_("What will have changed"), rows=3)
    source_passage = words(
        _("Passage it is derived from"), rows=3, most=4000, required=False,
        help_text=_("The words of the source text, as they stand there. A plan that was written here needs none."),
    )  # fmt: skip


class CapabilityForm(forms.Form):
    name = line(_("Name"))
    code = forms.CharField(label=_("Code"), max_length=60, widget=forms.TextInput(attrs={"dir": "ltr", "class": "short"}))


class RewriteForm(forms.Form):
    """A text in its source language, written anew."""

    words = words(_("New words"), rows=8, required=False)
    reason = reason(required=False)


class TranslationForm(forms.Form):
    words = words(_("Translation"), rows=8, required=False)


class LinkForm(forms.Form):
    """A link from a part of one plan to a part of another."""

    start = forms.ChoiceField(label=_("From"), choices=list)
    kind = forms.ChoiceField(label=_("What became of it"), choices=CrosswalkKind.choices)
    end = forms.ChoiceField(
        label=_("To"), choices=list, required=False, help_text=_("What was dropped leads nowhere.")
    )
    note = words(_("Note"), rows=2, most=2000, required=False)

    def __init__(self, *args, starts=(), ends=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["start"].choices = starts
        self.fields["end"].choices = [("", "—"), *ends]
