"""Decimal numbers as the API writes them: text, so that no digit is lost."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from rest_framework import serializers


@lru_cache(maxsize=4096)
def written(value) -> str | None:
    """The number as text: Decimal('12.500000') is "12.5". Equal numbers are the same text, so it is remembered by the number."""
    if value is None:
        return None
    text = format(value if isinstance(value, Decimal) else Decimal(value), "f")
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


class Number(serializers.DecimalField):
    """A decimal number as text, without zeros that say nothing; null where it is not known."""

    def __init__(self, **kwargs):
        super().__init__(max_digits=40, decimal_places=10, **{"allow_null": True, **kwargs})

    from_row = staticmethod(written)


class Shares(serializers.Serializer):
    """How far something has come, what was expected by now, and how much is known. Shares of one; null is unknown."""

    progress = Number()
    expected = Number()
    performance = Number()
    coverage = Number()
    lower = Number()
    upper = Number()
