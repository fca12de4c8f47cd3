"""How each indicator goes: what is planned, where it really stands on a day, and what one bureau says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random

from goals.models import PlanKind
from interpol_strategy.demo.dice import dice
from outcomes.choices import CombineBureaus, Direction, Kind
from outcomes.progress.path import Point, in_force_on, planned_on

# The story: the pace of each aim, by kind of plan and number. One is exactly on the planned path.
PACES = {
    (PlanKind.STRATEGY, 1): 1.06,
    (PlanKind.STRATEGY, 2): 1.03,
    (PlanKind.STRATEGY, 3): 0.84,
    (PlanKind.STRATEGY, 4): 0.58,
    (PlanKind.FRAMEWORK, 1): 1.07,
    (PlanKind.FRAMEWORK, 2): 1.09,
    (PlanKind.FRAMEWORK, 3): 0.98,
    (PlanKind.FRAMEWORK, 4): 0.60,
}
SPARED = {(PlanKind.FRAMEWORK, 1), (PlanKind.FRAMEWORK, 3)}  # nothing goes backwards there
UNKNOWN_BASELINE = 0.7  # of the target, where nobody knows the baseline yet
HUNDRED = 100.0
SLOW = 0.7


@dataclass(frozen=True)
class Course:
    """The planned way of one indicator, and the pace at which it is really walked.

    `bureaus` maps the code of each bureau that reports it to its part: `share` of what is added up, and `rank` (0..1)
    in the order in which bureaus pass a threshold. Nobody reports it but the organisation itself where it is empty.
    """

    indicator: object
    baseline: float
    targets: tuple[Point, ...]
    path: tuple[Point, ...]
    pace: float
    dip_on: date | None
    bureaus: dict[str, Part] = field(default_factory=dict)

    def stands_at(self, on: date) -> float:
        """The organisation's true level on the day, which nobody sees as such."""
        if self.indicator.kind == Kind.PER_PERIOD:
            planned = float(in_force_on(self.targets, on).value)
        else:
            planned = float(planned_on(self.path, on))
        pace = self.pace - (0.35 if self.dip_on and 0 <= (on - self.dip_on).days < 190 else 0.0)
        return self.baseline + (planned - self.baseline) * pace


@dataclass(frozen=True)
class Part:
    share: float
    rank: float


def course_of(indicator, baseline, targets, aim, bureaus: dict[str, float]) -> Course | None:
    """The course of an indicator with its current baseline (or None) and targets; None where nothing was promised.

    `bureaus` maps the codes of the bureaus that report it to their weights.
    """
    if not targets:
        return None
    rng = dice("course", indicator.code)
    points = tuple(Point(target.due_on, target.value) for target in targets)
    start = float(baseline.value) if baseline else float(points[0].value) * UNKNOWN_BASELINE
    began_on = baseline.on if baseline else aim.plan.start_on
    pace = PACES.get((aim.plan.kind, aim.number), 0.95) * rng.uniform(0.94, 1.06)
    return Course(
        indicator=indicator,
        baseline=start,
        targets=points,
        path=(Point(began_on, Decimal(str(start))), *points),
        pace=pace,
        dip_on=_dip(indicator, aim.plan, aim.number, rng),
        bureaus=_parts(indicator, bureaus),
    )


def _dip(indicator, plan, aim_number: int, rng: Random) -> date | None:
    """One indicator in five goes backwards for half a year; totals do so in one case of twenty."""
    chance = 0.05 if indicator.kind == Kind.CUMULATIVE else 0.2
    is_spared = indicator.kind == Kind.MAINTAIN or (plan.kind, aim_number) in SPARED
    if rng.random() > chance or is_spared:
        return None
    year = rng.randint(plan.start_on.year, min(plan.end_on.year, plan.start_on.year + 2))
    return date(year, rng.choice((3, 6, 9)), 1)


def _parts(indicator, weights: dict[str, float]) -> dict[str, Part]:
    total = sum(weights.values()) or 1.0
    order = dice("order", indicator.code).sample(sorted(weights), len(weights))
    ranks = {code: (place + 0.5) / len(order) for place, code in enumerate(order)}
    return {code: Part(weight / total, ranks[code]) for code, weight in weights.items()}


def said_by(course: Course, bureau: str | None, on: date, rng: Random, *, split: int = 1) -> dict[str, Decimal]:
    """What is reported for the day: `value`, or `numerator` and `denominator` of a ratio.

    `bureau` None is the organisation itself; `split` is over how many initiatives a bureau's count is spread.
    """
    indicator = course.indicator
    part = course.bureaus.get(bureau, Part(1.0, 0.5))
    if indicator.kind == Kind.MAINTAIN:
        return {"value": _rounded(_kept_level(course, rng), indicator)}
    if indicator.kind == Kind.RATIO:
        return _as_ratio(_own_level(course, bureau, on), indicator, bureau, rng)
    if indicator.combine_bureaus == CombineBureaus.COUNT_MEETING and bureau:
        return {"value": _around_threshold(course, part, on, rng)}
    if indicator.kind == Kind.MILESTONE:
        return {"value": Decimal(int(course.stands_at(on) >= 0.95))}
    if indicator.combine_bureaus == CombineBureaus.SUM and bureau:
        wobble = rng.uniform(0.96, 1.04) if indicator.kind == Kind.PER_PERIOD else 1.0
        return {"value": _rounded(course.stands_at(on) * part.share / split * wobble, indicator)}
    level = _own_level(course, bureau, on)
    if indicator.combine_bureaus == CombineBureaus.WORST:
        level = course.stands_at(on) * (1 + max(0.0, part.rank - 0.1))
    return {"value": _step(level, part, indicator) if indicator.scale else _rounded(level, indicator)}


def _own_level(course: Course, bureau: str | None, on: date) -> float:
    """A rate as the bureau has it: every bureau stands a little above or below the whole, always on the same side."""
    level = course.stands_at(on)
    return level * (1 + (course.bureaus[bureau].rank - 0.5) * 0.12) if bureau else level


def _rounded(level: float, indicator) -> Decimal:
    level = min(HUNDRED, level) if indicator.unit in ("percent", "of_hundred") else level
    return Decimal(str(round(max(0.0, level), indicator.decimals)))


def _as_ratio(level: float, indicator, bureau: str | None, rng: Random) -> dict[str, Decimal]:
    """Whole numbers whose quotient is about the level; a part is never larger than its whole."""
    denominator = round(dice("size", indicator.code, bureau).randint(220, 640) * rng.uniform(0.9, 1.1))
    numerator = max(0, round(level * denominator))
    if indicator.unit == "percent":
        numerator = min(denominator, numerator)
    return {"numerator": Decimal(numerator), "denominator": Decimal(denominator)}


def _kept_level(course: Course, rng: Random) -> float:
    """Mostly within what is to be kept; where an aim goes slowly, still on the way there."""
    indicator, target = course.indicator, float(course.targets[-1].value)
    misses = rng.random() > min(0.95, course.pace)
    if indicator.direction == Direction.WITHIN:
        low, high = float(indicator.range_low), float(indicator.range_high)
        return low - (high - low) * 0.2 if misses else rng.uniform(low, high)
    if indicator.direction == Direction.AT_OR_BELOW:
        return float(rng.random() < target / max(1, len(course.bureaus)) * (1.5 if misses else 0.6))
    if misses or course.pace < SLOW:
        return min(course.baseline + (target - course.baseline) * course.pace * 0.8, target - 0.15)
    room = HUNDRED - target if indicator.unit == "of_hundred" else target * 0.1
    return target + room * rng.uniform(0.0, 0.6)


def _around_threshold(course: Course, part: Part, on: date, rng: Random) -> Decimal:
    """A bureau is past the threshold once as many bureaus are as its place in the order."""
    indicator = course.indicator
    threshold = float(indicator.bureau_threshold or 1)
    meets = course.stands_at(on) / len(course.bureaus) >= part.rank
    if indicator.kind == Kind.MILESTONE:
        return Decimal(int(meets))
    away = max(1.0, threshold * rng.uniform(0.02, 0.2))
    level = threshold + (rng.choice((0.0, away)) if meets else -away)
    return _rounded(level, indicator)


def _step(level: float, part: Part, indicator) -> Decimal:
    """A step of the scale, such that the mean over the bureaus comes near to the level."""
    steps = sorted(Decimal(str(step["value"])) for step in indicator.scale)
    below = max((step for step in steps if step <= level), default=steps[0])
    above = min((step for step in steps if step > level), default=steps[-1])
    return above if above > below and (level - float(below)) / float(above - below) > part.rank else below
