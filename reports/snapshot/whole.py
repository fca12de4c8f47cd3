"""The whole snapshot: the plans, and what stands around them in a report."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .marks import Day, Figure, Language, Moment, Status
from .plan import Plan, Ref, Said, Text

FORMAT = 1


class Moved(TypedDict):
    """The figures behind a changed verdict, in their own unit: what it was, what it is, what was expected by now."""

    before: Figure | None
    after: Figure | None
    expected: Figure | None
    is_percent: bool
    decimals: int
    is_yes_or_no: NotRequired[bool]


class Change(TypedDict):
    """One difference from the previous edition; `reports.render.sentences` puts it into words."""

    kind: str
    subject: Ref
    before: str | None
    after: str | None
    count: int | None
    weight: int
    moved: NotRequired[Moved]


class Attention(TypedDict):
    """Something that needs a decision, with the figures that say why and the words of those concerned."""

    kind: str
    subject: Ref
    aim: str | None
    status: Status | None
    actual: Figure | None
    expected: Figure | None
    is_percent: bool
    decimals: int
    is_yes_or_no: NotRequired[bool]
    said: Said | None
    help_wanted: Said | None


class Missing(TypedDict):
    """A bureau that owed updates for the period and has not sent them all.

    `days_late` counts from its own due date, which `more_time_until` moved where it was granted more time;
    `whole_before` says of each earlier period in which it owed something whether it sent all of it, oldest first.
    """

    bureau: str
    name: Text
    region: str
    due: int
    sent: int
    days_late: int
    last_period: str | None
    more_time_until: NotRequired[Day | None]
    whole_before: NotRequired[list[bool]]


class Region(TypedDict):
    code: str
    name: Text
    due: int
    sent: int
    on_time: int


class Discipline(TypedDict):
    """Who reported: updates due, sent, on time and validated for the period and the periods before it."""

    period: str
    on: Day
    due: int
    sent: int
    on_time: int
    validated: int


class Reporting(TypedDict):
    due_on: Day | None
    now: Discipline
    before: list[Discipline]
    regions: list[Region]
    missing: list[Missing]
    bureaus_due: int
    bureaus_complete: int


class Crossing(TypedDict):
    """One approved or proposed link of the crosswalk."""

    kind: str
    state: str
    source: Ref
    target: Ref | None
    note: Text | None


class Initiative(TypedDict):
    code: str
    title: Text
    bureau: str
    bureau_name: Text
    partners: int
    aims: list[str]
    starts_on: Day
    ends_on: Day | None
    state: str
    status: Status
    delivery: Figure | None
    last_period: str | None
    handling: int


class LeftOut(TypedDict):
    """What a reader of this edition's level does not get, as counts only."""

    initiatives: int
    indicators: int
    statements: int
    figures: int


class Handling(TypedDict):
    level: int
    clearance: int
    left_out: LeftOut


class Scope(TypedDict):
    """What the report is about; a report on a region or a bureau names it."""

    kind: str
    code: str
    title: Text | None


class Period(TypedDict):
    code: str
    start_on: Day
    end_on: Day
    is_open: bool


class Filing(TypedDict):
    """Which edition this is, and the one it corrects."""

    number: int
    corrects: int | None
    correction_reason: str | None


class Previous(TypedDict):
    number: int
    period: str
    as_of: Moment


class Thresholds(TypedDict):
    on_track: Figure
    at_risk: Figure
    coverage_floor: Figure
    stale_after: Figure
    revision: str


class Snapshot(TypedDict):
    format: int
    demo: bool
    title: Text
    definition: str
    cadence: str
    filing: Filing
    scope: Scope
    period: Period
    as_of: Moment
    languages: list[Language]
    handling: Handling
    previous: Previous | None
    thresholds: Thresholds
    plans: list[Plan]
    changes: list[Change]
    attention: list[Attention]
    reporting: Reporting
    crosswalk: list[Crossing]
    initiatives: list[Initiative]
    awaiting: NotRequired[int]
    corrected: NotRequired[list[Change]]
