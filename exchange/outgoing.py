"""Draws a bureau's workbook: locked but for the cells that are asked, with drop-downs, in the reader's language."""

from __future__ import annotations

import csv
import io
import json
import re
from copy import copy
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation

from core.formats import day, moment
from core.inert import inert
from exchange import choices, columns
from exchange.choices import Choice
from exchange.columns import Column
from exchange.gather import Book
from exchange.reading.limits import column_letters
from exchange.rows import Line, canonical, update_lines, value_lines

SEEN, LISTS = "seen", "lists"  # sheets that nobody sees: what went out, and what drop-downs offer
LAST_ROW_OF_LISTS = 60
CODES_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 3
MOST_EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number
LONGEST_SEEN = 32_000
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")

_HEAD = Font(bold=True, color="FFFFFF")
_HEAD_FILL = PatternFill("solid", fgColor="14233B")
_ASKED_HEAD_FILL = PatternFill("solid", fgColor="7A4E00")
_ASKED_FILL = PatternFill("solid", fgColor="FFF8E1")
_CLOSED_FILL = PatternFill("solid", fgColor="E3E6EA")
_QUIET = Font(color="4A5565")
_WRAP = Alignment(wrap_text=True, vertical="top")
_EDGE = Border(*(Side(style="hair", color="9AA3AE") for _side in range(4)))
_OPEN = Protection(locked=False)


def draw_workbook(book: Book) -> bytes:
    """The workbook of the bureau for the period, in the current language."""
    drawn = Workbook()
    _instructions(drawn.active, book)
    tables = {"updates": update_lines(book), "values": value_lines(book)}
    lists = _Lists(drawn)
    for table, lines in tables.items():
        _sheet(drawn, table, lines, lists)
    _remember(drawn, tables)
    lists.draw()
    drawn.active = 1
    drawn.properties.title = f"{book.bureau.code} {book.period.code}"
    drawn.properties.creator = ""
    out = io.BytesIO()
    drawn.save(out)
    return out.getvalue()


def draw_csv(book: Book, table: str) -> bytes:
    """One of the two tables for machines: codes in the head, plain decimals, ISO days."""
    lines = update_lines(book) if table == "updates" else value_lines(book)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.code for column in columns.TABLES[table]])
    for line in lines:
        writer.writerow([_plain(line.cells.get(column.code)) for column in columns.TABLES[table]])
    return out.getvalue().encode("utf-8-sig")


def _plain(value) -> str:
    return inert(value) if isinstance(value, str) else canonical(value)


def _instructions(sheet, book: Book) -> None:
    _start_sheet(sheet, _("Instructions"))
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 90
    for label, words in _facts(book):
        sheet.append([None, None])
        row = sheet.max_row
        _write(sheet.cell(row, 1), label)
        _write(sheet.cell(row, 2), words)
        sheet.cell(row, 1).font = Font(bold=True)
        sheet.cell(row, 1).alignment = sheet.cell(row, 2).alignment = _WRAP


def _facts(book: Book) -> list[tuple[str, str]]:
    due = {"day": day(book.due_on), "zone": book.bureau.time_zone}
    return [
        (_("Bureau"), f"{book.bureau.name} ({book.bureau.code})"),
        (_("Reporting period"), f"{book.period.code}: {day(book.period.start_on)} – {day(book.period.end_on)}"),
        (_("Due"), _("by the end of %(day)s, on your bureau's clock (%(zone)s)") % due),
        (_("Made on"), moment(book.at)),
        (_("How to fill it in"), _("Fill in the yellow cells of the two sheets that follow; all others are locked.")),
        ("", _("A cell that you leave as it is changes nothing. A row that you do not need may stay as it is.")),
        ("", _("Give a number, or choose why there is none and say the reason. Zero is a value; empty is not.")),
        ("", _("Do not add rows, and do not copy a row over another: each row belongs to one record.")),
        (_("How to bring it back"), _("Save it as XLSX and upload it under My reporting, “Fill in a spreadsheet”.")),
        ("", _("You will see every change before anything is saved. Nothing is sent unless you say so.")),
        (_("Left out"), _("Updates that were sent already: %(count)s") % {"count": len(book.sent)}),
    ]


def _start_sheet(sheet, title: str) -> None:
    sheet.title = title[:31]
    sheet.sheet_view.rightToLeft = get_language_bidi()
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _sheet(drawn: Workbook, table: str, lines: list[Line], lists: _Lists) -> None:
    sheet = drawn.create_sheet()
    _start_sheet(sheet, str(columns.TABLE_NAMES[table]))
    for place, column in enumerate(columns.TABLES[table], start=1):
        _head(sheet, place, column)
    sheet.row_dimensions[CODES_ROW].hidden = True
    sheet.column_dimensions["A"].hidden = True
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 5)
    looks = _Looks()
    for row, line in enumerate(lines, start=FIRST_ROW):
        for place, column in enumerate(columns.TABLES[table], start=1):
            looks.put(sheet.cell(row, place), column, line)
    _validate(sheet, table, lines, lists)


def _head(sheet, place: int, column: Column) -> None:
    _write(sheet.cell(CODES_ROW, place), column.code)
    head = sheet.cell(HEAD_ROW, place)
    _write(head, str(column.label))
    head.font, head.fill = _HEAD, _ASKED_HEAD_FILL if column.asks else _HEAD_FILL
    head.alignment = _WRAP
    sheet.column_dimensions[column_letters(place)].width = column.width


class _Looks:
    """One style for each sort of cell, made once: a style of its own for every cell takes most of the time."""

    def __init__(self):
        self.kept: dict[tuple, object] = {}

    def put(self, cell, column: Column, line: Line) -> None:
        value = line.cells.get(column.code)
        _write(cell, value)
        is_closed = column.code in line.closed
        sort = (bool(column.asks), is_closed, column.asks == columns.DAY, isinstance(value, date), cell.data_type == "s")
        if sort not in self.kept:
            _dress(cell, column, is_closed)
            self.kept[sort] = cell._style
        cell._style = copy(self.kept[sort])


def _dress(cell, column: Column, is_closed: bool) -> None:
    cell.alignment, cell.border = _WRAP, _EDGE
    if not column.asks:
        cell.font = _QUIET
    elif is_closed:
        cell.fill = _CLOSED_FILL
    else:
        cell.fill, cell.protection = _ASKED_FILL, _OPEN
        if column.asks == columns.DAY:
            cell.number_format = "yyyy-mm-dd"


def _write(cell, value) -> None:
    """Numbers and days as themselves; words as words, whatever sign they begin with."""
    if isinstance(value, Choice):
        value = value.label
    if isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) <= MOST_EXACT_DIGITS:
        cell.value = value
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    elif value not in (None, ""):
        cell.value = _writable(canonical(value))
        cell.data_type = "s"
        cell.quotePrefix = True


def _writable(words: str) -> str:
    """Signs that XML cannot hold, as a workbook writes them."""
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found.group()):04X}_", words)


def _remember(drawn: Workbook, tables: dict[str, list[Line]]) -> None:
    """What went out, so that a later change by somebody else can be told from one by whoever fills this in."""
    sheet = drawn.create_sheet(SEEN)
    sheet.sheet_state = "veryHidden"
    for table, lines in tables.items():
        for line in lines:
            told = {column.code: canonical(line.cells.get(column.code)) for column in columns.asked(table)}
            words = json.dumps({name: words for name, words in told.items() if words}, ensure_ascii=False)
            if len(words) <= LONGEST_SEEN:
                sheet.append([line.row_id, ""])
                _write(sheet.cell(sheet.max_row, 2), words)


class _Lists:
    """What drop-downs offer, on a sheet of their own: a list in the cell itself may have no commas and few signs."""

    def __init__(self, drawn: Workbook):
        self.drawn = drawn
        self.kept: dict[tuple[str, ...], str] = {}

    def range_of(self, words: list[str]) -> str:
        key = tuple(words[:LAST_ROW_OF_LISTS])
        if key not in self.kept:
            letters = column_letters(len(self.kept) + 1)
            self.kept[key] = f"{LISTS}!${letters}$1:${letters}${len(key)}"
        return self.kept[key]

    def draw(self) -> None:
        sheet = self.drawn.create_sheet(LISTS)
        sheet.sheet_state = "veryHidden"
        for place, words in enumerate(self.kept, start=1):
            for row, word in enumerate(words, start=1):
                _write(sheet.cell(row, place), word)


def _validate(sheet, table: str, lines: list[Line], lists: _Lists) -> None:
    """Drop-downs and notes at the asked cells. One rule for a column; for the values of a scale, one for each scale."""
    for place, column in enumerate(columns.TABLES[table], start=1):
        if not column.asks or not lines:
            continue
        letters = column_letters(place)
        whole = f"{letters}{FIRST_ROW}:{letters}{FIRST_ROW + len(lines) - 1}"
        if column.code == "value":
            _validate_scales(sheet, letters, lines, lists)
        elif rule := _rule(column, lists):
            rule.add(whole)
            sheet.add_data_validation(rule)


def _rule(column: Column, lists: _Lists) -> DataValidation | None:
    if column.choices:
        rule = DataValidation(type="list", formula1=lists.range_of(choices.labels(column.choices)), allow_blank=True)
    elif column.asks == columns.PERCENT:
        rule = DataValidation(type="decimal", operator="between", formula1="0", formula2="100", allow_blank=True)
    elif column.hint:
        rule = DataValidation(allow_blank=True)
    else:
        return None
    rule.showErrorMessage = bool(rule.type)
    rule.errorTitle, rule.error = str(column.label)[:32], (column.hint_words or _("Choose one from the list."))[:255]
    if column.hint:
        rule.showInputMessage = True
        rule.promptTitle, rule.prompt = str(column.label)[:32], column.hint_words[:255]
    return rule


def _validate_scales(sheet, letters: str, lines: list[Line], lists: _Lists) -> None:
    rules: dict[tuple[str, ...], DataValidation] = {}
    for row, line in enumerate(lines, start=FIRST_ROW):
        if key := tuple(line.options):
            if key not in rules:
                rules[key] = DataValidation(type="list", formula1=lists.range_of(line.options), allow_blank=True)
            rules[key].add(f"{letters}{row}")
    for rule in rules.values():
        sheet.add_data_validation(rule)
