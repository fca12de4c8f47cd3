"""Which period the heat map opens with: the newest of which enough is known to see where the weak spots are."""

from __future__ import annotations

from django.db.models import Count, Q

from dashboard.asked import Asked
from dashboard.plans import period_for
from goals.models import Plan
from outcomes.levels import AIM
from outcomes.models import RollUp

NOT_JUDGED = ("no_data", "insufficient_data", "stale", "too_early")
LOOKED_AT = 4  # periods, from the newest back: what is older is not where anything stands


def telling_period(question: Asked, plan: Plan, measure: str):
    """The period that was asked for; else the newest of which anything can be judged, passing over one that has only begun.

    A period has only begun while less than half as many figures of it can be judged as of the one before. As known on a
    day, and where nothing can be judged, it is the period that all other pages would open with. One query at most.
    """
    usual = period_for(question, plan)
    if usual is None or question.period_code or question.moment is not None:
        return usual
    begun = [one for one in question.periods if plan.start_on <= one.start_on <= usual.start_on][:LOOKED_AT]
    judged = _judged(plan, measure, begun)
    telling = (
        one
        for one, before in zip(begun, [*begun[1:], None], strict=True)
        if judged.get(one.pk) and judged[one.pk] * 2 >= judged.get(before and before.pk, 0)
    )
    return next(telling, usual)


def _judged(plan: Plan, measure: str, periods) -> dict[int, int]:
    """How many of the bureaus' figures of the plan's aims can be judged, by period."""
    aims = plan.aims.standing().order_by().values("pk")
    rows = RollUp.objects.filter(
        ~Q(status__in=NOT_JUDGED), node_type=AIM, node_id__in=aims, measure=measure, bureau__isnull=False, period__in=periods
    )
    return dict(rows.order_by().values_list("period").annotate(Count("pk")))
