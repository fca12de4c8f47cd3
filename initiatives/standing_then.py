"""Where updates stood at a moment, and when they had first come: told by their own days where those leave no doubt, else by the trail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.utils.dateparse import parse_datetime

from core.models import AuditRecord
from core.together import Steps, only, side_by_side
from initiatives.choices import OPEN_STATES, UpdateState
from initiatives.models import Update

TARGET = "initiatives.update"
AT_ONCE = 5_000
WAITING, APPROVED, RETURNED = UpdateState.SUBMITTED.value, UpdateState.BUREAU_APPROVED.value, UpdateState.RETURNED.value
DRAFT, VALIDATED = UpdateState.DRAFT.value, UpdateState.VALIDATED.value


class Row(NamedTuple):
    """An update as it stands now, as far as its state at another moment can be read from it."""

    pk: int
    initiative_id: int
    period_id: int
    revision: int
    handling: int
    state: str
    created_at: datetime
    updated_at: datetime
    first_sent_at: datetime | None
    submitted_at: datetime | None
    approved_at: datetime | None
    returned_at: datetime | None
    validated_at: datetime | None


class Stood(NamedTuple):
    """An update at the moment. `state` is one of UpdateState; `sent_at` is when it first came, None before it was sent."""

    pk: int
    initiative_id: int
    period_id: int
    revision: int
    handling: int
    state: str
    sent_at: datetime | None
    submitted_at: datetime | None

    @property
    def is_sent(self) -> bool:
        """Sent and not with its author again; what was validated is."""
        return self.state not in OPEN_STATES


def stood(updates, moment: datetime) -> Iterator[Stood]:
    """The updates that there were at the moment, as they stood then. One query, and one more for each 5,000 in doubt."""
    rows = updates.order_by().values_list(*Row._fields).iterator()
    while part := [Row(*one) for one in islice(rows, AT_ONCE)]:
        yield from side_by_side(_stood_of(part, moment))[0]


def stood_steps(updates, moment: datetime) -> Steps[list[Stood]]:
    """The same of updates that are not very many, to be read beside something else. Two rounds at most."""
    rows = yield from only(updates.order_by().values_list(*Row._fields))
    return (yield from _stood_of([Row(*one) for one in rows], moment))


def _stood_of(rows: list[Row], moment: datetime) -> Steps[list[Stood]]:
    sure = {row.pk: _sure(row, moment) for row in rows}
    told = yield from _told([pk for pk, state in sure.items() if state is None], moment)
    found = (_stood(row, sure[row.pk], told.get(row.pk), moment) for row in rows)
    return [one for one in found if one is not None]


def _sure(row: Row, moment: datetime) -> str | None:
    """The state, where the update's own days leave no doubt; None where only the trail knows."""
    if row.validated_at is not None and row.validated_at <= moment:
        return VALIDATED
    if row.updated_at <= moment:
        return row.state
    if row.submitted_at is None:
        return DRAFT
    if row.submitted_at > moment or row.state == DRAFT:  # it may have come, gone back and come again
        return None
    if row.state == RETURNED:  # who had approved it by then is forgotten when it is returned
        return RETURNED if row.returned_at <= moment else None
    return APPROVED if row.approved_at is not None and row.approved_at <= moment else WAITING


def _told(updates: list[int], moment: datetime) -> Steps[dict[int, tuple[str, str | None]]]:
    """State and day of sending of each update after its last act by the moment, as the trail kept them."""
    if not updates:
        return {}
    acts = AuditRecord.objects.filter(target_type=TARGET, target_id__in=list(map(str, updates)), at__lte=moment)
    last = acts.filter(after__has_key="state").order_by("target_id", "-seq").distinct("target_id")
    rows = yield from only(last.values_list("target_id", "after__state", "after__submitted_at"))
    return {int(pk): (state, sent) for pk, state, sent in rows}


def _stood(row: Row, sure: str | None, told: tuple[str, str | None] | None, moment: datetime) -> Stood | None:
    state, submitted_at = (sure, row.submitted_at) if sure else (DRAFT, None)
    if sure is None and told is not None:
        state, submitted_at = told[0], parse_datetime(told[1]) if told[1] else row.submitted_at
    if row.created_at > moment and (state == DRAFT or row.revision > 1):  # a later revision may carry an earlier day of sending
        return None
    first = row.first_sent_at if row.first_sent_at and row.first_sent_at <= moment else submitted_at
    sent_at = None if state == DRAFT else first
    return Stood(*row[:5], state, sent_at, submitted_at)


def updates_of(periods: Iterable, **more):
    """The updates for the periods."""
    return Update.objects.filter(period__in=[getattr(one, "pk", one) for one in periods], **more)
