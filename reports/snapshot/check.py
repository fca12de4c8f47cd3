"""Whether a snapshot is exactly of the documented form; the first fault is named with its place."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, NotRequired, Union, get_args, get_origin, get_type_hints

from .marks import STATUSES, VALUE_STATES
from .whole import FORMAT, Snapshot


class SnapshotFault(ValueError):
    """The snapshot is not of the form that its format number promises; the message names the place."""


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
