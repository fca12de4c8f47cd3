"""What a bureau's workbook holds: every update of a period that may still be written, in a constant number of questions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q, QuerySet

from accounts.models import Bureau
from core.models import Period
from core.together import answered
from initiatives.chasing.records import Extension
from initiatives.clocks import due_day
from initiatives.duties import today_at
from initiatives.entry import Entry, Row, next_targets
from initiatives.models import Initiative, Update, UpdateValue
from outcomes.choices import IndicatorState
from outcomes.models import Indicator, Target


@dataclass
class Book:
    """A bureau's entries for a period as one person meets them; `sent` are those that can no longer be written."""

    bureau: Bureau
    period: Period
    user: object
    at: datetime
    due_on: date  # until when the bureau's updates are in time
    entries: list[Entry] = field(default_factory=list)
    sent: list[Entry] = field(default_factory=list)

    def by_code(self) -> dict[str, Entry]:
        return {one.initiative.code: one for one in [*self.entries, *self.sent]}


def due_of(bureau: Bureau, period: Period) -> date:
    """Until when the bureau's updates are in time; time that was granted counts."""
    return due_day(period, Extension.objects.granted_until(bureau.pk, period.pk))


def gather(*, bureau: Bureau, period: Period, user, at: datetime, with_targets: bool = False) -> Book:
    """Everything of the bureau for the period. Two questions to the database, however much there is."""
    work = _work(bureau, period)
    told, before, links = _told(work, period), _told_before(work, period), _measured(work)
    values = _values(told, before)
    updates, previous, values, links, granted, targets = answered(
        told, before, values, links, Extension.objects.days_granted(bureau.pk, period.pk),
        _targets(values, links) if with_targets else Target.objects.none(),
    )  # fmt: skip
    updates, previous = _by_work(updates), _by_work(previous)
    _put_values([*updates.values(), *previous.values()], values)
    asked = _indicators(links)
    book = Book(bureau, period, user, at, due_day(period, max(granted, default=None)))
    for initiative in work:
        entry = _entry(initiative, book, updates.get(initiative.pk), previous.get(initiative.pk), asked)
        place = book.entries if entry.is_editable(today_at(bureau, at)) else book.sent
        place.append(entry)
    if with_targets:
        _put_targets(book, targets)
    return book


def count_open(*, bureau: Bureau, period: Period, user, at: datetime) -> int:
    """How many updates of the period may still be written. Two questions to the database."""
    work = _work(bureau, period)
    updates, today = _by_work(_told(work, period)), today_at(bureau, at)
    return sum(Entry(one, period, user, _about(updates.get(one.pk), one, period), None).is_editable(today) for one in work)


def _work(bureau, period) -> list[Initiative]:
    """What runs in the period, and what has an update for it all the same."""
    running = Initiative.objects.running_in(period).values("pk")
    own = Initiative.objects.led_by(bureau).filter(Q(pk__in=running) | Q(updates__period=period))
    work = list(own.distinct().order_by("code"))
    for one in work:
        one.lead_bureau = bureau
    return work


def _told(work, period) -> QuerySet:
    """The updates for the period, the latest revision of each last."""
    return Update.objects.filter(initiative__in=work, period=period).order_by("revision")


def _told_before(work, period) -> QuerySet:
    """What was validated last for an earlier period."""
    earlier = Update.objects.current().filter(initiative__in=work, period__start_on__lt=period.start_on)
    return earlier.order_by("initiative_id", "-period__start_on").distinct("initiative_id").select_related("period")


def _by_work(updates) -> dict[int, Update]:
    return {one.initiative_id: one for one in updates}


def _values(*updates: QuerySet) -> QuerySet:
    """The values of all of these updates."""
    wanted = Q(pk__in=[])
    for rows in updates:
        wanted |= Q(update__in=rows.values("pk"))
    return UpdateValue.objects.filter(wanted).select_related("indicator").order_by("indicator__code")


def _put_values(updates, values) -> None:
    held = defaultdict(list)
    for row in values:
        held[row.update_id].append(row)
    for update in updates:
        update.value_list = held[update.pk]


def _measured(work) -> QuerySet:
    """What the work measures, which is asked where no update says so yet."""
    measured = Initiative.indicators.through.objects.exclude(indicator__state=IndicatorState.RETIRED)
    return measured.filter(initiative__in=work).select_related("indicator").order_by("indicator__code")


def _indicators(links) -> dict[int, list[Indicator]]:
    found = defaultdict(list)
    for link in links:
        found[link.initiative_id].append(link.indicator)
    return found


def _about(update, initiative, period):
    """The update with the records that it is about, which are known already."""
    if update is not None:
        update.initiative, update.period = initiative, period
    return update


def _entry(initiative, book: Book, update, previous, asked) -> Entry:
    entry = Entry(initiative, book.period, book.user, _about(update, initiative, book.period), previous)
    values = update.value_list if update else [UpdateValue(indicator=one) for one in asked[initiative.pk]]
    last = {one.indicator_id: one for one in previous.value_list} if previous else {}
    entry.rows = [Row(value.indicator, value, last.get(value.indicator_id)) for value in values]
    return entry


def _targets(values: QuerySet, links: QuerySet) -> QuerySet:
    """The targets of every indicator that has an answer, or could have one."""
    asked = Q(indicator__in=values.order_by().values("indicator")) | Q(indicator__in=links.order_by().values("indicator"))
    return Target.objects.current().filter(asked).order_by("due_on")


def _put_targets(book: Book, targets) -> None:
    entries, targets = [*book.entries, *book.sent], next_targets(targets, book.period.end_on)
    for entry in entries:
        for row in entry.rows:
            row.target = targets.get(row.indicator.pk)
