"""Text that a spreadsheet will not run: made harmless on its way out, and exactly itself again on its way back."""

from __future__ import annotations

# What a spreadsheet takes for the beginning of a formula, plain and full-width, and the blanks that hide one.
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "'"


def inert(words: str) -> str:
    """The words with one apostrophe before them where they would be run, or begin with an apostrophe themselves."""
    return f"{MARK}{words}" if words.startswith((*LIVE, MARK)) else words


def restored(words: str) -> str:
    """What `inert` was given: only the mark that it puts is taken away."""
    return words[1:] if words.startswith(MARK) and words[1:].startswith((*LIVE, MARK)) else words
