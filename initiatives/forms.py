"""Shapes of what people type about their work: the update with its values, a return, a word, a correction."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGE_CHOICES
from core.formats import said_of
from core.forms import DayField, NumberField
from core.handling import Handling
from core.translations import Translated
from initiatives.choices import DeliveryStatus, ReturnReason
from initiatives.life import DRAFT_FIELDS, NUMBERS
from outcomes.choices import Kind, ValueState

NARRATIVE = ("achieved", "obstacle", "next_steps")
DELIVERY = ("delivery_percent", "delivery_status", "off_track_reason")
SUPPORT = ("risks", "help_wanted")
SETTINGS = ("handling", "language")
PARTS = ("state", *NUMBERS, "observed_on", "reason")
LONGEST_TEXT = 4000
LONGEST_LEFT_OVER = 10_000


def text_area(label, help_text="", *, rows=3, most=LONGEST_TEXT, **attrs):
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto", **attrs})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=most, widget=widget)


class UpdateForm(forms.Form):
    """Narrative, delivery and one group of fields per indicator, named as the services name them.

    `only` keeps the named fields, for one question at a time. A draft may be incomplete: nothing is required.
    """

    achieved = text_area(
        _("What was achieved?"), _("What is different now, and for whom."), **{"data-together": "narrative"}
    )
    obstacle = text_area(_("What stood in the way?"), _("Also when it was overcome."), **{"data-together": "narrative"})
    next_steps = text_area(
        _("What comes next?"), _("What you will do in the coming period."), **{"data-together": "narrative"}
    )
    delivery_percent = NumberField(
        label=_("How much of the initiative is delivered?"),
        help_text=_("Of all that was planned for its whole time, 0 to 100."), decimals=2, required=False,
    )  # fmt: skip
    delivery_status = forms.ChoiceField(
        label=_("How does delivery stand?"), choices=DeliveryStatus.choices, widget=forms.RadioSelect, required=False
    )
    off_track_reason = text_area(_("Why is it off track?"), _("Needed when delivery is off track."), rows=2, most=2000)
    risks = text_area(_("Risks"), _("What could still go wrong."), rows=2, most=2000)
    help_wanted = text_area(_("Help wanted"), _("From whom, and what for."), rows=2, most=2000)
    handling = forms.TypedChoiceField(
        label=_("Handling"), choices=Handling.choices, coerce=int, widget=forms.RadioSelect, required=False,
        empty_value=None,
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language you write in"), choices=LANGUAGE_CHOICES, required=False)

    def __init__(self, *args, entry, only=None, on=None, **kwargs):
        self.entry, self.on = entry, on
        initial = initial_of(entry, on)
        super().__init__(*args, initial=initial, **kwargs)
        for row in entry.rows:
            self.fields |= value_fields(row.indicator)
        if only is not None:
            self.fields = {name: field for name, field in self.fields.items() if name in only}
        levels = [choice for choice in Handling.choices if choice[0] >= entry.initiative.handling]
        if "handling" in self.fields:
            self.fields["handling"].choices = levels

    def fields_given(self) -> dict:
        """The update's own fields that could be read."""
        given = {name: self.cleaned_data[name] for name in DRAFT_FIELDS if name in self.cleaned_data}
        return {name: value for name, value in given.items() if not (name in SETTINGS and value in (None, ""))}

    def values_given(self) -> dict:
        """The values that could be read, by indicator. A number without a state says that it is reported."""
        given = {}
        for row in self.entry.rows:
            if parts := self._parts(row.indicator):
                given[row.indicator.pk] = parts
        return given

    def _parts(self, indicator) -> dict:
        names = {part: f"values.{indicator.pk}.{part}" for part in PARTS}
        if names["state"] not in self.fields:
            return {}
        parts = {part: self.cleaned_data[name] for part, name in names.items() if name in self.cleaned_data}
        numbers = [part for part in NUMBERS if names[part] in self.fields]
        is_complete = all(parts.get(part) is not None for part in numbers)
        state = parts.get("state") or ValueState.NOT_REPORTED
        if state == ValueState.REPORTED and is_complete:
            return {**parts, "state": state}
        kept = {part: value for part, value in parts.items() if part not in NUMBERS}
        # Reported without its number yet is a draft that has not answered: see `initial_of`.
        state = ValueState.NOT_REPORTED if state == ValueState.REPORTED else state
        return {**kept, **dict.fromkeys(numbers), "state": state}

    def unfinished(self) -> dict:
        """What was typed and could not be read, and what is not whole, by field: kept as it is."""
        kept = {name: self.data[name] for name in self.errors if self._is_typed(name)}
        for row in self.entry.rows:
            kept |= self._incomplete(row.indicator)
        return {name: words.replace("\0", "")[:LONGEST_LEFT_OVER] for name, words in kept.items()}

    def _incomplete(self, indicator) -> dict:
        """The numbers of a reported value that is not whole yet, such as half a ratio."""
        names = {part: f"values.{indicator.pk}.{part}" for part in NUMBERS}
        asked = {part: name for part, name in names.items() if name in self.fields}
        is_reported = self.cleaned_data.get(f"values.{indicator.pk}.state") == ValueState.REPORTED
        if not is_reported or all(self.cleaned_data.get(name) is not None for name in asked.values()):
            return {}
        return {name: self.data[name] for name in asked.values() if self._is_typed(name)}

    def _is_typed(self, name) -> bool:
        """Whether the field takes words (a choice that is none is not kept) and got some."""
        field = self.fields.get(name)
        return field is not None and not isinstance(field, forms.ChoiceField) and bool(self.data.get(name))


def value_fields(indicator) -> dict:
    """The fields of one indicator's value, each named `values.<id>.<part>`."""
    fields = {"state": _state_field()}
    if indicator.kind == Kind.RATIO:
        fields["numerator"] = NumberField(label=str(indicator.numerator_label) or _("Numerator"), required=False)
        fields["denominator"] = NumberField(label=str(indicator.denominator_label) or _("Denominator"), required=False)
    else:
        fields["value"] = _number_field(indicator)
    fields["observed_on"] = DayField(label=_("Observed on"), required=False)
    fields["reason"] = text_area(
        _("Remark, or why there is no value"), _("Needed when there is no value or it is withheld."), rows=2, most=2000
    )
    for field in fields.values():
        field.about = indicator.name  # the summary of errors says of which indicator
    return {f"values.{indicator.pk}.{name}": field for name, field in fields.items()}


def _state_field():
    return forms.ChoiceField(
        label=_("State of the value"), choices=ValueState.choices, widget=forms.RadioSelect, required=False
    )


def _number_field(indicator):
    if indicator.kind == Kind.MILESTONE:
        return _choice_of_number([("1", _("yes")), ("0", _("no"))], _("Reached?"))
    if indicator.kind == Kind.ORDINAL:
        steps = [(str(step["value"]), said_of(step["value"], word_of(step))) for step in indicator.scale]
        return _choice_of_number(steps, _("Step on the scale"))
    return NumberField(label=_("Value"), required=False)


def _choice_of_number(choices, label):
    return StepField(label=label, choices=choices, widget=forms.RadioSelect, required=False)


class StepField(forms.TypedChoiceField):
    """One of a few declared numbers."""

    def __init__(self, **kwargs):
        super().__init__(coerce=Decimal, empty_value=None, **kwargs)

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else f"{value.normalize():f}"


def word_of(step: dict) -> str:
    """The label of a step of a scale in the reader's language."""
    label = step.get("label", "")
    is_plain = isinstance(label, dict) and "texts" not in label
    return str(Translated(texts=label) if is_plain else Translated.from_json(label))


def initial_of(entry, on) -> dict:
    """What the form shows first: the draft, with what could not be read yet; before the first save, what is likely."""
    update = entry.update
    if update is None:
        return _likely(entry, on)
    initial = {name: getattr(update, name) for name in DRAFT_FIELDS}
    for row in entry.rows:
        initial |= _initial_value(row, entry, on)
    return initial | update.unfinished


def _initial_value(row, entry, on) -> dict:
    value = row.value
    initial = {f"values.{row.indicator.pk}.{part}": getattr(value, part) for part in PARTS}
    if value.state == ValueState.NOT_REPORTED and not value.reason:
        initial[f"values.{row.indicator.pk}.state"] = ValueState.REPORTED  # not answered yet; most are reported
        if value.observed_on is None and on is not None:
            initial[f"values.{row.indicator.pk}.observed_on"] = min(entry.period.end_on, on)
    return initial


def _likely(entry, on) -> dict:
    """The level and language of the work, and what last time's answers say of this time's."""
    initial = {"handling": entry.initiative.handling, "language": entry.user.language}
    last = entry.previous
    if last is not None:
        initial |= {"risks": last.risks, "delivery_status": last.delivery_status}
    for row in entry.rows:
        initial |= _initial_value(row, entry, on)
        if row.previous is not None and row.previous.state in (ValueState.NOT_APPLICABLE, ValueState.WITHHELD):
            initial[f"values.{row.indicator.pk}.state"] = row.previous.state
            initial[f"values.{row.indicator.pk}.reason"] = row.previous.reason
    return initial


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"), help_text=_("PDF, PNG, JPEG, DOCX, XLSX, CSV or text, at most 10 MB."), allow_empty_file=True
    )


class ReturnForm(forms.Form):
    reason_code = forms.ChoiceField(label=_("Reason"), choices=ReturnReason.choices, widget=forms.RadioSelect)
    comment = text_area(_("What should the author change?"), rows=4, most=2000)


class CommentForm(forms.Form):
    text = text_area(_("Ask or answer"), rows=3, most=4000)


class CorrectionForm(forms.Form):
    reason = text_area(_("Why is a correction needed?"), rows=3, most=2000)
