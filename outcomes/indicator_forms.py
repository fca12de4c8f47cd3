"""What officers type about an indicator of each kind. Texts are written in one language; translating them has its own page."""

from __future__ import annotations

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGE_CHOICES
from core.forms import NumberField
from core.handling import Handling
from core.texts import revised
from core.translations import Translated
from outcomes.choices import CombineBureaus, CombineInitiatives, Direction, Frequency, Kind
from outcomes.forms import reason_field, words
from outcomes.kinds import Shape, step_word
from outcomes.models import Indicator

TEXTS = ("name", "definition", "unit_label", "numerator_label", "denominator_label", "source", "means_of_verification")
NUMBERS = ("tolerance", "range_low", "range_high", "bureau_threshold")
PLAIN = (
    "direction", "unit", "decimals", "combine_bureaus", "combine_initiatives", "frequency", "owner", "is_central",
    "handling",
)  # fmt: skip
# What stays as it is once there are values: they would mean something else.
FROZEN = ("unit", "scale")


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
                raise forms.ValidationError(
                    _("Begin each line with a whole number: “%(line)s”."), params={"line": line[:40]}
                )
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
        return (
            revised(standing, texts={standing.source: typed})
            if typed != standing.texts.get(standing.source)
            else standing
        )


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
