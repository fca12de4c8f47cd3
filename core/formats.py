"""Numbers, shares and days as a reader of each language writes them; digits are Western in all four."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale, dates, numbers
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

LOCALES = {"en": "en_GB", "fr": "fr_FR", "es": "es_ES", "ar": "ar_001"}
MINUS = "\N{MINUS SIGN}"
MANY = 100


def locale_of(language: str | None = None) -> str:
    """The locale that formats the language, the current one unless told."""
    return LOCALES.get((language or get_language() or "en").split("-")[0], "en_GB")


def number(value, decimals: int | None = None, language: str | None = None) -> str:
    """A number with its separators: '1,204.5'. Unknown is said, never drawn as zero."""
    if value is None or value == "":
        return _("no data")
    return _number(_exact(value), decimals, locale_of(language))


def signed(value, decimals: int | None = None, language: str | None = None) -> str:
    """A change with its sign: '+4', a true minus sign, and '0' for none."""
    if value is None or value == "":
        return _("no data")
    value, locale = _exact(value), locale_of(language)
    drawn = _number(value, decimals, locale)
    return _kept("+" + drawn, locale) if value > 0 else drawn


def in_points(written: str, value) -> str:
    """A difference of two shares that is already written, with its word: '+3 points'. `value` is the number that stands there."""
    value = abs(_exact(value))
    # A number with a fraction takes the form that many things take, but where the language asks what stands before the mark.
    counted = int(value) if value == int(value) or locale_of() == LOCALES["fr"] else MANY
    return ngettext("%(points)s point", "%(points)s points", counted) % {"points": written}


def percent(share, decimals: int | None = 0, language: str | None = None) -> str:
    """A share of one as a percentage: Decimal('0.68') is '68%'; with no number of decimals, those that it has."""
    if share is None or share == "":
        return _("no data")
    return _percent(_exact(share), decimals, locale_of(language))


# Drawn once: a page of figures says the same few numbers again and again.


@lru_cache(maxsize=8192)
def _number(value: Decimal, decimals: int | None, locale: str) -> str:
    return _kept(_drawn(_rounded(value, decimals), decimals, locale), locale)


@lru_cache(maxsize=8192)
def _percent(share: Decimal, decimals: int | None, locale: str) -> str:
    space = "\N{NO-BREAK SPACE}" if locale in ("fr_FR", "es_ES") else ""
    return _kept(_drawn(_rounded(share * 100, decimals), decimals, locale) + space + "%", locale)


def with_unit(drawn: str, unit: str, value) -> str:
    """A number and what it counts: '54 bureaus', but '1 (bureaus)': a unit has one form, and is a label wherever the
    reader's language would bend it: beside one, in French beside less than two, in Arabic always."""
    if not unit:
        return drawn
    if unit[:1].isalpha() and _bends(abs(_exact(value)), locale_of()):
        return f"{drawn} ({unit})"
    return _("%(number)s %(unit)s") % {"number": drawn, "unit": unit}


def _bends(value: Decimal, locale: str) -> bool:
    whole = value.to_integral_value()
    return Locale.parse(locale).plural_form(int(whole) if whole == value else value) != "other"


@lru_cache(maxsize=8192)
def plain_letters(words: str) -> str:
    """Without accents and capitals, to look for words and to put them in order: 'Senegal' finds 'Sénégal'."""
    split = unicodedata.normalize("NFKD", words)
    return "".join(sign for sign in split if not unicodedata.combining(sign)).casefold()


def day(value: date | None, language: str | None = None) -> str:
    """A day: '22 Nov 2026'."""
    return _date(value.year, value.month, value.day, "d MMM y", locale_of(language)) if value else ""


def said_of(name, words) -> str:
    """A name and what is said of it: 'Reason: no figures yet', with the room that the language leaves around the colon."""
    return f"{name}{colon()}{words}"


def inside(name) -> str:
    """The name of a language as it stands within a sentence: French and Spanish begin it with a small letter."""
    name = str(name)
    return name if (get_language() or "en").startswith("en") else name[:1].lower() + name[1:]


def clipped(words: str, most: int) -> str:
    """At most so many characters; longer words end with a whole word, and say by '…' that they go on."""
    return words if len(words) <= most else (words[: most - 1].rpartition(" ")[0] or words[: most - 1]).rstrip() + "…"


def colon() -> str:
    return pgettext("between a name and what is said of it", ": ")


def month(value: date | None, language: str | None = None) -> str:
    """A month for the scale of a chart: 'Nov 2026'."""
    return _date(value.year, value.month, value.day, "MMM y", locale_of(language)) if value else ""


def moment(value: datetime | None, language: str | None = None) -> str:
    """A day and an hour in the reader's own time zone: '22 Nov 2026, 14:32'."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    comma = "\N{ARABIC COMMA}" if locale_of(language) == "ar_001" else ","
    return f"{day(local, language)}{comma} {local:%H:%M}"


def _drawn(value: Decimal, decimals: int | None, locale: str) -> str:
    drawn = numbers.format_decimal(abs(value), format=_pattern(decimals), locale=locale)
    return MINUS + drawn if value < 0 else drawn


@lru_cache(maxsize=4096)
def _date(year: int, month: int, day: int, pattern: str, locale: str) -> str:
    return day_in_words(date(year, month, day), pattern, locale)


def day_in_words(value: date, pattern: str, locale: str) -> str:
    """A day as the locale's pattern has it ('d MMM y', or 'long'); in French the first of a month is an ordinal: '1er janv. 2026'."""
    drawn = dates.format_date(value, pattern, locale=locale)
    return "1er" + drawn[1:] if locale.startswith("fr") and drawn.startswith("1 ") else drawn


def _kept(words: str, locale: str) -> str:
    """A sign stays on its own side of the number inside a right-to-left line."""
    is_turned = locale == "ar_001" and (words.startswith(("+", MINUS)) or words.endswith("%"))
    return f"\u2066{words}\u2069" if is_turned else words


def _rounded(value: Decimal, decimals: int | None) -> Decimal:
    """Half goes up, as everybody learned at school; this is the only place that rounds."""
    return value.quantize(Decimal(1).scaleb(-(2 if decimals is None else decimals)), ROUND_HALF_UP)


def _exact(value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _pattern(decimals: int | None) -> str:
    if decimals is None:
        return "#,##0.##"
    return "#,##0." + "0" * decimals if decimals else "#,##0"
