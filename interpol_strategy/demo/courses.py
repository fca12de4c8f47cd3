"""How each indicator goes: what was promised, where it really stands on a day, and what one bureau says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from interpol_strategy.demo.dice import dice
from outcomes.choices import CombineBureaus, Direction, Kind

# The story: the pace of each aim, by kind of plan and number. One is exactly on the planned path.
PACES = {
    ("strategy", 1): 1.06,
    ("strategy", 2): 0.95,
    ("strategy", 3): 0.84,
    ("strategy", 4): 0.58,
    ("framework", 1): 1.02,
    ("framework", 2): 0.84,
    ("framework", 3): 0.97,
    ("framework", 4): 0.60,
}
ADDED_UP = frozenset({CombineBureaus.SUM})


@dataclass(frozen=True)
class Course:
    """The way of one indicator from its baseline to its target, and the pace at which it is really walked.

    `baseline` and `target` are in the indicator's unit; for a count per period `target` is what a quarter should
    bring. `dip` is a share of the way, at which things go backwards for a while; None where they never do.
    """

    indicator: object
    start_on: date
    end_on: date
    baseline: float
    target: float
    pace: float
    dip: float | None = None

    def share_of_time(self, on: date) -> float:
        span = (self.end_on - self.start_on).days
        return min(1.0, max(0.0, (on - self.start_on).days / span))

    def stands_at(self, on: date) -> float:
        """The organisation's true level on the day, which nobody sees as such."""
        share = self.share_of_time(on) * self.pace
        if self.dip is not None and self.dip <= self.share_of_time(on) < self.dip + 0.08:
            share -= 0.10
        return self.baseline + (self.target - self.baseline) * share


def course_of(indicator, *, baseline: float, target: float, plan, aim_number: int) -> Course:
    rng = dice("course", indicator.code)
    pace = PACES.get((plan.kind, aim_number), 0.95) * rng.uniform(0.93, 1.07)
    dip = rng.uniform(0.05, 0.8) if rng.random() < 0.2 else None
    return Course(indicator, plan.start_on, plan.end_on, baseline, target, pace, dip)


def said_by(course: Course, bureau: str, share: float, on: date, rng: Random) -> dict[str, Decimal]:
    """What the bureau would report for the day: `value`, or `numerator` and `denominator` of a ratio.

    `share` is the bureau's part of what is added up over bureaus; for everything else it plays no role.
    """
    indicator = course.indicator
    level = course.stands_at(on)
    if indicator.kind == Kind.MAINTAIN:
        return {"value": _rounded(_kept_level(course, rng), indicator)}
    if indicator.kind == Kind.MILESTONE:
        return {"value": _reached(course, bureau, on)}
    if indicator.combine_bureaus in ADDED_UP and indicator.kind != Kind.RATIO:
        wobble = rng.uniform(0.75, 1.25) if indicator.kind == Kind.PER_PERIOD else rng.uniform(0.985, 1.015)
        brought = course.target * course.pace if indicator.kind == Kind.PER_PERIOD else level
        return {"value": _rounded(brought * share * wobble, indicator)}
    own = level * dice("habit", indicator.code, bureau).uniform(0.92, 1.08) * rng.uniform(0.985, 1.015)
    if indicator.kind == Kind.RATIO:
        return _as_ratio(own, rng)
    if indicator.combine_bureaus == CombineBureaus.COUNT_MEETING:
        return {"value": _around_threshold(course, bureau, on)}
    if indicator.kind == Kind.ORDINAL:
        return {"value": _nearest_step(own, indicator)}
    return {"value": _rounded(own, indicator)}


def _rounded(level: float, indicator) -> Decimal:
    level = min(100.0, level) if indicator.unit == "percent" else level
    return Decimal(str(round(max(0.0, level), indicator.decimals)))


def _as_ratio(level: float, rng: Random) -> dict[str, Decimal]:
    """Whole numbers whose quotient is about the level (a share of one)."""
    denominator = rng.randint(60, 480)
    numerator = min(denominator, max(0, round(level * denominator)))
    return {"numerator": Decimal(numerator), "denominator": Decimal(denominator)}


def _kept_level(course: Course, rng: Random) -> float:
    """Nine times in ten within what is to be kept."""
    indicator, misses = course.indicator, rng.random() > 0.9 * min(1.0, course.pace)
    if indicator.direction == Direction.WITHIN:
        low, high = float(indicator.range_low), float(indicator.range_high)
        return high + (high - low) * 0.1 if misses else rng.uniform(low, high)
    away = abs(course.target) * (0.06 if misses else -rng.uniform(0.0, 0.04)) or (1.0 if misses else 0.0)
    return course.target + (away if indicator.direction == Direction.AT_OR_BELOW else -away)


def _reached(course: Course, bureau: str, on: date) -> Decimal:
    reached_at = dice("reached", course.indicator.code, bureau).uniform(0.15, 1.0) / course.pace
    return Decimal(int(course.share_of_time(on) >= reached_at))


def _around_threshold(course: Course, bureau: str, on: date) -> Decimal:
    """Each bureau passes the threshold once, in an order drawn beforehand, as fast as the course goes."""
    indicator = course.indicator
    threshold = float(indicator.bureau_threshold or 1)
    passes_at = dice("passes", indicator.code, bureau).uniform(0.0, 1.15) / course.pace
    distance = course.share_of_time(on) - passes_at
    better = -1.0 if indicator.direction == Direction.DECREASE else 1.0
    level = threshold * (1 + better * max(-0.6, min(0.25, distance * 0.8)))
    if indicator.decimals == 0 and threshold <= 1:
        return Decimal(int(distance >= 0))
    return _rounded(level, indicator)


def _nearest_step(level: float, indicator) -> Decimal:
    steps = [Decimal(str(step["value"])) for step in indicator.scale]
    return min(steps, key=lambda step: abs(float(step) - level))
