"""Who has reported for a period and who has not: each bureau with its lateness, its reminders and its history."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import CharField, Count, DateField, DateTimeField, F, Func, Max, Q, QuerySet
from django.db.models.functions import Cast, Coalesce, Greatest

from accounts.access import sight
from accounts.models import Bureau
from core.models import Period
from initiatives.chasing.records import ESCALATIONS, REMINDERS, Extension, ExtensionState, Letter, LetterState
from initiatives.choices import OPEN_STATES
from initiatives.clocks import due_day, today_at
from initiatives.extensions import due_days
from initiatives.models import Initiative, Update

PAST_PERIODS = 4
SECRETARIAT = "general-secretariat"  # where a region is asked for or named: the units that are in none
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reported:
    """How a bureau reported for one period: `worst` is how long after its deadline the last of what it sent came."""

    due: int = 0
    sent: int = 0
    validated: int = 0
    in_time: int = 0
    worst: timedelta = timedelta(0)

    @property
    def missing(self) -> int:
        return max(0, self.due - self.sent)

    @property
    def days_late(self) -> int:
        """Whole days, begun ones counted; nothing when all that came was in time."""
        return -(-self.worst // DAY) if self.worst > timedelta(0) else 0


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
    """Every bureau that leads work in the period, the latest first. Three queries."""
    if period is None:
        return []
    past = [one for one in question.periods if one.start_on < period.start_on][:PAST_PERIODS]
    due, bureaus, requests, letters = question.rows(
        _due(question.user, [period, *past]), Bureau.objects.select_related("region"), _requests(period), _letters(period)
    )
    counts = _counts(question.user, due, [period, *past])
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


def _counts(user, due: list[dict], periods) -> dict[tuple[int, int], Reported]:
    """What was due and what came, by bureau and period, of what the reader may see. Two queries."""
    came = _came(user, periods)
    found: dict[tuple[int, int], Reported] = defaultdict(Reported)
    for key, number in ((key, number) for row in due for key, number in _numbers(row, periods)):
        row = came.get(key, {})
        found[key] = Reported(
            number, row.get("sent", 0), row.get("validated", 0), row.get("in_time", 0), row.get("worst") or timedelta(0)
        )
    return found


def _due(user, periods) -> QuerySet:
    """How much work of each bureau runs in each of the periods."""
    wanted = {
        f"of_{one.pk}": Count("pk", filter=Q(starts_on__lte=one.end_on, ends_on__gte=one.start_on)) for one in periods
    }
    work = Initiative.objects.visible_to(user).exclude(status="cancelled").order_by()
    return work.values("lead_bureau").annotate(**wanted)


def _numbers(row: dict, periods) -> list[tuple[tuple[int, int], int]]:
    return [((row["lead_bureau"], one.pk), row[f"of_{one.pk}"]) for one in periods]


def _came(user, periods) -> dict[tuple[int, int], dict]:
    """The first revision of each update that was sent; a correction does not make it late. Two queries.

    Over an index alone, which is why work is counted and not updates. What was granted is read once and handed in: asked
    for each update by itself it costs more than all the rest.
    """
    sent_at = Coalesce("first_sent_at", "submitted_at")
    rows = (
        Update.objects.filter(sight(user).initiatives("initiative__"), revision=1, period__in=periods)
        .exclude(Q(state__in=OPEN_STATES) | Q(initiative__status="cancelled"))
        .filter(initiative__starts_on__lte=F("period__end_on"), initiative__ends_on__gte=F("period__start_on"))
        .annotate(lateness=sent_at - _deadline(due_days(periods)))
        .order_by()
        .values("initiative__lead_bureau", "period")
        .annotate(
            sent=Count("initiative"),
            validated=Count("initiative", filter=Q(state="validated")),
            in_time=Count("initiative", filter=Q(lateness__lt=timedelta(0))),
            worst=Max("lateness"),
        )
    )
    return {(row["initiative__lead_bureau"], row["period"]): row for row in rows}


class Granted(Func):
    """The day until which the bureau was given more time in the period, of the few that were granted; else nothing."""

    template = "(%(known)s::jsonb ->> (%(expressions)s))::date"
    arg_joiner = " || ':' || "
    output_field = DateField()

    def __init__(self, granted: dict[tuple[int, int], date]):
        super().__init__(Cast("initiative__lead_bureau_id", CharField()), Cast("period_id", CharField()))
        self.known = json.dumps({f"{bureau}:{period}": day.isoformat() for (bureau, period), day in granted.items()})

    def as_sql(self, compiler, connection, **extra):
        sql, values = super().as_sql(compiler, connection, known="%s", **extra)
        return sql, [self.known, *values]


def _deadline(granted: dict[tuple[int, int], date]):
    """The end of the due day on the bureau's clock, worked out by the database: what `initiatives.clocks.deadline` says."""
    last_day = Greatest("period__due_on", Granted(granted)) if granted else F("period__due_on")
    midnight = Func(last_day, template="(%(expressions)s + 1)::timestamp", output_field=DateTimeField())
    return Func(F("initiative__lead_bureau__time_zone"), midnight, function="timezone", output_field=DateTimeField())


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
