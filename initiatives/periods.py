"""Reporting periods as officers meet them: what stands in each, and what opening, closing or moving a day would mean."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from core.models import Period
from initiatives.chasing.records import Extension
from initiatives.choices import UpdateState
from initiatives.models import OPEN_STATES, WAITING_STATES, Initiative, Update


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
    """Two queries."""
    of_period = Update.objects.filter(initiative=OuterRef("pk"), period=period)
    work = Initiative.objects.visible_to(user).running_in(period).order_by()
    validated = of_period.filter(state=UpdateState.VALIDATED)
    found = work.annotate(
        is_begun=Exists(of_period),
        is_validated=Exists(validated),
        has_draft=Exists(of_period.filter(state=UpdateState.DRAFT, revision=1)),
        is_returned=Exists(of_period.filter(state=UpdateState.RETURNED)),
        waits=Exists(of_period.filter(state__in=WAITING_STATES)),
    ).aggregate(
        owed=Count("pk"),
        not_started=Count("pk", filter=Q(is_begun=False)),
        drafts=Count("pk", filter=Q(has_draft=True)),
        returned=Count("pk", filter=Q(is_returned=True)),
        waiting=Count("pk", filter=Q(waits=True)),
        validated=Count("pk", filter=Q(is_validated=True)),
    )
    requests = Extension.objects.visible_to(user).waiting().filter(period=period).count()
    return Standing(**found, requests=requests)


def open_counts(periods, user) -> dict[int, tuple[int, int]]:
    """For each period how many updates are unsent drafts or returned, and how many wait for review. One query."""
    rows = (
        Update.objects.filter(period__in=periods, initiative__in=Initiative.objects.visible_to(user))
        .order_by()
        .values("period")
        .annotate(
            unsent=Count("pk", filter=Q(state__in=OPEN_STATES)), waiting=Count("pk", filter=Q(state__in=WAITING_STATES))
        )
    )
    return {row["period"]: (row["unsent"], row["waiting"]) for row in rows}
