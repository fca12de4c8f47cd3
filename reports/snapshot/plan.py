"""A plan in the snapshot, from the whole down to each indicator, with its figures."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .marks import Day, Figure, Language, Status, ValueState


class Text(TypedDict):
    """A text of the organisation with the translations known on the day; `working` lists the unapproved ones."""

    source: Language
    texts: dict[str, str]
    working: list[str]


class Said(TypedDict):
    """Something a bureau wrote, in its own words and language."""

    text: str
    language: Language
    bureau: str
    initiative: str | None
    period: str


class Spread(TypedDict):
    """One of the two numbers of a node: what is known, how much of it, and where the truth may lie.

    All are shares of one; `expected` is what the planned path asks for by now. `restricted` means that the value rests on too few
    restricted bureaus to be shown to this reader; the figures are then None.
    """

    value: Figure | None
    expected: Figure | None
    coverage: Figure | None
    low: Figure | None
    high: Figure | None
    known: int
    total: int
    counts: dict[str, int]
    restricted: bool


class Overall(TypedDict):
    """What all bureaus have reached, beside the figures of a report about some of them."""

    status: Status
    results: Spread
    delivery: Spread


class Before(TypedDict):
    """Where a plan or an aim stood in the edition that this one is compared with; None is unknown or hidden."""

    status: Status
    results: Figure | None
    delivery: Figure | None


class Point(TypedDict):
    """One period of a trend: what was measured and what was expected by then; `on` is the period's last day."""

    period: str
    on: Day
    value: Figure | None
    expected: Figure | None


class Judgement(TypedDict):
    """The status that a responsible person set beside the computed one."""

    status: Status
    reason: str
    language: Language
    by: str
    until_on: Day | None


class Ref(TypedDict):
    """A thing of the plan that a sentence is about: `kind` is plan, aim, result, indicator or initiative."""

    kind: str
    code: str
    title: Text


class Value(TypedDict):
    """A value of an indicator in one of the four states of a value."""

    state: ValueState
    value: Figure | None
    numerator: Figure | None
    denominator: Figure | None
    on: Day | None
    period: str | None


class Indicator(TypedDict):
    """An indicator with its values in its own unit; where `is_percent`, they are shares of one.

    `is_sum`: a count per period, told as its sum so far against the sum of its targets, beside a baseline of one period.
    """

    code: str
    name: Text
    definition: Text
    kind: str
    direction: str
    unit_label: Text
    is_percent: bool
    decimals: int
    state: str
    frequency: str
    combine: str
    source: Text
    means: Text
    owner: str
    baseline: Value | None
    target: Value | None
    latest: Value | None
    expected: Figure | None
    progress: Figure | None
    status: Status
    judgement: Judgement | None
    reported_by: int
    expected_from: int
    trend: list[Point]
    is_falling: bool
    is_sum: NotRequired[bool]
    restricted: bool
    explain: str


class Result(TypedDict):
    code: str
    number: int
    text: Text
    origin: str
    status: Status
    judgement: Judgement | None
    results: Spread
    delivery: Spread
    trend: list[Point]
    indicators: list[Indicator]
    initiatives: int
    assessment: NotRequired[Text]
    explain: str


class Aim(TypedDict):
    code: str
    number: int
    title: Text
    text: Text | None
    status: Status
    judgement: Judgement | None
    results: Spread
    delivery: Spread
    trend: list[Point]
    expected_results: list[Result]
    initiatives: int
    bureaus: int
    said: list[Said]
    help_wanted: list[Said]
    overall: NotRequired[Overall]
    before: NotRequired[Before]
    assessment: NotRequired[Text]
    explain: str


class Plan(TypedDict):
    code: str
    kind: str
    title: Text
    status: str
    start_on: Day
    end_on: Day
    statement_title: Text | None
    statement: Text | None
    node_status: Status
    judgement: Judgement | None
    results: Spread
    delivery: Spread
    trend: list[Point]
    aims: list[Aim]
    overall: NotRequired[Overall]
    before: NotRequired[Before]
    assessment: NotRequired[Text]
    explain: str


def is_yes_or_no(indicator: Indicator) -> bool:
    """Whether its values are a yes or a no, kept as 1 or 0. Of many bureaus it is counted how many have reached it."""
    return indicator["kind"] == "milestone" and indicator["combine"] != "count_meeting"
