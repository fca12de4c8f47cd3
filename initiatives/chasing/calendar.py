"""When somebody hears of what is owed. Plain values in and out: no rows, no clock.

The latest reminder that has come due is the only one that counts, so an absence of days ends in one letter and not in a storm; and a
reminder that nobody could write for more than three days is let go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

LET_GO_AFTER = timedelta(days=3)
ESCALATION_LET_GO_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Calendar:
    """Days before and after the due date; `head_after` is smaller than `officer_after`."""

    days_before: tuple[int, ...] = (14, 3)
    days_after: tuple[int, ...] = (1, 4)
    head_after: int = 5
    officer_after: int = 10
    digest_weekday: int = 0
    hour: int = 8

    def reminders(self, due_on: date) -> list[tuple[date, str]]:
        """Each reminder's day and name, in their order: `before:3`, `after:1`."""
        before = [(due_on - timedelta(days=days), f"before:{days}") for days in self.days_before]
        after = [(due_on + timedelta(days=days), f"after:{days}") for days in self.days_after]
        return sorted(before + after)

    def reminder_on(self, due_on: date, today: date) -> str:
        """The name of the one reminder that should have gone by today; nothing when there is none, or it is too old."""
        passed = [(day, name) for day, name in self.reminders(due_on) if day <= today]
        if not passed or today - passed[-1][0] > LET_GO_AFTER:
            return ""
        return passed[-1][1]

    def head_hears_on(self, due_on: date, today: date) -> bool:
        return self._is_between(due_on + timedelta(days=self.head_after), today)

    def officer_hears_on(self, due_on: date, today: date) -> bool:
        return self._is_between(due_on + timedelta(days=self.officer_after), today)

    @staticmethod
    def _is_between(day: date, today: date) -> bool:
        return day <= today <= day + ESCALATION_LET_GO_AFTER

    def digest_day(self, today: date) -> date | None:
        """The day of the digest that should have gone by today; None when that is too long ago."""
        day = today - timedelta(days=(today.weekday() - self.digest_weekday) % 7)
        return day if today - day <= LET_GO_AFTER else None

    def is_before_next_digest(self, due_on: date, today: date) -> bool:
        """Whether the day comes no later than the next digest, so that what is about it cannot wait for that."""
        return due_on <= today + timedelta(days=7 - (today.weekday() - self.digest_weekday) % 7)
