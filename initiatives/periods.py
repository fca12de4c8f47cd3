"""Reporting periods as officers meet them: what stands in each, and what opening, closing or moving a day would mean."""

from __future__ import annotations

from dataclasses import dataclass

from core.models import Period
from initiatives.chasing.records import Extension
from initiatives.counted import HANDED_DOWN


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
    told = HANDED_DOWN["of_a_period"](user, period.pk)
    owed, sent, drafts, returned = (told.get(kind, 0) for kind in ("due", "sent", "drafted", "returned"))
    validated = told.get("validated", 0)
    requests = Extension.objects.visible_to(user).waiting().filter(period=period).count()
    return Standing(
        owed=owed, not_started=owed - sent - validated - drafts - returned, drafts=drafts, returned=returned,
        waiting=told.get("undecided", 0), validated=validated, requests=requests,
    )  # fmt: skip


def open_counts(user) -> dict[int, tuple[int, int]]:
    """By period: how many updates of work that the reader may see are drafts or returned, and how many wait. One query."""
    return HANDED_DOWN["open_counts"](user)
