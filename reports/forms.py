"""Forms of the report pages: what a report is, which period to make, why an edition is withdrawn."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Bureau, Region, User
from accounts.naming import offer, offer_by_name
from core.formats import inside
from core.forms import DayField, line_in
from core.handling import Handling
from core.models import Period
from core.texts import revised
from core.together import answered
from core.translations import Translated
from goals.models import Aim, Plan

from .choices import Cadence, ScopeKind
from .models import ReportDefinition
from .naming import name_of


class DefinitionForm(forms.Form):
    """A report definition; the title is asked for in each language, English first."""

    code = forms.SlugField(
        label=_("Code"), max_length=60, help_text=_("Short, in small letters: it stands in addresses.")
    )
    title_en = forms.CharField(label=_("Title in English"), max_length=120, widget=line_in("en"))
    title_fr = forms.CharField(label=_("Title in French"), max_length=120, required=False, widget=line_in("fr"))
    title_es = forms.CharField(label=_("Title in Spanish"), max_length=120, required=False, widget=line_in("es"))
    title_ar = forms.CharField(label=_("Title in Arabic"), max_length=120, required=False, widget=line_in("ar"))
    scope = forms.ChoiceField(label=_("What it is about"), choices=ScopeKind.choices)
    plan = forms.ModelChoiceField(label=_("Plan"), queryset=Plan.objects.none(), required=False, empty_label=_("none"))
    aim = forms.ModelChoiceField(label=_("Aim"), queryset=Aim.objects.none(), required=False, empty_label=_("none"))
    region = forms.ModelChoiceField(
        label=_("Region"), queryset=Region.objects.none(), required=False, empty_label=pgettext_lazy("a region", "none")
    )
    bureau = forms.ModelChoiceField(
        label=_("Bureau"), queryset=Bureau.objects.none(), required=False, empty_label=pgettext_lazy("a bureau", "none")
    )
    cadence = forms.ChoiceField(label=_("How often"), choices=Cadence.choices, initial=Cadence.QUARTERLY)
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        initial=["ar", "en", "es", "fr"],
    )
    handling = forms.TypedChoiceField(
        label=_("Highest handling level used"), choices=Handling.choices, coerce=int, initial=Handling.INTERNAL,
        help_text=_("Readers below it get a redacted edition."),
    )  # fmt: skip
    recipients = forms.ModelMultipleChoiceField(
        label=_("Recipients"), queryset=User.objects.none(), required=False,
        help_text=_("They get one message with a link for each edition."),
    )  # fmt: skip
    starts_on = DayField(
        label=_("Made by itself from"), required=False, help_text=_("Leave empty to make it by hand only.")
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        offered = {
            "plan": Plan.objects.visible_to(user),
            "aim": Aim.objects.visible_to(user).select_related("plan"),
            "region": Region.objects.all(),
            "bureau": Bureau.objects.filter(is_active=True),
            "recipients": User.objects.active().order_by("full_name"),
        }
        for name, found in zip(offered, answered(*offered.values()), strict=True):
            self.fields[name].queryset = offered[name]
            (offer_by_name if name == "bureau" else offer)(self.fields[name], found)

    @property
    def values(self) -> dict:
        """What the service takes: the titles as one text, nothing of the recipients."""
        given = dict(self.cleaned_data)
        texts = {code: given.pop(f"title_{code}") for code in ("en", "fr", "es", "ar")}
        texts = {code: words for code, words in texts.items() if words}
        states = {code: {"state": "approved", "of_version": 1} for code in texts if code != "en"}
        given.pop("recipients")
        return given | {"title": Translated(source="en", texts=texts, states=states)}


def initial_of(definition: ReportDefinition) -> dict:
    plain = (
        "code",
        "scope",
        "plan",
        "aim",
        "region",
        "bureau",
        "cadence",
        "languages",
        "handling",
        "starts_on",
        "is_active",
    )
    titles = {f"title_{code}": definition.title.texts.get(code, "") for code in ("en", "fr", "es", "ar")}
    return {name: getattr(definition, name) for name in plain} | titles | {"recipients": definition.recipients.all()}


class RequestForm(forms.Form):
    """Which report to make, for which period."""

    definition = forms.ModelChoiceField(
        label=pgettext_lazy("a document", "Report"), queryset=ReportDefinition.objects.none(), empty_label=_("Choose one")
    )
    period = forms.CharField(label=_("Period"), max_length=8, widget=forms.TextInput(attrs={"list": "periods", "class": "short"}),
                             help_text=_("2026, 2026-H2, 2026-Q3 or 2026-09"))  # fmt: skip
    correction_reason = forms.CharField(
        label=_("Reason for a correction"), max_length=500, required=False,
        help_text=_("Only when an edition of this period is there already."),
    )  # fmt: skip

    def __init__(self, *args, user, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["definition"].queryset = (
            ReportDefinition.objects.with_subject().visible_to(user).filter(is_active=True)
        )
        self.fields["definition"].label_from_instance = lambda row: f"{name_of(row)} ({row.code})"
        self.periods = list(Period.objects.started_by(on).order_by("-start_on").values_list("code", flat=True)[:8])


class AssessmentForm(forms.Form):
    """A closing assessment: its source text, its translations and which of them somebody vouches for."""

    source = forms.ChoiceField(
        label=_("Written in"), choices=settings.LANGUAGES, initial="en",
        help_text=_("The language of the source text; the others are its translations."),
    )  # fmt: skip
    approved = forms.MultipleChoiceField(
        label=_("Approved translations"), choices=settings.LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("A translation that nobody approved is marked as a working translation."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason for the change"), max_length=500, required=False,
        help_text=_("Needed when words that stand are replaced; it is kept in the history."),
    )  # fmt: skip

    def __init__(self, *args, text: Translated | None = None, **kwargs):
        initial = {f"text_{code}": words for code, words in text.texts.items()} if text else {}
        if text:
            approved = [code for code in text.texts if text.state(code) == "approved"]
            initial |= {"source": text.source, "approved": approved}
        super().__init__(*args, initial=initial, **kwargs)
        self.text = text or Translated(texts={})
        names = {code: _("Text in %(language)s") % {"language": inside(name)} for code, name in settings.LANGUAGES}
        texts = {
            f"text_{code}": forms.CharField(
                label=name,
                max_length=4000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 5, "lang": code, "dir": "auto"}),
            )
            for code, name in names.items()
        }
        self.fields = {"source": self.fields.pop("source"), **texts, **self.fields}

    def clean(self):
        given = super().clean()
        source = given.get("source")
        if source and not given.get(f"text_{source}", "").strip():
            self.add_error(f"text_{source}", _("Give the text in its source language."))
        return given

    @property
    def value(self) -> Translated:
        """The text as it would stand: what did not change keeps its state."""
        given = self.cleaned_data
        base = self.text if self.text and self.text.source == given["source"] else Translated(source=given["source"])
        words = {code: given[f"text_{code}"].strip() for code, _name in settings.LANGUAGES}
        texts = {code: said for code, said in words.items() if said != base.texts.get(code, "")}
        made = (
            revised(base, texts=texts, approved=given["approved"])
            if base.texts
            else _first(base, texts, given["approved"])
        )
        return replace(made, texts={code: said for code, said in made.texts.items() if said})


def _first(base: Translated, texts: dict, approved: list) -> Translated:
    return revised(replace(base, texts={base.source: texts.pop(base.source)}), texts=texts, approved=approved)


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Why it is withdrawn"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class CheckForm(forms.Form):
    """A code from a cover, or the file itself."""

    code = forms.CharField(label=_("Check code"), max_length=40, required=False,
                           widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
                           help_text=_("The sixteen signs on the cover, for example ABCD-EFGH-IJKL-MNOP"))  # fmt: skip
    file = forms.FileField(label=_("or the file"), required=False, allow_empty_file=True,
                           help_text=_("It is compared by its checksum and not kept."))  # fmt: skip
