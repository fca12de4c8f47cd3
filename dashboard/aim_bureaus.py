"""Which bureaus an aim stands best and worst in, and how much work goes into it, on a day in the past."""

from __future__ import annotations

from django.db.models import Count, Value

from core.together import Steps, only
from dashboard.asked import Asked
from dashboard.plans import Below
from dashboard.standing import Standing, part_steps, rank
from dashboard.stood import work_then
from initiatives.known_at import contributed_to
from initiatives.models import Initiative
from outcomes.levels import AIM


def standing_steps(question: Asked, below: Below) -> Steps[Standing]:
    """How the bureaus stood to their own path towards the aim, as far as the reader may see: worked out from the answers of then."""
    if not below.period:
        return rank([])
    return rank((yield from part_steps(question, AIM, below.aim, below.aim.plan_id, below.period)))


def work_steps(question: Asked, below: Below) -> Steps[int]:
    """How many pieces of work that the reader may see contributed to the aim through the expected results. One round."""
    found = work_then(question).filter(contributed_to([result.pk for result in below.results])).order_by()
    rows = Initiative.objects.filter(pk__in=found.values("pk")).order_by().annotate(of_all=Value(1)).values("of_all")
    return sum((yield from only(rows.annotate(many=Count("pk")).values_list("many", flat=True))))
