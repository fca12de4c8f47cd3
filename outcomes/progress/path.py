"""The planned path: where an indicator should stand on a day, between its baseline and its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from outcomes.progress.exact import difference, product, quotient, total


@dataclass(frozen=True, slots=True)
class Point:
    """A planned value (in the indicator's unit) on a day: the baseline, a dated milestone or the target."""

    on: date
    value: Decimal
    source_ref: str = ""


def ordered(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points by date. Raises ValueError when two fall on the same day: the path would have two values."""
    kept = tuple(sorted(points, key=lambda point: point.on))
    for earlier, later in zip(kept, kept[1:], strict=False):
        if earlier.on == later.on:
            raise ValueError(f"two planned values on {earlier.on.isoformat()}")
    return kept


def planned_on(path: Sequence[Point], on: date) -> Decimal:
    """The planned value on a day: straight between the points, level before the first and after the last.

    `path` is ordered and not empty. Source: product contract, section 3 (planned path).
    """
    if on <= path[0].on:
        return path[0].value
    for start, end in zip(path, path[1:], strict=False):
        if on < end.on:
            return _between(start, end, on)
        if on == end.on:
            return end.value
    return path[-1].value


def _between(start: Point, end: Point, on: date) -> Decimal:
    rise = difference(end.value, start.value)
    elapsed, span = Decimal((on - start.on).days), Decimal((end.on - start.on).days)
    return total([start.value, quotient(product(rise, elapsed), span)])


def stepped_on(path: Sequence[Point], on: date) -> Decimal:
    """The planned value of what happens at once (yes or no): the last point whose day has come."""
    due = [point for point in path if point.on <= on]
    return due[-1].value if due else path[0].value


def in_force_on(targets: Sequence[Point], on: date) -> Point:
    """The target that a maintained value must keep to on a day: the next one to fall due, else the last."""
    return next((target for target in targets if target.on >= on), targets[-1])
