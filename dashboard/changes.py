"""What changed between two days: the figures as they were believed on each, and everything that was decided between them.

Where a day's figures cannot be worked out while somebody waits they are a worker's (`dashboard.pictures`).

The arithmetic of differences is the reports' own (`reports.differences`); what is new here is only what a page knows more
of than two editions do: values of indicators, reasons of revisions, judgements, work, texts and editions.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from core.models import JobState, TextRevision
from core.together import Steps, only
from dashboard import day_jobs, pictures
from dashboard.asked import Asked
from dashboard.between import Between
from dashboard.changed_work import Some, closed, ended, started, validated
from dashboard.figures import Figures, figures_steps
from dashboard.plans import period_for
from goals.models import Aim, Plan
from initiatives.chasing.wishes import way_steps
from initiatives.models import Initiative
from outcomes.choices import Measure
from outcomes.models import ExpectedResult, Indicator, Judgement, Target
from outcomes.visibility import parts_for
from reports import differences
from reports.models import Edition
from reports.texts import text


@dataclass
class Happened:
    """Everything that happened between the two days, as far as the reader may see it.

    `missing` are the days whose figures nobody has worked out yet; then no figure is compared.
    """

    between: Between
    missing: list[date]
    moved: list[dict]
    nodes: dict[tuple[str, str], object]
    values: list[tuple[Indicator, Decimal, Decimal]]
    targets: list[tuple[Target, Target | None]]
    judgements: list[Judgement]
    started: Some
    closed: Some
    ended: Some
    texts: list[tuple[object, str]]
    editions: list[Edition]
    validated: tuple[int, bool]
    figures: Figures
    periods: dict[int, object] = field(default_factory=dict)
    is_followed: bool = False  # whether the reader gets a letter about such changes


def read_changes(question: Asked, between: Between) -> Happened:
    """Two queries and those of the pictures: three rounds and the values of each that is worked out from the leaves."""
    work = Initiative.objects.visible_to(question.user).select_related("lead_bureau")
    seen = Indicator.objects.measured().there_at(question.moment).visible_to(question.user).order_by("code")
    editions = between.within(Edition.objects.filed().best_for(question.user), "filed_at").select_related("definition")
    plans, is_at_once, targets, judgements, began, over, texts, filed, many, way = question.together(
        _plans(question, seen), day_jobs.at_once_steps(), _targets(seen, between), only(_judgements(question, between)),
        started(work, between), ended(work, between), only(_texts(between)), only(editions), validated(question, between),
        way_steps(question.user),
    )  # fmt: skip
    nodes, everything = _named(plans)
    days = [between.since, between.until]
    *drawn, done = question.together(
        *(_picture(question, day, plans, everything, is_at_once) for day in days), closed(work, between)
    )
    missing = [day for day, one in zip(days, drawn, strict=True) if one is None]
    before, after = (None, None) if missing else drawn
    indicators = {one.pk: one for one in everything["indicator"]}
    return Happened(
        between, missing, differences.changes(before.snapshot, after.snapshot) if before else [], nodes,
        _values(indicators.values(), before, after) if before else [], _revised(indicators, *targets),
        judgements, began, done, over, _rewritten(nodes, texts), filed, many,
        after.figures if after else Figures(question.user, []), after.periods if after else {}, way.follows_changes,
    )  # fmt: skip


# the two pictures


def _plans(question: Asked, seen: QuerySet) -> Steps[list[Plan]]:
    """Every published plan with its aims, their results and the indicators that the reader may see. One round."""
    rows = Plan.objects.visible_to(question.user).exclude(status="draft")
    plans, aims, results, indicators = yield [
        rows, Aim.objects.filter(plan__in=rows.values("pk")).order_by("number"),
        ExpectedResult.objects.filter(aim__plan__in=rows.values("pk")).order_by("number"), seen,
    ]  # fmt: skip
    _hang(plans, aims, "plan_id", "known_aims")
    _hang(aims, results, "aim_id", "known_results")
    _hang(results, indicators, "expected_result_id", "measured")
    return plans


def _hang(nodes: list, parts: list, key: str, name: str) -> None:
    """This will give each node its parts, in their order, under that name."""
    of_node: dict[int, list] = defaultdict(list)
    for part in parts:
        of_node[getattr(part, key)].append(part)
    for node in nodes:
        setattr(node, name, of_node[node.pk])


def _named(plans: list[Plan]) -> tuple[dict, dict]:
    """Each thing by what the differences call it, and all of each kind."""
    named, of_kind = {}, {"plan": [], "aim": [], "result": [], "indicator": []}
    for kind, code, node in _walk(plans):
        named[kind, code] = node
        of_kind[kind].append(node)
    return named, of_kind


def _walk(plans):
    for plan in plans:
        yield "plan", plan.code, plan
        for aim in plan.known_aims:
            aim.plan = plan
            yield "aim", code_of(aim), aim
            for result in aim.known_results:
                result.aim = aim
                yield "result", code_of(result), result
                for indicator in result.measured:
                    indicator.expected_result = result
                    yield "indicator", indicator.code, indicator


def code_of(node) -> str:
    """What the differences call an aim or an expected result."""
    if isinstance(node, ExpectedResult):
        return f"{node.aim.plan.code}/{node.aim.number}.{node.number}"
    return f"{node.plan.code}/{node.number}"


@dataclass(frozen=True)
class Picture:
    figures: Figures
    periods: dict[int, object]
    snapshot: dict

    def of(self, kind: str, node, plan: Plan, measure=Measure.RESULTS):
        return self.figures.of(kind, node.pk, self.periods[plan.pk], measure)


def _picture(question: Asked, day: date, plans: list[Plan], everything, is_at_once: bool) -> Steps[Picture | None]:
    """All figures as they were believed at the end of the day, each plan in the period that it was read in then.

    None where they are more than can be worked out at once, and nobody has had it done yet.
    """
    is_now = day == question.today and question.known_on is None
    then = Asked(question.user, day, "", None if is_now else day, is_at_once=is_at_once)
    then.periods = [one for one in question.periods if one.start_on <= day]
    periods = {plan.pk: period_for(then, plan) for plan in plans}
    if is_now or is_at_once:
        nodes = {kind: [one.pk for one in found] for kind, found in everything.items()}
        figures = yield from figures_steps(then, plans=list(periods), periods=set(periods.values()), nodes=nodes)
    else:
        kept = pictures.PICTURES.of(day)
        if kept is None or kept.state != JobState.READY:
            return None
        figures = pictures.figures_in(kept, then)
    made = Picture(figures, periods, {})
    made.snapshot.update(_snapshot(made, plans))
    return made


def _snapshot(picture: Picture, plans: list[Plan]) -> dict:
    """As much of a report's snapshot as its differences are made of; how bureaus reported stands on a page of its own."""
    told = [
        {**_node(picture, "plan", plan, plan, plan.code, plan.title), "node_status": _status(picture, "plan", plan, plan),
         "aims": [_aim(picture, plan, aim) for aim in plan.known_aims]}
        for plan in plans
    ]  # fmt: skip
    return {"plans": told, "initiatives": [], "reporting": {"now": {"sent": 0, "due": 0}}, "attention": []}


def _aim(picture: Picture, plan, aim) -> dict:
    results = [
        {**_node(picture, "result", result, plan, code_of(result), result.text), "text": text(result.text),
         "indicators": [
             {**_node(picture, "indicator", one, plan, one.code, one.name), **_measure(picture, one, plan)}
             for one in result.measured
         ]}
        for result in aim.known_results
    ]  # fmt: skip
    return {**_node(picture, "aim", aim, plan, code_of(aim), aim.title), "expected_results": results}


def _node(picture: Picture, kind: str, node, plan, code: str, title) -> dict:
    return {
        "code": code,
        "title": text(title),
        "status": _status(picture, kind, node, plan),
        "results": _spread(picture.of(kind, node, plan)),
        "delivery": _spread(picture.of(kind, node, plan, Measure.DELIVERY)),
    }


def _measure(picture: Picture, one: Indicator, plan) -> dict:
    """An indicator's value in its own unit; what was planned by then is told by its own page."""
    figure = picture.of("indicator", one, plan)
    value = None if figure.is_hidden or figure.actual is None else format(figure.actual.normalize(), "f")
    unit = {"is_percent": one.unit == "percent", "decimals": one.decimals, "kind": one.kind, "combine": one.combine_bureaus}
    return {"name": text(one.name), "target": None, "expected": None, "latest": {"value": value}, **unit}


def _status(picture: Picture, kind: str, node, plan) -> str:
    return "restricted" if (figure := picture.of(kind, node, plan)).is_hidden else figure.status


def _spread(figure) -> dict:
    exact = [None if one is None else format(one.normalize(), "f") for one in (figure.progress, figure.coverage, figure.expected)]
    return {"restricted": figure.is_hidden, "value": exact[0], "coverage": exact[1], "expected": exact[2]}


def _values(indicators, before: Picture, after: Picture) -> list:
    """Indicators whose value is another one; where either is unknown or hidden nothing is said."""
    told = [
        (one, *(picture.of("indicator", one, one.expected_result.aim.plan).actual for picture in (before, after)))
        for one in indicators
    ]
    return [(one, was, now) for one, was, now in told if None not in (was, now) and was != now]


# what was decided


def _targets(seen: QuerySet, between: Between) -> Steps[list[list[Target]]]:
    """Targets that were set anew between the days, and those that were replaced between them. One round."""
    targets = Target.objects.filter(indicator__in=seen.values("pk"))
    made = between.within(targets.filter(revision__gt=1), "recorded_at").order_by("indicator", "due_on", "revision")
    return (yield [made, between.within(targets, "superseded_at")])


def _revised(indicators: dict[int, Indicator], made: list[Target], was: list[Target]) -> list:
    """Targets that are another number now, each with the one that it replaced."""
    old = {(one.indicator_id, one.due_on, one.revision): one for one in was}
    found = []
    for one in made:
        if one.indicator_id not in indicators:
            continue
        one.indicator = indicators[one.indicator_id]
        replaced = old.get((one.indicator_id, one.due_on, one.revision - 1))
        if replaced is None or replaced.value != one.value:
            found.append((one, replaced))
    return found


def _judgements(question: Asked, between: Between) -> QuerySet:
    rows = between.within(parts_for(question.user, Judgement.objects.all()), "recorded_at")
    return rows.select_related("aim__plan", "expected_result__aim__plan", "indicator").order_by("-recorded_at")


def _texts(between: Between) -> QuerySet:
    return between.within(TextRevision.objects.all(), "replaced_at").order_by("-replaced_at")[:200]


def _rewritten(nodes: dict, revisions: list[TextRevision]) -> list[tuple[object, str]]:
    """Texts of the plans that were rewritten, with the name of the field."""
    of_key = {(kind, str(node.pk)): node for (kind, _code), node in nodes.items()}
    found = []
    for row in revisions:
        node = of_key.get((KINDS.get(row.target_type), row.target_id))
        if node is not None:
            found.append((node, row.field))
    return found


KINDS = {
    "goals.plan": "plan",
    "goals.framework": "plan",
    "objectives.strategy": "plan",
    "goals.aim": "aim",
    "goals.strategicgoal": "aim",
    "objectives.objective": "aim",
    "outcomes.expectedresult": "result",
    "outcomes.indicator": "indicator",
}
