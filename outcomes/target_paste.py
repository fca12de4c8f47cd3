"""A table pasted from a spreadsheet, read into the places of the grid: every cell finds its place or is named."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import StringIO

from django.utils.translation import gettext as _

from core.formats import day
from core.numbers import Unreadable, read_number
from outcomes.models import Indicator

LONGEST = 60
Reader = Callable[[str], date | None]


@dataclass
class Pasted:
    """The words by indicator and column of the grid, and what found no place."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    number: int
    code: str
    cells: list[str]


def read_pasted(words: str, indicators: Sequence[Indicator], days: list[str], *, most: int, read_day: Reader) -> Pasted:
    """What was pasted. Days of its head that the grid lacks go into the empty places of `days`, or are added to it.

    Lines above the one that names the days are a title's, often of merged cells; columns of words before the first day
    describe the indicator. Anything else without a place is an error that names its line or its column.
    """
    lines, by_code, found = _lines(words), {one.code.casefold(): one for one in indicators}, Pasted()
    places: list[int | None] = list(range(len(days)))
    head = _head(lines, by_code, days, read_day)
    if head is not None:
        top, lines = lines[head], lines[head + 1 :]
        places = _columns(top, lines, days, most, read_day, found.errors)
    for line in lines:
        _take(line, by_code, places, found)
    return found


def _lines(words: str) -> list[_Line]:
    """The lines that say something; a cell in quotation marks may hold line breaks, as spreadsheets copy it."""
    rows = csv.reader(StringIO(words.replace("\0", "")), delimiter="\t")
    try:
        read = [(rows.line_num, [cell.strip() for cell in row]) for row in rows]
    except csv.Error:  # a cell longer than the reader takes: somebody pasted what is no table
        read = [(1, [words.strip()[:LONGEST]])]
    return [_Line(number, cells[0], cells[1:]) for number, cells in read if any(cells)]


def _day_of(words: str, days: list[str], read_day: Reader) -> date | None:
    """The day that a head says: as one types it, or as the grid itself shows it."""
    shown = {day(on).casefold(): on for on in map(read_day, days) if on}
    return read_day(words) or shown.get(words.casefold())


def _head(lines: list[_Line], by_code: dict, days: list[str], read_day: Reader) -> int | None:
    """Which line names the days, whatever stands before them: no value reads as a day. None where an indicator comes first."""
    for place, line in enumerate(lines):
        if any(_day_of(cell, days, read_day) for cell in line.cells):
            return place
        if line.code.casefold() in by_code:
            return None
    return None


def _columns(top: _Line, lines: list[_Line], days: list[str], most: int, read_day: Reader, errors: list) -> list[int | None]:
    """Where each column of the pasted table goes in the grid; errors for those that hold something and go nowhere."""
    named = [_day_of(cell, days, read_day) for cell in top.cells]
    named += [None] * (max([len(line.cells) for line in lines], default=0) - len(named))
    first, places = next(place for place, on in enumerate(named) if on), []
    for column, on in enumerate(named):
        held = [line.cells[column] for line in lines if len(line.cells) > column and line.cells[column]]
        if on is None:
            said = top.cells[column][:LONGEST] if column < len(top.cells) else ""
            if held and (column > first or any(map(_is_number, held))):
                errors.append(_no_day(column + 2, said))
            places.append(None)
            continue
        place = None if on in named[:column] else _place(on, days, most, read_day)
        if place is None:
            errors.append(_no_room(column + 2, on, on in named[:column], most))
        places.append(place)
    return places


def _is_number(words: str) -> bool:
    try:
        return read_number(words) is not None
    except Unreadable:
        return False


def _no_day(column: int, said: str) -> str:
    if not said:
        return _("Column %(n)s of the table has values and no day above them.") % {"n": column}
    known = {"n": column, "words": said}
    return _("Column %(n)s of the table: “%(words)s” is no day. Write it as year-month-day.") % known


def _no_room(column: int, on: date, is_twice: bool, most: int) -> str:
    known = {"n": column, "day": day(on), "most": most}
    if is_twice:
        return _("Column %(n)s of the table: %(day)s has a column already.") % known
    return _("Column %(n)s of the table: there is no room for %(day)s. At most %(most)s days are set at once.") % known


def _place(on: date, days: list[str], most: int, read_day: Reader) -> int | None:
    """The column of a day, made where there is none yet; None where the grid is full."""
    known = [read_day(one) for one in days]
    if on in known:
        return known.index(on)
    if "" in days:
        place = days.index("")
        days[place] = on.isoformat()
        return place
    if len(days) == most:
        return None
    days.append(on.isoformat())
    return len(days) - 1


def _take(line: _Line, by_code: dict, places: list[int | None], found: Pasted) -> None:
    """This will put one line's cells where they belong."""
    indicator = by_code.get(line.code.casefold())
    if indicator is None and not line.code:
        if any(words and column is not None for column, words in zip(places, line.cells, strict=False)):
            found.errors.append(_("Line %(n)s has values and no code of an indicator.") % {"n": line.number})
        return
    if indicator is None:
        known = {"n": line.number, "code": line.code[:24]}
        found.errors.append(_("Line %(n)s: there is no indicator %(code)s here.") % known)
        return
    if any(pk == indicator.pk for pk, _column in found.cells):
        known = {"n": line.number, "code": indicator.code}
        found.errors.append(_("Line %(n)s: the indicator %(code)s stands in a line above already.") % known)
        return
    for column, words in zip(places, line.cells, strict=False):
        if words and column is not None:
            found.cells[indicator.pk, column] = words[:LONGEST]
    if any(line.cells[len(places) :]):
        found.errors.append(_("Line %(n)s has more cells than the table has days.") % {"n": line.number})
