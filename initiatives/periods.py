"""Reporting periods as officers meet them: what stands in each, and what opening, closing or moving a day would mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q

from core.models import Period
from initiatives.chasing.records import Extension
from initiatives.choices import WAITING_STATES, UpdateState
from initiatives.models import Initiative, Update

# Work is counted as it changes on a floor above: what is kept there is handed down, once.
COUNTED_ABOVE: list[Callable[[object], dict[int, tuple[int, int]]]] = []


@dataclass(frozen=True)
class Standing:
    """How many updates of the period, of work the reader may see, are in which state."""

    owed: int
    not_started: int
    drafts: int
    returned: int
    waiting: int
    validated: int
    requests: int

    @property
    def unsent(self) -> int:
        return self.not_started + self.drafts + self.returned


def standing_of(period: Period, user) -> Standing:
    """Three queries, the two that count work each over an index alone: none looks for updates piece by piece."""
    work = Initiative.objects.visible_to(user).running_in(period).order_by()
    told = Update.objects.filter(period=period, initiative__in=work.values("pk")).aggregate(
        begun=_pieces(),
        drafts=_pieces(Q(state=UpdateState.DRAFT, revision=1)),
        returned=_pieces(Q(state=UpdateState.RETURNED)),
        waiting=_pieces(Q(state__in=WAITING_STATES)),
        validated=_pieces(Q(state=UpdateState.VALIDATED)),
    )
    owed, begun = work.count(), told.pop("begun")
    requests = Extension.objects.visible_to(user).waiting().filter(period=period).count()
    return Standing(owed=owed, not_started=owed - begun, **told, requests=requests)


def _pieces(of: Q | None = None) -> Count:
    """How many pieces of work have such an update: a correction beside what it corrects counts once."""
    return Count("initiative", distinct=True, filter=of)


def open_counts(user) -> dict[int, tuple[int, int]]:
    """By period: how many updates of work that the reader may see are drafts or returned, and how many wait. One query."""
    (counted,) = COUNTED_ABOVE
    return counted(user)
