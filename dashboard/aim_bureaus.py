"""Which bureaus an aim stands best and worst in, and how much work goes into it, on a day in the past."""

from __future__ import annotations

from dashboard.asked import Asked
from dashboard.plans import AimView
from dashboard.standing import Standing, parts_of, rank
from dashboard.stood import work_then
from initiatives.known_at import contributed_to
from outcomes.levels import AIM


def standing_then(question: Asked, view: AimView) -> Standing:
    """How the bureaus stood to their own path towards the aim, as far as the reader may see: worked out from the answers of then."""
    return rank(parts_of(question, AIM, view.aim, view.aim.plan_id, view.period) if view.period else [])


def work_counted_then(question: Asked, view: AimView) -> int:
    """How many pieces of work that the reader may see contributed to the aim through the expected results. One query."""
    return work_then(question).filter(contributed_to([part.node.pk for part in view.results])).count()
