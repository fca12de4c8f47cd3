"""What one bureau says for an indicator, once its initiatives' answers are taken together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from outcomes.progress.exact import ONE, ZERO, quotient, total
from outcomes.progress.rule import Rule
from outcomes.progress.values import Observation, State, is_stale


class Reading(NamedTuple):
    """What one bureau (None: the organisation itself) says, after its initiatives were combined.

    `known` is the share (0..1) of what it should say that is known and fresh. A stale value stays visible,
    but is not known any more. `many` bureaus that say the same but for their numbers may have one reading: their values
    added up, and the latest day observed. It stands for them only where values are added up.
    """

    bureau: str | None
    state: State
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    observed_on: date | None = None
    known: Decimal = ZERO
    sources: tuple[Observation, ...] = ()
    many: int = 1


def reported_reading(
    rule: Rule,
    bureau: str | None,
    totals: tuple[Decimal | None, Decimal | None, Decimal | None],
    newest: date,
    on: date,
    stale_after: Decimal,
    *,
    reported: int,
    asked: int,
    sources: tuple,
    many: int = 1,
) -> Reading:
    """The reading of a bureau that reported `totals` (value, numerator, denominator) in so many of the answers asked."""
    value, numerator, denominator = totals
    is_fresh = not is_stale(newest, on, rule.frequency, stale_after)
    is_usable = value is not None or rule.sums_both_sides
    return Reading(
        bureau,
        State.REPORTED,
        value=value,
        numerator=numerator,
        denominator=denominator,
        observed_on=newest,
        known=_share(reported, asked) if is_fresh and is_usable else ZERO,
        sources=sources,
        many=many,
    )


def _share(part: int, whole: int) -> Decimal:
    return ONE if part == whole else quotient(Decimal(part), Decimal(whole))


def totals_of(reported: list[Observation]) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Value, numerator and denominator of the answers together; a ratio's value is the one over the other."""
    if len(reported) == 1:
        value, numerator, denominator = reported[0].value, reported[0].numerator, reported[0].denominator
    else:
        value = known_total(seen.value for seen in reported)
        numerator, denominator = (
            known_total(one.numerator for one in reported),
            known_total(one.denominator for one in reported),
        )
    if numerator is not None and denominator is not None:
        value = quotient(numerator, denominator) if denominator else None
    return value, numerator, denominator


def known_total(values: Iterable[Decimal | None]) -> Decimal | None:
    """The exact sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return total(known) if known else None
