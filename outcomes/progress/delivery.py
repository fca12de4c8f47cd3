"""How far the work itself has come: the initiative's delivery, never blended with what it changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from outcomes.progress.disclosure import Disclosure, disclose
from outcomes.progress.exact import ONE, ZERO, clamp, given, quotient, total
from outcomes.progress.explain import Explanation
from outcomes.progress.explain_delivery import explain_delivery
from outcomes.progress.indicator import status_against_path
from outcomes.progress.path import Point, planned_on
from outcomes.progress.thresholds import ThresholdSet
from outcomes.progress.values import Frequency, Observation, Reason, Status, is_stale

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Step:
    """A dated step of an initiative: `weight` (0 or more) says how much of the delivery it stands for."""

    due_on: date
    weight: Decimal = ONE
    done_on: date | None = None
    source_ref: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryCase:
    """Everything that an initiative's delivery depends on.

    `reported` is the latest validated answer: its value is a number of percent, 0..100. `ends_on` is the
    planned end.
    """

    code: str
    starts_on: date
    ends_on: date
    on: date
    reported: Observation | None = None
    steps: tuple[Step, ...] = ()
    thresholds: ThresholdSet = field(default_factory=ThresholdSet)
    frequency: Frequency = Frequency.QUARTERLY
    is_cancelled: bool = False
    source_ref: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryFigure:
    """What came out; shares are of one, None is unknown.

    `progress` is what was reported, else the weight of the steps done over all steps; `expected` is the
    planned path on the day of the observation; `overdue_steps` counts steps due by the day of the question
    and not done by then.
    """

    case: DeliveryCase
    status: Status
    reason: Reason = Reason.NOTHING
    progress: Decimal | None = None
    expected: Decimal | None = None
    performance: Decimal | None = None
    observed_on: date | None = None
    overdue_steps: int = 0

    @property
    def is_applicable(self) -> bool:
        return not self.case.is_cancelled

    @property
    def contribution(self) -> Decimal | None:
        return None if self.progress is None else clamp(self.progress)

    @property
    def coverage(self) -> Decimal:
        return ZERO if self.progress is None or self.status == Status.STALE else ONE

    @property
    def lower(self) -> Decimal:
        return given(self.contribution) if self.coverage else ZERO

    @property
    def upper(self) -> Decimal:
        return given(self.contribution) if self.coverage else ONE

    @property
    def disclosure(self) -> Disclosure:
        reported = self.case.reported
        return disclose([reported] if reported is not None and reported.is_reported else [])

    @property
    def explanation(self) -> Explanation:
        return explain_delivery(self)


def deliver(case: DeliveryCase) -> DeliveryFigure:
    """The delivery of one initiative on a day. Source: product contract, section 3 (delivery, path, status).

    An initiative that was given up is not applicable: it leaves both sums.
    """
    late = sum(step.due_on < case.on and (step.done_on is None or step.done_on > case.on) for step in case.steps)
    if case.is_cancelled:
        return DeliveryFigure(case, Status.NO_DATA, Reason.CANCELLED)
    progress, seen_on = _progress(case)
    if case.on < case.starts_on and progress is None:
        return DeliveryFigure(case, Status.TOO_EARLY, Reason.NOTHING_EXPECTED_YET)
    if progress is None or seen_on is None:
        return DeliveryFigure(case, Status.NO_DATA, _why_nothing(case), overdue_steps=late)
    expected = planned_delivery(case, seen_on)
    performance = quotient(progress, expected) if expected > ZERO else None
    status, reason = status_against_path(progress, expected, performance, case.thresholds)
    if status != Status.ACHIEVED and is_stale(seen_on, case.on, case.frequency, case.thresholds.stale_after):
        status, reason = Status.STALE, Reason.TOO_OLD
    return DeliveryFigure(case, status, reason, progress, expected, performance, seen_on, late)


def planned_delivery(case: DeliveryCase, on: date) -> Decimal:
    """The share that should be delivered on a day: straight from start to end through each step's due day.

    Without steps, straight in time from the first day to the last. A step due before the start is due at the start.
    """
    weights = total(step.weight for step in case.steps)
    points = {case.starts_on: ZERO}
    if weights > ZERO:
        for day in sorted({max(step.due_on, case.starts_on) for step in case.steps}):
            points[day] = quotient(total(step.weight for step in case.steps if step.due_on <= day), weights)
    points[max(case.ends_on, *points)] = ONE
    return planned_on([Point(day, points[day]) for day in sorted(points)], on)


def _progress(case: DeliveryCase) -> tuple[Decimal | None, date | None]:
    """What was reported; else the weight of the steps done by the day of the question over all weight."""
    if case.reported is not None and case.reported.is_reported:
        return quotient(given(case.reported.value), HUNDRED), case.reported.seen_on
    weights = total(step.weight for step in case.steps)
    if case.reported is not None or weights == ZERO or case.on < case.starts_on:
        return None, None
    done = total(step.weight for step in case.steps if step.done_on is not None and step.done_on <= case.on)
    return quotient(done, weights), case.on


def _why_nothing(case: DeliveryCase) -> Reason:
    return Reason.NOT_REPORTED if case.reported is None else Reason(case.reported.state.value)
