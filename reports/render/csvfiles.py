"""Draws the report's tables as CSV files in one archive: UTF-8, plain decimals, ISO dates, no live formulas."""

from __future__ import annotations

import csv
import io
import re

from core.inert import inert

from .document import Cell, Document, Table
from .spreadsheet import archive
from .text import clean, plain


def draw_csv(document: Document) -> bytes:
    """A zip archive with one file per table; the same document always gives the same bytes."""
    return archive({f"{_slug(table.key)}.csv": _file(table) for table in document.data_tables})


def _slug(key: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")


def _file(table: Table) -> bytes:
    columns = [(at, column) for at, column in enumerate(table.columns) if column.where != "page"]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_inert(column.title) for _at, column in columns])
    for row in table.rows:
        writer.writerow([_written(row[at]) for at, _column in columns])
    return out.getvalue().encode("utf-8-sig")


def _written(cell: Cell) -> str:
    return _inert(cell.text) if cell.value is None else str(cell.value)


def _inert(words: str) -> str:
    """Text that a spreadsheet will not run."""
    return inert(plain(clean(words)[0]))
