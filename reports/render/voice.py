"""How one language writes numbers, days, periods and the texts of the plan; asked by every chapter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from core.formats import day_in_words, in_points

from .document import Cell
from .text import apart, ltr

_LOCALES = {"ar": "ar", "en": "en_GB", "fr": "fr", "es": "es"}
_QUARTER = re.compile(r"(\d{4})-Q([1-4])\Z")
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur", "ps"}


def direction(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=20_000)
def _written(value: Decimal | int, pattern: str, locale: str) -> str:
    """The number in the locale's form; the same figures come again in every table and file."""
    return format_decimal(value, format=pattern, locale=locale, numbering_system="latn")


def rounded(figure: str | None, places: int) -> Decimal | None:
    """The figure as it is shown: rounded once, halves away from zero; None stays None."""
    if figure is None:
        return None
    return Decimal(figure).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def unit_of(facts: dict) -> dict:
    """How the figures of a sentence or a table are written; editions filed before yes and no were told have numbers."""
    return {name: facts[name] for name in ("is_percent", "decimals")} | {
        "is_yes_or_no": facts.get("is_yes_or_no", False)
    }


def part_of(part: int, whole: int) -> str | None:
    """A part as a share of the whole, written as a figure; unknown when there is no whole."""
    return str(Decimal(part) / Decimal(whole)) if whole else None


@dataclass(frozen=True)
class Voice:
    """One language's way of writing. Gettext must be active in the same language while it speaks."""

    language: str

    @property
    def locale(self) -> str:
        return _LOCALES[self.language]

    # texts of the plan

    def words(self, text: dict | None) -> tuple[str, str]:
        """The text and the language it really is in: the one asked for, else English, else its source."""
        if not text:
            return "", self.language
        for candidate in (self.language, "en", text["source"]):
            if text["texts"].get(candidate):
                return text["texts"][candidate], candidate
        return "", self.language

    def title(self, text: dict | None) -> str:
        """The text for use inside a sentence, without a full stop of its own."""
        return apart(self.words(text)[0].rstrip(" .。"))

    def is_working(self, text: dict) -> bool:
        """True if the translation shown has not been approved."""
        return self.words(text)[1] in text["working"]

    def language_name(self, code: str) -> str:
        """The name of a language in the reader's: 'Arabic', 'arabe'."""
        return Locale.parse(self.locale).languages[code]

    # figures

    def number(self, value: Decimal | int, places: int = 0) -> str:
        pattern = "#,##0" + ("." + "0" * places if places else "")
        written = _written(value, pattern, self.locale)
        return ltr(written.replace("-", "\u2212")) if value < 0 else written

    def percent(self, share: str | None, places: int = 0) -> str:
        """A share of one as a percentage, or the words for 'no data'."""
        if share is None:
            return _("no data")
        value = rounded(str(Decimal(share) * 100), places)
        sign = "%" if self.language in ("en", "ar") else "\u00a0%"
        written = self.number(value, places) + sign
        return ltr(written) if value < 0 or direction(self.language) == "rtl" else written

    def points(self, before: str, after: str) -> str:
        """The difference of two shares in percentage points, with its sign and their word: '+3 points'."""
        difference = rounded(str(Decimal(after) * 100), 0) - rounded(str(Decimal(before) * 100), 0)
        written = _written(abs(difference), "#,##0", self.locale)
        sign = "+" if difference > 0 else "\u2212" if difference < 0 else "±"
        return in_points(ltr(sign + written), difference)

    def measure(self, value: str | None, *, is_percent: bool, decimals: int, is_yes_or_no: bool = False) -> str:
        """A value of an indicator in its own unit; what is reached or not is said as yes or no."""
        if value is None:
            return _("no data")
        if is_yes_or_no and Decimal(value) in (0, 1):
            return _("yes") if Decimal(value) else _("no")
        return self.percent(value, decimals) if is_percent else self.number(rounded(value, decimals), decimals)

    # days

    def day(self, iso: str | None) -> str:
        return day_in_words(date.fromisoformat(iso[:10]), "long", self.locale) if iso else ""

    def short_day(self, iso: str | None) -> str:
        return ltr(iso[:10]) if iso else ""

    def moment(self, iso: str) -> str:
        when = datetime.fromisoformat(iso)
        return _("%(day)s, %(time)s UTC") % {"day": self.day(iso), "time": ltr(when.strftime("%H:%M"))}

    def period(self, code: str | None) -> str:
        """A quarter in words; any other code as it is."""
        found = _QUARTER.match(code or "")
        if not found:
            return ltr(code) if code else ""
        return _("Q%(quarter)s %(year)s") % {"quarter": found[2], "year": found[1]}

    # cells of a table

    def text_cell(self, text: dict | None, **more) -> Cell:
        words, language = self.words(text)
        return Cell(words, lang=language, **more)

    def percent_cell(self, share: str | None, places: int = 0) -> Cell:
        value = None if share is None else rounded(share, places + 2)
        return Cell(self.percent(share, places), value=value, kind="percent", places=places)

    def number_cell(self, value: int | str | None, places: int = 0) -> Cell:
        amount = None if value is None else rounded(str(value), places)
        shown = _("no data") if amount is None else self.number(amount, places)
        return Cell(shown, value=amount, kind="number", places=places)

    def measure_cell(self, value: str | None, *, is_percent: bool, decimals: int, is_yes_or_no: bool = False) -> Cell:
        if value is not None and is_yes_or_no and Decimal(value) in (0, 1):
            return Cell(self.measure(value, is_percent=False, decimals=0, is_yes_or_no=True), kind="number")
        return self.percent_cell(value, decimals) if is_percent else self.number_cell(value, decimals)

    def day_cell(self, iso: str | None) -> Cell:
        return Cell(self.short_day(iso), value=date.fromisoformat(iso[:10]) if iso else None, kind="date")
