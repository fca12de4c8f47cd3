"""What a person wrote into a cell, read as what was asked there; what could be two things is asked about, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _

from core.inert import restored
from core.numbers import MOST_DECIMALS, MOST_DIGITS, Unreadable, read_number
from exchange import choices
from exchange.reading.limits import cell_name
from exchange.reading.workbook import DAY, FAULT, FORMULA, NUMBER, PERCENT, TEXT, TRUTH
from exchange.rows import canonical, one_line_end

YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})$")
DIRECTION_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))


@dataclass(frozen=True)
class Cell:
    """A cell as it was read: where it is, what sort of thing it holds, and its text."""

    sheet: str
    row: int
    column: int
    kind: str = TEXT
    value: str = ""

    @property
    def name(self) -> str:
        return cell_name(self.row, self.column)


class Misread(ValueError):
    """The cell cannot be read as what was asked; `message` says why, for the person who wrote it."""

    def __init__(self, message):
        super().__init__(str(message))
        self.message = message


def read_text(cell: Cell, *, is_csv: bool = False) -> str:
    """The words of the cell; a number or a day typed where words are asked is taken as it is written."""
    _require_worked_out(cell)
    if cell.kind == TEXT:
        return one_line_end(restored(cell.value) if is_csv else cell.value)
    if cell.kind in (NUMBER, PERCENT):
        return canonical(_exact(cell)) + ("%" if cell.kind == PERCENT else "")
    return {"1": "TRUE", "0": "FALSE"}.get(cell.value, "") if cell.kind == TRUTH else cell.value


def _require_worked_out(cell: Cell) -> None:
    if cell.kind == FAULT:
        raise Misread(_("The cell holds an error (%(error)s), not an answer.") % {"error": cell.value})
    if cell.kind == FORMULA:
        raise Misread(_("The cell holds a formula without its result. Write the result itself."))


def read_decimal(cell: Cell, language: str, *, of_hundred: bool = False) -> Decimal | None:
    """The number of the cell, nothing for an empty one. A cell drawn as 40 % holds 0.4: where a number out of a
    hundred is asked it is read as 40, elsewhere it could be two numbers."""
    _require_worked_out(cell)
    if cell.kind == TEXT:
        try:
            return read_number(restored(cell.value) if cell.value.startswith("'") else cell.value, language)
        except Unreadable as refused:
            raise Misread(refused.message) from refused
    if cell.kind == PERCENT and not of_hundred:
        raise Misread(_("The cell is drawn as a percentage, so it could be two numbers. Format it as a plain number."))
    if cell.kind not in (NUMBER, PERCENT):
        raise Misread(_("Write a number, in digits."))
    return _exact(cell)


def _exact(cell: Cell) -> Decimal:
    """A spreadsheet keeps fifteen digits; what is behind them is noise."""
    number = Decimal(f"{float(cell.value):.15g}") * (100 if cell.kind == PERCENT else 1)
    if abs(number) >= Decimal(10) ** MOST_DIGITS:
        raise Misread(_("A number has at most 18 digits and 6 decimals."))
    return number.quantize(Decimal(1).scaleb(-MOST_DECIMALS), ROUND_HALF_UP)


def read_day(cell: Cell) -> date | None:
    """The day of the cell: a spreadsheet's own, 2026-11-22, 22.11.2026, or 22/11/2026 where only one reading is a day."""
    _require_worked_out(cell)
    words = _western(cell.value)
    if cell.kind == TEXT and not words:
        return None
    try:
        if cell.kind == DAY:
            return date.fromisoformat(cell.value)
        if cell.kind == TEXT and (found := YEAR_FIRST.match(words)):
            return date(*map(int, found.groups()))
        if cell.kind == TEXT and (found := YEAR_LAST.match(words)):
            return _year_last(found)
    except Misread:
        raise
    except ValueError as fault:
        raise Misread(_("There is no such day.")) from fault
    raise Misread(_("Write the day as year-month-day, for example 2026-11-22."))


def _year_last(found: re.Match) -> date:
    first, mark, second, year = int(found[1]), found[2], int(found[3]), int(found[4])
    if mark == "." or first > 12 or first == second:
        return date(year, second, first)
    if second > 12:
        return date(year, first, second)
    raise Misread(_("This could be two days. Write it as year-month-day, for example 2026-11-22."))


def _western(words: str) -> str:
    digits = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in words)
    return digits.translate(DIRECTION_MARKS).strip()


def read_chosen(cell: Cell, name: str):
    """The value that the cell chooses from the set, nothing for an empty cell."""
    words = read_text(cell, is_csv=True).strip()
    if not words:
        return None
    found = choices.read_choice(name, words)
    if found is None:
        raise Misread(_("Choose one of: %(words)s.") % {"words": ", ".join(choices.labels(name))})
    return found


def read_step(cell: Cell, indicator, language: str) -> Decimal | None:
    """A step of a scale: its number, or the number with its word as the drop-down writes it."""
    if cell.kind != TEXT:
        return read_decimal(cell, language)
    known = {choices.step_label(one).casefold(): Decimal(str(one["value"])) for one in indicator.scale}
    words = cell.value.strip()
    if words.casefold() in known:
        return known[words.casefold()]
    head = words.partition(":")[0]
    return read_decimal(Cell(cell.sheet, cell.row, cell.column, TEXT, head), language)


def read_reached(cell: Cell) -> Decimal | None:
    """Yes or no, in a word of any of our languages, or 1 and 0."""
    if cell.kind in (NUMBER, TRUTH):
        cell = Cell(cell.sheet, cell.row, cell.column, TEXT, f"{float(cell.value):g}")
    found = read_chosen(cell, "reached")
    return None if found is None else Decimal(found)
