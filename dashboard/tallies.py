"""How bureaus had reported by the end of a day in the past: what was due, what had come, and how much of it in time.

The same sources tell it as tell the present: work and its days (initiatives.past), updates (initiatives.standing_then), days
that were moved and time that was granted. Counts are kept apart by the highest level that the work has now or had then, so that
every reader gets their own. Where there is too much to count while somebody waits, a worker does it once per day
(as dashboard.pictures does with figures).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from django.db import transaction
from django.db.models import BigIntegerField, F, QuerySet
from django.db.models.functions import Cast

from accounts.access import clearance_of, own_bureau_id
from accounts.models import Bureau
from core import audit
from core.models import AuditRecord, Job, JobState, Period
from core.past import acts_since, changes_since, replaced_in, undone
from core.together import Steps, beside, only, side_by_side
from dashboard.asked import Asked, end_of
from dashboard.day_jobs import DayJobs, at_once_steps
from initiatives.chasing.records import Extension
from initiatives.clocks import due_day, today_at
from initiatives.models import Initiative
from initiatives.past import TARGET as WORK
from initiatives.standing_then import APPROVED, VALIDATED, WAITING, Stood, stood, stood_steps, updates_of
from outcomes import rollup

TALLIES = DayJobs("tally")
LONGEST_ACT = timedelta(days=1)  # far longer than any; the moment only keeps the question short
PERIOD_FACTS = ("due_on", "closes_on", "closed_at", "reopened_at")
BUREAU_FACTS = ("time_zone", "requires_head_approval", "is_active")


@dataclass
class Count:
    """How much was due, came, came in time and waited. `worst` is the longest lateness: days on the bureau's clock, in seconds."""

    due: int = 0
    sent: int = 0
    validated: int = 0
    in_time: int = 0
    worst: float | None = None
    waiting: int = 0


class Row(NamedTuple):
    """One bureau's work of one level in one period."""

    bureau: int
    period: int
    level: int
    count: Count


@dataclass
class Tally:
    """The counts as the reader may have them, by bureau and period; `missing` says that nobody has counted them yet."""

    counts: dict[tuple[int, int], Count] = field(default_factory=dict)
    missing: dict | None = None
    granted: dict[tuple[int, int], date] | None = None  # more time that bureaus had, where that was read with them

    @property
    def waiting(self) -> int:
        return sum(count.waiting for count in self.counts.values())


def on_its_day(question: Asked) -> Asked:
    """This will give the question's periods the days that they had on the day that was asked for, and the bureaus of then. One query."""
    acts, question.bureaus_then, question.is_at_once = question.together(
        only(acts_since(question.moment, Period._meta.label_lower)), bureau_steps(question.moment), at_once_steps()
    )
    question.periods = _turned_back(question.periods, PERIOD_FACTS, replaced_in(acts))
    return question


def tally_steps(question: Asked, periods: Iterable[Period], bureaus: list[Bureau]) -> Steps[Tally]:
    """How bureaus had reported for the periods by the day that was asked for, in the work that the reader may see. Two rounds.

    Periods and bureaus as they were then.
    """
    periods = list(periods)
    if question.is_at_once:
        granted, work, updates = yield from beside(
            granted_steps([one.pk for one in periods], question.moment), _work_steps(question.moment),
            stood_steps(updates_of(periods), question.moment),
        )  # fmt: skip
        rows = _counted(periods, bureaus, granted, work, updates)
        return Tally(_for_reader(question.user, rows), granted=granted)
    made = TALLIES.of(question.known_on)
    if made is None or made.state != JobState.READY:
        return Tally(missing=TALLIES.standing(question.known_on))
    wanted, moved = {one.pk for one in periods}, _bureaus_handled_otherwise(made)
    kept = (Row(*key, Count(*counted)) for *key, counted in made.result["rows"])
    rows = [row for row in kept if row.period in wanted and row.bureau not in moved]
    if moved:
        granted = granted_then(wanted, question.moment)
        rows += count_up(periods, bureaus, question.moment, granted, of=moved)
    return Tally(_for_reader(question.user, rows))


def _bureaus_handled_otherwise(made: Job) -> set[int]:
    """The bureaus with work whose level became another one since it was counted: who may see it is settled anew. Two queries at most.

    By number, not by moment: an act that was under way while a worker counted comes after it all the same.
    """
    since = AuditRecord.objects.filter(
        target_type=WORK, seq__gt=made.result.get("seq", 0), at__gt=made.requested_at - LONGEST_ACT, before__has_key="handling"
    )
    acts = since.exclude(before__handling=F("after__handling")).order_by()
    keys = {int(pk) for pk in acts.values_list("target_id", flat=True)}
    return set(Initiative.objects.filter(pk__in=keys).values_list("lead_bureau", flat=True)) if keys else set()


def _for_reader(user, rows: Iterable[Row]) -> dict[tuple[int, int], Count]:
    cleared, own = clearance_of(user), own_bureau_id(user)
    found: dict[tuple[int, int], Count] = defaultdict(Count)
    for row in rows:
        if row.level <= cleared or row.bureau == own:
            _add(found[row.bureau, row.period], row.count)
    return dict(found)


def _add(count: Count, other: Count) -> None:
    for name in ("due", "sent", "validated", "in_time", "waiting"):
        setattr(count, name, getattr(count, name) + getattr(other, name))
    count.worst = max((one for one in (count.worst, other.worst) if one is not None), default=None)


# counting


class Work(NamedTuple):
    """A piece of work at the moment. `level` is the higher one of now and then."""

    bureau: int
    level: int
    status: str
    starts_on: date
    ends_on: date

    def runs_in(self, period: Period) -> bool:
        return self.status != "cancelled" and self.starts_on <= period.end_on and self.ends_on >= period.start_on


def count_up(
    periods: list[Period], bureaus: list[Bureau], moment: datetime, granted: dict[tuple[int, int], date], *, of: set[int] | None = None
) -> list[Row]:
    """The rows of the periods as they stood at the moment, with the time that was granted; `of`: these bureaus' alone.

    Four queries, more only of very many updates.
    """
    updates = stood(_led_by(of, updates_of(periods), "initiative__"), moment)
    return _counted(periods, bureaus, granted, _work_then(moment, of), updates)


def _counted(periods: list[Period], bureaus: list[Bureau], granted, work: dict[int, Work], updates: Iterable[Stood]) -> list[Row]:
    periods, bureaus = {one.pk: one for one in periods}, {one.pk: one for one in bureaus}
    last_day = cache(lambda bureau, period: due_day(periods[period], granted.get((bureau, period))))
    found: dict[tuple[int, int, int], Count] = defaultdict(Count)
    for one in work.values():
        for period in periods.values():
            if one.runs_in(period):
                found[one.bureau, period.pk, one.level].due += 1
    for update in updates:
        one, period = work.get(update.initiative_id), periods[update.period_id]
        if one is None:
            continue
        bureau = bureaus[one.bureau]
        if update.revision == 1 and update.is_sent and one.runs_in(period):
            lateness = today_at(bureau, update.sent_at) - last_day(bureau.pk, period.pk)
            _came(found[bureau.pk, period.pk, one.level], update, lateness.total_seconds())
        if update.state == APPROVED or update.state == WAITING and not bureau.requires_head_approval:
            found[bureau.pk, period.pk, max(one.level, update.handling)].waiting += 1
    return [Row(*key, count) for key, count in sorted(found.items())]


def _came(count: Count, update, lateness: float) -> None:
    count.sent += 1
    count.validated += update.state == VALIDATED
    count.in_time += lateness <= 0
    count.worst = lateness if count.worst is None else max(count.worst, lateness)


def _led_by(bureaus: set[int] | None, rows, path: str = ""):
    """Those of the rows that belong to work of these bureaus; all of them for None."""
    return rows if bureaus is None else rows.filter(**{f"{path}lead_bureau__in": bureaus})


def _work_then(moment: datetime, of: set[int] | None) -> dict[int, Work]:
    """All work that there was, with its days and status of then. Two queries."""
    first, rows = _asked_of_work(moment)
    return _works(first, _led_by(of, rows).iterator())


def _work_steps(moment: datetime) -> Steps[dict[int, Work]]:
    """The same of work that is not very much, to be read beside something else. One round."""
    return _works(*(yield list(_asked_of_work(moment))))


def _asked_of_work(moment: datetime) -> tuple[QuerySet, QuerySet]:
    """What the first change after the moment replaced of each piece of work, and the work that there was as it is now."""
    later = AuditRecord.objects.filter(target_type=WORK, at__gt=moment, before__has_key="status")
    first = later.order_by("target_id", "seq").distinct("target_id")
    names = ("handling", "status", "starts_on", "ends_on")
    rows = Initiative.objects.there_at(moment).order_by().values_list("pk", "lead_bureau", *names)
    return first.values_list("target_id", *(f"before__{name}" for name in names)), rows


def _works(first: Iterable[tuple], rows: Iterable[tuple]) -> dict[int, Work]:
    was = {int(pk): row for pk, *row in first}
    return {pk: _work(bureau, *now, was.get(pk)) for pk, bureau, *now in rows}


def _work(bureau: int, level: int, status: str, starts_on: date, ends_on: date, was: list | None) -> Work:
    if was is None:
        return Work(bureau, level, status, starts_on, ends_on)
    return Work(bureau, max(level, was[0]), was[1], date.fromisoformat(was[2]), date.fromisoformat(was[3]))


def granted_then(periods: Iterable[int], moment: datetime) -> dict[tuple[int, int], date]:
    """Until when bureaus had been given more time, by bureau and period. One query."""
    return side_by_side(granted_steps(periods, moment))[0]


def granted_steps(periods: Iterable[int], moment: datetime) -> Steps[dict[tuple[int, int], date]]:
    """The same, to be read beside something else. One round."""
    rows = Extension.objects.granted().filter(period__in=list(periods), decided_at__lte=moment)
    found: dict[tuple[int, int], date] = {}
    for bureau, period, until in (yield from only(rows.values_list("bureau", "period", "granted_until"))):
        found[bureau, period] = max(until, found.get((bureau, period), until))
    return found


def periods_then(periods: Iterable[Period], moment: datetime) -> list[Period]:
    """The periods, unsaved, with the days and the state that they had. One query."""
    return _turned_back(periods, PERIOD_FACTS, changes_since(moment, Period._meta.label_lower))


def bureaus_then(moment: datetime) -> list[Bureau]:
    """Every bureau that there was, unsaved, on the clock and by the rules that it had; its names are today's. One query."""
    return side_by_side(bureau_steps(moment))[0]


def bureau_steps(moment: datetime) -> Steps[list[Bureau]]:
    """The same, to be read beside something else. One round."""
    made = AuditRecord.objects.filter(target_type="accounts.bureau", action="bureau.created", at__gt=moment).order_by()
    rows = Bureau.objects.exclude(pk__in=made.values(key=Cast("target_id", BigIntegerField())))
    rows, acts = yield [rows.select_related("region", "country").order_by("code"), acts_since(moment, Bureau._meta.label_lower)]
    return _turned_back(rows, BUREAU_FACTS, replaced_in(acts))


def _turned_back(rows: Iterable, names: tuple[str, ...], later: dict[int, list[dict]]) -> list:
    found = [copy(one) for one in rows]
    for one in found:
        for name, value in undone({}, later.get(one.pk, ())).items():
            if name in names:
                setattr(one, name, one._meta.get_field(name).to_python(value))
    return found


# by a worker


def make_tally(job: Job, progress: Callable[[str, int], None]) -> dict:
    """What the job does: every period that had begun by the day."""
    day = date.fromisoformat(job.payload["day"])
    progress("counting", 10)
    with transaction.atomic():
        rollup.take_time()
        seq = audit.last_seq()  # before anything is counted: what is appended from now on is asked for by who reads
        periods = periods_then(Period.objects.started_by(day), end_of(day))
        granted = granted_then([one.pk for one in periods], end_of(day))
        rows = count_up(periods, bureaus_then(end_of(day)), end_of(day), granted)
    return {"seq": seq, "rows": [[*key, [*vars(count).values()]] for *key, count in rows]}
