"""Reporting periods as plain dates: which quarter a day is in, and when its reporting opens, is due and closes."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

DUE_AFTER_DAYS = 15
CLOSES_AFTER_DAYS = 30
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)  # what lies outside was mistyped


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter, the default reporting period."""

    year: int
    number: int

    @property
    def code(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def start_on(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end_on(self) -> date:
        month = 3 * self.number
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    def dates(self) -> dict:
        """The five dates of the period: first and last day, and when reporting opens, is due and closes."""
        return {
            "start_on": self.start_on,
            "end_on": self.end_on,
            "opens_on": self.start_on,
            "due_on": self.end_on + timedelta(days=DUE_AFTER_DAYS),
            "closes_on": self.end_on + timedelta(days=CLOSES_AFTER_DAYS),
        }


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def quarters_between(first: date, last: date) -> list[Quarter]:
    """Every quarter that touches the span, oldest first."""
    found, current = [], quarter_of(first)
    while current.start_on <= last:
        found.append(current)
        current = current.next()
    return found
