"""What waits for a reviewer: the updates that waited longest, the odd ones first, with their flags."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q

from accounts.access import sight
from core.together import Steps, only, side_by_side
from initiatives import duties, flags
from initiatives.choices import DeliveryStatus
from initiatives.counted import HANDED_DOWN
from initiatives.entry import odd_between
from initiatives.models import Evidence, Update, UpdateValue
from outcomes.choices import Kind, ValueState

PAGE = 100
MOST_SAID = 1000  # of how many more wait the page only says so
TEXTS = ("achieved", "obstacle", "next_steps")
COMPARED = (
    "state", "value", "numerator", "denominator", "indicator__kind", "indicator__direction", "indicator__jump_factor",
)  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """One update in the queue, with what looks odd about it."""

    update: Update
    flags: tuple[flags.Flag, ...]
    is_own: bool = False

    @property
    def is_clean(self) -> bool:
        return not self.flags and not self.is_own


@dataclass(frozen=True)
class Queue:
    """One page of the queue; `known` is how many wait in all."""

    rows: list[Waiting]
    known: int
    next_key: str = ""

    @property
    def clean(self) -> list[Waiting]:
        return [row for row in self.rows if row.is_clean]

    @property
    def odd(self) -> list[Waiting]:
        return [row for row in self.rows if row.flags]

    @property
    def ids(self) -> list[int]:
        return [row.update.pk for row in self.rows]


def waiting_for(user):
    """Updates that wait for a reviewer, as far as the person's clearance goes."""
    return Update.objects.waiting().filter(sight(user).updates())


def queue(user, *, after: str = "") -> Queue:
    """The hundred that waited longest after the key, odd ones first; a constant number of questions."""
    found = _after(waiting_for(user), after).with_previous().with_due()
    found = found.select_related("initiative__lead_bureau", "period").prefetch_related(*_parts())[: PAGE + 1]
    found, known = side_by_side(only(found), HANDED_DOWN["waiting_steps"](user))
    page, more = found[:PAGE], found[PAGE:]
    previous = _previous_of(page, user)
    rows = [row_of(update, previous.get(update.previous_id), user) for update in page]
    rows.sort(key=lambda row: (not row.flags, row.update.submitted_at, row.update.pk))
    return Queue(rows, known, key_of(page[-1]) if more else "")


def rows_of(user, ids) -> list[Waiting]:
    """The named updates, where they still wait, in their order of waiting."""
    found = list(
        waiting_for(user).filter(pk__in=ids).with_previous().with_due()
        .select_related("initiative__lead_bureau", "period").prefetch_related(*_parts())
    )  # fmt: skip
    previous = _previous_of(found, user)
    return [row_of(update, previous.get(update.previous_id), user) for update in found]


def _parts() -> tuple:
    files = Evidence.objects.filter(removed_at=None).only("update_id")
    return (
        Prefetch("values", UpdateValue.objects.select_related("indicator")),
        Prefetch("evidence", files, to_attr="files"),
    )


def _previous_of(updates, user) -> dict[int, Update]:
    ids = [update.previous_id for update in updates if update.previous_id]
    found = Update.objects.visible_to(user).filter(pk__in=ids).prefetch_related("values")
    return {update.pk: update for update in found}


def row_of(update: Update, previous: Update | None, user) -> Waiting:
    is_own = user.pk == update.author_id or user.pk in update.writer_ids
    return Waiting(update, flags_of(update, previous), is_own)


def flags_of(update: Update, previous: Update | None) -> tuple[flags.Flag, ...]:
    """Every flag of one update; its values, their indicators and its files are read already."""
    last = list(previous.values.all()) if previous else []
    return _flags(update, list(update.values.all()), bool(update.files), previous, last)


def _flags(update: Update, values: list, has_evidence: bool, previous: Update | None, last: list) -> tuple[flags.Flag, ...]:
    last = {value.indicator_id: value for value in last}
    return flags.of_update(
        oddities=[odd_between(value, last.get(value.indicator_id), value.indicator) for value in values],
        is_late=duties.is_late(update, update.initiative.lead_bureau),
        is_off_track=update.delivery_status == DeliveryStatus.OFF_TRACK,
        delivery_falls=previous is not None and flags.falls(update.delivery_percent, previous.delivery_percent),
        has_evidence=has_evidence,
        claims_an_end=claims_an_end(values, last),
        texts=[getattr(update, name) for name in TEXTS],
        previous_texts=[getattr(previous, name) for name in TEXTS] if previous else [],
    )


def odd_steps(user) -> Steps[int]:
    """How many of the hundred that waited longest have something odd about them. Two rounds."""
    rows = waiting_for(user).with_previous().with_due().select_related("initiative__lead_bureau", "period")
    page = yield from only(rows[:PAGE])
    earlier = [update.previous_id for update in page if update.previous_id]
    values = UpdateValue.objects.filter(update__in=[*(update.pk for update in page), *earlier]).order_by()
    previous, values, files = yield [
        Update.objects.visible_to(user).filter(pk__in=earlier).order_by(),
        values.select_related("indicator").only("update_id", *COMPARED),
        Evidence.objects.filter(removed_at=None, update__in=page).order_by().values_list("update_id", flat=True),
    ]
    previous, said = {update.pk: update for update in previous}, defaultdict(list)
    for value in values:
        said[value.update_id].append(value)
    found = [(update, previous.get(update.previous_id)) for update in page]
    return sum(bool(_flags(now, said[now.pk], now.pk in files, last, said[last.pk] if last else [])) for now, last in found)


def claims_an_end(values, last) -> bool:
    """Whether the values say for the first time that a milestone is reached."""
    return any(
        value.indicator.kind == Kind.MILESTONE
        and value.state == ValueState.REPORTED
        and value.value == 1
        and (value.indicator_id not in last or last[value.indicator_id].value != 1)
        for value in values
    )


def key_of(update: Update) -> str:
    """Where a page ends: the moment and number of its last update in the order of waiting."""
    return f"{update.submitted_at.isoformat()}~{update.pk}"


def _after(updates, key: str):
    moment, _mark, pk = key.partition("~")
    try:
        at, pk = datetime.fromisoformat(moment), int(pk)
    except ValueError:
        return updates
    return updates.filter(Q(submitted_at__gt=at) | Q(submitted_at=at, pk__gt=pk)) if at.tzinfo else updates


def neighbours(order: list[int], pk: int) -> tuple[int | None, int | None]:
    """The updates before and after one in the reader's order."""
    if pk not in order:
        return None, order[0] if order else None
    place = order.index(pk)
    return order[place - 1] if place else None, order[place + 1] if place + 1 < len(order) else None
