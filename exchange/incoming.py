"""The rows of a file that came back: which table each is of, and what is in its cells."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils import translation

from core.translations import LANGUAGES
from exchange import columns
from exchange.cells import Cell
from exchange.outgoing import SEEN

LONGEST_HEAD = 3  # rows in which the codes of the columns are looked for


@dataclass
class Line:
    """One row: its cells by the code of their column. A column that the file has and the row leaves empty is there."""

    table: str
    sheet: str
    row: int
    cells: dict[str, Cell] = field(default_factory=dict)

    @property
    def name_cell(self) -> Cell:
        return self.cells["row_id"]


def lines_of(sheets: list[dict]) -> list[Line]:
    """Every row of our two tables, in their order. What else a workbook holds is not looked at."""
    found = []
    for sheet in sheets:
        if sheet["name"] != SEEN and (head := _head(sheet)):
            found += _lines(sheet, *head)
    return found


def _head(sheet: dict) -> tuple[str, int, dict[int, str]] | None:
    """The table that a sheet holds, the row of its codes, and the code of each column."""
    for number, cells in sheet["rows"][:LONGEST_HEAD]:
        codes = {column: value.strip() for column, _kind, value in cells}
        for table, known in columns.TABLES.items():
            ours = {column: code for column, code in codes.items() if code in {one.code for one in known}}
            if "row_id" in ours.values() and _tells(table) in ours.values():
                return table, number, ours
    return None


def _tells(table: str) -> str:
    """A column that only this table has."""
    return {"updates": "achieved", "values": "indicator"}[table]


def _lines(sheet: dict, table: str, head_row: int, codes: dict[int, str]) -> list[Line]:
    labels = {str(column.code) for column in columns.TABLES[table]}
    found = []
    for number, cells in sheet["rows"]:
        held = {column: Cell(sheet["name"], number, column, kind, value) for column, kind, value in cells}
        if number <= head_row or (number == head_row + 1 and _is_titles(held, codes)):
            continue
        own = {
            code: held.get(column) or Cell(sheet["name"], number, column)
            for column, code in codes.items()
            if code in labels
        }
        if any(cell.value for cell in own.values()):
            found.append(Line(table, sheet["name"], number, own))
    return found


def _is_titles(held: dict[int, Cell], codes: dict[int, str]) -> bool:
    """The row of labels beneath the codes, in whichever language the file was made."""
    place = next(column for column, code in codes.items() if code == "row_id")
    return place in held and held[place].value in _titles()


@lru_cache(maxsize=1)
def _titles() -> frozenset[str]:
    found = set()
    for language in LANGUAGES:
        with translation.override(language):
            found.add(str(columns.UPDATES[0].label))
    return frozenset(found)


def seen_of(sheets: list[dict]) -> dict[str, dict[str, str]]:
    """What each row said when it went out, by its name. Whoever changed this only misleads themselves."""
    found = {}
    for sheet in sheets:
        if sheet["name"] == SEEN:
            for _number, cells in sheet["rows"]:
                words = [value for _column, _kind, value in cells]
                told = _told(words[1]) if len(words) == 2 else None
                if told is not None:
                    found[words[0]] = told
    return found


def _told(words: str) -> dict[str, str] | None:
    try:
        told = json.loads(words)
    except ValueError:
        return None
    return {str(name): str(value) for name, value in told.items()} if isinstance(told, dict) else None
