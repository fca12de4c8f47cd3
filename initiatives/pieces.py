"""Initiatives as plain values: what their delivery is worked out from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from core.handling import Handling
from initiatives.choices import InitiativeStatus
from initiatives.models import Contribution, Initiative, Milestone, Update
from outcomes.progress import DeliveryStep, Observation


@dataclass
class Work:
    """One initiative as plain values: its dates, its steps, what was validated about it and where its shares go."""

    id: int
    code: str
    starts_on: date
    ends_on: date
    is_cancelled: bool
    handling: int
    bureau_id: int
    bureau: str
    version: int
    shares: dict[int, Decimal] = field(default_factory=dict)
    reports: list[tuple[date, Observation, int]] = field(default_factory=list)
    steps: list[DeliveryStep] = field(default_factory=list)

    @property
    def ref(self) -> str:
        return f"initiative:{self.code}@{self.version}"


def load_work(results: Iterable[int], *, bureaus: Iterable[int] | None = None, as_of=None) -> list[Work]:
    """The initiatives that contribute to the results, as believed at the moment (None: now). Four queries.

    `bureaus` limits them to those that these bureaus lead.
    """
    asked = Q(contributions__expected_result__in=list(results))
    if bureaus is not None:
        asked &= Q(lead_bureau__in=list(bureaus))
    if as_of is not None:
        told = Update.objects.filter(initiative=OuterRef("pk"), validated_at__lte=as_of)
        asked &= Q(created_at__lte=as_of) | Exists(told)
    columns = (
        "id",
        "code",
        "starts_on",
        "ends_on",
        "status",
        "handling",
        "lead_bureau_id",
        "lead_bureau__code",
        "version",
    )
    work = {
        row[0]: Work(*row[:4], row[4] == InitiativeStatus.CANCELLED, *row[5:])
        for row in Initiative.objects.filter(asked).distinct().order_by("code").values_list(*columns)
    }
    for initiative, result, share in Contribution.objects.filter(
        initiative__in=list(work), expected_result__in=list(results)
    ).values_list("initiative_id", "expected_result_id", "share"):
        work[initiative].shares[result] = share
    _load_reports(work, Update.objects.known_at(as_of))
    for pk, initiative, due_on, done_on, weight in Milestone.objects.filter(initiative__in=list(work)).values_list(
        "id", "initiative_id", "due_on", "done_on", "weight"
    ):
        work[initiative].steps.append(DeliveryStep(due_on, weight, done_on, f"milestone:{pk}"))
    return list(work.values())


def _load_reports(work: dict[int, Work], updates) -> None:
    rows = (
        updates.filter(initiative__in=list(work), delivery_percent__isnull=False)
        .order_by("period__end_on")
        .values_list(
            "initiative_id", "period__end_on", "submitted_at", "delivery_percent", "handling", "id", "revision"
        )
    )
    for initiative, end_on, submitted_at, percent, handling, pk, revision in rows:
        into = work[initiative]
        handling = max(handling, into.handling)
        seen_on = min(end_on, submitted_at.date())
        seen = Observation(
            value=percent, observed_on=seen_on, bureau=into.bureau, initiative=into.code,
            source_ref=f"update:{pk}@{revision}", period_end_on=end_on, restricted=handling >= Handling.RESTRICTED,
            confidential=handling >= Handling.CONFIDENTIAL,
        )  # fmt: skip
        into.reports.append((end_on, seen, handling))
