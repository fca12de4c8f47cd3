"""What a report reads of the bureaus' work: who does what, and who has said what of it, for one reader's clearance."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Count
from django.db.models.functions import Coalesce

from accounts.access import sight
from accounts.models import Bureau
from initiatives.choices import OPEN_STATES, InitiativeStatus
from initiatives.models import Contribution, Initiative, Update

TREND_PERIODS = 8  # the last ones that a report looks back on


def initiatives(definition, results, reader) -> tuple[dict[int, Initiative], int]:
    """The work that contributes to the results: what the reader may see, and how much there is besides."""
    rows = Initiative.objects.exclude(status=InitiativeStatus.CANCELLED).filter(
        pk__in=Contribution.objects.filter(expected_result__in=results).values("initiative")
    )
    rows = _of_scope(definition, rows, "lead_bureau")
    seen = rows.filter(sight(reader).initiatives()).select_related("lead_bureau").order_by("code")
    found = {row.pk: row for row in seen}
    return found, rows.count() - len(found)


def _of_scope(definition, rows, bureau: str):
    if definition.scope == "bureau":
        return rows.filter(**{bureau: definition.bureau_id})
    if definition.scope == "region":
        return rows.filter(**{f"{bureau}__region": definition.region_id})
    return rows


def bureaus(definition):
    """The bureaus that the report is about."""
    rows = Bureau.objects.all()
    if definition.scope == "bureau":
        return rows.filter(pk=definition.bureau_id)
    return rows.filter(region=definition.region_id) if definition.scope == "region" else rows


def latest_updates(initiatives, periods, reader) -> tuple[dict[int, Update], int]:
    """The last validated update of each initiative that the reader may see, and how many others are left out."""
    current = Update.objects.current().filter(initiative__in=initiatives, period__in=[period.pk for period in periods])
    seen = current.filter(sight(reader).updates()).select_related("period", "initiative__lead_bureau")
    latest = seen.order_by("initiative_id", "-period__start_on").distinct("initiative_id")
    hidden = current.filter(period=periods[-1]).exclude(sight(reader).updates()).count() if periods else 0
    return {row.initiative_id: row for row in latest}, hidden


def contributions(initiatives, results) -> dict[int, list[int]]:
    rows = Contribution.objects.filter(initiative__in=initiatives, expected_result__in=results)
    found = defaultdict(list)
    for result_id, initiative_id in rows.order_by("initiative__code").values_list(
        "expected_result_id", "initiative_id"
    ):
        found[result_id].append(initiative_id)
    return found


def partners(initiatives) -> dict[int, int]:
    rows = Initiative.partners.through.objects.filter(initiative__in=initiatives).values("initiative_id")
    return {row["initiative_id"]: row["many"] for row in rows.annotate(many=Count("id"))}


def measured_by(initiatives) -> dict[int, list[int]]:
    """The initiatives that report on each indicator."""
    found = defaultdict(list)
    rows = Initiative.indicators.through.objects.filter(initiative__in=initiatives).order_by("initiative_id")
    for indicator_id, initiative_id in rows.values_list("indicator_id", "initiative_id"):
        found[indicator_id].append(initiative_id)
    return found


def awaiting(definition, reader) -> int:
    rows = (
        Update.objects.waiting().order_by().filter(sight(reader).handled(), sight(reader).initiatives("initiative__"))
    )
    return _of_scope(definition, rows, "initiative__lead_bureau").count()


def owed(definition, reader) -> list[tuple]:
    """The work that was not given up, with its days and its bureau: who owes updates is worked out from it.

    What the reader may not see is not counted either: a count would tell that it exists.
    """
    rows = Initiative.objects.exclude(status=InitiativeStatus.CANCELLED).filter(sight(reader).initiatives())
    return list(_of_scope(definition, rows, "lead_bureau").values_list("pk", "lead_bureau_id", "starts_on", "ends_on"))


def sent(definition, periods, reader) -> list[dict]:
    """What was sent for the last periods, of the work that the reader may see: one row per initiative and period.

    The first revision counts, and when it first came: neither a correction nor an answer to a return makes it late.
    """
    seen = Update.objects.filter(sight(reader).initiatives("initiative__"), revision=1)
    rows = seen.filter(period__in=[p.pk for p in periods[-TREND_PERIODS:]]).exclude(state__in=OPEN_STATES)
    rows = _of_scope(definition, rows, "initiative__lead_bureau").annotate(
        came_at=Coalesce("first_sent_at", "submitted_at")
    )
    return list(
        rows.order_by("initiative_id", "period_id").values(
            "initiative_id", "initiative__lead_bureau_id", "period_id", "came_at", "state"
        )
    )
