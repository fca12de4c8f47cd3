"""A CSV file as one sheet of texts: any usual separator, UTF-8 or UTF-16, no guesses about older encodings."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable
from typing import BinaryIO

from exchange.reading import limits
from exchange.reading.limits import Refusal, cell_name
from exchange.reading.workbook import TEXT, Budget, Sheet

SEPARATORS = (",", ";", "\t")


def read_table(file: BinaryIO, progress: Callable[[int], None]) -> list[Sheet]:
    """The file's one sheet. Raises Refusal."""
    words = _decoded(file.read(limits.LARGEST_FILE + 1))
    progress(30)
    csv.field_size_limit(limits.LONGEST_CELL * 2)
    sheet, budget = Sheet(""), Budget()
    try:
        for number, row in enumerate(csv.reader(io.StringIO(words, newline=""), delimiter=_separator(words)), start=1):
            _keep(sheet, number, row, budget)
    except csv.Error as fault:
        raise Refusal("broken_table", cell=cell_name(len(sheet.rows) + 1, 1)) from fault
    progress(90)
    return [sheet]


def _decoded(content: bytes) -> str:
    if len(content) > limits.LARGEST_FILE:
        raise Refusal("too_large", most=limits.LARGEST_FILE // 1024**2)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        words = content.decode(encoding)
    except UnicodeDecodeError as fault:
        row = content[: fault.start].count(b"\n") + 1
        raise Refusal("not_utf8", cell=cell_name(row, 1)) from fault
    if "\x00" in words:
        raise Refusal("not_a_table")
    return words


def _separator(words: str) -> str:
    """Whichever of the usual ones the first line has most of."""
    first = words.split("\n", 1)[0][:20_000]
    return max(SEPARATORS, key=first.count)


def _keep(sheet: Sheet, number: int, row: list[str], budget: Budget) -> None:
    if number > limits.MOST_ROWS + limits.HEAD_ROWS:
        raise Refusal("too_many_rows", cell=cell_name(number, 1), most=limits.MOST_ROWS)
    if len(row) > limits.MOST_COLUMNS:
        raise Refusal("too_many_columns", cell=cell_name(number, len(row)), most=limits.MOST_COLUMNS)
    cells = []
    for column, words in enumerate(row, start=1):
        if len(words) > limits.LONGEST_CELL:
            raise Refusal("cell_too_long", cell=cell_name(number, column), most=limits.LONGEST_CELL)
        if words:
            budget.spend(len(words) + limits.SIGNS_PER_CELL, "", cell_name(number, column))
            cells.append([column, TEXT, words])
    if cells:
        sheet.rows.append([number, cells])
