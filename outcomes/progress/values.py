"""What somebody said about an indicator: a value, or which of three reasons there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache


class State(StrEnum):
    """The four states of a value, kept apart everywhere. Zero is a value; the other three are not zero."""

    REPORTED = "reported"
    NOT_REPORTED = "not_reported"
    NOT_APPLICABLE = "not_applicable"
    WITHHELD = "withheld"


class Status(StrEnum):
    """The verdict on a figure, the same eight words everywhere."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    ACHIEVED = "achieved"
    TOO_EARLY = "too_early"
    NO_DATA = "no_data"
    INSUFFICIENT_DATA = "insufficient_data"
    STALE = "stale"


class Reason(StrEnum):
    """Why a figure is missing or was not judged; empty text where there is nothing to say."""

    NOTHING = ""
    NO_VALUE = "no_value"
    NOT_REPORTED = "not_reported"
    NOT_APPLICABLE = "not_applicable"
    WITHHELD = "withheld"
    DENOMINATOR_ZERO = "denominator_zero"
    NOT_COMBINED = "not_combined"
    NO_BASELINE = "no_baseline"
    NO_TARGET = "no_target"
    NO_THRESHOLD = "no_threshold"
    TARGET_EQUALS_BASELINE = "target_equals_baseline"
    TARGET_BEFORE_BASELINE = "target_before_baseline"
    NOTHING_EXPECTED_YET = "nothing_expected_yet"
    BELOW_COVERAGE_FLOOR = "below_coverage_floor"
    TOO_OLD = "too_old"
    NO_CHILDREN = "no_children"
    CANCELLED = "cancelled"


class Frequency(StrEnum):
    """How often an indicator is reported."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


# Days in the longest interval of each kind, so that nobody is called late for a leap year.
INTERVAL_DAYS = {
    Frequency.MONTHLY: 31,
    Frequency.QUARTERLY: 92,
    Frequency.HALF_YEARLY: 184,
    Frequency.YEARLY: 366,
}


@dataclass(frozen=True, slots=True)
class Observation:
    """One validated answer, for one reporting period.

    `value` is in the indicator's unit; ratios give `numerator` and `denominator` instead. `observed_on` is the day that
    the value was true, `period_end_on` the last day of the period that it was reported for. `bureau` None is the
    organisation's own figure; `initiative` is the code of the initiative that it came through, or empty. `restricted`
    and `confidential` say that readers below that clearance must not learn the value.
    Raises ValueError when a state that is not "reported" carries a value, or "reported" carries none.
    """

    state: State = State.REPORTED
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    observed_on: date | None = None
    bureau: str | None = None
    initiative: str = ""
    source_ref: str = ""
    restricted: bool = False
    period_end_on: date | None = None
    confidential: bool = False

    def __post_init__(self):
        has_ratio = self.numerator is not None and self.denominator is not None
        has_value = self.value is not None or has_ratio
        if (self.state == State.REPORTED) != has_value:
            raise ValueError(f"{self.state} with value {self.value!r}: only a reported answer has a value, and always")

    @property
    def is_reported(self) -> bool:
        return self.state == State.REPORTED

    @property
    def seen_on(self) -> date:
        """The day the value was true; the end of its period where nobody gave a day."""
        return self.observed_on or self.period_end_on or date.min

    @property
    def reported_for(self) -> date:
        """The last day of the period the answer belongs to."""
        return self.period_end_on or self.observed_on or date.min


def in_turn(seen: Observation) -> tuple[date, date, str]:
    """Where the answer stands in its series: by period, then day, then the answer's own name, never by who came first."""
    return seen.reported_for, seen.seen_on, seen.source_ref


def is_stale(observed_on: date, on: date, frequency: str, intervals: Decimal) -> bool:
    """Older than so many reporting intervals on that day (contract: 1.5). Exactly as old is not stale."""
    return observed_on < fresh_since(on, frequency, intervals)


@lru_cache(maxsize=1_000)
def fresh_since(on: date, frequency: str, intervals: Decimal) -> date:
    """The first day of which a value is not stale on that day. Asked for every reading of every bureau."""
    days = int(intervals * INTERVAL_DAYS[Frequency(frequency)])
    return date.min if days >= on.toordinal() else on - timedelta(days=days)


def has_fallen(observations: Iterable[Observation]) -> bool:
    """Whether a cumulative series ever goes down: some bureau's or initiative's total is below its last."""
    latest: dict[tuple, Decimal] = {}
    for seen in sorted(observations, key=in_turn):
        if not seen.is_reported or seen.value is None:
            continue
        key = (seen.bureau, seen.initiative)
        if seen.value < latest.get(key, seen.value):
            return True
        latest[key] = seen.value
    return False
