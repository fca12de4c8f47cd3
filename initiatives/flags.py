"""What looks odd about an update: questions to its author and marks for its reviewer, worked out from values alone.

A flag questions and never refuses: odd may be right. Nothing here reads the database or the clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from outcomes.choices import Direction, Kind, ValueState

COUNTED_UP = {Kind.CUMULATIVE}
WITHOUT_PATH = {Kind.MILESTONE, Kind.ORDINAL, Kind.MAINTAIN}
SHORTEST_COPY = 20


class Flag(TextChoices):
    """Code and the reviewer's words."""

    FALLING = "falling", _("cumulative value falls")
    AGAINST = "against_direction", _("moves the wrong way")
    JUMP = "jump", _("unusual jump")
    SAME = "same_as_last", _("same value as last time")
    DELIVERY = "delivery_falls", _("delivery falls")
    LATE = "late", _("late")
    OFF_TRACK = "off_track", _("off track")
    EVIDENCE = "evidence_missing", _("evidence missing")
    PASTED = "pasted", _("text as last time")


ABOUT_VALUES = (Flag.FALLING, Flag.AGAINST, Flag.JUMP, Flag.SAME)

# What the author is asked beside the field; the previous value is named there already.
QUESTIONS = {
    Flag.FALLING: _("A cumulative value does not normally fall. Is this right?"),
    Flag.AGAINST: _("This moves away from what is wanted. Is this right?"),
    Flag.JUMP: _("This is far from the last value. Is this right?"),
    Flag.SAME: _("This is exactly the last value. Is this right?"),
}


# What the author is asked about an answer that is no value.
DELIVERY_QUESTION = _("This is less than last time. Is this right?")
PASTED_QUESTION = _("This is word for word what was said last time. Is this right?")


@dataclass(frozen=True)
class Measured:
    """A value as far as a flag cares: what sort of number, and which."""

    kind: str
    direction: str
    state: str
    value: Decimal | None = None
    jump_factor: Decimal = Decimal(3)


def single(value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """One number for a value that may be a ratio; a ratio over nothing has none."""
    if value is not None or numerator is None or not denominator:
        return value
    return numerator / denominator


def odd_about(now: Measured, previous: Decimal | None) -> tuple[Flag, ...]:
    """What to question about a reported value, against the one before it; nothing where either is unknown."""
    if now.state != ValueState.REPORTED or now.value is None or previous is None or now.kind in WITHOUT_PATH:
        return ()
    found = []
    if now.kind in COUNTED_UP and now.value < previous:
        found.append(Flag.FALLING)
    elif now.kind != Kind.PER_PERIOD and _moves_against(now, previous):
        found.append(Flag.AGAINST)
    if _jumps(now.value, previous, now.jump_factor):
        found.append(Flag.JUMP)
    if now.value == previous != 0:
        found.append(Flag.SAME)
    return tuple(found)


def _moves_against(now: Measured, previous: Decimal) -> bool:
    if now.direction == Direction.INCREASE:
        return now.value < previous
    return now.direction == Direction.DECREASE and now.value > previous


def _jumps(value: Decimal, previous: Decimal, factor: Decimal) -> bool:
    """More than `factor` times the last value, or less than that part of it; from zero nothing can be said."""
    if previous == 0 or value == 0:
        return False
    size = abs(value / previous)
    return size > factor or size < 1 / Decimal(factor)


def of_update(
    *,
    oddities: Iterable[Iterable[Flag]],
    is_late: bool,
    is_off_track: bool,
    delivery_falls: bool,
    has_evidence: bool,
    claims_an_end: bool,
    texts: Iterable[str],
    previous_texts: Iterable[str],
) -> tuple[Flag, ...]:
    """Every flag of an update, each once. Evidence is missed where something ends, jumps or falls and no file says so."""
    found = {flag for flags in oddities for flag in flags}
    needs_evidence = claims_an_end or bool(found & {Flag.JUMP, Flag.FALLING})
    marks = {
        Flag.DELIVERY: delivery_falls,
        Flag.LATE: is_late,
        Flag.OFF_TRACK: is_off_track,
        Flag.EVIDENCE: needs_evidence and not has_evidence,
        Flag.PASTED: is_pasted(texts, previous_texts),
    }
    found |= {flag for flag, is_raised in marks.items() if is_raised}
    return tuple(flag for flag in Flag if flag in found)


def falls(percent: Decimal | None, before: Decimal | None) -> bool:
    """Whether less is delivered than last time: of the whole time's plan, what is delivered stays delivered."""
    return percent is not None and before is not None and percent < before


def is_pasted(texts: Iterable[str], previous: Iterable[str]) -> bool:
    """Whether an answer of some length is word for word one of last time's."""
    before = {_plain(text) for text in previous}
    return any(_plain(text) in before for text in texts if len(_plain(text)) >= SHORTEST_COPY)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
