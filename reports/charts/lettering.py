"""Words inside a drawing: stricter than on a page, as the engine of the printed report draws them sign by sign.

No Arabic vowel signs, joiners, controls or pictographs; Arabic is isolated right-to-left, and numbers, codes and
Latin names inside it left-to-right, so that '2027-10-05' never turns round. The full text stands in the table.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape

DOT = " \u00b7 "
LTR, RTL, END = "\u2066", "\u2067", "\u2069"
LATIN_FAMILY, WIDE_FAMILY = "Source Sans 3", "Kurinto Sans"
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn", "Me", "Zl", "Zp"}
_VOWEL_SIGNS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")
# What only closes a run belongs to the line: the dot of "1." stands on the line's own side of the number.
_LATIN_RUN = re.compile(r"[A-Za-z0-9\u00c0-\u024f+\u2212-](?:[A-Za-z0-9\u00c0-\u024f@._%/:,+\u2212\u2013\u00a0\u202f-]*[^\s.:,])?")


def clean(words: object) -> str:
    """The words in one line, with nothing that cannot be drawn."""
    text = _VOWEL_SIGNS.sub("", unicodedata.normalize("NFC", re.sub(r"[\n\t]", " ", str(words))))
    return re.sub(" +", " ", "".join(sign for sign in text if _is_drawable(sign))).strip()


def _is_drawable(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return kind not in _DROPPED and not (kind == "So" and ord(sign) > 0x2BFF) and not 0xFE00 <= ord(sign) <= 0xFE0F


def is_rtl(words: str) -> bool:
    """True if the text holds a letter that is written from right to left."""
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in words)


def isolated(words: str, *, rtl: bool = True) -> str:
    """Clean words that keep their own order wherever they are put.

    On a drawing that is read from the left, what stands on either side of a middle dot keeps its place, too.
    """
    if not is_rtl(words):
        return words
    if not rtl and DOT in words:
        return DOT.join(isolated(part) for part in words.split(DOT))
    return RTL + _LATIN_RUN.sub(lambda run: LTR + run.group() + END, words) + END


def family_for(texts: list[str]) -> str:
    """The one font family of a chart: the Latin one unless some letter needs the wide one."""
    is_latin = all(ord(sign) < 0x0530 or 0x2000 <= ord(sign) < 0x2300 for text in texts for sign in text)
    return LATIN_FAMILY if is_latin else WIDE_FAMILY


def xml(words: object) -> str:
    """Any text for an attribute, a title or a description: controls that XML forbids are dropped, the rest escaped."""
    kept = "".join(s for s in str(words) if s in "\t\n" or unicodedata.category(s) not in ("Cc", "Cs", "Cn", "Co"))
    return escape(kept, quote=True)


def width_of(words: str, size: float) -> float:
    """About how wide the words are drawn; wide scripts take the whole square."""
    return sum(_share(sign) for sign in words) * size


def _share(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign in " .,:;il|'!\u00a0\u202f":
        return 0.28
    if sign in "mwMW%@":
        return 0.86
    return 0.62 if sign.isupper() else 0.53


def wrapped(words: str, room: float, size: float, most: int = 2) -> list[str]:
    """The words in at most `most` lines of the room; what does not fit ends in an ellipsis."""
    lines: list[str] = [""]
    for word in clean(words).split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [shortened(line, room, size) for line in lines]


def shortened(words: str, room: float, size: float) -> str:
    """The words cut with an ellipsis where the room ends."""
    if width_of(words, size) <= room:
        return words
    while words and width_of(words + "…", size) > room:
        words = words[:-1]
    return words.rstrip() + "…"
