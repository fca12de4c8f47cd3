"""Where a value or a day falls on a drawing, and which round values and days are written beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil, floor, log10

ROUND_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Scale:
    """A straight mapping from `low..high` to `start..end` of the drawing."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value) -> float:
        if self.high == self.low:
            return (self.start + self.end) / 2
        return self.start + (float(value) - self.low) / (self.high - self.low) * (self.end - self.start)


def round_step(span: float, most: int = 5) -> float:
    """The smallest round step that needs no more than `most` steps for the span."""
    if span <= 0:
        return 1.0
    rough = span / most
    unit = 10 ** floor(log10(rough))
    return next(step * unit for step in ROUND_STEPS if step * unit >= rough * 0.999)


def value_ticks(low: float, high: float, most: int = 5) -> list[Decimal]:
    """Round values from at or below the lowest to at or above the highest."""
    if low == high:
        low, high = low - 1, high + 1
    step = round_step(high - low, most)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    exact = Decimal(repr(step))
    return [n * exact for n in range(first, last + 1)]


def decimals_of(ticks: list[Decimal]) -> int:
    """How many decimals the ticks need to be told apart."""
    return max((-tick.normalize().as_tuple().exponent for tick in ticks if tick), default=0) if ticks else 0


def day_ticks(first: date, last: date, most: int = 6) -> list[date]:
    """Starts of years, or of quarters where the span is short; never more than `most`."""
    months = 3 if (last - first).days <= 560 else 12
    ticks = _starts(first, last, months)
    every = ceil(len(ticks) / most) if ticks else 1
    return ticks[::every]


def _starts(first: date, last: date, months: int) -> list[date]:
    found = []
    for year in range(first.year, last.year + 1):
        found += [date(year, month, 1) for month in range(1, 13, months)]
    return [day for day in found if first - timedelta(days=15) <= day <= last]
