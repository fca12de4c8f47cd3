"""The plans as pages read them: aims with their figures, results and indicators below, and what leads where."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from accounts.access import Reader, reader_of
from core.errors import NotFound
from core.questions import columns_of, record
from core.together import Steps, beside, only, rows_steps
from core.translations import Translated
from dashboard.asked import Asked
from dashboard.figures import Figure, Figures, figures_steps
from dashboard.judged import By, Judged, judged_steps
from goals.models import Aim, Plan
from outcomes.choices import Measure
from outcomes.models import ExpectedResult, Indicator

SPARK_PERIODS = 8


@dataclass(frozen=True)
class Part:
    """A plan, aim, expected result or indicator with its two figures and its path so far; `judged` is what people say."""

    node: object
    results: Figure
    delivery: Figure
    before: Figure
    path: list[Figure]
    kept: str = ""
    judged: str = ""

    @property
    def change(self):
        """Progress since the period before, as a share of one; None where either is unknown."""
        if self.results.progress is None or self.before.progress is None:
            return None
        return self.results.progress - self.before.progress


def part_of(figures: Figures, node_type: str, node, period, trend, judged) -> Part:
    judgement = judged.get((node_type, node.pk))
    path = figures.path(node_type, node.pk, trend)
    return Part(
        node,
        figures.of(node_type, node.pk, period),
        figures.of(node_type, node.pk, period, Measure.DELIVERY),
        path[-2] if len(path) > 1 else Figure(),
        path,
        figures.kept,
        judgement.status if judgement else "",
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


class Gathered(NamedTuple):
    """The plans that a reader sees, each with its aims, the period it is read in and the periods of its path."""

    aims: dict[Plan, list[Aim]]
    periods: dict[Plan, object]
    trends: dict[Plan, list]

    @property
    def nodes(self) -> dict[str, list[int]]:
        return {"plan": [plan.pk for plan in self.aims], "aim": [aim.pk for found in self.aims.values() for aim in found]}

    @property
    def wanted(self) -> set:
        """Every period of which a figure is shown."""
        return {period for trend in self.trends.values() for period in trend} | set(self.periods.values())

    def views(self, figures: Figures, judged: By) -> list[PlanView]:
        return [_plan_view(plan, aims, self.periods[plan], self.trends[plan], figures, judged) for plan, aims in self.aims.items()]


def read_plans(question: Asked) -> list[PlanView]:
    """Every published plan with its aims, newest first. Two queries; a day in the past is worked out anew."""
    return question.together(plans_steps(question))[0]


def plans_steps(question: Asked) -> Steps[list[PlanView]]:
    """The same, to be read beside something else. Two rounds."""
    found = gather_plans(question, (yield from rows_steps(plans_with_aims, reader_of(question.user))))
    figures, judged = yield from beside(
        figures_steps(
            question, plans=[plan.pk for plan in found.aims], periods=found.wanted, nodes=found.nodes,
            delivery_in=set(found.periods.values()),
        ),
        judged_steps(question, found.nodes),
    )  # fmt: skip
    return found.views(figures, judged)


def gather_plans(question, rows) -> Gathered:
    """What rows of `plans_with_aims` say, for the question asked (`Asked`, or the same in plain facts)."""
    told = {record(Plan, row): aims for *row, aims in rows}
    aims = {plan: [_aim_of(plan, **json.loads(one)) for one in found] for plan, found in told.items()}
    periods = {plan: period_for(question, plan) for plan in aims}
    return Gathered(aims, periods, {plan: periods_of_path(question, periods[plan], plan) for plan in aims})


def plans_with_aims(reader: Reader):
    """The plans with the aims that stand, by number: of an aim its key, number and title alone."""
    standing = Aim.objects.standing().filter(plan=OuterRef("pk")).order_by("number")
    told = standing.values(told=JSONObject(pk="pk", number="number", title="title"))
    return Plan.objects.visible_to(reader).annotate(told_aims=ArraySubquery(told)).values_list(*columns_of(Plan), "told_aims")


def _aim_of(plan: Plan, *, pk: int, number: int, title: dict) -> Aim:
    return Aim(pk=pk, number=number, title=Translated.from_json(title), plan=plan)


def periods_of_path(question, period, plan) -> list:
    inside = [p for p in question.periods if plan.start_on <= p.start_on and p.end_on <= plan.end_on]
    return list(reversed([p for p in inside if period and p.start_on <= period.start_on][:SPARK_PERIODS]))


def _plan_view(plan, aims, period, trend, figures, judged) -> PlanView:
    parts = [part_of(figures, "aim", aim, period, trend, judged) for aim in aims]
    return PlanView(plan, period, part_of(figures, "plan", plan, period, trend, judged), parts, figures)


@dataclass(frozen=True)
class AimView:
    """An aim with everything that its page answers from."""

    aim: Aim
    period: object
    trend: list
    whole: Part
    results: list[Part]
    indicators: dict[int, list[Part]]
    judgement: Judged | None
    figures: Figures
    today: date

    @property
    def all_indicators(self) -> list[Part]:
        return [part for parts in self.indicators.values() for part in parts]


def aim_in(rows) -> Aim:
    """The aim that rows of `aim_at` say. Raises NotFound where there is none."""
    for row in rows:
        many = len(columns_of(Aim))
        found, found.plan = record(Aim, row[:many]), record(Plan, row[many:])
        return found
    raise NotFound(_("There is nothing here, or nothing that you may see."))


def aim_at(reader: Reader, plan_code: str, number: int):
    found = Aim.objects.visible_to(reader).filter(plan__code=plan_code, number=number)
    return found.values_list(*columns_of(Aim), *columns_of(Plan, "plan__"))


def results_at(reader: Reader, plan_code: str, number: int):
    """The expected results of an aim that the reader may see."""
    results = ExpectedResult.objects.visible_to(reader).standing()
    return results.filter(aim__plan__code=plan_code, aim__number=number).order_by("number")


def indicators_at(reader: Reader, plan_code: str, number: int):
    """The indicators below an aim that the reader may see, as they stand now."""
    measured = Indicator.objects.measured().cleared_for(reader)
    return measured.filter(expected_result__in=results_at(reader, plan_code, number).values("pk")).order_by("code")


def measured_in(results, question: Asked):
    """The indicators of the results that the reader may see, as they were measured on the day asked."""
    measured = Indicator.objects.measured().there_at(question.moment).cleared_for(reader_of(question.user))
    return measured.filter(expected_result__in=results.order_by().values("pk")).order_by("code")


def read_aim(question: Asked, plan_code: str, number: int) -> AimView:
    """An aim with figures of all below it. Two queries; a day in the past is worked out anew. Raises NotFound."""
    return question.together(aim_steps(question, read_below(question, plan_code, number)))[0]


def read_below(question: Asked, plan_code: str, number: int) -> Below:
    """The aim with what stands below it. One query. Raises NotFound for what the reader may not see."""
    at = (reader_of(question.user), plan_code, number)
    results = results_at(*at)
    aim, results, indicators = question.together(rows_steps(aim_at, *at), only(results), only(measured_in(results, question)))
    return gather_below(question, aim_in(aim), results, indicators)


def aim_steps(question: Asked, below: Below) -> Steps[AimView]:
    """The figures of an aim and of all below it, to be read beside something else. One round; a past day takes more."""
    figures, judged = yield from beside(
        figures_steps(
            question, plans=[below.aim.plan_id], periods=below.wanted, nodes=below.nodes, delivery_in=[below.period]
        ),
        judged_steps(question, below.nodes),
    )
    return below.view(figures, judged)


class Below(NamedTuple):
    """An aim with what stands below it, the period that it is read in and the periods of its path."""

    aim: Aim
    results: list[ExpectedResult]
    indicators: list[Indicator]
    period: object
    trend: list
    today: date

    @property
    def nodes(self) -> dict[str, list[int]]:
        return {
            "aim": [self.aim.pk], "result": [one.pk for one in self.results], "indicator": [one.pk for one in self.indicators],
        }  # fmt: skip

    @property
    def wanted(self) -> set:
        """Every period of which a figure is shown."""
        return {*self.trend, self.period}

    def view(self, figures: Figures, judged: By) -> AimView:
        def part(node_type, node):
            return part_of(figures, node_type, node, self.period, self.trend, judged)

        by_result = {
            result.pk: [part("indicator", one) for one in self.indicators if one.expected_result_id == result.pk]
            for result in self.results
        }
        whole, parts = part("aim", self.aim), [part("result", result) for result in self.results]
        judgement = judged.get(("aim", self.aim.pk))
        return AimView(self.aim, self.period, self.trend, whole, parts, by_result, judgement, figures, self.today)


def gather_below(question, aim: Aim, results: list[ExpectedResult], indicators: list[Indicator]) -> Below:
    """What stands below the aim, for the question asked (`Asked`, or the same in plain facts)."""
    for result in results:
        result.aim = aim
    period = period_for(question, aim.plan)
    return Below(aim, results, indicators, period, periods_of_path(question, period, aim.plan), question.today)
