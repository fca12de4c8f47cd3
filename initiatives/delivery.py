"""Progress of delivery: what initiatives have done of what they planned, rolled up beside results and never blended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction

from initiatives.choices import InitiativeStatus
from initiatives.models import Contribution, Initiative, Milestone, Update
from outcomes import rollup, summary
from outcomes.facts import RESTRICTED, Span, Tree, load_tree
from outcomes.progress import DeliveryCase, DeliveryFigure, DeliveryStep, Observation, deliver, leaf, roll_up
from outcomes.progress.exact import total
from outcomes.rollup import AIM, DELIVERY, PLAN, RESULT
from outcomes.summary import Key, Row


@dataclass
class Work:
    """One initiative as plain values: its dates, its steps, what was validated about it and where its shares go."""

    id: int
    code: str
    starts_on: date
    ends_on: date
    is_cancelled: bool
    handling: int
    bureau_id: int
    bureau: str
    version: int
    shares: dict[int, Decimal] = field(default_factory=dict)
    reports: list[tuple[date, Observation, int]] = field(default_factory=list)
    steps: list[DeliveryStep] = field(default_factory=list)


def refresh_initiative(initiative: Initiative, *, at, period=None, also_results: Iterable[int] = ()) -> None:
    """This will compute the delivery rows above the initiative from the period on, or for all periods of its plans.

    `also_results` are results that it contributed to until now. Runs in the caller's transaction.
    """
    rollup.lock()
    results = {*initiative.contributions.values_list("expected_result_id", flat=True), *also_results}
    if not results:
        return
    plans = Contribution.objects.filter(expected_result__in=results).values("expected_result__aim__plan_id")
    tree = load_tree(plans.values_list("expected_result__aim__plan_id", flat=True))
    made = _result_rows(tree, load_work(results), results & tree.aim_of_result.keys(), at, since=period)
    beside = _siblings(tree, results & tree.aim_of_result.keys(), made)
    if beside is None:
        _rebuild(tree, at=at, is_all=False)
    else:
        summary.write(rollup.lift(tree, made, beside, DELIVERY), at=at)


@transaction.atomic
def rebuild(*, at, periods=None, check_only=False) -> list[str]:
    """This will compute all delivery rows from the initiatives and report those that differed, as readable lines."""
    rollup.lock()
    return _rebuild(load_tree(), at=at, periods=periods, check_only=check_only)


def _rebuild(tree: Tree, *, at, periods=None, check_only=False, is_all=True) -> list[str]:
    results, wanted = set(tree.aim_of_result), None if periods is None else {period.pk for period in periods}
    made = _result_rows(tree, load_work(results), results, at, only=wanted)
    made.update(_bare_nodes(tree, at, wanted))
    made = rollup.lift(tree, made, {}, DELIVERY)
    return rollup.settle(tree, made, DELIVERY, at=at, periods=wanted, check_only=check_only, is_all=is_all)


def load_work(results: Iterable[int], *, as_of=None) -> list[Work]:
    """The initiatives that contribute to the results, as believed at the moment (None: now). Four queries."""
    shares: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for initiative, result, share in Contribution.objects.filter(expected_result__in=list(results)).values_list(
        "initiative_id", "expected_result_id", "share"
    ):
        shares[initiative][result] = share
    work = {
        row[0]: Work(row[0], row[1], row[2], row[3], row[4] == InitiativeStatus.CANCELLED, *row[5:], shares[row[0]])
        for row in Initiative.objects.filter(contributions__expected_result__in=list(results))
        .distinct()
        .order_by("code")
        .values_list(
            "id", "code", "starts_on", "ends_on", "status", "handling", "lead_bureau_id", "lead_bureau__code", "version"
        )
    }
    _load_reports(work, Update.objects.known_at(as_of))
    for pk, initiative, due_on, done_on, weight in Milestone.objects.filter(initiative__in=list(work)).values_list(
        "id", "initiative_id", "due_on", "done_on", "weight"
    ):
        work[initiative].steps.append(DeliveryStep(due_on, weight, done_on, f"milestone:{pk}"))
    return list(work.values())


def _load_reports(work: dict[int, Work], updates) -> None:
    rows = (
        updates.filter(initiative__in=list(work), delivery_percent__isnull=False)
        .order_by("period__end_on")
        .values_list(
            "initiative_id", "period__end_on", "submitted_at", "delivery_percent", "handling", "id", "revision"
        )
    )
    for initiative, end_on, submitted_at, percent, handling, pk, revision in rows:
        into = work[initiative]
        handling = max(handling, into.handling)
        seen_on = min(end_on, submitted_at.date())
        seen = Observation(
            value=percent, observed_on=seen_on, bureau=into.bureau, initiative=into.code,
            source_ref=f"update:{pk}@{revision}", restricted=handling >= RESTRICTED, period_end_on=end_on,
        )  # fmt: skip
        into.reports.append((end_on, seen, handling))


def figure_on(work: Work, span: Span, thresholds) -> DeliveryFigure | None:
    """The delivery of the initiative at the end of a period; None before the period that it starts in."""
    if work.starts_on > span.end_on:
        return None
    return deliver(
        DeliveryCase(
            work.code, work.starts_on, work.ends_on, span.end_on, _last_report(work, span)[0], tuple(work.steps),
            thresholds, is_cancelled=work.is_cancelled, source_ref=f"initiative:{work.code}@{work.version}",
        )
    )  # fmt: skip


def _last_report(work: Work, span: Span) -> tuple[Observation | None, int]:
    """The latest report up to the end of the period, with its handling level; else nothing, with the initiative's."""
    known = [(seen, handling) for end_on, seen, handling in work.reports if end_on <= span.end_on]
    return known[-1] if known else (None, work.handling)


def _result_rows(tree: Tree, works: list[Work], results, at, *, since=None, only=None) -> dict[Key, Row]:
    """The delivery rows of the results: of all bureaus, and of each bureau by the work that it leads."""
    rows = {}
    for plan_id in tree.plans:
        mine = [pk for aim in tree.aims_of[plan_id] for pk in tree.results_of[aim] if pk in results]
        for span in tree.periods_of(plan_id, at.date()):
            if (since is None or span.end_on >= since.end_on) and (only is None or span.id in only):
                rows.update(_rows_of_period(tree, works, mine, span))
    return rows


def _rows_of_period(tree: Tree, works: list[Work], results: list[int], span: Span) -> dict[Key, Row]:
    thresholds, parts = tree.thresholds_on(span.end_on), defaultdict(list)
    for work in works:
        figure = figure_on(work, span, thresholds)
        if figure is None:
            continue
        handling = _last_report(work, span)[1]
        for result in work.shares.keys() & set(results):
            part = leaf(f"initiative:{work.code}", figure, work.shares[result]), handling, work.bureau_id
            parts[result, None].append(part)
            parts[result, work.bureau_id].append(part)
    for result in results:
        parts.setdefault((result, None), [])
    return {
        Key(RESULT, result, span.id, bureau, DELIVERY): _row(found, thresholds)
        for (result, bureau), found in parts.items()
    }


def _row(found: list, thresholds) -> Row:
    children = [part for part, _, _ in found]
    keys = {code: bureau_id for part, _, bureau_id in found for code in part.disclosure.bureaus}
    handling = max((handling for _, handling, _ in found), default=0)
    shares = total(part.weight for part in children if part.is_applicable)
    return summary.row_of_roll_up(roll_up(children, thresholds=thresholds), handling, shares, bureau_ids=keys)


def _bare_nodes(tree: Tree, at, wanted: set[int] | None) -> dict[Key, Row]:
    """A row that says "no work beneath" for every aim without results and plan without aims."""
    nothing, rows = summary.row_of_roll_up(roll_up([]), 0, Decimal(0)), {}
    for plan_id in tree.plans:
        bare = [(AIM, aim) for aim in tree.aims_of[plan_id] if not tree.results_of[aim]]
        bare += [] if tree.aims_of[plan_id] else [(PLAN, plan_id)]
        for span in tree.periods_of(plan_id, at.date()):
            if wanted is None or span.id in wanted:
                rows.update({Key(kind, pk, span.id, None, DELIVERY): nothing for kind, pk in bare})
    return rows


def _siblings(tree: Tree, results: set[int], rows: dict[Key, Row]) -> dict[Key, Row] | None:
    """The stored delivery rows that stand beside the touched results on the way up; None when one is missing."""
    aims = {tree.aim_of_result[pk] for pk in results}
    plans = {tree.plan_of_aim[pk] for pk in aims}
    nodes = {
        RESULT: {pk for aim in aims for pk in tree.results_of[aim]} - results,
        AIM: {pk for plan in plans for pk in tree.aims_of[plan]} - aims,
    }
    return rollup.read_beside(tree, nodes, rows, DELIVERY)
