"""One indicator on one day: its value, how far towards the target, and how it stands against the path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from outcomes.progress import series
from outcomes.progress.combine import Combined, combine
from outcomes.progress.disclosure import Disclosure
from outcomes.progress.exact import ONE, ZERO, clamp, difference, given, product, quotient
from outcomes.progress.explain import Explanation
from outcomes.progress.explain_indicator import explain_indicator
from outcomes.progress.path import Point, in_force_on, ordered, planned_on, stepped_on
from outcomes.progress.rule import COMPARABLE_PER_BUREAU, AcrossBureaus, Direction, Kind, Rule, is_met
from outcomes.progress.thresholds import ThresholdSet
from outcomes.progress.values import Observation, Reason, Status, has_fallen


@dataclass(frozen=True, slots=True)
class IndicatorCase:
    """Everything that one indicator's figure depends on. Nothing else is looked at, least of all the clock.

    `on` is the day of the question, for a reporting period its last day; answers for later periods are left
    out. `targets` are dated: the last one is the target, earlier ones are milestones; for a count per period
    each is what should be counted from the target before it up to its own day. `expected_since` names the
    bureaus that should answer and the last day of the first period that they should have answered for;
    `period_ends` are the last days of the periods that should hold an answer (used for counts per period
    only). `bureau_weights` are for the weighted mean. `is_asked` False says that nobody asked for a figure of this
    part: its value is shown and not judged, and it leaves both sums of the whole above it.
    """

    rule: Rule
    on: date
    observations: tuple[Observation, ...] = ()
    baseline: Point | None = None
    targets: tuple[Point, ...] = ()
    thresholds: ThresholdSet = field(default_factory=ThresholdSet)
    expected_since: Mapping[str, date] = field(default_factory=dict)
    period_ends: tuple[date, ...] = ()
    bureau_weights: Mapping[str, Decimal] = field(default_factory=dict)
    is_asked: bool = True


@dataclass(frozen=True, slots=True)
class IndicatorFigure:
    """What came out. Shares are of one; None is unknown, never zero.

    `progress` is unclamped, `contribution` is what enters a roll-up (clamped; for a maintained indicator 1
    when met, else 0); `planned` is the value that the path asks for on the day of the observation and
    `expected` the same as a share of the way; `performance` is progress over expected; `lower` and `upper`
    count the unknown share as 0 and 1.
    """

    case: IndicatorCase
    combined: Combined
    status: Status
    reason: Reason = Reason.NOTHING
    progress: Decimal | None = None
    contribution: Decimal | None = None
    met: bool | None = None
    planned: Decimal | None = None
    expected: Decimal | None = None
    performance: Decimal | None = None
    lower: Decimal = ZERO
    upper: Decimal = ONE
    has_fallen: bool = False

    @property
    def value(self) -> Decimal | None:
        return self.combined.value

    @property
    def coverage(self) -> Decimal:
        return self.combined.coverage

    @property
    def is_applicable(self) -> bool:
        return self.combined.is_applicable and self.case.is_asked

    @property
    def observed_on(self) -> date | None:
        return self.combined.observed_on

    @property
    def disclosure(self) -> Disclosure:
        return self.combined.disclosure

    @property
    def explanation(self) -> Explanation:
        return explain_indicator(self)


def evaluate(case: IndicatorCase) -> IndicatorFigure:
    """The figure of one indicator. Source of every rule: product contract, section 3.

    Raises ValueError when two targets fall on the same day.
    """
    asked = tuple(seen for seen in case.observations if seen.reported_for <= case.on)
    if case.rule.kind == Kind.PER_PERIOD and not case.rule.is_maintained:
        return _evaluate_counts(case, asked)
    combined = combine(
        case.rule,
        asked,
        on=case.on,
        stale_after=case.thresholds.stale_after,
        expected=[bureau for bureau, since in case.expected_since.items() if since <= case.on],
        weights=case.bureau_weights,
    )
    return judge(case, combined, fallen=case.rule.kind == Kind.CUMULATIVE and has_fallen(asked))


def judge(case: IndicatorCase, combined: Combined, *, fallen: bool = False) -> IndicatorFigure:
    """The figure of one combined value: how far towards the target, and how it stands against the path."""
    if combined.value is None:
        return _without_value(case, combined)
    if case.rule.is_maintained:
        return _evaluate_maintained(case, combined)
    return _evaluate_towards(case, combined, fallen)


def for_bureau(case: IndicatorCase, bureau: str) -> IndicatorCase:
    """The same question about one bureau alone.

    A rate is held against the organisation's own target; what bureaus add up to is not, for nobody said what
    one bureau's part should be: it leaves both sums, since it cannot be unknown how far the bureau has come towards
    what it was never asked for; where bureaus that meet a level are counted, the bureau is held against that
    level.
    """
    how = case.rule.combine_bureaus
    part = replace(
        case,
        rule=replace(
            case.rule, combine_bureaus=AcrossBureaus.RATIO if case.rule.sums_both_sides else AcrossBureaus.SUM
        ),
        observations=tuple(seen for seen in case.observations if seen.bureau == bureau),
        expected_since={code: since for code, since in case.expected_since.items() if code == bureau},
    )
    if how in COMPARABLE_PER_BUREAU or case.rule.sums_both_sides:
        return part
    if how == AcrossBureaus.COUNT_MEETING:
        return _held_to_level(part)
    return without_a_part(part)


def without_a_part(case: IndicatorCase) -> IndicatorCase:
    """The same question where nobody said what this part of the sum should be."""
    return replace(case, baseline=None, targets=(), is_asked=False)


_KEPT = {Direction.INCREASE: Direction.AT_OR_ABOVE, Direction.DECREASE: Direction.AT_OR_BELOW}


def _held_to_level(part: IndicatorCase) -> IndicatorCase:
    level = part.rule.bureau_level
    rule = replace(part.rule, kind=Kind.MAINTAIN, direction=_KEPT.get(part.rule.direction, part.rule.direction))
    until = max((target.on for target in part.targets), default=part.on)
    targets = () if level is None else (Point(until, level, part.rule.source_ref),)
    return replace(part, rule=rule, baseline=None, targets=targets)


def share_of_way(value: Decimal, baseline: Decimal, target: Decimal) -> Decimal | None:
    """(value - baseline) / (target - baseline), unclamped, both directions; None: target equals baseline."""
    way = difference(target, baseline)
    return None if way == ZERO else quotient(difference(value, baseline), way)


def _without_value(case: IndicatorCase, combined: Combined) -> IndicatorFigure:
    """No value: why, and never zero. Before the baseline's day there was nothing to report yet."""
    reason = combined.reason or Reason.NO_VALUE
    if reason == Reason.DENOMINATOR_ZERO or reason == Reason.NO_THRESHOLD:
        return IndicatorFigure(case, combined, Status.INSUFFICIENT_DATA, reason)
    if case.baseline is not None and case.on < case.baseline.on and combined.is_applicable:
        return IndicatorFigure(case, combined, Status.TOO_EARLY, Reason.NOTHING_EXPECTED_YET)
    return IndicatorFigure(case, combined, Status.NO_DATA, reason)


def _evaluate_maintained(case: IndicatorCase, combined: Combined) -> IndicatorFigure:
    """Met or not, within the tolerance; there is no percentage towards a level that is to be kept."""
    targets, level, seen_on = ordered(case.targets), None, given(combined.observed_on)
    if case.rule.direction != Direction.WITHIN:
        if not targets:
            return IndicatorFigure(case, combined, Status.INSUFFICIENT_DATA, Reason.NO_TARGET)
        level = in_force_on(targets, seen_on).value
    met = is_met(case.rule, combined.value, level)
    contribution = ONE if met else ZERO
    lower, upper = _bounds(contribution, combined.coverage)
    status, reason = _not_judged(case, combined)
    if status is None:
        is_over = bool(targets) and seen_on >= targets[-1].on
        status = (Status.ACHIEVED if is_over else Status.ON_TRACK) if met else Status.OFF_TRACK
    return IndicatorFigure(
        case, combined, status, reason, contribution=contribution, met=met, planned=level, expected=ONE,
        lower=lower, upper=upper,
    )  # fmt: skip


def _evaluate_towards(case: IndicatorCase, combined: Combined, fallen: bool) -> IndicatorFigure:
    """How far from baseline to target, against the straight path on the day of the observation."""
    path, reason = _path(case)
    if reason:
        return IndicatorFigure(case, combined, Status.INSUFFICIENT_DATA, reason, has_fallen=fallen)
    start, target = path[0].value, path[-1].value
    at = stepped_on if case.rule.kind == Kind.MILESTONE else planned_on
    planned = at(path, given(combined.observed_on))
    progress, expected = (share_of_way(value, start, target) for value in (given(combined.value), planned))
    if progress is None or expected is None:
        reason = Reason.TARGET_EQUALS_BASELINE
        return IndicatorFigure(case, combined, Status.INSUFFICIENT_DATA, reason, has_fallen=fallen)
    performance = quotient(progress, expected) if expected > ZERO else None
    return _judge(case, combined, progress, planned, expected, performance, fallen)


def _path(case: IndicatorCase) -> tuple[tuple[Point, ...], Reason]:
    """Baseline, milestones and target in order; a yes-or-no milestone starts from "no" without being told.

    A milestone due on or before the baseline's day lies behind it and is left out.
    """
    targets, baseline = ordered(case.targets), case.baseline
    if not targets:
        return (), Reason.NO_TARGET
    if baseline is None and case.rule.kind == Kind.MILESTONE:
        baseline = Point(date.min, ZERO)
    if baseline is None:
        return (), Reason.NO_BASELINE
    later = tuple(target for target in targets if target.on > baseline.on)
    if not later:
        return (), Reason.TARGET_BEFORE_BASELINE
    return (baseline, *later), Reason.NOTHING


def _evaluate_counts(case: IndicatorCase, asked: tuple[Observation, ...]) -> IndicatorFigure:
    """Counts per period: totals are sums; expected is the sum of the targets of the periods that have ended.

    A count that should go down can still rise again, so it is achieved only when the last period has ended.
    """
    return judge_counts(case, series.count(case, asked))


def judge_counts(case: IndicatorCase, counted: series.Counted) -> IndicatorFigure:
    """The figure of a series that was counted per period."""
    combined = counted.combined
    if combined.value is None:
        return _without_value(case, combined)
    if counted.reason:
        return IndicatorFigure(case, combined, Status.INSUFFICIENT_DATA, counted.reason)
    figure = _judge(case, combined, counted.progress, counted.planned, counted.expected, counted.performance, False)
    if figure.status == Status.ACHIEVED and case.rule.direction == Direction.DECREASE and not counted.is_over:
        return replace(figure, status=Status.ON_TRACK)
    return figure


def _judge(case, combined, progress, planned, expected, performance, fallen) -> IndicatorFigure:
    contribution = clamp(progress)
    lower, upper = _bounds(contribution, combined.coverage)
    status, reason = _not_judged(case, combined)
    if status is None:
        status, reason = status_against_path(progress, expected, performance, case.thresholds)
    return IndicatorFigure(
        case, combined, status, reason, progress=progress, contribution=contribution, planned=planned,
        expected=expected, performance=performance, lower=lower, upper=upper, has_fallen=fallen,
    )  # fmt: skip


def _not_judged(case: IndicatorCase, combined: Combined) -> tuple[Status | None, Reason]:
    """Grey before green or red: too old, or too little of it known."""
    if combined.is_stale:
        return Status.STALE, Reason.TOO_OLD
    if combined.coverage < case.thresholds.coverage_floor:
        return Status.INSUFFICIENT_DATA, Reason.BELOW_COVERAGE_FLOOR
    return None, Reason.NOTHING


def status_against_path(
    progress: Decimal, expected: Decimal | None, performance: Decimal | None, thresholds: ThresholdSet
) -> tuple[Status, Reason]:
    """Achieved at the target; too early while nothing is expected; else the performance's band."""
    if progress >= ONE:
        return Status.ACHIEVED, Reason.NOTHING
    if performance is None or expected is None or expected <= thresholds.too_early_until:
        return Status.TOO_EARLY, Reason.NOTHING_EXPECTED_YET
    return thresholds.status_of(performance), Reason.NOTHING


def _bounds(contribution: Decimal, coverage: Decimal) -> tuple[Decimal, Decimal]:
    """The contribution if the unknown share were 0, and if it were 1."""
    lower = quotient(product(contribution, coverage), ONE)
    return lower, quotient(difference(ONE, product(coverage, difference(ONE, contribution))), ONE)
