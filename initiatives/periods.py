"""Reporting periods as officers meet them: what stands in each, and what opening, closing or moving a day would mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.models import Period
from initiatives.chasing.records import Extension

# Work is counted as it changes on a floor above: what is kept there is handed down, once.
COUNTED_ABOVE: list[Callable] = []


@dataclass(frozen=True)
class Standing:
    """How many updates of the period, of work the reader may see, are in which state; a correction leaves a report as it is."""

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
    """Two queries: the first reports of the work that runs in it are counted as they change, and what waits of any work."""
    _opened, counted = COUNTED_ABOVE
    told = counted(user, period.pk)
    owed, sent, drafts, returned = (told.get(kind, 0) for kind in ("due", "sent", "drafted", "returned"))
    validated = told.get("validated", 0)
    requests = Extension.objects.visible_to(user).waiting().filter(period=period).count()
    return Standing(
        owed=owed, not_started=owed - sent - validated - drafts - returned, drafts=drafts, returned=returned,
        waiting=told.get("undecided", 0), validated=validated, requests=requests,
    )  # fmt: skip


def open_counts(user) -> dict[int, tuple[int, int]]:
    """By period: how many updates of work that the reader may see are drafts or returned, and how many wait. One query."""
    counted, _standing = COUNTED_ABOVE
    return counted(user)
