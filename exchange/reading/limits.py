"""How much a file may be of anything, and what is said when it is more. Bytes, seconds and counts."""

from __future__ import annotations

LARGEST_FILE = 10 * 1024 * 1024
MOST_MEMBERS = 200
MOST_UNPACKED = 24 * 1024 * 1024
MOST_RATIO = 100
RATIO_COUNTS_FROM = 128 * 1024  # what is smaller unpacked is harmless, whatever its ratio
MOST_SHEETS = 20
MOST_ROWS = 5_000
HEAD_ROWS = 5  # titles above the rows
MOST_COLUMNS = 100
MOST_STRINGS = 200_000
LONGEST_CELL = 32_767
SIGNS_PER_CELL = 12  # what a cell costs besides its own signs
MOST_TEXT = 6 * 1024 * 1024  # signs in all cells together

MEMORY_BYTES = 256 * 1024 * 1024
CPU_SECONDS = 8
WALL_SECONDS = 9


class Refusal(Exception):
    """Why a file is not read. `code` is one of `exchange.refusals.WORDS`."""

    def __init__(self, code: str, *, sheet: str = "", cell: str = "", **params):
        super().__init__(code)
        self.code, self.sheet, self.cell, self.params = code, sheet, cell, params

    def as_json(self) -> dict:
        return {"code": self.code, "sheet": self.sheet, "cell": self.cell, "params": self.params}


def column_letters(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"
