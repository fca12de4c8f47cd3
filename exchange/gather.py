"""What a bureau's workbook holds: every update of a period that may still be written, in a constant number of questions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from accounts.models import Bureau
from core.models import Period
from initiatives.duties import today_at
from initiatives.entry import Entry, Row, targets_of
from initiatives.models import Initiative, Update, UpdateValue
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

    def by_code(self) -> dict[str, Entry]:
        return {one.initiative.code: one for one in [*self.entries, *self.sent]}


def gather(*, bureau: Bureau, period: Period, user, at: datetime) -> Book:
    """Everything of the bureau for the period. Six questions to the database, however much there is."""
    running = Initiative.objects.running_in(period).values("pk")
    own = Initiative.objects.led_by(bureau).filter(Q(pk__in=running) | Q(updates__period=period))
    work = list(own.distinct().order_by("code"))
    updates = _updates(work, period)
    previous = _previous(work, period)
    asked = _indicators([one for one in work if one.pk not in updates])
    book = Book(bureau, period, user, at)
    for initiative in work:
        initiative.lead_bureau = bureau
        entry = _entry(initiative, book, updates.get(initiative.pk), previous.get(initiative.pk), asked)
        place = book.entries if entry.is_editable(today_at(bureau, at)) else book.sent
        place.append(entry)
    _put_targets(book)
    return book


def _updates(work, period) -> dict[int, Update]:
    """The latest revision for the period, with its values."""
    found = Update.objects.filter(initiative__in=work, period=period).order_by("revision")
    found = {one.initiative_id: one for one in found}
    _put_values(found.values())
    return found


def _previous(work, period) -> dict[int, Update]:
    """What was validated last for an earlier period."""
    earlier = Update.objects.current().filter(initiative__in=work, period__start_on__lt=period.start_on)
    latest = earlier.order_by("initiative_id", "-period__start_on").distinct("initiative_id").select_related("period")
    found = {one.initiative_id: one for one in latest}
    _put_values(found.values())
    return found


def _put_values(updates) -> None:
    held = defaultdict(list)
    rows = UpdateValue.objects.filter(update__in=list(updates)).select_related("indicator").order_by("indicator__code")
    for row in rows:
        held[row.update_id].append(row)
    for update in updates:
        update.value_list = held[update.pk]


def _indicators(work) -> dict[int, list[Indicator]]:
    """What the work measures, where no update says so yet."""
    links = Initiative.indicators.through.objects.filter(initiative__in=work)
    pairs = list(links.values_list("initiative_id", "indicator_id"))
    known = Indicator.objects.measured().in_bulk({indicator for _work, indicator in pairs})
    found = defaultdict(list)
    for initiative_id, indicator_id in pairs:
        if indicator_id in known:
            found[initiative_id].append(known[indicator_id])
    return found


def _entry(initiative, book: Book, update, previous, asked) -> Entry:
    entry = Entry(initiative, book.period, book.user, update, previous)
    if update is not None:
        update.initiative, update.period = initiative, book.period
        values = update.value_list
    else:
        indicators = sorted(asked[initiative.pk], key=lambda one: one.code)
        values = [UpdateValue(indicator=one) for one in indicators]
    last = {one.indicator_id: one for one in previous.value_list} if previous else {}
    entry.rows = [Row(value.indicator, value, last.get(value.indicator_id)) for value in values]
    return entry


def _put_targets(book: Book) -> None:
    entries = [*book.entries, *book.sent]
    targets = targets_of({row.indicator.pk for one in entries for row in one.rows}, book.period.end_on)
    for entry in entries:
        for row in entry.rows:
            row.target = targets.get(row.indicator.pk)
