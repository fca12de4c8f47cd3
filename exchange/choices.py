"""Words that stand for a choice in a file: its code, or its label in any of our languages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGE_CHOICES
from core.handling import Handling
from core.translations import LANGUAGES
from initiatives.choices import DeliveryStatus, InitiativeStatus
from initiatives.forms import word_of
from outcomes.choices import Direction, Frequency, Kind, ValueState

SETS = {
    "delivery_status": DeliveryStatus.choices,
    "handling": Handling.choices,
    "language": LANGUAGE_CHOICES,
    "state": ValueState.choices,
    "reached": [("1", _("yes")), ("0", _("no"))],
    "status": InitiativeStatus.choices,
    "kind": Kind.choices,
    "direction": Direction.choices,
    "frequency": Frequency.choices,
}
# A handling level's own code is a word, as in the API.
HANDLING_NAMES = {level.name.lower(): level.value for level in Handling}


@dataclass(frozen=True)
class Choice:
    """A chosen value as a file shows it: the code for machines, the label for people."""

    code: str
    label: str


def chosen(name: str, value) -> Choice | None:
    """The value of the set as the current language says it; nothing for nothing."""
    if value in (None, ""):
        return None
    label = next((str(label) for code, label in SETS[name] if str(code) == str(value)), str(value))
    code = Handling(value).name.lower() if name == "handling" else str(value)
    return Choice(code, label)


def labels(name: str) -> list[str]:
    """Every label of the set in the current language, in its order."""
    return [str(label) for _code, label in SETS[name]]


def read_choice(name: str, words: str):
    """The value that the words stand for, or None when they stand for none."""
    return _known(name).get(words.strip().casefold())


@lru_cache(maxsize=16)
def _known(name: str) -> dict:
    found = {str(code).casefold(): code for code, _label in SETS[name]}
    for language in LANGUAGES:
        with translation.override(language):
            found |= {str(label).casefold(): code for code, label in SETS[name]}
    return found | (HANDLING_NAMES if name == "handling" else {})


def step(indicator, value: Decimal | None) -> Choice | None:
    """A step of the indicator's scale: '3: regional'."""
    if value is None:
        return None
    plain = f"{value.normalize():f}"
    known = next((one for one in indicator.scale if Decimal(str(one["value"])) == value), None)
    return Choice(plain, step_label(known) if known else plain)


def step_label(one: dict) -> str:
    return f"{one['value']}: {word_of(one)}"
