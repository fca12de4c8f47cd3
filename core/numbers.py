"""Numbers as people write them, read into decimals: any digits, either separator, never a silent guess."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from babel import numbers
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.formats import locale_of

MOST_DIGITS = 18
MOST_DECIMALS = 6
SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}'\N{RIGHT SINGLE QUOTATION MARK}_"
ALIKE = str.maketrans(
    {
        "\N{ARABIC THOUSANDS SEPARATOR}": "'",
        "\N{ARABIC DECIMAL SEPARATOR}": "d",
        "\N{ARABIC COMMA}": ",",
        "\N{MINUS SIGN}": "-",
        "\N{EN DASH}": "-",
        "\N{LEFT-TO-RIGHT MARK}": "",
        "\N{RIGHT-TO-LEFT MARK}": "",
        "\N{ARABIC LETTER MARK}": "",
        "%": "",
        "\N{ARABIC PERCENT SIGN}": "",
    }
)


class Unreadable(ValueError):
    """The words are no number, or could be two; `message` says which, for the person who typed them."""

    def __init__(self, message):
        super().__init__(str(message))
        self.message = message


def read_number(words: str, language: str | None = None) -> Decimal | None:
    """The number that was meant, or None for nothing. `1 234,5`, `1,234.5` and `١٬٢٣٤٫٥` are the same.

    A single separator before exactly three digits is read as the language writes it; where the language does not
    use that separator the number could be two, and Unreadable asks. Raises Unreadable for words and for what is
    longer than 18 digits and 6 decimals.
    """
    plain = _western(words).translate(ALIKE)
    for space in SPACES:
        plain = plain.replace(space, "_")
    plain = plain.strip("_")
    if not plain:
        return None
    if "_" in plain and not _is_grouped(re.split("[.,d]", plain)[0], "_"):
        raise Unreadable(_("Write a number, in digits."))
    plain = plain.replace("_", "")
    found = _assembled(plain, language)
    if not re.fullmatch(r"-?\d+(\.\d+)?", found):
        raise Unreadable(_("Write a number, in digits."))
    whole, _point, decimals = found.lstrip("-").partition(".")
    if len(whole) > MOST_DIGITS or len(decimals) > MOST_DECIMALS:
        raise Unreadable(_("A number has at most 18 digits and 6 decimals."))
    return Decimal(found)


def _western(words: str) -> str:
    """Every script's digits as 0 to 9; nothing else changes."""
    return "".join(
        str(unicodedata.digit(ch)) if ch.isdigit() and unicodedata.category(ch) == "Nd" else ch for ch in words.strip()
    )


def _assembled(plain: str, language) -> str:
    """The number with a point for its decimals and nothing else; empty where its separators make no sense."""
    if "d" in plain:  # the Arabic decimal separator says it all
        return plain.replace(",", "").replace(".", "").replace("d", ".")
    commas, points = plain.count(","), plain.count(".")
    if commas and points:
        decimal = max(",", ".", key=plain.rfind)
        group = "," if decimal == "." else "."
        whole, rest = plain.rsplit(decimal, 1)
        return "" if decimal in whole or not _is_grouped(whole, group) else f"{whole.replace(group, '')}.{rest}"
    if commas + points == 0:
        return plain
    mark = "," if commas else "."
    if commas + points > 1:
        return plain.replace(mark, "") if _is_grouped(plain, mark) else ""
    return _one_mark(plain, mark, language)


def _is_grouped(plain: str, mark: str) -> bool:
    first, *rest = plain.lstrip("-").split(mark)
    return 1 <= len(first) <= 3 and all(len(group) == 3 for group in rest)


def _one_mark(plain: str, mark: str, language) -> str:
    locale = locale_of(language)
    if mark == numbers.get_decimal_symbol(locale) or not _is_grouped(plain, mark) or plain.lstrip("-").startswith("0"):
        return plain.replace(mark, ".")
    if mark == numbers.get_group_symbol(locale):
        return plain.replace(mark, "")
    raise Unreadable(
        _("This could be two numbers. Write it without a separator for thousands, and with %(mark)s for decimals.")
        % {"mark": numbers.get_decimal_symbol(locale)}
    )


def written(value: Decimal | None, language: str | None = None) -> str:
    """The number for a field that a person edits: exact, in the language's separators, empty for unknown."""
    if value is None:
        return ""
    exact = Decimal(value).normalize()
    shown = numbers.format_decimal(
        abs(exact), format="#,##0.######", locale=locale_of(language or get_language()), decimal_quantization=False
    )
    return f"-{shown}" if exact < 0 else shown
