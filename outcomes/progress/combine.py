"""Many answers become one value: across the initiatives of a bureau, then across bureaus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from outcomes.progress.disclosure import Disclosure, disclose
from outcomes.progress.exact import ZERO, given, quotient, total, weighted_mean
from outcomes.progress.reading import Reading, known_total, reported_reading, totals_of
from outcomes.progress.rule import AcrossBureaus, AcrossInitiatives, Direction, Rule, is_met
from outcomes.progress.values import Observation, Reason, State, in_turn

# When a bureau gives several answers for one question, the most informative one speaks for it.
_SPEAKS_FIRST = {State.REPORTED: 0, State.WITHHELD: 1, State.NOT_REPORTED: 2, State.NOT_APPLICABLE: 3}


@dataclass(frozen=True, slots=True)
class Combined:
    """One value made of many, with how sure we are of it.

    `coverage` is the share (0..1) of the weight of applicable bureaus that is known and fresh; `distribution`
    counts the bureaus at each value, but for those that share a reading; `states` counts the bureaus in each of the four states.
    """

    value: Decimal | None = None
    reason: Reason = Reason.NOTHING
    observed_on: date | None = None
    coverage: Decimal = ZERO
    is_applicable: bool = True
    is_stale: bool = False
    states: Mapping[str, int] | None = None
    distribution: tuple[tuple[Decimal, int], ...] = ()
    sources: tuple[Observation, ...] = ()

    @property
    def disclosure(self) -> Disclosure:
        return disclose(self.sources)


def combine(
    rule: Rule,
    observations: Iterable[Observation],
    *,
    on: date,
    stale_after: Decimal,
    expected: Iterable[str] = (),
    weights: Mapping[str, Decimal] | None = None,
) -> Combined:
    """One value for the organisation from the answers that are in force on a day.

    A joint initiative counts once, however many bureaus report it. `expected` names bureaus that should have
    answered; those that did not are "not reported". An answer of the organisation itself (bureau None) stands
    for the total.
    """
    chosen = without_double_counting(latest_answers(observations))
    readings = [_read(rule, bureau, answers, on, stale_after) for bureau, answers in _by_bureau(chosen)]
    shared = {seen.bureau for seen in observations}
    return combine_readings(rule, readings, expected=set(expected) - shared, weights=weights)


def combine_readings(
    rule: Rule,
    readings: list[Reading],
    *,
    expected: Iterable[str] = (),
    weights: Mapping[str, Decimal] | None = None,
) -> Combined:
    """One value for the organisation from what each bureau says; `expected` bureaus without a reading are silent."""
    central = [reading for reading in readings if reading.bureau is None and reading.state != State.NOT_REPORTED]
    if central:
        return _summary(rule, central, None)
    answered = {reading.bureau for reading in readings}
    silent = [Reading(bureau, State.NOT_REPORTED) for bureau in sorted(set(expected) - answered)]
    return _summary(rule, [reading for reading in readings if reading.bureau is not None] + silent, weights)


def latest_answers(observations: Iterable[Observation]) -> list[Observation]:
    """The answer in force per bureau and initiative: the latest, but silence takes nothing back.

    Folding period by period gives the same: the answers in force and the next period's answers are all it needs.
    """
    latest: dict[tuple, Observation] = {}
    for seen in sorted(observations, key=in_turn):
        key = (seen.bureau, seen.initiative)
        if seen.state == State.NOT_REPORTED and key in latest:
            continue
        latest[key] = seen
    return list(latest.values())


def without_double_counting(answers: Iterable[Observation]) -> list[Observation]:
    """The answers with each initiative only once: the most informative, then the latest, then by bureau."""
    own: list[Observation] = []
    joint: dict[str, Observation] = {}
    for seen in answers:
        if not seen.initiative:
            own.append(seen)
        elif seen.initiative not in joint or _precedence(seen) < _precedence(joint[seen.initiative]):
            joint[seen.initiative] = seen
    return own + list(joint.values())


def _precedence(seen: Observation) -> tuple:
    return (_SPEAKS_FIRST[seen.state], -seen.seen_on.toordinal(), seen.bureau or "", seen.source_ref)


def _by_bureau(answers: Iterable[Observation]) -> list[tuple[str | None, list[Observation]]]:
    grouped: dict[str | None, list[Observation]] = {}
    for seen in answers:
        grouped.setdefault(seen.bureau, []).append(seen)
    return sorted(grouped.items(), key=lambda item: item[0] or "")


def _read(rule: Rule, bureau: str | None, answers: list[Observation], on: date, stale_after: Decimal) -> Reading:
    """What the bureau says: one of its answers, or the sum of its initiatives', as the indicator declares."""
    answers = sorted(answers, key=_precedence)
    reported = [seen for seen in answers if seen.is_reported]
    if not reported:
        return Reading(bureau, answers[0].state)
    if rule.combine_initiatives == AcrossInitiatives.ONE:
        answers = reported = reported[:1]
    asked = sum(seen.state != State.NOT_APPLICABLE for seen in answers)
    newest = max(seen.seen_on for seen in reported)
    return reported_reading(
        rule, bureau, totals_of(reported), newest, on, stale_after,
        reported=len(reported), asked=asked, sources=tuple(reported),
    )  # fmt: skip


def _summary(rule: Rule, readings: list[Reading], weights: Mapping[str, Decimal] | None) -> Combined:
    weights = weights if rule.combine_bureaus == AcrossBureaus.WEIGHTED_MEAN else None
    states = _states(readings)
    asked = [reading for reading in readings if reading.state != State.NOT_APPLICABLE]
    if not asked:
        reason = Reason.NOT_APPLICABLE if readings else Reason.NO_VALUE
        return Combined(reason=reason, is_applicable=not readings, states=states)
    known = [reading for reading in asked if reading.state == State.REPORTED]
    if not known:
        return Combined(reason=_why_nothing(asked), states=states)
    value, reason = combine_values(rule, known, weights, is_alone=_bureaus(asked) == 1)
    shares = zip(weights_of(asked, weights), [reading.known for reading in asked], strict=True)
    return Combined(
        value=value,
        reason=reason,
        observed_on=max([given(reading.observed_on) for reading in known]),
        coverage=ZERO if value is None else weighted_mean(shares),
        is_applicable=reason != Reason.NOT_COMBINED,
        is_stale=all(reading.known == ZERO for reading in known),
        states=states,
        distribution=tuple(sorted(Counter([one.value for one in known if one.value is not None and one.many == 1]).items())),
        sources=tuple([seen for reading in known for seen in reading.sources]),
    )


def _states(readings: list[Reading]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for reading in readings:
        counts[reading.state.value] = counts.get(reading.state.value, 0) + reading.many
    return counts


def _bureaus(readings: list[Reading]) -> int:
    return sum([reading.many for reading in readings])


def _why_nothing(asked: list[Reading]) -> Reason:
    all_withheld = all(reading.state == State.WITHHELD for reading in asked)
    return Reason.WITHHELD if all_withheld else Reason.NOT_REPORTED


def weights_of(readings: list[Reading], weights: Mapping[str, Decimal] | None) -> list[Decimal]:
    """The bureaus' weights; all count the same where none of them has one above zero."""
    if not weights:
        return [Decimal(reading.many) for reading in readings]
    said = [weights.get(reading.bureau or "") or ZERO for reading in readings]
    return said if any(said) else [Decimal(reading.many) for reading in readings]


def combine_values(
    rule: Rule, known: list[Reading], weights: Mapping[str, Decimal] | None = None, *, is_alone: bool = False
) -> tuple[Decimal | None, Reason]:
    """The value of the readings taken together as the indicator declares, or None and why not.

    `is_alone` says that only one bureau was asked: its value needs no combining.
    Source: product contract, section 3 (how values combine across bureaus; ratios sum both sides, then
    divide).
    """
    how = rule.combine_bureaus
    if rule.sums_both_sides:
        return _ratio(known)
    if how == AcrossBureaus.NONE and not is_alone:
        return None, Reason.NOT_COMBINED
    usable = [reading for reading in known if reading.value is not None]
    values = [reading.value for reading in usable if reading.value is not None]
    if not usable:
        is_zero = any(reading.denominator == ZERO for reading in known)
        return None, Reason.DENOMINATOR_ZERO if is_zero else Reason.NO_VALUE
    if how == AcrossBureaus.COUNT_MEETING:
        return _count_meeting(rule, usable)
    if how == AcrossBureaus.WEIGHTED_MEAN:
        return _mean(usable, values, weights), Reason.NOTHING
    return (worst(rule, values) if how == AcrossBureaus.WORST else total(values)), Reason.NOTHING


def _mean(usable: list[Reading], values: list[Decimal], weights: Mapping[str, Decimal] | None) -> Decimal:
    if not weights:
        return quotient(total(values), Decimal(_bureaus(usable)))
    return weighted_mean(zip(weights_of(usable, weights), values, strict=True))


def _ratio(known: list[Reading]) -> tuple[Decimal | None, Reason]:
    """Both sides summed, then divided. A value without its two sides can only stand alone."""
    numerator, denominator = (known_total(sides) for sides in zip(*map(_sides, known), strict=True))
    if numerator is None or denominator is None:
        return (known[0].value, Reason.NOTHING) if _bureaus(known) == 1 else (None, Reason.NO_VALUE)
    if denominator == ZERO:
        return None, Reason.DENOMINATOR_ZERO
    return quotient(numerator, denominator), Reason.NOTHING


def _sides(reading: Reading) -> tuple[Decimal | None, Decimal | None]:
    """Numerator and denominator, or neither: half a ratio is none."""
    has_both = reading.numerator is not None and reading.denominator is not None
    return (reading.numerator, reading.denominator) if has_both else (None, None)


def _count_meeting(rule: Rule, known: list[Reading]) -> tuple[Decimal | None, Reason]:
    if len(known) == 1 and known[0].bureau is None:
        return known[0].value, Reason.NOTHING
    if rule.bureau_level is None and rule.direction != Direction.WITHIN:
        return None, Reason.NO_THRESHOLD
    return Decimal(sum(is_met(rule, one.value, rule.bureau_level) for one in known)), Reason.NOTHING


def worst(rule: Rule, values: list[Decimal]) -> Decimal:
    """The worst value for the direction; for a range, the one furthest outside it or nearest its edge."""
    if rule.direction in (Direction.DECREASE, Direction.AT_OR_BELOW):
        return max(values)
    if rule.direction == Direction.WITHIN:
        low, high = rule.edges
        return min(values, key=lambda value: (min(value - low, high - value), value))
    return min(values)
