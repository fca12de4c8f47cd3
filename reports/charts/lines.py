"""Values over time, against the path that was planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core import formats
from reports.charts.drawing import SMALL, TEXT, Chart, Sheet, Table, key_of
from reports.charts.lettering import width_of
from reports.charts.scales import Scale, day_ticks, decimals_of, value_ticks

MANY = 8  # from here the marks of targets are small, so that they stay apart


@dataclass(frozen=True)
class Point:
    """A value on the day it was observed, or planned for; None is a gap, never a zero."""

    on: date
    value: Decimal | None
    note: str = ""


@dataclass(frozen=True)
class Target:
    """What was to be reached by a day; earlier revisions stay in the picture with `current=False`."""

    on: date
    value: Decimal
    revision: int = 1
    current: bool = True
    reason: str = ""


def path(
    *,
    title: str,
    summary: str,
    points: Sequence[Point],
    planned: Sequence[Point] = (),
    targets: Sequence[Target] = (),
    today: date | None = None,
    status: str = "",
    unit: str = "",
    decimals: int | None = None,
    bounds: tuple[int, int] | None = None,
    rtl: bool | None = None,
    width: int = 480,
    height: int = 250,
    key: str = "",
) -> Chart:
    """Values against the planned path, with the targets and what they used to be.

    `bounds` are values that the scale reaches in any case, such as 0 and 100 for shares of a whole.
    """
    key = key or key_of("path", title, points, targets)
    sheet = Sheet(width, height, rtl)
    table = _path_table(points, planned, targets, unit, decimals)
    if _nothing(points, planned, targets):
        sheet.words(width / 2, height / 2, _("no data"), anchor="middle", paint="muted")
        return Chart(key, title, summary, sheet.finish(key, title, summary), table)
    frame = _frame(sheet, points, planned, targets, today, bounds or ())
    _draw_legend(sheet, points, planned, targets, unit)
    _draw_plan(sheet, frame, points, planned, targets, decimals)
    _draw_values(sheet, frame, points, planned, status, decimals)
    return Chart(key, title, summary, sheet.finish(key, title, summary), table)


def _nothing(points, planned, targets) -> bool:
    return not targets and all(point.value is None for point in (*points, *planned))


@dataclass(frozen=True)
class _Frame:
    across: Scale
    down: Scale

    def place(self, point) -> tuple[float, float]:
        return self.across(point.on.toordinal()), self.down(point.value)


def _frame(sheet: Sheet, points, planned, targets, today, bounds) -> _Frame:
    """The scales, with their round values and days drawn; room is kept for the words at both ends."""
    values = [float(one.value) for one in (*points, *planned, *targets) if one.value is not None]
    values += map(float, bounds)
    days = [one.on for one in (*points, *planned, *targets)] + ([today] if today else [])
    ticks = value_ticks(min(values), max(values))
    places = decimals_of(ticks)
    labels = [formats.number(tick, places) for tick in ticks]
    start = max(width_of(label, SMALL) for label in labels) + 10
    down = Scale(float(ticks[0]), float(ticks[-1]), sheet.height - 26, 40)
    across = Scale(min(days).toordinal(), max(days).toordinal(), start + 8, sheet.width - 46)
    for tick, label in zip(ticks, labels, strict=True):
        sheet.line([(start, down(tick)), (sheet.width, down(tick))], "line")
        sheet.words(start - 6, down(tick) + 4, label, anchor="end", paint="muted", size=SMALL)
    _draw_days(sheet, across, min(days), max(days))
    if today:
        _draw_today(sheet, across(today.toordinal()))
    return _Frame(across, down)


def _draw_days(sheet: Sheet, across: Scale, first: date, last: date) -> None:
    ticks = day_ticks(first, last)
    by_year = len(ticks) < 2 or (ticks[1] - ticks[0]).days > 300
    for day in ticks:
        x = across(day.toordinal())
        sheet.line([(x, sheet.height - 26), (x, sheet.height - 21)], "muted")
        label = str(day.year) if by_year else formats.month(day)
        sheet.words(x, sheet.height - 7, label, anchor="middle", paint="muted", size=SMALL)


def _draw_today(sheet: Sheet, x: float) -> None:
    sheet.line([(x, 36), (x, sheet.height - 26)], "muted", 1, "2 3")
    side = ("end", -4) if x > sheet.width - 80 else ("start", 4)
    sheet.words(x + side[1], 34, _("today"), anchor=side[0], paint="muted", size=SMALL)


def _draw_legend(sheet: Sheet, points, planned, targets, unit: str) -> None:
    """What each mark means, in one line above the drawing."""
    x = 2.0
    for mark, words in _legend(points, planned, targets, unit):
        if mark == "value":
            sheet.line([(x, 10), (x + 18, 10)], "ink", 2.4)
        elif mark == "plan":
            sheet.line([(x, 10), (x + 18, 10)], "muted", 1.6, "5 4")
        else:
            sheet.diamond(x + 9, 10, 5, "accent" if mark == "target" else "muted", hollow=mark == "earlier")
        x += 24 + sheet.words(x + 24, 14, words, size=SMALL) + 18


def _legend(points, planned, targets, unit: str) -> list[tuple[str, str]]:
    found = [("value", _("value") + (f" ({unit})" if unit else ""))] if points else []
    if planned:
        found.append(("plan", _("planned path")))
    if any(target.current for target in targets):
        found.append(("target", _("target")))
    if any(not target.current for target in targets):
        found.append(("earlier", _("earlier target")))
    return found


def _draw_plan(sheet: Sheet, frame: _Frame, points, planned, targets, decimals) -> None:
    sheet.line([frame.place(point) for point in planned if point.value is not None], "muted", 1.6, "5 4")
    size = 6 if len(targets) <= MANY else 4
    for target in sorted(targets, key=lambda one: one.current):
        x, y = frame.place(target)
        sheet.diamond(x, y, size, "accent" if target.current else "muted", hollow=not target.current)
    for x, y, words, anchor in _numbers_with_room(sheet, frame, points, targets, decimals):
        sheet.words(x, y - 11, words, anchor=anchor, paint="accent", size=SMALL, bold=True, halo=True)


def _numbers_with_room(sheet: Sheet, frame: _Frame, points, targets, decimals) -> list[tuple]:
    """Where the numbers of targets stand: the last target first, then whichever runs into no other number.

    The latest value keeps its place, too; every number stands in the table in any case.
    """
    current = sorted((one for one in targets if one.current), key=lambda one: one.on)
    known = [point for point in points if point.value is not None]
    taken = [_reach(sheet, frame, known[-1], decimals)[1:]] if known else []
    found = []
    for target in [*current[-1:], *current[:-1]]:
        place, left, right = _reach(sheet, frame, target, decimals)
        if target is current[-1] or all(right < start or left > end for start, end in taken):
            taken.append((left, right))
            found.append(place)
    return found


def _reach(sheet: Sheet, frame: _Frame, point, decimals) -> tuple:
    """Where a number stands above its mark, and from where to where it reaches; near the edge it ends there."""
    x, y = frame.place(point)
    words = formats.number(point.value, decimals)
    half = width_of(words, TEXT) / 2 + 5
    if x + half > sheet.width:
        return (sheet.width - 2, y, words, "end"), sheet.width - 2 * half, sheet.width
    return (x, y, words, "middle"), x - half, x + half


def _draw_values(sheet: Sheet, frame: _Frame, points, planned, status: str, decimals) -> None:
    for run in _runs(points):
        places = [frame.place(point) for point in run]
        if len(places) > 1:
            sheet.line(places, "ink", 2.4)
        for x, y in places:
            sheet.dot(x, y, 2.6, "ink")
    known = [point for point in points if point.value is not None]
    if known:
        is_planned = any(point.value is not None for point in planned)
        is_behind = is_planned and _planned_at(planned, known[-1].on) > known[-1].value
        _draw_last(sheet, frame, known[-1], is_behind, status, decimals)


def _draw_last(sheet: Sheet, frame: _Frame, last: Point, is_behind: bool, status: str, decimals) -> None:
    """The latest value wears its status; its number stands on the side that the planned path leaves free."""
    x, y = frame.place(last)
    if status:
        sheet.status(status, x, y, 14)
    below = is_behind and y < sheet.height - 50 or y < 58
    sheet.words(x, y + 23 if below else y - 12, formats.number(last.value, decimals), anchor="middle", bold=True)


def _planned_at(planned: Sequence[Point], on: date) -> Decimal:
    """The planned value on a day, straight between its neighbours: only to place a label, never a figure."""
    path = sorted((p for p in planned if p.value is not None), key=lambda point: point.on)
    before = [p for p in path if p.on <= on] or path[:1]
    after = [p for p in path if p.on > on] or path[-1:]
    first, last = before[-1], after[0]
    days = (last.on - first.on).days
    return first.value + (last.value - first.value) * (on - first.on).days / days if days else first.value


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """The values in unbroken runs: a line never crosses a gap."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _path_table(points, planned, targets, unit: str, decimals) -> Table:
    """Every day in order: what was reported, what was expected, what is the target, and why it was changed."""
    reported, expected = {p.on: p for p in points}, {p.on: p for p in planned}
    aims: dict[date, list[Target]] = {}
    for target in targets:
        aims.setdefault(target.on, []).append(target)
    rows = [
        (
            formats.day(on),
            formats.number(reported[on].value, decimals) if on in reported else "",
            formats.number(expected[on].value, decimals) if on in expected else "",
            "; ".join(_target_words(one, decimals) for one in aims.get(on, ())),
            reported[on].note if on in reported else "",
        )
        for on in sorted({*reported, *expected, *aims})
    ]
    value = _("Value") + (f" ({unit})" if unit else "")
    return Table((_("Day"), value, _("Expected"), _("Target"), _("Note")), tuple(rows))


def _target_words(target: Target, decimals) -> str:
    words = formats.number(target.value, decimals)
    if not target.current:
        words += " " + _("(revision %(n)s, replaced)") % {"n": target.revision}
    return f"{words}: {target.reason}" if target.reason else words
