"""Makes any text safe to draw: only characters that a font can show, and nothing that turns the line around."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .fonts import can_draw

LONGEST = 20_000
MOST_MARKS = 3
REPLACEMENT = "\ufffd"
ISOLATE_LTR, ISOLATE_RTL, ISOLATE_FIRST, ISOLATE_END = "\u2066", "\u2067", "\u2068", "\u2069"
_ISOLATES = {ISOLATE_LTR, ISOLATE_RTL, ISOLATE_FIRST, ISOLATE_END}
_INVISIBLE = {"\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u00ad", "\u2060"} | _ISOLATES
_DROPPED_CATEGORIES = {"Cc", "Cs", "Co", "Cn"}
_KEPT_CONTROLS = {"\n", "\t"}
_OVERRIDES = {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e"}
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_ORDERED = re.compile(
    r"(?<![\u2066\w])(?:\d{4}-\d{2}(?:-\d{2})?|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[A-Z][A-Z0-9]*(?:[-/][A-Z0-9]+)+)(?!\w)"
)
_UNBROKEN = re.compile(r"[^\s\u200b]{31,}")


@lru_cache(maxsize=20_000)
def clean(words: str) -> tuple[str, frozenset[str]]:
    """The text as it can be drawn, and the characters that had to be replaced because no font has them."""
    if words.isascii() and words.isprintable():
        return _with_breaks(words[:LONGEST]), frozenset()
    kept = _without_excess_marks(_without_controls(unicodedata.normalize("NFC", words)))[:LONGEST]
    lost = {sign for sign in set(kept) if not _is_drawable(sign)}
    for sign in lost:
        kept = kept.replace(sign, REPLACEMENT)
    return _in_own_order(_with_breaks(kept)), frozenset(lost)


def _in_own_order(words: str) -> str:
    """Dates, codes and addresses keep their order beside Arabic, where they would be turned around."""
    return _ORDERED.sub(lambda found: ltr(found.group()), words) if _RIGHT_TO_LEFT.search(words) else words


def ltr(words: str) -> str:
    """A code, an ISO date or a signed number, kept in its own order inside right-to-left text."""
    return f"{ISOLATE_LTR}{words}{ISOLATE_END}"


def apart(words: str) -> str:
    """A title of unknown direction inside a sentence: it neither turns nor is turned."""
    return f"{ISOLATE_FIRST}{words}{ISOLATE_END}"


def plain(words: str) -> str:
    """The text without the invisible direction signs, for spreadsheets and comparisons."""
    return "".join(sign for sign in words if sign not in _INVISIBLE)


def _is_drawable(sign: str) -> bool:
    return sign in _INVISIBLE or sign in _KEPT_CONTROLS or sign == REPLACEMENT or can_draw(sign)


def _without_controls(words: str) -> str:
    return "".join(
        sign
        for sign in words
        if sign in _KEPT_CONTROLS or (sign not in _OVERRIDES and unicodedata.category(sign) not in _DROPPED_CATEGORIES)
    )


def _without_excess_marks(words: str) -> str:
    """At most three marks on a letter, and none without a letter to stand on."""
    kept: list[str] = []
    marks = MOST_MARKS
    for sign in words:
        is_mark = unicodedata.category(sign) in ("Mn", "Me")
        marks = marks + 1 if is_mark else 0
        if is_mark and (marks > MOST_MARKS or not kept or kept[-1].isspace()):
            continue
        kept.append(sign)
        if sign.isspace():
            marks = MOST_MARKS
    return "".join(kept)


def _with_breaks(words: str) -> str:
    return _UNBROKEN.sub(lambda found: "\u200b".join(_thirties(found.group())), words)


def _thirties(word: str) -> list[str]:
    return [word[at : at + 30] for at in range(0, len(word), 30)]
