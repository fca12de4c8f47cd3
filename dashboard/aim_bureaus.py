"""Which bureaus an aim stands best and worst in, and how much work goes into it: what its page leads on to."""

from __future__ import annotations

from accounts.access import reader_of
from dashboard import counting
from dashboard.asked import Asked
from dashboard.standing import Standing, parts_of, rank
from dashboard.stood import work_then
from goals.models import Aim
from initiatives.known_at import contributed_to
from outcomes.levels import AIM


def read_standing(question: Asked, aim: Aim, period) -> Standing:
    """How the bureaus stand to their own path towards the aim, as far as the reader may see.

    One query; a day in the past is worked out anew from the answers of then.
    """
    return rank(parts_of(question, AIM, aim, aim.plan_id, period) if period else [])


def count_work(question: Asked, aim: Aim, results: list[int]) -> int:
    """How many pieces of work that the reader may see contribute to the aim through the expected results. One query."""
    if question.moment is not None:
        return work_then(question).filter(contributed_to(results)).count()
    return counting.of_all_work(reader_of(question.user)).of("aim").get(str(aim.pk), 0)
