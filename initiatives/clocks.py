"""The bureau's own clock: what day it is there, and the last moment that is still in time. Plain, no rows asked."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def today_at(bureau, at: datetime) -> date:
    """The day it is where the bureau works; what is due on a day is due until that day ends there."""
    return at.astimezone(ZoneInfo(bureau.time_zone)).date()


def end_of_day(day: date, zone: str) -> datetime:
    """The moment at which the day is over on that clock."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))


def deadline(period, bureau, extended_until: date | None = None) -> datetime:
    """The last moment that is still in time, on the bureau's clock; time that was granted counts."""
    return end_of_day(due_day(period, extended_until), bureau.time_zone)


def due_day(period, extended_until: date | None) -> date:
    """The later of the period's due date and of what was granted."""
    return max(period.due_on, extended_until) if extended_until else period.due_on


def reached_day(at: datetime, zone: str, hour: int) -> date:
    """The latest day whose letters may go out by now: a day counts from the hour on, on that clock.

    Reads the clock's hour instead of building a local moment, so that no change of the clock skips or doubles a day.
    """
    local = at.astimezone(ZoneInfo(zone))
    return local.date() if local.hour >= hour else local.date() - timedelta(days=1)
