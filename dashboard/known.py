"""The pages' figures as they were believed at the end of a day: worked out anew from revisions, by the same rules.

The summary holds what is believed now. For a day in the past the leaves are read as they stood then and lifted up the
same tree; an initiative's dates, status, shares and milestones of then are told by the trail (initiatives.past). What has no
revisions is as it stands now: a definition of an indicator.
"""

from __future__ import annotations

from django.db.models import Max

from initiatives import delivery
from outcomes import levels
from outcomes.explain import leaves_below, results_below
from outcomes.leaves import rows_of_leaves
from outcomes.models import Measurement, RollUp
from outcomes.summary import FIELDS, Key, Row
from outcomes.tree import Span, Tree, load_tree


def known_rollups(nodes: dict[str, list[int]], *, plans, periods, moment, bureau=None) -> list[RollUp]:
    """The rows of the summary as it would have stood at the moment, unsaved: of all bureaus together, or of one."""
    rows, at = known_rows(nodes, plans=plans, periods=periods, moment=moment, bureau=bureau)
    return [_rollup(key, row, at) for key, row in rows.items()]


def known_rows(nodes, *, plans, periods, moment, bureau=None, of_each=False) -> tuple[dict[Key, Row], object]:
    """The same as plain values, and when the newest value in them became known. Some fifteen queries, whatever is asked.

    For all bureaus together; for `bureau` alone; or, with `of_each`, for every bureau by itself.
    """
    tree = load_tree(plans, as_of=moment)
    wanted = {period.pk for period in periods if period}
    spans = {plan: [one for one in tree.periods_of(plan, moment.date()) if one.id in wanted] for plan in tree.plans}
    codes = None if of_each else [bureau.code] if bureau else []
    rows = _results(tree, nodes, spans, moment, codes) | _delivery(tree, nodes, spans, moment, bureau)
    asked = {
        key: row
        for key, row in rows.items()
        if key.node_id in nodes.get(key.node_type, ()) and _is_asked(key, bureau, of_each)
    }
    return asked, _newest_value_at(tree, moment)


def _is_asked(key: Key, bureau, of_each: bool) -> bool:
    if of_each:
        return key.bureau_id is not None
    return key.bureau_id == (bureau.pk if bureau else None)


def _results(tree: Tree, nodes, spans: dict[int, list[Span]], moment, codes) -> dict[Key, Row]:
    leaves = {pk for kind, ids in nodes.items() for one in ids for pk in leaves_below(tree, kind, one)} & set(tree.rules)
    rows = rows_of_leaves(tree, sorted(leaves), spans, bureaus=codes, as_of=moment)
    bare: dict[Key, Row] = {}
    for plan, found in spans.items():
        bare.update(levels.bare_rows(tree, found, [plan]))
    return levels.lift(tree, {**bare, **rows}, {})


def _delivery(tree: Tree, nodes, spans: dict[int, list[Span]], moment, bureau) -> dict[Key, Row]:
    above = {kind: ids for kind, ids in nodes.items() if kind != levels.INDICATOR}
    results = {pk for kind, ids in above.items() for one in ids for pk in results_below(tree, kind, one)}
    ends = [span.end_on for found in spans.values() for span in found]
    if not results or not ends:
        return {}
    days = (min(ends), max(ends))
    works = delivery.load_work(results, bureaus=[bureau.pk] if bureau else None, as_of=moment, days=days)
    return delivery.rows_on(tree, works, results, spans)


def _newest_value_at(tree: Tree, moment):
    values = Measurement.objects.known_at(moment).filter(indicator__in=list(tree.rules))
    return values.aggregate(at=Max("recorded_at"))["at"]


def _rollup(key: Key, row: Row, at) -> RollUp:
    return RollUp(**key._asdict(), **{name: getattr(row, name) for name in FIELDS}, computed_at=at)
