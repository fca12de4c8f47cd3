"""Many things at once: statuses of rows against columns, and work laid out along the days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core import formats
from core.status import status_of
from reports.charts.drawing import SMALL, TEXT, Chart, Sheet, Table, key_of
from reports.charts.lettering import width_of
from reports.charts.scales import Scale, day_ticks

HEAT_ROW, HEAT_HEAD, SPAN_ROW, GROUP_ROW = 34, 44, 40, 28
TINTED = {"off_track", "at_risk", "on_track", "achieved"}


def heat_map(
    *,
    title: str,
    summary: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    corner: str = "",
    rtl: bool | None = None,
    width: int = 560,
    key: str = "",
) -> Chart:
    """Rows against columns; each cell a (status, finished number) with its shape, so that it reads in grey."""
    key = key or key_of("heat", title, columns, rows)
    side = width * 0.3
    sheet = Sheet(width, HEAT_HEAD + HEAT_ROW * len(rows) + 2, rtl)
    wide = (width - side) / max(len(columns), 1)
    for place, column in enumerate(columns):
        middle = side + (place + 0.5) * wide
        sheet.lines(middle, 15, column, wide - 6, anchor="middle", paint="muted", size=SMALL)
    for place, (label, cells) in enumerate(rows):
        y = HEAT_HEAD + place * HEAT_ROW
        sheet.lines(0, y + HEAT_ROW / 2, label, side - 10, middle=True, size=TEXT)
        for across, (code, words) in enumerate(cells):
            _draw_cell(sheet, side + across * wide, y, wide, code, words)
    return Chart(key, title, summary, sheet.finish(key, title, summary), _heat_table(corner, columns, rows))


def _draw_cell(sheet: Sheet, x: float, y: float, wide: float, code: str, words: str) -> None:
    sheet.rect(x + 1, y + 1, wide - 2, HEAT_ROW - 2, "wash")
    if code in TINTED:
        sheet.rect(x + 1, y + 1, wide - 2, HEAT_ROW - 2, code, fill_opacity="0.16")
    sheet.status(code, x + wide / 2 - 15, y + HEAT_ROW / 2, 12)
    sheet.words(x + wide / 2 - 4, y + HEAT_ROW / 2 + 4.5, words, size=TEXT)


def _heat_table(corner: str, columns, rows) -> Table:
    body = tuple((label, *(_cell_words(code, words) for code, words in cells)) for label, cells in rows)
    return Table((corner, *columns), body)


def _cell_words(code: str, words: str) -> str:
    verdict = str(status_of(code).label)
    return f"{words} ({verdict})" if words else verdict


@dataclass(frozen=True)
class Span:
    """A piece of work from its first to its last day; an open end is None.

    `group` is a heading that stands above the first of its spans; `marks` are the days of its milestones that were met,
    `open_marks` of those that were not.
    """

    label: str
    starts_on: date
    ends_on: date | None
    status: str = ""
    note: str = ""
    group: str = ""
    marks: tuple[date, ...] = ()
    open_marks: tuple[date, ...] = ()


def timeline(
    *,
    title: str,
    summary: str,
    spans: Sequence[Span],
    today: date,
    rtl: bool | None = None,
    width: int = 560,
    key: str = "",
) -> Chart:
    """Work along the days, with a line for today; what is over is solid up to its end, what is to come is light."""
    key = key or key_of("timeline", title, spans, today)
    headings = _headings(spans)
    sheet = Sheet(width, 34 + SPAN_ROW * len(spans) + GROUP_ROW * len(headings) + 14, rtl)
    if spans:
        across = _day_scale(sheet, spans, today)
        _draw_now(sheet, across(today.toordinal()))
        y = 34
        for place, span in enumerate(spans):
            if place in headings:
                sheet.rect(0, y, sheet.width, GROUP_ROW - 6, "paper")
                sheet.lines(0, y + 16, span.group, sheet.width, most=1, bold=True)
                y += GROUP_ROW
            _draw_span(sheet, across, span, y, today)
            y += SPAN_ROW
    return Chart(key, title, summary, sheet.finish(key, title, summary), _span_table(spans))


def _headings(spans: Sequence[Span]) -> set[int]:
    """The places at which another group begins."""
    return {
        place for place, one in enumerate(spans) if one.group and (not place or spans[place - 1].group != one.group)
    }


def _day_scale(sheet: Sheet, spans: Sequence[Span], today: date) -> Scale:
    first = min(min(span.starts_on for span in spans), today)
    last = max(max(span.ends_on or today for span in spans), today)
    across = Scale(first.toordinal(), last.toordinal(), 6, sheet.width - 12)
    for day in day_ticks(first, last):
        x = max(across(day.toordinal()), 0)
        sheet.line([(x, 22), (x, sheet.height)], "line")
        label = str(day.year) if (last - first).days > 560 else formats.month(day)
        sheet.words(x + 3, 14, label, paint="muted", size=SMALL)
    return across


def _draw_span(sheet: Sheet, across: Scale, span: Span, y: float, today: date) -> None:
    """What is done in the status's colour, what is to come in the colour of lines, the words above both."""
    start = across(span.starts_on.toordinal())
    end = sheet.width if span.ends_on is None else across(span.ends_on.toordinal())
    code = span.status or "no_data"
    sheet.rect(start, y + 20, max(end - start, 3), 9, "line", rx="1")
    done = min(end, across(today.toordinal()))
    if done > start:
        sheet.rect(start, y + 20, max(done - start, 3), 9, code if code in TINTED else "muted", rx="1")
    for marks, is_met in ((span.marks, True), (span.open_marks, False)):
        for mark in marks:
            _draw_mark(sheet, across(mark.toordinal()), y + 24.5, is_met=is_met)
    _label_span(sheet, start, y, code, f"{span.label} · {span.note}" if span.note else span.label)


def _draw_mark(sheet: Sheet, x: float, y: float, *, is_met: bool) -> None:
    """A milestone: a small diamond on the bar, hollow where it was not met. Before today's line that is late."""
    sheet.diamond(min(max(x, 5), sheet.width - 5), y, 5, "ink", hollow=not is_met)


def _label_span(sheet: Sheet, start: float, y: float, code: str, words: str) -> None:
    """The words begin where the work begins; near the end of the sheet they end there instead."""
    is_late = start > sheet.width * 0.6
    edge, sign = (sheet.width, -1) if is_late else (start, 1)
    room = (edge if is_late else sheet.width - edge) - 22
    wide = min(width_of(words, TEXT), room) + 20
    sheet.rect(edge - wide if is_late else edge, y + 1, wide, 17, "paper")
    sheet.status(code, edge + sign * 6, y + 9, 12)
    sheet.lines(edge + sign * 17, y + 13, words, room, most=1, anchor="end" if is_late else "start")


def _draw_now(sheet: Sheet, x: float) -> None:
    sheet.line([(x, 18), (x, sheet.height)], "ink", 1.5)
    side = ("end", -4) if x > sheet.width - 70 else ("start", 4)
    sheet.words(x + side[1], sheet.height - 5, _("today"), anchor=side[0], size=SMALL, bold=True)


def _span_table(spans: Sequence[Span]) -> Table:
    rows = tuple(
        (
            span.label,
            formats.day(span.starts_on),
            formats.day(span.ends_on) or _("no end set"),
            str(status_of(span.status).label) if span.status else "",
            span.note,
        )
        for span in spans
    )
    return Table((_("Work"), _("Starts"), _("Ends"), _("Status"), _("Note")), rows)
