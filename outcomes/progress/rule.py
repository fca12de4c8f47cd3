"""What an indicator declares about itself: kind, direction, and how its values combine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from outcomes.progress.exact import ONE, ZERO, given
from outcomes.progress.values import Frequency


class Kind(StrEnum):
    """What sort of number it is. A cumulative total is its latest value; a count per period is summed."""

    LEVEL = "level"
    CUMULATIVE = "cumulative"
    PER_PERIOD = "per_period"
    RATIO = "ratio"
    MILESTONE = "milestone"
    ORDINAL = "ordinal"
    MAINTAIN = "maintain"


class Direction(StrEnum):
    """Which way is better."""

    INCREASE = "increase"
    DECREASE = "decrease"
    AT_OR_ABOVE = "maintain_at_or_above"
    AT_OR_BELOW = "maintain_at_or_below"
    WITHIN = "maintain_within"


MAINTAINED = frozenset({Direction.AT_OR_ABOVE, Direction.AT_OR_BELOW, Direction.WITHIN})


class AcrossBureaus(StrEnum):
    """How the values of many bureaus become one."""

    SUM = "sum"
    WEIGHTED_MEAN = "weighted_mean"
    RATIO = "ratio"
    COUNT_MEETING = "count_meeting"
    WORST = "worst"
    NONE = "none"


class AcrossInitiatives(StrEnum):
    """How the values of one bureau's initiatives become the bureau's."""

    ONE = "one"
    SUM = "sum"


# How a bureau's own value is held against the organisation's target: a rate is, a part of a sum is not.
COMPARABLE_PER_BUREAU = frozenset(
    {AcrossBureaus.WEIGHTED_MEAN, AcrossBureaus.RATIO, AcrossBureaus.WORST, AcrossBureaus.NONE}
)


@dataclass(frozen=True, slots=True)
class Rule:
    """The declared arithmetic of one indicator.

    `tolerance` (in the unit, 0 or more) is how far a maintained value may miss and still be met; `range_low` and
    `range_high` are the ends of a range to keep within; `meets_at` is the value at which one bureau counts as
    meeting the indicator; `scale` maps each word of an ordinal scale to its number. A ratio is a plain quotient: what
    is drawn as 25 percent is 0.25 here, in its targets too. Raises ValueError when kind and direction contradict each
    other, the range is missing or upside down, or the tolerance is negative.
    """

    kind: Kind = Kind.LEVEL
    direction: Direction = Direction.INCREASE
    combine_bureaus: AcrossBureaus = AcrossBureaus.SUM
    combine_initiatives: AcrossInitiatives = AcrossInitiatives.ONE
    frequency: Frequency = Frequency.QUARTERLY
    tolerance: Decimal = ZERO
    range_low: Decimal | None = None
    range_high: Decimal | None = None
    meets_at: Decimal | None = None
    scale: Mapping[str, Decimal] = field(default_factory=dict)
    source_ref: str = ""

    def __post_init__(self):
        if self.kind == Kind.MAINTAIN and self.direction not in MAINTAINED:
            raise ValueError(f"a maintained indicator cannot have the direction {self.direction}")
        if self.tolerance < 0:
            raise ValueError(f"the tolerance {self.tolerance} is below zero")
        if self.direction == Direction.WITHIN and not self._has_range():
            raise ValueError(f"the range {self.range_low} to {self.range_high} has no inside")

    def _has_range(self) -> bool:
        return self.range_low is not None and self.range_high is not None and self.range_low <= self.range_high

    @property
    def edges(self) -> tuple[Decimal, Decimal]:
        """The ends of the range to keep within. Raises ValueError where there is none."""
        return given(self.range_low), given(self.range_high)

    @property
    def is_maintained(self) -> bool:
        return self.direction in MAINTAINED

    @property
    def sums_both_sides(self) -> bool:
        """Whether numerators and denominators are summed, then divided; summing ratios would mean nothing."""
        declared = self.combine_bureaus
        return declared == AcrossBureaus.RATIO or (self.kind == Kind.RATIO and declared == AcrossBureaus.SUM)

    @property
    def bureau_level(self) -> Decimal | None:
        """The value at which one bureau counts as meeting the indicator; "yes" for a yes-or-no milestone."""
        return ONE if self.meets_at is None and self.kind == Kind.MILESTONE else self.meets_at

    def as_json(self) -> dict:
        return {
            "kind": self.kind,
            "direction": self.direction,
            "combine_bureaus": self.combine_bureaus,
            "combine_initiatives": self.combine_initiatives,
            "frequency": self.frequency,
            "tolerance": self.tolerance,
            "range_low": self.range_low,
            "range_high": self.range_high,
            "meets_at": self.meets_at,
        }


def is_met(rule: Rule, value: Decimal | None, level: Decimal | None) -> bool:
    """Whether a value keeps to its level (or range) within the declared tolerance; the edges count as met.

    `level` is not used for a range. An unknown value meets nothing.
    """
    if value is None:
        return False
    if rule.direction == Direction.WITHIN:
        low, high = rule.edges
        return low - rule.tolerance <= value <= high + rule.tolerance
    if rule.direction in (Direction.DECREASE, Direction.AT_OR_BELOW):
        return value <= given(level) + rule.tolerance
    return value >= given(level) - rule.tolerance
