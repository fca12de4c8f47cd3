"""The plans as pages read them: aims with their figures, results and indicators below, and what leads where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from accounts.access import sight
from core.errors import NotFound
from core.translations import Translated
from dashboard.asked import Asked
from dashboard.figures import Figure, Figures, read_figures
from goals.models import Aim, Plan
from initiatives.models import Contribution
from outcomes.choices import Measure
from outcomes.models import Crosswalk, ExpectedResult, Indicator, Judgement

SPARK_PERIODS = 8
MOST_CONTRIBUTIONS = 50
COMING_FROM = ("from_aim__plan", "to_aim__plan", "from_result__aim__plan", "to_result__aim__plan")
# What is read of a link: how both ends are called and addressed. Texts of aims and plans are long, and stay where they are.
READ_OF_A_LINK = (
    "kind", "state", "note",
    *(f"{way}_aim__{name}" for way in ("from", "to") for name in ("number", "title", "plan__code")),
    *(f"{way}_result__{name}" for way in ("from", "to") for name in ("number", "text", "aim__number", "aim__plan__code")),
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A plan, aim, expected result or indicator with its two figures and its path so far."""

    node: object
    results: Figure
    delivery: Figure
    before: Figure
    path: list[Figure]
    kept: str = ""

    @property
    def change(self):
        """Progress since the period before, as a share of one; None where either is unknown."""
        if self.results.progress is None or self.before.progress is None:
            return None
        return self.results.progress - self.before.progress


def _part(figures: Figures, node_type: str, node, period, trend) -> Part:
    path = figures.path(node_type, node.pk, trend)
    return Part(
        node,
        figures.of(node_type, node.pk, period),
        figures.of(node_type, node.pk, period, Measure.DELIVERY),
        path[-2] if len(path) > 1 else Figure(),
        path,
        figures.kept,
    )


def period_for(question: Asked, plan: Plan):
    """The period that the plan is read in: the one asked for, or the plan's last one when that lies outside."""
    if question.period is None or question.period_code or question.period.start_on <= plan.end_on:
        return question.period
    return next((p for p in question.periods if p.end_on <= plan.end_on), question.period)


@dataclass(frozen=True)
class PlanView:
    """A plan on its overview: itself, its aims, in the period it is read in."""

    plan: Plan
    period: object
    whole: Part
    aims: list[Part]
    figures: Figures


def read_plans(question: Asked) -> list[PlanView]:
    """Every published plan with its aims, newest first. Two queries."""
    aims = _plans_with_aims(question.user)
    plans = list(aims)
    periods = {plan: period_for(question, plan) for plan in plans}
    trends = {plan: _trend(question, periods[plan], plan) for plan in plans}
    wanted = {p for trend in trends.values() for p in trend} | set(periods.values())
    nodes = {"plan": [plan.pk for plan in plans], "aim": [aim.pk for found in aims.values() for aim in found]}
    figures = read_figures(question, plans=[plan.pk for plan in plans], periods=wanted, nodes=nodes, delivery_in=set(periods.values()))
    return [_plan_view(plan, aims[plan], periods[plan], trends[plan], figures) for plan in plans]


def _plans_with_aims(user) -> dict[Plan, list[Aim]]:
    """The plans with the aims that stand, by number: of an aim its key, number and title alone. One query."""
    standing = Aim.objects.standing().filter(plan=OuterRef("pk")).order_by("number")
    told = standing.values(told=JSONObject(pk="pk", number="number", title="title"))
    found = Plan.objects.visible_to(user).annotate(told_aims=ArraySubquery(told))
    return {plan: [_aim_of(plan, **one) for one in plan.told_aims] for plan in found}


def _aim_of(plan: Plan, *, pk: int, number: int, title: dict) -> Aim:
    return Aim(pk=pk, number=number, title=Translated.from_json(title), plan=plan)


def _trend(question, period, plan) -> list:
    inside = [p for p in question.periods if plan.start_on <= p.start_on and p.end_on <= plan.end_on]
    return list(reversed([p for p in inside if period and p.start_on <= period.start_on][:SPARK_PERIODS]))


def _plan_view(plan, aims, period, trend, figures) -> PlanView:
    parts = [_part(figures, "aim", aim, period, trend) for aim in aims]
    return PlanView(plan, period, _part(figures, "plan", plan, period, trend), parts, figures)


def read_crosswalk(user) -> dict[str, list[Crosswalk]]:
    """What leads where, between aims and between expected results. One query."""
    links = Crosswalk.objects.visible_to(user).select_related(*COMING_FROM).only(*READ_OF_A_LINK)
    ordered = list(
        links.order_by("from_aim__number", "from_result__aim__number", "from_result__number", "to_aim__number")
    )
    return {
        "aims": [link for link in ordered if link.from_aim_id],
        "results": [link for link in ordered if link.from_result_id],
    }


@dataclass(frozen=True)
class AimView:
    """An aim with everything that its page answers from."""

    aim: Aim
    period: object
    trend: list
    whole: Part
    results: list[Part]
    indicators: dict[int, list[Part]]
    judgement: Judgement | None
    figures: Figures
    today: date

    @property
    def all_indicators(self) -> list[Part]:
        return [part for parts in self.indicators.values() for part in parts]


def find_aim(user, plan_code: str, number: int) -> Aim:
    found = Aim.objects.visible_to(user).select_related("plan").filter(plan__code=plan_code, number=number).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


def read_aim(question: Asked, aim: Aim) -> AimView:
    """The aim, its expected results and their indicators with figures. Four queries beside the aim itself."""
    results = list(ExpectedResult.objects.standing().filter(aim=aim).select_related("aim__plan").order_by("number"))
    indicators = list(
        Indicator.objects.measured().there_at(question.moment).visible_to(question.user).filter(expected_result__in=results).order_by("code")
    )
    period = period_for(question, aim.plan)
    trend = _trend(question, period, aim.plan)
    nodes = {"aim": [aim.pk], "result": [r.pk for r in results], "indicator": [i.pk for i in indicators]}
    figures = read_figures(question, plans=[aim.plan_id], periods={*trend, period}, nodes=nodes, delivery_in=[period])

    def part(node_type, node):
        return _part(figures, node_type, node, period, trend)

    by_result = {r.pk: [part("indicator", i) for i in indicators if i.expected_result_id == r.pk] for r in results}
    judgement = standing_judgement(question, aim=aim)
    whole, parts = part("aim", aim), [part("result", r) for r in results]
    return AimView(aim, period, trend, whole, parts, by_result, judgement, figures, question.today)


def standing_judgement(question: Asked, **of) -> Judgement | None:
    """The judgement in force on the day, if somebody made one."""
    rows = Judgement.objects.known_at(question.moment).filter(expires_on__gte=question.today, **of)
    return rows.select_related("recorded_by").first()


@dataclass(frozen=True)
class ResultView:
    """An expected result with its indicators and the work that contributes to it."""

    result: ExpectedResult
    period: object
    trend: list
    whole: Part
    indicators: list[Part]
    contributions: list
    judgement: Judgement | None
    figures: Figures
    today: date


def find_result(user, plan_code: str, number: int, result_number: int) -> ExpectedResult:
    rows = ExpectedResult.objects.visible_to(user).select_related("aim__plan")
    found = rows.filter(aim__plan__code=plan_code, aim__number=number, number=result_number).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


def read_result(question: Asked, result: ExpectedResult) -> ResultView:
    """Five queries: indicators, figures, contributions that the reader may see, judgement."""
    indicators = list(
        Indicator.objects.measured().there_at(question.moment).visible_to(question.user).filter(expected_result=result).order_by("code")
    )
    period = period_for(question, result.aim.plan)
    trend = _trend(question, period, result.aim.plan)
    nodes = {"result": [result.pk], "indicator": [i.pk for i in indicators]}
    figures = read_figures(question, plans=[result.aim.plan_id], periods={*trend, period}, nodes=nodes, delivery_in=[period])
    work = Contribution.objects.filter(expected_result=result).select_related("initiative__lead_bureau")
    seen = work.filter(sight(question.user).initiatives("initiative__")).order_by("-share", "initiative_id")
    return ResultView(
        result, period, trend, _part(figures, "result", result, period, trend),
        [_part(figures, "indicator", one, period, trend) for one in indicators],
        list(seen[:MOST_CONTRIBUTIONS]),
        standing_judgement(question, expected_result=result), figures, question.today,
    )  # fmt: skip
