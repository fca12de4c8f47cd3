"""Which period the heat map opens with: the newest of which enough is known to see where the weak spots are."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Q

from core.models import Period
from dashboard.asked import Asked
from dashboard.plans import period_for
from goals.models import Plan
from outcomes.levels import AIM
from outcomes.models import RollUp

NOT_JUDGED = ("no_data", "insufficient_data", "stale", "too_early")
LOOKED_AT = 4  # periods, from the newest back: what is older is not where anything stands


class Telling(NamedTuple):
    """A period of the heat map, and when the bureaus' figures of it were last worked out, where that was found on the way."""

    period: Period | None
    computed_at: datetime | None = None


def telling_period(question: Asked, plan: Plan, measure: str) -> Telling:
    """The period that was asked for; else the newest of which anything can be judged, passing over one that has only begun.

    A period has only begun while less than half as many figures of it can be judged as of the one before. As known on a
    day, and where nothing can be judged, it is the period that all other pages would open with. One query at most.
    """
    usual = period_for(question, plan)
    if usual is None or question.period_code or question.moment is not None:
        return Telling(usual)
    begun = [one for one in question.periods if plan.start_on <= one.start_on <= usual.start_on][:LOOKED_AT]
    if not begun:  # the plan begins after every period that there is
        return Telling(usual)
    known = _known(plan, measure, begun)
    judged = [known.get(one.pk, (0, None))[0] for one in begun]
    enough = (
        one for one, now, before in zip(begun, judged, [*judged[1:], 0], strict=True) if now and now * 2 >= before
    )
    found = next(enough, usual)
    return Telling(found, known.get(found.pk, (0, None))[1])


def _known(plan: Plan, measure: str, periods) -> dict[int, tuple[int, datetime]]:
    """By period: how many of the bureaus' figures of the plan's aims can be judged, and when they were last worked out."""
    aims = plan.aims.standing().order_by().values("pk")
    rows = RollUp.objects.filter(
        node_type=AIM, node_id__in=aims, measure=measure, bureau__isnull=False, period__in=periods
    )
    judged = Count("pk", filter=~Q(status__in=NOT_JUDGED))
    counted = rows.order_by().values("period").annotate(judged=judged, at=Max("computed_at"))
    return {row["period"]: (row["judged"], row["at"]) for row in counted}
