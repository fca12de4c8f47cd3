"""Shapes of what officers type about measures. Texts are written in one language; translating them has its own page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Bureau
from accounts.naming import put_by_name
from core.formats import said_of
from core.forms import DayField, NumberField
from core.models import Period
from outcomes.choices import Kind, Status, ValueState
from outcomes.kinds import step_word
from outcomes.models import Indicator
from outcomes.targets import kept
from outcomes.thresholds import BANDS, PUBLISHED, published_bands
from outcomes.yes_no import CHOICES, is_yes_or_no


def words(label, *, rows: int = 0, required: bool = False, hint="", most: int = 4000):
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"}) if rows else forms.TextInput(attrs={"dir": "auto"})
    return forms.CharField(label=label, required=required, max_length=most, help_text=hint, widget=widget)


def reason_field(required: bool = True):
    return words(_("Reason"), rows=2, required=required, most=2000, hint=_("It stays on record beside the change."))


class ReasonForm(forms.Form):
    reason = reason_field()

    @classmethod
    def typed(cls, request) -> ReasonForm:
        """As it was typed beside a table; whether a reason is needed is said when it is saved, not when it is shown."""
        if request.POST.get("do") == "save":
            made = cls(request.POST)
            made.fields["reason"].required = False
            return made
        return cls(initial={"reason": request.POST.get("reason", "")})


class BaselineForm(forms.Form):
    """The value before the plan; a ratio counted in percent is typed per hundred."""

    value = NumberField(label=_("Value before the plan"))
    on = DayField(label=_("Day"))
    reason = reason_field(required=False)

    def __init__(self, *args, indicator: Indicator, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        if is_yes_or_no(indicator):
            label = self.fields["value"].label
            self.fields["value"] = forms.ChoiceField(label=label, choices=CHOICES, widget=forms.RadioSelect)

    def values(self) -> dict:
        value = kept(self.indicator, Decimal(self.cleaned_data["value"]))
        return {"value": value, "on": self.cleaned_data["on"], "reason": self.cleaned_data["reason"]}


# What a person may judge; that nothing is known is no judgement.
VERDICTS = (Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK, Status.ACHIEVED, Status.TOO_EARLY)


class JudgementForm(forms.Form):
    status = forms.ChoiceField(
        label=_("Judged status"), choices=[(one.value, one.label) for one in VERDICTS], widget=forms.RadioSelect
    )
    expires_on = DayField(label=_("It stands until"))
    reason = words(_("What the judgement rests on"), rows=3, required=True, most=2000)


class ValueForm(forms.Form):
    """A value that comes from no update: its state first, then the number or numbers that its kind has."""

    def __init__(self, *args, indicator: Indicator, is_correction: bool = False, periods=(), user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        if not is_correction:
            self.fields |= _whose(periods)
            put_by_name(self.fields["bureau"])
        self.fields["state"] = forms.ChoiceField(
            label=_("State of the value"), choices=ValueState.choices, widget=forms.RadioSelect
        )
        self.fields |= _number_fields(indicator)
        self.fields["observed_on"] = DayField(label=_("Observed on"))
        self.fields["source_note"] = words(
            _("Source"), rows=2, required=True, most=2000, hint=_("Which statistics, of which day, from whom.")
        )
        self.fields["reason"] = reason_field(required=is_correction)
        if not is_correction:
            self.fields["reason"].help_text = _("Needed where the period is closed. It stays on record beside the value.")

    def values(self) -> dict:
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("period", "bureau")}
        for name in ("value", "numerator", "denominator"):
            if isinstance(given.get(name), str):
                given[name] = Decimal(given[name]) if given[name] else None
        return given


class PeriodField(forms.ModelChoiceField):
    """Reporting periods by their codes, which stay in their order in a line that runs the other way."""

    def label_from_instance(self, period) -> str:
        return f"\u2066{period.code}\u2069"


def _whose(periods) -> dict:
    return {
        "period": PeriodField(
            label=_("Reporting period"), queryset=Period.objects.filter(pk__in=[one.pk for one in periods]).order_by("-start_on"),
            to_field_name="code", empty_label=None,
        ),
        "bureau": forms.ModelChoiceField(
            label=_("Bureau"), queryset=Bureau.objects.filter(is_active=True), to_field_name="code",
            required=False, empty_label=_("General Secretariat: the organisation's own figure"),
        ),
    }  # fmt: skip


def _number_fields(indicator: Indicator) -> dict:
    if indicator.kind == Kind.RATIO:
        return {
            "numerator": NumberField(label=str(indicator.numerator_label) or _("Numerator"), required=False),
            "denominator": NumberField(label=str(indicator.denominator_label) or _("Denominator"), required=False),
        }
    steps = []
    if indicator.kind == Kind.MILESTONE:
        steps = list(CHOICES)
    if indicator.kind == Kind.ORDINAL:
        steps = [(str(step["value"]), said_of(step["value"], step_word(step))) for step in indicator.scale]
    if steps:
        return {"value": forms.ChoiceField(label=_("Value"), choices=steps, widget=forms.RadioSelect, required=False)}
    return {"value": NumberField(label=_("Value"), required=False)}


class ThresholdForm(forms.Form):
    """A set of thresholds in percent of what was expected; field names are the service's."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["valid_from"] = DayField(label=_("In force from"))
        for place, status in enumerate(BANDS):
            if place:
                self.fields[f"bands.{place}.from"] = NumberField(
                    label=_("%(status)s: from (%%)") % {"status": status.label}, help_text=_("This value is included.")
                )
            if place < len(BANDS) - 1:
                self.fields[f"bands.{place}.to"] = NumberField(
                    label=_("%(status)s: up to (%%)") % {"status": status.label},
                    help_text=_("This value is the next status's."),
                )
        self.fields["coverage_floor"] = NumberField(
            label=_("Coverage floor (%)"), help_text=_("Below it nothing is called on or off track.")
        )
        self.fields["reason"] = reason_field()

    def values(self) -> dict:
        """Everything but the reason, as the services take it: shares of one."""
        given = self.cleaned_data
        bands = [
            {"status": status.value, "from": _of_one(given.get(f"bands.{place}.from")), "to": _of_one(given.get(f"bands.{place}.to"))}
            for place, status in enumerate(BANDS)
        ]
        return {"valid_from": given["valid_from"], "bands": bands, "coverage_floor": _of_one(given["coverage_floor"])}


def _of_one(percent: Decimal | None) -> Decimal | None:
    return None if percent is None else percent / 100


def thresholds_of(row, *, on: date) -> dict:
    """What the form of a new set shows: the limits of the one before, for the first the published ones; from the day on."""
    bands = {band["status"]: band for band in (row.bands if row else published_bands())}
    found = {"coverage_floor": (row.coverage_floor if row else PUBLISHED.coverage_floor) * 100, "valid_from": on}
    for place, status in enumerate(BANDS):
        for end in ("from", "to"):
            limit = bands.get(status, {}).get(end)
            if limit is not None:
                found[f"bands.{place}.{end}"] = Decimal(str(limit)) * 100
    return found
