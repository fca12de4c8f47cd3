"""The spans that reports are made for: which month, quarter, half-year or year, and from when a report of it is due."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta

from .choices import CLOSES_AFTER
from .gather import Span

MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12, "once": 3}
_CODE = re.compile(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(0[1-9]|1[0-2])))?\Z", re.ASCII)


def span_of(cadence: str, day: date) -> Span:
    """The span of the cadence that the day lies in."""
    months = MONTHS[cadence]
    first = (day.month - 1) // months * months + 1
    return _span(day.year, first, months)


def _span(year: int, first: int, months: int) -> Span:
    last = first + months - 1
    code = {1: f"{year}-{first:02}", 3: f"{year}-Q{last // 3}", 6: f"{year}-H{last // 6}", 12: f"{year}"}[months]
    return Span(code, date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


def span_named(code: str) -> Span | None:
    """The span with this code: 2026, 2026-H2, 2026-Q3 or 2026-09; None for anything else."""
    found = _CODE.match(code)
    if not found or not 1900 <= int(found[1]) <= 9000:
        return None
    year, quarter, half, month = int(found[1]), found[2], found[3], found[4]
    if quarter:
        return _span(year, int(quarter) * 3 - 2, 3)
    if half:
        return _span(year, int(half) * 6 - 5, 6)
    return _span(year, int(month), 1) if month else _span(year, 1, 12)


def last_whole_span(cadence: str, day: date) -> Span:
    """The span of the cadence that ended last before the day."""
    return span_of(cadence, span_of(cadence, day).start_on - timedelta(days=1))


def due_on(span: Span) -> date:
    """The first day on which a report of the span is due."""
    return span.end_on + CLOSES_AFTER + timedelta(days=1)


def spans_due(cadence: str, first_day: date, on: date) -> Iterator[Span]:
    """Every span from the first day on whose report is due by the day, oldest first. Once means once."""
    span = span_of(cadence, first_day)
    while due_on(span) <= on:
        yield span
        if cadence == "once":
            return
        span = span_of(cadence, span.end_on + timedelta(days=1))
