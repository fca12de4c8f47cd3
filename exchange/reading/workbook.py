"""A workbook as its sheets and typed cells, read in one pass that stops at the first limit it meets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import BinaryIO

from exchange.reading import limits
from exchange.reading.archive import Parcel, open_parcel, walk
from exchange.reading.limits import Refusal, cell_name
from exchange.reading.shared import Strings, Styles, place_in_list, unescaped

# What a cell holds: text, a number as it was written, one drawn as a percentage, a day, yes or no, an error, a formula
# that was never worked out.
TEXT, NUMBER, PERCENT, DAY, TRUTH, FAULT, FORMULA = "s", "n", "p", "d", "b", "e", "f"
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})$")
SHEET_PART = re.compile(r"/(work)?sheets?/")
HYPERLINK = "/hyperlink"


@dataclass
class Sheet:
    """`rows`: pairs of the row's number and its cells, each a column, a kind and a value; empty ones are left out."""

    name: str
    is_hidden: bool = False
    rows: list = field(default_factory=list)

    def as_json(self) -> dict:
        return {"name": self.name, "hidden": self.is_hidden, "rows": self.rows}


@dataclass
class Budget:
    """What all sheets of a file share."""

    text: int = limits.MOST_TEXT

    def spend(self, signs: int, sheet: str, cell: str) -> None:
        self.text -= signs
        if self.text < 0:
            raise Refusal("too_much_text", sheet=sheet, cell=cell)


def read_workbook(file: BinaryIO, progress: Callable[[int], None]) -> list[Sheet]:
    """Every sheet with its cells. Raises Refusal."""
    parcel = open_parcel(file)
    _require_plain(parcel)
    places = _sheet_places(parcel)
    progress(10)
    strings = Strings(parcel).found
    styles = Styles(parcel)
    progress(30)
    budget, found = Budget(), []
    for done, (sheet, part) in enumerate(places):
        _SheetReader(sheet, strings, styles, budget).read(parcel, part)
        found.append(sheet)
        progress(30 + 60 * (done + 1) // len(places))
    return found


def _require_plain(parcel: Parcel) -> None:
    """No macros by its type, and nothing that points out of the file but a hyperlink that somebody typed."""
    kinds: list[str] = []
    walk(parcel.chunks(_named(parcel, "[Content_Types].xml")), start=lambda _name, at: kinds.append(at.get("ContentType", "")))
    if any("macroenabled" in kind.casefold() for kind in kinds):
        raise Refusal("macros")

    def look(_name, at):
        if at.get("TargetMode", "").casefold() == "external" and not at.get("Type", "").endswith(HYPERLINK):
            raise Refusal("external_links")

    for name in parcel.names:
        if name.endswith(".rels"):
            walk(parcel.chunks(name), start=look)


def _named(parcel: Parcel, wanted: str) -> str:
    """The member of the name, whatever its capitals."""
    found = next((name for name in parcel.names if name.casefold() == wanted.casefold()), None)
    if found is None:
        raise Refusal("not_a_workbook")
    return found


def _sheet_places(parcel: Parcel) -> list[tuple[Sheet, str]]:
    targets: dict[str, str] = {}
    listed: list[tuple[Sheet, str]] = []

    def relation(name, at):
        if name == "Relationship":
            targets[at.get("Id", "")] = at.get("Target", "")

    def sheet(name, at):
        if name == "sheet":
            key = next((value for attribute, value in at.items() if attribute.rpartition(":")[2] == "id"), "")
            listed.append((Sheet(at.get("name", "")[:60], at.get("state", "visible") != "visible"), key))
        elif name == "workbookPr" and at.get("date1904") in ("1", "true"):
            raise Refusal("days_from_1904")

    walk(parcel.chunks(_named(parcel, "xl/_rels/workbook.xml.rels")), start=relation)
    walk(parcel.chunks(_named(parcel, "xl/workbook.xml")), start=sheet)
    if len(listed) > limits.MOST_SHEETS:
        raise Refusal("too_many_sheets", most=limits.MOST_SHEETS)
    places = [(one, _part(targets.get(key, ""))) for one, key in listed]
    return [(one, _named(parcel, part)) for one, part in places if SHEET_PART.search(part)]


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


class _SheetReader:
    """Meets rows and cells in their order. The dimension that a sheet claims is not believed: rows are counted."""

    def __init__(self, sheet: Sheet, strings: list[str], styles: Styles, budget: Budget):
        self.sheet, self.strings, self.styles, self.budget = sheet, strings, styles, budget
        self.row = self.column = 0
        self.cells: list = []
        self.kind = self.style = ""
        self.parts: list[str] = []
        self.has_formula = self.is_reading = False
        self.is_spoken = 0

    def read(self, parcel: Parcel, part: str) -> None:
        walk(parcel.chunks(part), sheet=self.sheet.name, start=self._start, end=self._end, text=self._text)

    def _start(self, name, at):
        if name == "c":
            self._start_cell(at)
        elif name in ("v", "t"):
            self.is_reading = not self.is_spoken
        elif name == "row":
            self._start_row(at)
        elif name == "f":
            self.has_formula = True
        elif name == "rPh":
            self.is_spoken += 1

    def _start_row(self, at):
        number = at.get("r", "")
        self.row = int(number) if number.isdigit() and len(number) < 9 else self.row + 1
        self.column, self.cells = 0, []
        if self.row > limits.MOST_ROWS + limits.HEAD_ROWS:
            raise Refusal(
                "too_many_rows", sheet=self.sheet.name, cell=cell_name(min(self.row, 1_048_576), 1), most=limits.MOST_ROWS
            )

    def _start_cell(self, at):
        before, self.column = self.column, self._place(at.get("r", ""))
        if self.column <= before:
            raise Refusal("broken_xml", sheet=self.sheet.name, cell=self._name())
        if self.column > limits.MOST_COLUMNS:
            raise Refusal(
                "too_many_columns", sheet=self.sheet.name, cell=self._name(), most=limits.MOST_COLUMNS
            )
        self.kind, self.style = at.get("t", "n"), at.get("s", "0")
        self.parts, self.has_formula = [], False

    def _place(self, reference: str) -> int:
        found = REFERENCE.match(reference)
        if found is None:
            return self.column + 1
        number = 0
        for letter in found.group(1):
            number = number * 26 + ord(letter) - 64
        return number

    def _name(self) -> str:
        return cell_name(self.row or 1, min(self.column, 16_384) or 1)

    def _text(self, words):
        if self.is_reading:
            self.parts.append(words)

    def _end(self, name):
        if name in ("v", "t"):
            self.is_reading = False
        elif name == "c":
            self._end_cell()
        elif name == "row" and self.cells:
            self.sheet.rows.append([self.row, self.cells])
        elif name == "rPh":
            self.is_spoken -= 1

    def _end_cell(self):
        words = "".join(self.parts)
        kind, value = self._typed(words)
        if value == "" and kind == TEXT:
            return
        if len(value) > limits.LONGEST_CELL:
            raise Refusal("cell_too_long", sheet=self.sheet.name, cell=self._name(), most=limits.LONGEST_CELL)
        self.budget.spend(len(value) + limits.SIGNS_PER_CELL, self.sheet.name, self._name())
        self.cells.append([self.column, kind, value])

    def _typed(self, words: str) -> tuple[str, str]:
        if self.kind == "s":
            return TEXT, self._shared(words)
        if self.kind in ("str", "inlineStr"):
            return (FORMULA, "") if self.has_formula and not words else (TEXT, unescaped(words))
        if not words:
            return (FORMULA, "") if self.has_formula else (TEXT, "")
        if self.kind == "b":
            return TRUTH, "1" if words == "1" else "0"
        if self.kind == "e":
            return FAULT, words[:20]
        if self.kind == "d":
            return DAY, words[:10]
        return self._number(words)

    def _shared(self, words: str) -> str:
        try:
            return self.strings[place_in_list(words)] if words else ""
        except (ValueError, IndexError) as fault:
            raise Refusal("broken_xml", sheet=self.sheet.name, cell=self._name()) from fault

    def _number(self, words: str) -> tuple[str, str]:
        style = int(self.style) if self.style.isdigit() and len(self.style) < 6 else 0
        try:
            number = float(words)
            if number != number or abs(number) > 1e300:
                return FAULT, words[:20]
            if style not in self.styles.days:
                return PERCENT if style in self.styles.percents else NUMBER, words.strip()[:40]
            return DAY, (datetime(1899, 12, 30) + timedelta(days=number)).date().isoformat()  # noqa: DTZ001 - a day has no zone
        except (ValueError, OverflowError):
            return FAULT, words[:20]
