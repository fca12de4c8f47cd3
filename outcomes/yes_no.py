"""What is reached or not: said as yes or no by people, kept as 1 or 0."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from core.formats import plain_letters
from core.numbers import Unreadable, read_number, written
from outcomes.choices import CombineBureaus, Kind
from outcomes.models import Indicator

CHOICES = [("1", gettext_lazy("yes")), ("0", gettext_lazy("no"))]


def is_yes_or_no(indicator: Indicator) -> bool:
    """Whether its baseline and targets are a yes or a no. Of many bureaus it is counted how many have reached it."""
    return indicator.kind == Kind.MILESTONE and indicator.combine_bureaus != CombineBureaus.COUNT_MEETING


def is_count_of_yes(indicator: Indicator) -> bool:
    """Whether its baseline and targets are numbers of bureaus that have reached it."""
    return indicator.kind == Kind.MILESTONE and not is_yes_or_no(indicator)


def said(indicator: Indicator, value: Decimal | None) -> str:
    """A baseline or a target for a field that a person edits: yes or no, else the exact number; empty for unknown."""
    if is_yes_or_no(indicator) and value in (0, 1):
        return _("yes") if value else _("no")
    return written(value)


def read_said(indicator: Indicator, words: str) -> Decimal | None:
    """What was meant, None for nothing. Yes and no are known in every language of the product: a spreadsheet may come
    from a colleague. Raises Unreadable for other words."""
    if not is_yes_or_no(indicator):
        return read_number(words)
    found = _known().get(plain_letters(words.strip()))
    if found is not None:
        return found
    try:
        return read_number(words)
    except Unreadable:
        raise Unreadable(_("Write yes or no.")) from None


@cache
def _known() -> dict[str, Decimal]:
    """Every way to say yes or no, without accents and capitals."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {plain_letters(str(word)): Decimal(code) for code, word in CHOICES}
    return found
