"""Reporting discipline: what was owed, what was sent, and when, by period, region and bureau. Counts only."""

from __future__ import annotations

from core.models import Period
from initiatives.clocks import deadline, due_day, today_at

from .gather import Gathered
from .gather_work import TREND_PERIODS
from .texts import text

VALIDATED = "validated"
EARLIER_PERIODS = 4


def reporting(found: Gathered) -> dict:
    """Discipline for the last period of the span, and for the ones before it."""
    shown = found.periods[-TREND_PERIODS:]
    if not shown:
        return _nothing(found)
    now = shown[-1]
    due, sent = _due(found, now), _sent(found, now)
    missing = sorted(_missing(found, now, due, sent), key=lambda row: (row["sent"] - row["due"], row["bureau"]))
    return {
        "due_on": now.due_on.isoformat(),
        "now": _count(found, now),
        "before": [_count(found, period) for period in shown[:-1]],
        "regions": _regions(found, now, due, sent, text),
        "missing": missing,
        "bureaus_due": len({bureau for bureau in due.values()}),
        "bureaus_complete": len({bureau for bureau in due.values()}) - len(missing),
    }


def _nothing(found: Gathered) -> dict:
    on = found.span.end_on.isoformat()
    now = {"period": found.span.code, "on": on, "due": 0, "sent": 0, "on_time": 0, "validated": 0}
    return {
        "due_on": None,
        "now": now,
        "before": [],
        "regions": [],
        "missing": [],
        "bureaus_due": 0,
        "bureaus_complete": 0,
    }


def _due(found: Gathered, period: Period) -> dict[int, int]:
    """The initiatives that owe an update for the period, with the bureau that owes it."""
    return {
        pk: bureau
        for pk, bureau, starts_on, ends_on in found.owed
        if starts_on <= period.end_on and ends_on >= period.start_on
    }


def _sent(found: Gathered, period: Period) -> dict[int, dict]:
    return {row["initiative_id"]: row for row in found.sent if row["period_id"] == period.pk}


def _is_on_time(found: Gathered, row: dict, period: Period) -> bool:
    """Whether it first came before the bureau's deadline, on the bureau's clock; time that was granted counts."""
    bureau = found.bureaus.get(row["initiative__lead_bureau_id"])
    if bureau is None or row["came_at"] is None:
        return False
    return row["came_at"] < deadline(period, bureau, found.more_time.get((bureau.pk, period.pk)))


def _count(found: Gathered, period: Period) -> dict:
    due, sent = _due(found, period), _sent(found, period)
    arrived = [row for pk, row in sent.items() if pk in due]
    return {
        "period": period.code, "on": period.end_on.isoformat(), "due": len(due), "sent": len(arrived),
        "on_time": sum(_is_on_time(found, row, period) for row in arrived),
        "validated": sum(row["state"] == VALIDATED for row in arrived),
    }  # fmt: skip


def _regions(found: Gathered, period: Period, due: dict, sent: dict, text) -> list[dict]:
    regions = {}
    for pk, bureau_id in due.items():
        bureau = found.bureaus.get(bureau_id)
        if bureau is None or bureau.region is None:
            continue
        row = regions.setdefault(
            bureau.region.pk,
            {"code": bureau.region.code, "name": text(bureau.region.name), "due": 0, "sent": 0, "on_time": 0},
        )
        row["due"] += 1
        row["sent"] += pk in sent
        row["on_time"] += pk in sent and _is_on_time(found, sent[pk], period)
    return sorted(regions.values(), key=lambda row: row["code"])


def _missing(found: Gathered, period: Period, due: dict, sent: dict) -> list[dict]:
    """Every bureau that owes something still, with how late it is on its own clock and how it reported before."""
    earlier = [one for one in found.periods if one.start_on < period.start_on][-EARLIER_PERIODS:]
    before = [(_by_bureau(_due(found, one)), _sent(found, one)) for one in earlier]
    rows = []
    for bureau_id, work in _by_bureau(due).items():
        bureau, arrived = found.bureaus.get(bureau_id), sum(pk in sent for pk in work)
        if bureau is not None and arrived < len(work):
            rows.append(_missing_row(found, period, bureau, len(work), arrived, before))
    return rows


def _by_bureau(due: dict[int, int]) -> dict[int, list[int]]:
    owed: dict[int, list[int]] = {}
    for pk, bureau_id in due.items():
        owed.setdefault(bureau_id, []).append(pk)
    return owed


def _missing_row(found: Gathered, period: Period, bureau, due: int, sent: int, before: list[tuple]) -> dict:
    granted = found.more_time.get((bureau.pk, period.pk))
    late = (today_at(bureau, found.as_of) - due_day(period, granted)).days
    return {
        "bureau": bureau.code, "name": text(bureau.name), "region": bureau.region.code if bureau.region else "",
        "due": due, "sent": sent, "days_late": max(0, late), "last_period": _last_period(found, bureau.pk),
        "more_time_until": granted.isoformat() if granted and granted > period.due_on else None,
        "whole_before": _whole_before(before, bureau.pk),
    }  # fmt: skip


def _whole_before(before: list[tuple], bureau_id: int) -> list[bool]:
    """Of the periods before this one in which the bureau owed something, oldest first: whether it sent all of it."""
    owed = [(due[bureau_id], sent) for due, sent in before if bureau_id in due]
    return [all(pk in sent for pk in work) for work, sent in owed]


def _last_period(found: Gathered, bureau_id: int) -> str | None:
    codes = {period.pk: period.code for period in found.periods}
    order = {period.pk: place for place, period in enumerate(found.periods)}
    sent = [row["period_id"] for row in found.sent if row["initiative__lead_bureau_id"] == bureau_id]
    return codes[max(sent, key=order.__getitem__)] if sent else None
