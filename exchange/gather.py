"""What a bureau's workbook holds: every update of a period that may still be written, in a constant number of questions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q
from django.utils.functional import cached_property

from accounts.models import Bureau
from core.models import Period
from initiatives.chasing.records import Extension
from initiatives.clocks import due_day
from initiatives.duties import today_at
from initiatives.entry import Entry, Row, targets_of
from initiatives.models import Initiative, Update, UpdateValue
from outcomes.choices import IndicatorState
from outcomes.models import Indicator


@dataclass
class Book:
    """A bureau's entries for a period as one person meets them; `sent` are those that can no longer be written."""

    bureau: Bureau
    period: Period
    user: object
    at: datetime
    entries: list[Entry] = field(default_factory=list)
    sent: list[Entry] = field(default_factory=list)

    @cached_property
    def due_on(self) -> date:
        """Until when the bureau's updates are in time."""
        return due_of(self.bureau, self.period)

    def by_code(self) -> dict[str, Entry]:
        return {one.initiative.code: one for one in [*self.entries, *self.sent]}


def due_of(bureau: Bureau, period: Period) -> date:
    """Until when the bureau's updates are in time; time that was granted counts."""
    return due_day(period, Extension.objects.granted_until(bureau.pk, period.pk))


def gather(*, bureau: Bureau, period: Period, user, at: datetime, with_targets: bool = False) -> Book:
    """Everything of the bureau for the period. Seven questions to the database at most, however much there is."""
    work = _work(bureau, period)
    updates, previous = _updates(work, period), _previous(work, period)
    _put_values([*updates.values(), *previous.values()])
    asked = _indicators([one for one in work if one.pk not in updates])
    book = Book(bureau, period, user, at)
    for initiative in work:
        entry = _entry(initiative, book, updates.get(initiative.pk), previous.get(initiative.pk), asked)
        place = book.entries if entry.is_editable(today_at(bureau, at)) else book.sent
        place.append(entry)
    if with_targets:
        _put_targets(book)
    return book


def count_open(*, bureau: Bureau, period: Period, user, at: datetime) -> int:
    """How many updates of the period may still be written. Two questions to the database."""
    work = _work(bureau, period)
    updates, today = _updates(work, period), today_at(bureau, at)
    return sum(Entry(one, period, user, _about(updates.get(one.pk), one, period), None).is_editable(today) for one in work)


def _work(bureau, period) -> list[Initiative]:
    """What runs in the period, and what has an update for it all the same."""
    running = Initiative.objects.running_in(period).values("pk")
    own = Initiative.objects.led_by(bureau).filter(Q(pk__in=running) | Q(updates__period=period))
    work = list(own.distinct().order_by("code"))
    for one in work:
        one.lead_bureau = bureau
    return work


def _updates(work, period) -> dict[int, Update]:
    """The latest revision for the period."""
    found = Update.objects.filter(initiative__in=work, period=period).order_by("revision")
    return {one.initiative_id: one for one in found}


def _previous(work, period) -> dict[int, Update]:
    """What was validated last for an earlier period."""
    earlier = Update.objects.current().filter(initiative__in=work, period__start_on__lt=period.start_on)
    latest = earlier.order_by("initiative_id", "-period__start_on").distinct("initiative_id").select_related("period")
    return {one.initiative_id: one for one in latest}


def _put_values(updates) -> None:
    held = defaultdict(list)
    rows = UpdateValue.objects.filter(update__in=updates).select_related("indicator").order_by("indicator__code")
    for row in rows:
        held[row.update_id].append(row)
    for update in updates:
        update.value_list = held[update.pk]


def _indicators(work) -> dict[int, list[Indicator]]:
    """What the work measures, where no update says so yet."""
    measured = Initiative.indicators.through.objects.exclude(indicator__state=IndicatorState.RETIRED)
    found = defaultdict(list)
    for link in measured.filter(initiative__in=work).select_related("indicator").order_by("indicator__code"):
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


def _put_targets(book: Book) -> None:
    entries = [*book.entries, *book.sent]
    targets = targets_of({row.indicator.pk for one in entries for row in one.rows}, book.period.end_on)
    for entry in entries:
        for row in entry.rows:
            row.target = targets.get(row.indicator.pk)
