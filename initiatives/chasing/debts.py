"""Who still owes updates: each bureau and open period with something not sent, and the day it is due there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import Bureau
from core.models import Period
from initiatives import extensions
from initiatives.clocks import due_day, today_at
from initiatives.models import Initiative

# Reminders and escalation are let go long before.
LOOKS_BACK = timedelta(days=120)


@dataclass(frozen=True)
class Debt:
    """A bureau that has not sent all that it owes for an open period; `due_on` counts the time it was granted."""

    bureau: Bureau
    period: Period
    due_on: date

    @property
    def key(self) -> tuple[int, int]:
        return self.bureau.pk, self.period.pk


def periods_asked_for(at: datetime) -> list[Period]:
    """Periods that may be open somewhere in the world and were due not too long ago."""
    day = at.date() + timedelta(days=1)
    rows = Period.objects.filter(closed_at=None, due_on__gte=at.date() - LOOKS_BACK)
    return list((rows.filter(opens_on__lte=day) | rows.filter(reopened_at__isnull=False)).order_by("due_on"))


def debts(*, at: datetime, periods=None) -> list[Debt]:
    """Everything owed in the periods, by due date. Two queries, and one for each period."""
    periods = periods_asked_for(at) if periods is None else list(periods)
    if not periods:
        return []
    bureaus = {one.pk: one for one in Bureau.objects.filter(is_active=True)}
    granted = extensions.due_days(periods)
    found = [
        Debt(bureaus[pk], period, due_day(period, granted.get((pk, period.pk))))
        for period in periods
        for pk in sorted(set(Initiative.objects.owing(period).order_by().values_list("lead_bureau", flat=True)))
        if pk in bureaus and period.is_open(today_at(bureaus[pk], at))
    ]
    return sorted(found, key=lambda debt: (debt.due_on, debt.bureau.code))


def still_owes(bureau_id: int, period: Period) -> bool:
    return Initiative.objects.owing(period).filter(lead_bureau=bureau_id).exists()
