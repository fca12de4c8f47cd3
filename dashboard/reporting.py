"""Who has reported for a period and who has not: each bureau with its lateness, its reminders and its history."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import CharField, Count, DateField, DateTimeField, F, FloatField, Func, Max, Q, QuerySet
from django.db.models.functions import Cast, Coalesce, Greatest

from accounts.access import reader_of, sight
from accounts.models import Bureau
from core.models import Period
from dashboard.counting import Told, reporting_asked, reporting_in
from initiatives.chasing.records import ESCALATIONS, REMINDERS, Extension, ExtensionState, Letter, LetterState
from initiatives.choices import OPEN_STATES
from initiatives.clocks import due_day, today_at
from initiatives.extensions import due_days
from initiatives.models import Update

PAST_PERIODS = 4
SECRETARIAT = "general-secretariat"  # where a region is asked for or named: the units that are in none
DAY = timedelta(days=1)
# When the due day of the period was over somewhere on earth: no clock is further ahead.
FIRST_CLOCK = Func(
    "period__due_on", template="timezone('UTC', (%(expressions)s + 1)::timestamp - interval '14 hours')", output_field=DateTimeField()
)


@dataclass(frozen=True)
class Reported:
    """How a bureau reported for one period: `worst` is how long after its deadline the last of what came late was sent."""

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
    """Every bureau that leads work in the period, the latest first. Two queries."""
    if period is None:
        return []
    past = [one for one in question.periods if one.start_on < period.start_on][:PAST_PERIODS]
    periods = [period, *past]
    told, late, bureaus, requests, letters = question.rows(
        reporting_asked(reader_of(question.user), [one.pk for one in periods]), _late(question.user, periods, due_days(periods)),
        Bureau.objects.select_related("region"), _requests(period), _letters(period),
    )  # fmt: skip
    counts = _counts(reporting_in(told), late)
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


def _counts(told: dict[tuple[int, int], Told], late: list[tuple]) -> dict[tuple[int, int], Reported]:
    """What was due and what came, by bureau and period."""
    came_late = {(bureau, period): (many, timedelta(seconds=worst)) for bureau, period, many, worst in late}
    found: dict[tuple[int, int], Reported] = defaultdict(Reported)
    for key, one in told.items():
        many, worst = came_late.get(key, (0, timedelta(0)))
        found[key] = Reported(*one, one.sent - many, worst)
    return found


def _late(user, periods, granted: dict[tuple[int, int], date]) -> QuerySet:
    """How many first reports came after their deadline, by bureau and period, and by how many seconds the last of them.

    A correction does not make a report late. Only what came after the first clock of the world struck the end of the due day
    is looked at: in an index it lies side by side. What was granted is handed in: asked for each update by itself it costs
    more than all the rest.
    """
    return (
        Update.objects.filter(sight(user).initiatives("initiative__"), revision=1, period__in=periods)
        .exclude(Q(state__in=OPEN_STATES) | Q(initiative__status="cancelled"))
        .filter(initiative__starts_on__lte=F("period__end_on"), initiative__ends_on__gte=F("period__start_on"))
        .annotate(sent_at=Coalesce("first_sent_at", "submitted_at"), lateness=F("sent_at") - _deadline(granted))
        .filter(sent_at__gte=FIRST_CLOCK, lateness__gte=timedelta(0))
        .order_by()
        .values_list("initiative__lead_bureau", "period")
        .annotate(many=Count("initiative"), worst=Max(Seconds("lateness")))
    )


class Seconds(Func):
    """How long something is, as a number: a span of time does not travel among other answers."""

    template = "date_part('epoch', %(expressions)s)"
    output_field = FloatField()


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
