"""What changed between two texts, word by word. Plain values in, plain values out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

PIECES = re.compile(r"\s+|[^\W_]+|[^\w\s]|_", re.UNICODE)
SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True)
class Piece:
    """A run of words: `kind` is "same", "gone" (only before) or "new" (only after)."""

    kind: str
    words: str


def words_changed(before: str, after: str) -> list[Piece]:
    """The two texts as one, with what is gone and what is new marked. Long texts stay fast: nothing is called junk."""
    old, new = PIECES.findall(before), PIECES.findall(after)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(old[a:b])))
            continue
        pieces += [Piece(kind, "".join(part)) for kind, part in ((GONE, old[a:b]), (NEW, new[c:d])) if part]
    return pieces


def before_of(pieces: list[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece.kind != NEW]


def after_of(pieces: list[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece.kind != GONE]
