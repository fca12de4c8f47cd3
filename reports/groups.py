"""The figures of a region: made of its own bureaus' answers and work by the house's arithmetic, never the organisation's.

Where bureaus are held against one level (a rate, a mean, the worst), the region is held against the same target. Where
they add up to one total, nobody said what a region's part should be: its value is shown without a verdict and stays out
of the verdicts above it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from accounts.models import Bureau
from core.models import Period
from goals.models import Plan
from initiatives import delivery
from outcomes import levels, summary
from outcomes.facts import ORGANISATION, Facts, figures, load_facts
from outcomes.levels import DELIVERY, INDICATOR, RESULT, RESULTS
from outcomes.models import RollUp
from outcomes.progress.disclosure import SMALLEST_CROWD
from outcomes.progress.rule import COMPARABLE_PER_BUREAU, Rule
from outcomes.summary import Key, Row
from outcomes.summary_crowds import crowds_by_code
from outcomes.tree import Span, Tree, load_tree

# The group's own rows, beside the key None (all bureaus): a group's whole is made of what the group has a part in.
GROUP = -1


def rows_of_bureaus(bureaus: Iterable[Bureau], wanted: dict[Plan, list[Period]]) -> dict[tuple, Row]:
    """Every row of the plans for these bureaus taken together, keyed as `gather` keys the stored ones."""
    ids = {bureau.pk for bureau in bureaus}
    tree = load_tree([plan.pk for plan in wanted])
    by_plan = {plan.pk: {period.pk for period in periods} for plan, periods in wanted.items()}
    spans = {plan: [span for span in tree.periods if span.id in periods] for plan, periods in by_plan.items()}
    results = levels.lift(tree, _leaves(tree, ids, spans), {}, RESULTS)
    work = levels.lift(tree, _work(tree, ids, spans), {}, DELIVERY)
    rows = {**results, **work}
    shown = _closed(tree, rows, _closed_leaves(rows))
    return {(key.measure, key.node_type, key.node_id, key.period_id): row for key, row in shown.items()}


def is_held_to_target(rule: Rule) -> bool:
    """True where one bureau or a group of them is held against the organisation's own target."""
    return rule.combine_bureaus in COMPARABLE_PER_BUREAU or rule.sums_both_sides


def _leaves(tree: Tree, bureaus: set[int], spans: dict[int, list[Span]]) -> dict[Key, Row]:
    facts = load_facts(tree, tree.rules, bureaus=bureaus)
    ids, rows = {None: ORGANISATION, **facts.bureau_ids}, {}
    for indicator in tree.rules:
        if facts.indicators[indicator].since:
            rows.update(_leaf(tree, facts, indicator, spans[tree.plan_of_indicator(indicator)], ids))
    return rows


def _leaf(tree: Tree, facts: Facts, indicator: int, spans: list[Span], ids: dict) -> dict[Key, Row]:
    known, plan, rows = facts.indicators[indicator], tree.plan_of_indicator(indicator), {}
    is_held = is_held_to_target(known.rule)
    if not is_held:
        known.baseline, known.targets = None, ()
    for span, _bureau, figure in figures(tree, known, plan, spans, bureaus=()):
        if not any(first <= span.end_on for first in known.since.values()):
            continue
        handling = max((known.handling[seen.source_ref] for seen in figure.combined.sources), default=0)
        row = summary.row_of_indicator(figure, crowds_by_code(figure.combined.disclosure, ids), handling)
        key = Key(INDICATOR, indicator, span.id, GROUP, RESULTS)
        rows[key] = row if is_held else row._replace(counts={}, leaves=0)
    return rows


def _work(tree: Tree, bureaus: set[int], spans: dict[int, list[Span]]) -> dict[Key, Row]:
    """The delivery of the group for each result that it works on."""
    results = set(tree.aim_of_result)
    works = delivery.load_work(results, bureaus=bureaus)
    rows = delivery.rows_on(tree, works, results, spans)
    return {
        key._replace(bureau_id=GROUP): row
        for key, row in rows.items()
        if key.node_type == RESULT and key.bureau_id is None and row.leaves
    }


# who may see them


LEAVES = {(INDICATOR, RESULTS), (RESULT, DELIVERY)}


def _closed_leaves(rows: dict[Key, Row]) -> set[Key]:
    """The lowest rows that could be subtracted from the organisation's total to leave somebody's restricted value.

    A region with kept values is shown only where the kept values of every region come from three bureaus or none: then
    whatever is taken away from whatever leaves three.
    """
    asked = {key for key, row in rows.items() if (key.node_type, key.measure) in LEAVES and row.restricted_bureau_ids}
    totals = RollUp.objects.filter(
        bureau=None, node_id__in={key.node_id for key in asked}, period__in={key.period_id for key in asked}
    ).values_list("node_type", "node_id", "period_id", "measure", "restricted_bureau_ids", "confidential_bureau_ids")
    region_of = dict(Bureau.objects.values_list("pk", "region_id"))
    thin = {tuple(row[:4]): any(_is_thin(crowd, region_of) for crowd in row[4:]) for row in totals}
    return {key for key in asked if thin.get((key.node_type, key.node_id, key.period_id, key.measure), True)}


def _is_thin(crowd: list[int], region_of: dict[int, int | None]) -> bool:
    """True where some region's part of the crowd is too small to hide in; a bureau of no region stands alone."""
    parts: dict[object, int] = defaultdict(int)
    for bureau in crowd:
        parts[region_of.get(bureau) or f"bureau {bureau}"] += 1
    return any(many < SMALLEST_CROWD for many in parts.values())


def _closed(tree: Tree, rows: dict[Key, Row], closed: set[Key]) -> dict[Key, Row]:
    """The rows with those closed, and every whole above them: its other parts can be seen and taken away."""
    above = set(closed) | {key for key, row in rows.items() if not row.is_disclosable}
    for child_type, parent_of, parent_type in (
        (INDICATOR, tree.result_of_indicator, RESULT),
        (RESULT, tree.aim_of_result, levels.AIM),
        (levels.AIM, tree.plan_of_aim, levels.PLAN),
    ):
        below = [key for key in above if key.node_type == child_type]
        above |= {Key(parent_type, parent_of[key.node_id], *key[2:]) for key in below}
    return {key: row._replace(is_disclosable=False) if key in above else row for key, row in rows.items()}
