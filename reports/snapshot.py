"""The frozen picture of a plan on a date: its format, its canonical bytes and the check that it is well formed.

A snapshot is plain JSON. Everything that a report shows is drawn from it and from nothing else, so what is
written here must be complete: figures are decimal *strings* (never floats), days are ISO dates, moments are
ISO date-times in UTC, and every text carries the language it was written in. `None` always means "not known".

`FORMAT` grows by one when a reader of the old form could misread the new one. An edition keeps the format it
was filed with for ever; `reports.render` must go on drawing every format that was ever filed.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, NotRequired, TypedDict, Union, get_args, get_origin, get_type_hints

import orjson

FORMAT = 1

LANGUAGES = ("ar", "en", "fr", "es")
STATUSES = (
    "on_track", "at_risk", "off_track", "achieved", "too_early", "no_data", "insufficient_data", "stale", "restricted",
)  # fmt: skip
"""The eight statuses, and "restricted" where the verdict is hidden from this reader."""
VALUE_STATES = ("reported", "not_reported", "not_applicable", "withheld")

Figure = Annotated[str, "figure"]
"""A decimal number written out, such as "0.6213"; a share of one is a share, not a percentage."""
Day = Annotated[str, "day"]
Moment = Annotated[str, "moment"]
Status = Annotated[str, "status"]
ValueState = Annotated[str, "value_state"]
Language = Annotated[str, "language"]


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
    """An indicator with its values in its own unit; where `is_percent`, they are shares of one."""

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
    assessment: NotRequired[Text]
    explain: str


class Change(TypedDict):
    """One difference from the previous edition; `reports.render.sentences` puts it into words."""

    kind: str
    subject: Ref
    before: str | None
    after: str | None
    count: int | None
    weight: int


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
    said: Said | None
    help_wanted: Said | None


class Missing(TypedDict):
    """A bureau that owed updates for the period and has not sent them all."""

    bureau: str
    name: Text
    region: str
    due: int
    sent: int
    days_late: int
    last_period: str | None


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


class SnapshotFault(ValueError):
    """The snapshot is not of the form that its format number promises; the message names the place."""


def canonical_bytes(snapshot: dict) -> bytes:
    """The one way a snapshot is written down: sorted keys, no spaces, UTF-8. Its hash is taken of these bytes."""
    return orjson.dumps(snapshot, option=orjson.OPT_SORT_KEYS)


def sha256_of(snapshot: dict) -> str:
    return hashlib.sha256(canonical_bytes(snapshot)).hexdigest()


def check_code(snapshot: dict) -> str:
    """The sixteen signs on the cover, in groups of four: the first 80 bits of the snapshot's SHA-256."""
    code = b32encode(bytes.fromhex(sha256_of(snapshot))[:10]).decode()
    return "-".join(code[at : at + 4] for at in range(0, 16, 4))


def validate(snapshot: Any) -> None:
    """Raise SnapshotFault, naming the place, unless the snapshot is exactly of the documented form."""
    if not isinstance(snapshot, dict) or snapshot.get("format") != FORMAT:
        raise SnapshotFault(f"format: this reads format {FORMAT} only")
    _check(snapshot, Snapshot, "snapshot")


def _check(value: Any, kind: Any, place: str) -> None:
    origin = get_origin(kind)
    if kind is Any:
        return
    if origin is Annotated:
        _check_marked(value, kind.__metadata__[0], place)
    elif origin is list:
        _check_list(value, get_args(kind)[0], place)
    elif origin is dict:
        _check_mapping(value, get_args(kind)[1], place)
    elif _is_union(kind):
        _check_union(value, get_args(kind), place)
    elif isinstance(kind, type) and hasattr(kind, "__required_keys__"):
        _check_record(value, kind, place)
    elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SnapshotFault(f"{place}: expected {getattr(kind, '__name__', kind)}, found {type(value).__name__}")


def _is_union(kind: Any) -> bool:
    return get_origin(kind) is Union or type(kind).__name__ == "UnionType"


def _check_union(value: Any, kinds: tuple, place: str) -> None:
    if value is None and type(None) in kinds:
        return
    _check(value, next(kind for kind in kinds if kind is not type(None)), place)


def _check_list(value: Any, kind: Any, place: str) -> None:
    if not isinstance(value, list):
        raise SnapshotFault(f"{place}: expected a list")
    for index, item in enumerate(value):
        _check(item, kind, f"{place}[{index}]")


def _check_mapping(value: Any, kind: Any, place: str) -> None:
    if not isinstance(value, dict):
        raise SnapshotFault(f"{place}: expected an object")
    for key, item in value.items():
        _check(item, kind, f"{place}.{key}")


_HINTS: dict[type, dict[str, Any]] = {}


def _hints(kind: type) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind, include_extras=True)
    return _HINTS[kind]


def _check_record(value: Any, kind: Any, place: str) -> None:
    if not isinstance(value, dict):
        raise SnapshotFault(f"{place}: expected an object")
    hints = _hints(kind)
    required = {name for name, expected in hints.items() if get_origin(expected) is not NotRequired}
    if lost := required - value.keys():
        raise SnapshotFault(f"{place}: missing {', '.join(sorted(lost))}")
    if surplus := value.keys() - hints.keys():
        raise SnapshotFault(f"{place}: unknown {', '.join(sorted(surplus))}")
    for name, item in value.items():
        _check(item, _plain(hints[name]), f"{place}.{name}")


def _plain(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is NotRequired else kind


_FIGURE = re.compile(r"-?\d{1,30}(\.\d{1,20})?\Z")


def _is_figure(value: str) -> bool:
    try:
        return bool(_FIGURE.match(value)) and Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _is_iso(parse: Any, value: str) -> bool:
    try:
        return bool(parse(value))
    except ValueError:
        return False


_MARKS = {
    "figure": _is_figure,
    "day": lambda value: _is_iso(date.fromisoformat, value),
    "moment": lambda value: _is_iso(datetime.fromisoformat, value) and value.endswith("+00:00"),
    "status": STATUSES.__contains__,
    "value_state": VALUE_STATES.__contains__,
    "language": lambda value: bool(re.fullmatch(r"[a-z]{2,3}", value)),
}


def _check_marked(value: Any, mark: str, place: str) -> None:
    if not isinstance(value, str) or not _MARKS[mark](value):
        raise SnapshotFault(f"{place}: not a {mark.replace('_', ' ')}: {value!r:.60}")
