"""The name of a row that goes out and comes back: readable, and signed, so that nobody can make one up.

The signature covers the bureau too: a row of another bureau, an edited one and an invented one are all the same to us.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing

MARK = "~"
LONGEST = 200


@dataclass(frozen=True)
class RowName:
    """What a row is about: an initiative in a period, and an indicator where it holds a value."""

    initiative: str
    period: str
    indicator: str = ""


def row_id(bureau_id: int, initiative: str, period: str, indicator: str = "") -> str:
    return _signer(bureau_id).sign(MARK.join([initiative, period, indicator]))


def read_row_id(bureau_id: int, words: str) -> RowName | None:
    """What the row is about, or None for a name that we did not give to this bureau."""
    try:
        parts = _signer(bureau_id).unsign(words.strip()[:LONGEST]).split(MARK)
    except signing.BadSignature:
        return None
    return RowName(*parts) if len(parts) == 3 else None


def _signer(bureau_id: int) -> signing.Signer:
    return signing.Signer(sep=MARK, salt=f"exchange.row.{bureau_id}")
