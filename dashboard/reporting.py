"""Who has reported for a period and who has not: each bureau with its lateness, its reminders and its history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet

from accounts.access import reader_of
from accounts.models import Bureau
from core.models import Period
from dashboard.counting import Told, late_asked, late_in, reporting_asked, reporting_in
from initiatives.chasing.records import ESCALATIONS, REMINDERS, Extension, ExtensionState, Letter, LetterState
from initiatives.clocks import due_day, today_at
from initiatives.extensions import granted_in, latest_days

PAST_PERIODS = 4
SECRETARIAT = "general-secretariat"  # where a region is asked for or named: the units that are in none


@dataclass(frozen=True)
class Reported:
    """How a bureau reported for one period: of what came late, the last came so many days after its due day, on its own clock."""

    due: int = 0
    sent: int = 0
    validated: int = 0
    in_time: int = 0
    days_late: int = 0

    @property
    def missing(self) -> int:
        return max(0, self.due - self.sent)


@dataclass(frozen=True)
class Standing:
    """A bureau's row: what it owes for the period, how late it is, when somebody last said so, and how it was before."""

    bureau: Bureau
    count: Reported
    due_on: date
    is_extended: bool
    days_late: int
    request: Extension | None = None
    reminded_at: datetime | None = None
    letter_waits: bool = False
    letter_failed: bool = False
    history: list[tuple[Period, Reported]] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return self.count.missing == 0


def region_of(bureau: Bureau) -> str:
    """The code of the bureau's region, as lists, files and the API name it."""
    return bureau.region.code if bureau.region else SECRETARIAT


def read_standings(question, period, *, at: datetime) -> list[Standing]:
    """Every bureau that leads work in the period, the latest first. One query."""
    if period is None:
        return []
    past = [one for one in question.periods if one.start_on < period.start_on][:PAST_PERIODS]
    periods = [period, *past]
    reader, keys = reader_of(question.user), [one.pk for one in periods]
    told, late, granted, bureaus, requests, letters = question.rows(
        reporting_asked(reader, keys), late_asked(reader, keys), granted_in(tuple(sorted(keys))),
        Bureau.objects.select_related("region"), _requests(period), _letters(period),
    )  # fmt: skip
    counts = _counts(reporting_in(told), late_in(late), {one.pk: one for one in periods}, latest_days(granted))
    here = {bureau for (bureau, code), count in counts.items() if code == period.pk and count.due}
    bureaus = [one for one in bureaus if one.pk in here]
    requests, letters = _by_bureau(requests), {row["bureau"]: row for row in letters}
    rows = [
        standing(bureau, period, past, counts, requests.get(bureau.pk, []), letters.get(bureau.pk, {}), at)
        for bureau in bureaus
    ]
    return in_order(rows)


def in_order(rows: list[Standing]) -> list[Standing]:
    """The latest first."""
    return sorted(rows, key=lambda row: (row.is_complete, -row.days_late, -row.count.missing, row.bureau.code))


def standing(bureau, period, past, counts, requests, letters, at) -> Standing:
    """The bureau's row at the moment, from the counts, requests and letters of then."""
    granted = [one.granted_until for one in requests if one.state == ExtensionState.GRANTED]
    due_on = due_day(period, max(granted, default=None))
    count = counts[bureau.pk, period.pk]
    late = (today_at(bureau, at) - due_on).days if count.missing else count.days_late
    return Standing(
        bureau, count, due_on, due_on != period.due_on, max(0, late),
        request=next((one for one in requests if one.state == ExtensionState.ASKED), None),
        reminded_at=letters.get("sent_at"), letter_waits=bool(letters.get("waits")),
        letter_failed=bool(letters.get("failed")),
        history=[(one, counts.get((bureau.pk, one.pk), Reported())) for one in reversed(past)],
    )  # fmt: skip


def _counts(
    told: dict[tuple[int, int], Told], came: Iterable[tuple[int, int, date, int]], periods: dict[int, Period],
    granted: dict[tuple[int, int], date],
) -> dict[tuple[int, int], Reported]:  # fmt: skip
    """What was due and what came, by bureau and period. A correction does not make a report late, and time that was granted counts."""
    late: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for bureau, period, day, many in came:
        days = (day - due_day(periods[period], granted.get((bureau, period)))).days
        if days > 0:
            late[bureau, period].append((days, many))
    found: dict[tuple[int, int], Reported] = defaultdict(Reported)
    for key, one in told.items():
        many = sum(many for _days, many in late[key])
        found[key] = Reported(*one, one.sent - many, max((days for days, _many in late[key]), default=0))
    return found


def _requests(period) -> QuerySet:
    return Extension.objects.filter(period=period).order_by("asked_at")


def _by_bureau(requests: list[Extension]) -> dict[int, list[Extension]]:
    found: dict[int, list[Extension]] = defaultdict(list)
    for one in requests:
        found[one.bureau_id].append(one)
    return found


def _letters(period) -> QuerySet:
    """When each bureau last got a reminder about the period, and whether one waits or did not arrive."""
    rows = Letter.objects.filter(period=period, kind__in=[*REMINDERS, *ESCALATIONS], bureau__isnull=False).order_by()
    failed = Q(state__in=[LetterState.REFUSED, LetterState.UNCERTAIN])
    return rows.values("bureau").annotate(
        sent_at=Max("sent_at"),
        waits=Count("pk", filter=Q(state__in=[LetterState.WAITING, LetterState.SENDING])),
        failed=Count("pk", filter=failed),
    )
