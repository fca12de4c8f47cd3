"""Shapes of what officers type about measures. Texts are written in one language; translating them has its own page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGE_CHOICES, Bureau
from accounts.naming import put_by_name
from core.formats import said_of
from core.forms import DayField, NumberField
from core.handling import Handling
from core.models import Period
from core.texts import revised
from core.translations import Translated
from outcomes.choices import CombineBureaus, CombineInitiatives, Direction, Frequency, Kind, Status, ValueState
from outcomes.kinds import Shape, step_word
from outcomes.models import Indicator
from outcomes.targets import kept
from outcomes.thresholds import BANDS, PUBLISHED, published_bands

TEXTS = ("name", "definition", "unit_label", "numerator_label", "denominator_label", "source", "means_of_verification")
NUMBERS = ("tolerance", "range_low", "range_high", "bureau_threshold")
PLAIN = (
    "direction", "unit", "decimals", "combine_bureaus", "combine_initiatives", "frequency", "owner", "is_central",
    "handling",
)  # fmt: skip
# What stays as it is once there are values: they would mean something else.
FROZEN = ("unit", "scale")


def words(label, *, rows: int = 0, required: bool = False, hint="", most: int = 4000):
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"}) if rows else forms.TextInput(attrs={"dir": "auto"})
    return forms.CharField(label=label, required=required, max_length=most, help_text=hint, widget=widget)


def reason_field(required: bool = True):
    return words(_("Reason"), rows=2, required=required, most=2000, hint=_("It stays on record beside the change."))


class IndicatorForm(forms.Form):
    """An indicator of one kind, with the fields that this kind asks for and no others."""

    def __init__(self, *args, shape: Shape, indicator: Indicator | None = None, has_values: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.shape, self.indicator, self.has_values = shape, indicator, has_values
        self.fields |= self._fields()
        for name in FROZEN if has_values else ():
            if name in self.fields:
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Fixed: there are values already, and they would mean something else.")

    def _fields(self) -> dict:
        shape, made = self.shape, {}
        if self.indicator is None:
            made["code"] = forms.RegexField(
                r"^[A-Za-z0-9][A-Za-z0-9.-]*$", label=_("Code"), max_length=24,
                widget=forms.TextInput(attrs={"class": "short", "dir": "ltr", "autocomplete": "off"}),
                error_messages={"invalid": _("A code has letters, digits, dots and hyphens.")},
            )  # fmt: skip
            made["language"] = forms.ChoiceField(label=_("Language you write in"), choices=LANGUAGE_CHOICES)
        made["name"] = words(_("Name"), required=True, most=300)
        made["definition"] = words(_("Definition"), rows=3, hint=_("What is counted, and what is not."))
        if shape.direction is None:
            made["direction"] = forms.ChoiceField(
                label=_("Which way is better"), choices=[(one.value, one.label) for one in shape.directions],
                widget=forms.RadioSelect,
            )  # fmt: skip
        made |= self._unit_fields() | self._own_fields() | self._combining_fields()
        return made | {
            "frequency": forms.ChoiceField(label=_("Frequency"), choices=Frequency.choices),
            "source": words(_("Source")),
            "means_of_verification": words(_("Means of verification")),
            "owner": words(_("Owner"), most=200),
            "is_central": forms.BooleanField(
                label=_("The General Secretariat records it, not the bureaus"), required=False
            ),
            "handling": forms.TypedChoiceField(label=_("Handling"), choices=Handling.choices, coerce=int),
            "reason": reason_field(required=False),
        }

    def _unit_fields(self) -> dict:
        """A milestone is yes or no and a scale has its steps; all others say what they count."""
        if self.shape.unit:
            return {}
        units = [("number", _("a number of what is named below")), ("percent", _("per cent"))]
        if self.indicator is not None and self.indicator.unit not in dict(units):
            units.append((self.indicator.unit, str(self.indicator.unit_label) or self.indicator.unit))
        return {
            "unit": forms.ChoiceField(label=_("Unit"), choices=units),
            "unit_label": words(_("Unit in words"), hint=_("For example: officers, days, cases."), most=100),
            "decimals": forms.TypedChoiceField(
                label=_("Decimals shown"), choices=[(n, str(n)) for n in range(5)], coerce=int, empty_value=0
            ),
        }

    def _own_fields(self) -> dict:
        labels = {
            "tolerance": NumberField(
                label=_("Tolerance"), required=False, help_text=_("How far it may miss and still be met, in its unit.")
            ),
            "range_low": NumberField(label=_("Low end of the range")),
            "range_high": NumberField(label=_("High end of the range")),
            "numerator_label": words(_("Numerator: what is counted"), required=True),
            "denominator_label": words(_("Denominator: out of what"), required=True),
            "scale": words(
                _("Steps of the scale"), rows=5, required=True,
                hint=_("One step on each line, the lowest first: a number, a space and its word, for example “1 ad hoc”."),
            ),
        }  # fmt: skip
        return {name: labels[name] for name in self.shape.asks}

    def _combining_fields(self) -> dict:
        made = {
            "combine_bureaus": forms.ChoiceField(
                label=_("How the values of many bureaus become one"),
                choices=[(one.value, one.label) for one in self._across()],
            )
        }
        if CombineBureaus.COUNT_MEETING in self._across() and self.shape.kind != Kind.MILESTONE:
            made["bureau_threshold"] = NumberField(
                label=_("A bureau meets it from"), required=False,
                help_text=_("Only where the number of bureaus that meet it is counted."),
            )  # fmt: skip
        if self.shape.kind != Kind.RATIO:
            made["combine_initiatives"] = forms.ChoiceField(
                label=_("How the values of one bureau's initiatives become the bureau's"),
                choices=CombineInitiatives.choices,
            )
        return made

    def _across(self) -> list:
        present = [] if self.indicator is None else [CombineBureaus(self.indicator.combine_bureaus)]
        return [*self.shape.across, *(one for one in present if one not in self.shape.across)]

    def clean_scale(self) -> list:
        """Lines of a number and a word, as steps."""
        if self.has_values:
            return self.indicator.scale
        steps = []
        for line in filter(None, (line.strip() for line in self.cleaned_data["scale"].splitlines())):
            number, _space, word = line.partition(" ")
            number = number.rstrip(".:=")
            if not (number.isdecimal() and len(number) < 6):
                raise forms.ValidationError(_("Begin each line with a whole number: “%(line)s”."), params={"line": line[:40]})
            steps.append({"value": int(number), "label": {self.language: word.strip(" =:-")}})
        values = [step["value"] for step in steps]
        if len(values) < 2 or values != sorted(set(values)):
            raise forms.ValidationError(_("Give at least two steps, each number above the one before."))
        return [self._with_other_words(step) for step in steps]

    def _with_other_words(self, step: dict) -> dict:
        """A step that was there keeps its words in the other languages."""
        standing = {one["value"]: one for one in (self.indicator.scale if self.indicator else [])}
        kept_words = standing.get(step["value"], {}).get("label", {})
        return {**step, "label": {**(kept_words if isinstance(kept_words, dict) else {}), **step["label"]}}

    @property
    def language(self) -> str:
        """The language that the texts are in: that of the name, once there is one."""
        if self.indicator is not None:
            return self.indicator.name.source
        return self.cleaned_data.get("language", "en")

    def values(self) -> dict:
        """Everything as the services take it."""
        given = {name: self.cleaned_data[name] for name in (*PLAIN, *NUMBERS) if name in self.fields}
        given |= {name: self._text(name) for name in TEXTS if name in self.fields}
        if "scale" in self.fields:
            given["scale"] = self.cleaned_data["scale"]
        for name in ("range_low", "range_high", "tolerance"):
            given.setdefault(name, None)
        for name in FROZEN if self.has_values else ():
            given.pop(name, None)
        if self.indicator is None:
            given |= {"kind": self.shape.kind.value, "code": self.cleaned_data["code"]}
            if self.shape.unit:
                given["unit"] = self.shape.unit
        if self.shape.direction is not None:
            given["direction"] = self.shape.direction.value
        if self.shape.kind == Kind.RATIO and self.indicator is None:
            given.setdefault("combine_initiatives", CombineInitiatives.ONE.value)
        return given

    def _text(self, name: str) -> Translated:
        typed = self.cleaned_data[name].strip()
        standing = getattr(self.indicator, name) if self.indicator else Translated()
        if not standing:
            return Translated(source=self.language, texts={self.language: typed}) if typed else standing
        return revised(standing, texts={standing.source: typed}) if typed != standing.texts.get(standing.source) else standing


def initial_of(indicator: Indicator) -> dict:
    """What the form of a present indicator shows: each text in its source language."""
    texts = {name: getattr(indicator, name).texts.get(getattr(indicator, name).source, "") for name in TEXTS}
    rest = {name: getattr(indicator, name) for name in (*PLAIN, *NUMBERS)}
    steps = "\n".join(f"{step['value']} {_word_in(step, indicator.name.source)}" for step in indicator.scale)
    return {**texts, **rest, "scale": steps}


def _word_in(step: dict, language: str) -> str:
    label = step.get("label", "")
    return label.get(language) or step_word(step) if isinstance(label, dict) else step_word(step)


def first_of(shape: Shape, code: str) -> dict:
    """What the form of a new indicator shows."""
    return {
        "code": code, "language": (get_language() or "en")[:2], "direction": Direction.INCREASE.value,
        "unit": "percent" if shape.kind == Kind.RATIO else "number", "decimals": 0,
        "combine_bureaus": shape.across[0].value, "combine_initiatives": CombineInitiatives.ONE.value,
        "frequency": Frequency.QUARTERLY.value, "handling": Handling.INTERNAL.value,
    }  # fmt: skip


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

    def values(self) -> dict:
        value = kept(self.indicator, self.cleaned_data["value"])
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
        steps = [("1", _("yes")), ("0", _("no"))]
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
    """What the form of a new set shows: the limits of the one before; for the first, the published ones, from the day on."""
    bands = {band["status"]: band for band in (row.bands if row else published_bands())}
    found = {"coverage_floor": (row.coverage_floor if row else PUBLISHED.coverage_floor) * 100}
    if row is None:
        found["valid_from"] = on
    for place, status in enumerate(BANDS):
        for end in ("from", "to"):
            limit = bands.get(status, {}).get(end)
            if limit is not None:
                found[f"bands.{place}.{end}"] = Decimal(str(limit)) * 100
    return found
