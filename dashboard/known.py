"""The pages' figures as they were believed at the end of a day: worked out anew from revisions, by the same rules.

The summary holds what is believed now. For a day in the past the leaves are read as they stood then and lifted up the
same tree; an initiative's dates, status, shares and milestones of then are told by the trail (initiatives.past). What has no
revisions is as it stands now: a definition of an indicator.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from core.together import Steps, beside, only, side_by_side
from initiatives import delivery
from initiatives.past import pasts_steps
from initiatives.pieces import work_steps
from outcomes import levels
from outcomes.explain import leaves_below, results_below
from outcomes.facts import Facts, facts_steps
from outcomes.leaves import rows_of_leaves
from outcomes.models import Measurement, RollUp
from outcomes.summary import FIELDS, Key, Row
from outcomes.tree import Span, Tree, tree_steps


def known_rollups(nodes: dict[str, list[int]], *, plans, periods, moment, bureau=None) -> list[RollUp]:
    """The rows of the summary as it would have stood at the moment, unsaved: of all bureaus together, or of one."""
    return side_by_side(rollup_steps(nodes, plans=plans, periods=periods, moment=moment, bureau=bureau))[0]


def rollup_steps(nodes: dict[str, list[int]], *, plans, periods, moment, bureau=None) -> Steps[list[RollUp]]:
    """The same, to be read beside something else. Three rounds, and the values."""
    rows, at = yield from known_steps(nodes, plans=plans, periods=periods, moment=moment, bureau=bureau)
    return [rollup_of(key, row, at) for key, row in rows.items()]


def known_rows(nodes, *, plans, periods, moment, bureau=None, of_each=False) -> tuple[dict[Key, Row], object]:
    """The same as plain values, and when the newest value in them became known. Four queries, whatever is asked.

    For all bureaus together; for `bureau` alone; or, with `of_each`, for every bureau by itself.
    """
    asked = known_steps(nodes, plans=plans, periods=periods, moment=moment, bureau=bureau, of_each=of_each)
    return side_by_side(asked)[0]


def known_steps(
    nodes, *, plans, periods, moment, bureau=None, of_each=False
) -> Steps[tuple[dict[Key, Row], datetime | None]]:
    """The same, to be read beside something else. Three rounds, and the values."""
    tree, then = yield from beside(tree_steps(plans, as_of=moment), pasts_steps(moment))
    wanted = {period.pk for period in periods if period}
    spans = {plan: [one for one in tree.periods_of(plan, moment.date()) if one.id in wanted] for plan in tree.plans}
    codes = None if of_each else [bureau.code] if bureau else []
    leaves, results = _leaves(tree, nodes), _served(tree, nodes)
    ends = [span.end_on for found in spans.values() for span in found]
    days = (min(ends), max(ends)) if ends else None
    facts, works, newest = yield from beside(
        facts_steps(tree, leaves, as_of=moment, with_values=False),
        work_steps(results if ends else (), bureaus=[bureau.pk] if bureau else None, as_of=moment, then=then, days=days),
        only(_newest_value_at(tree, moment)),
    )
    rows = _results(tree, facts, leaves, spans, moment, codes)
    rows |= delivery.rows_on(tree, works, results, spans) if results and ends else {}
    asked = {
        key: row
        for key, row in rows.items()
        if key.node_id in nodes.get(key.node_type, ()) and _is_asked(key, bureau, of_each)
    }
    return asked, newest[0] if newest else None


def _is_asked(key: Key, bureau, of_each: bool) -> bool:
    if of_each:
        return key.bureau_id is not None
    return key.bureau_id == (bureau.pk if bureau else None)


def _leaves(tree: Tree, nodes) -> list[int]:
    return sorted({pk for kind, ids in nodes.items() for one in ids for pk in leaves_below(tree, kind, one)} & set(tree.rules))


def _served(tree: Tree, nodes) -> set[int]:
    """The expected results whose delivery is asked for, or what stands above it."""
    above = {kind: ids for kind, ids in nodes.items() if kind != levels.INDICATOR}
    return {pk for kind, ids in above.items() for one in ids for pk in results_below(tree, kind, one)}


def _results(tree: Tree, facts: Facts, leaves: list[int], spans: dict[int, list[Span]], moment, codes) -> dict[Key, Row]:
    rows = rows_of_leaves(tree, leaves, spans, bureaus=codes, facts=facts, as_of=moment)
    bare: dict[Key, Row] = {}
    for plan, found in spans.items():
        bare.update(levels.bare_rows(tree, found, [plan]))
    return levels.lift(tree, {**bare, **rows}, {})


def _newest_value_at(tree: Tree, moment) -> QuerySet:
    """When the value that was recorded last became known; nothing where none was."""
    values = Measurement.objects.known_at(moment).filter(indicator__in=list(tree.rules))
    return values.order_by("-recorded_at").values_list("recorded_at", flat=True)[:1]


def rollup_of(key: Key, row: Row, at) -> RollUp:
    return RollUp(**key._asdict(), **{name: getattr(row, name) for name in FIELDS}, computed_at=at)
