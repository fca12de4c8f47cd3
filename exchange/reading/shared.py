"""What the sheets of a workbook share: their texts, and how their styles draw a number."""

from __future__ import annotations

import re

from exchange.reading import limits
from exchange.reading.archive import Parcel, walk
from exchange.reading.limits import Refusal

PERCENTS_BUILT_IN = {9, 10}
DAYS_BUILT_IN = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Strings:
    """The texts that cells share; what a reader would pronounce differently is left out."""

    def __init__(self, parcel: Parcel):
        self.found: list[str] = []
        self.said: list[str] = []
        self.inside = {"t": 0, "rPh": 0}
        self.left = limits.MOST_TEXT
        name = next((name for name in parcel.names if name.casefold() == "xl/sharedstrings.xml"), None)
        if name is not None:
            walk(parcel.chunks(name), start=self._start, end=self._end, text=self._text)

    def _start(self, name, _at):
        if name in self.inside:
            self.inside[name] += 1
        elif name == "si":
            self.said = []

    def _end(self, name):
        if name in self.inside:
            self.inside[name] -= 1
        elif name == "si":
            self._keep(unescaped("".join(self.said)))

    def _keep(self, words: str) -> None:
        self.left -= len(words)
        if len(self.found) >= limits.MOST_STRINGS or self.left < 0:
            raise Refusal("too_much_text")
        self.found.append(words)

    def _text(self, words):
        if self.inside["t"] and not self.inside["rPh"]:
            self.said.append(words)


def unescaped(words: str) -> str:
    """Signs that XML cannot hold are written as _x000D_ in a workbook."""
    return ESCAPED.sub(_sign, words) if "_x" in words else words


def _sign(found: re.Match) -> str:
    number = int(found.group(1), 16)
    return "\ufffd" if number == 0 or 0xD800 <= number < 0xE000 else chr(number)


def place_in_list(words: str) -> int:
    """Raises ValueError also for what counts from the end."""
    if not words.isdigit():
        raise ValueError(words)
    return int(words)


class Styles:
    """Which of the workbook's styles draw a number as a day, and which as a percentage."""

    def __init__(self, parcel: Parcel):
        self.formats: dict[int, str] = {}
        self.used: list[int] = []
        self._inside = False
        name = next((name for name in parcel.names if name.casefold() == "xl/styles.xml"), None)
        if name is not None:
            walk(parcel.chunks(name), start=self._start, end=self._end)
        self.days = {place for place, number in enumerate(self.used) if self._is_day(number)}
        self.percents = {place for place, number in enumerate(self.used) if self._is_percent(number)}

    def _start(self, name, at):
        if name == "numFmt" and at.get("numFmtId", "").isdigit():
            self.formats[int(at["numFmtId"])] = at.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            number = at.get("numFmtId", "0")
            self.used.append(int(number) if number.isdigit() else 0)

    def _end(self, name):
        if name == "cellXfs":
            self._inside = False

    def _is_day(self, number: int) -> bool:
        if number in DAYS_BUILT_IN:
            return True
        return bool(re.search(r"[yd]", self._plain(number), re.IGNORECASE))

    def _is_percent(self, number: int) -> bool:
        return number in PERCENTS_BUILT_IN or "%" in self._plain(number)

    def _plain(self, number: int) -> str:
        """The format without its own words."""
        return re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.', "", self.formats.get(number, ""))
