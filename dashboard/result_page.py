"""An expected result as its page and its file read it: what is promised, its indicators, and the work that goes into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.access import sight
from core.errors import NotFound
from core.together import Steps, only
from dashboard.asked import Asked
from dashboard.figures import Figures, figures_steps
from dashboard.judged import Judged, judged_steps
from dashboard.plans import Part, measured_in, part_of, period_for, periods_of_path
from dashboard.stood import contribution_steps
from initiatives.models import Contribution
from outcomes.models import ExpectedResult, Indicator

MOST_CONTRIBUTIONS = 50


@dataclass(frozen=True)
class ResultView:
    """An expected result with its indicators and the work that contributes to it."""

    result: ExpectedResult
    period: object
    trend: list
    whole: Part
    indicators: list[Part]
    contributions: list
    judgement: Judged | None
    figures: Figures
    today: date


def _find_result(question: Asked, plan_code: str, number: int, result_number: int) -> tuple[ExpectedResult, list[Indicator]]:
    """The expected result, with its indicators that the reader may see. One query. Raises NotFound."""
    rows = ExpectedResult.objects.visible_to(question.user)
    rows = rows.filter(aim__plan__code=plan_code, aim__number=number, number=result_number)
    found, indicators = question.rows(rows.select_related("aim__plan"), measured_in(rows, question))
    if not found:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found[0], indicators


def read_result(question: Asked, plan_code: str, number: int, result_number: int) -> ResultView:
    """Its indicators and figures, what was judged, and contributions that the reader may see. Two queries; a day in the past is
    worked out anew. Raises NotFound."""
    result, indicators = _find_result(question, plan_code, number, result_number)
    period = period_for(question, result.aim.plan)
    trend = periods_of_path(question, period, result.aim.plan)
    nodes = {"result": [result.pk], "indicator": [i.pk for i in indicators]}
    figures, judged, contributions = question.together(
        figures_steps(question, plans=[result.aim.plan_id], periods={*trend, period}, nodes=nodes, delivery_in=[period]),
        judged_steps(question, nodes), _contributions(question, result),
    )  # fmt: skip
    return ResultView(
        result, period, trend, part_of(figures, "result", result, period, trend, judged),
        [part_of(figures, "indicator", one, period, trend, judged) for one in indicators],
        contributions, judged.get(("result", result.pk)), figures, question.today,
    )  # fmt: skip


def _contributions(question: Asked, result: ExpectedResult) -> Steps[list[Contribution]]:
    """The largest shares of the work that the reader may see."""
    if question.moment is not None:
        return (yield from contribution_steps(question, result, MOST_CONTRIBUTIONS))
    work = Contribution.objects.filter(expected_result=result).select_related("initiative__lead_bureau")
    seen = work.filter(sight(question.user).initiatives("initiative__"))
    return (yield from only(seen.order_by("-share", "initiative_id")[:MOST_CONTRIBUTIONS]))
