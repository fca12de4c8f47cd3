"""Why a delivery figure is what it is: from the initiatives' validated reports and steps, as known on any date.

Reports are revisions; an initiative's dates, steps and shares of then are told by the trail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.errors import NotFound
from core.together import only, side_by_side
from initiatives import delivery
from initiatives.models import Contribution, Initiative, Update
from initiatives.past import UNCHANGED, Past, pasts
from initiatives.pieces import work_steps
from outcomes import levels, summary
from outcomes.explain import CHILD_TYPE, Account, Reader, node_type_of, plan_of, reader_steps, results_below
from outcomes.levels import AIM, DELIVERY, PLAN, RESULT
from outcomes.models import ExpectedResult
from outcomes.progress import Child, DeliveryFigure, leaf, roll_up
from outcomes.summary import NOTHING_KNOWN, Key, Row
from outcomes.tree import Span, Tree, tree_steps


@dataclass(frozen=True)
class InitiativeAccount:
    """One initiative's delivery at the end of a period, as one reader may see it.

    `figure` is None before the period that the work starts in, and where the reader is not cleared for the report that
    it rests on; only then `is_restricted`.
    """

    initiative: Initiative
    period: Span
    as_of: datetime | None
    is_restricted: bool
    figure: DeliveryFigure | None
    newest_value_at: datetime | None = None

    @property
    def explanation(self) -> dict | None:
        return self.figure.explanation.as_json() if self.figure else None


def explain(node, period, *, reader, bureau=None, as_of=None) -> Account:
    """The delivery figure of a plan, aim or expected result for a period, of all bureaus or one.

    An aim is made of its results, a result of its bureaus, a bureau's part of a result of the initiatives it leads.
    The caller has checked that the reader may see the node. Raises NotFound where the node has no delivery.
    """
    node_type = node_type_of(node)
    if node_type not in (PLAN, AIM, RESULT):
        raise NotFound
    told, tree = side_by_side(reader_steps(reader), tree_steps([plan_of(node)]))
    span = next((one for one in tree.periods if one.id == period.pk), None)
    if span is None:
        raise NotFound
    results = set(results_below(tree, node_type, node.pk))
    key = Key(node_type, node.pk, span.id, None if bureau is None else bureau.pk, DELIVERY)
    rows, works = _rows(tree, key, results, span, as_of)
    row = rows.get(key, NOTHING_KNOWN)
    asked = (node_type, node.pk, span, None if bureau is None else bureau.code, as_of)
    if not told.may_see(row, key.bureau_id):
        return Account(*asked, is_restricted=True, measure=DELIVERY)
    parts, hidden = _parts(tree, key, rows, works, span, told)
    figure = roll_up(parts, thresholds=tree.thresholds_on(span.end_on))
    account = _without(figure.explanation.as_json(), hidden)
    return Account(
        *asked, is_restricted=False, figure=figure, row=row, explanation=account, left_out=len(hidden),
        newest_value_at=_newest_report(row, tree, _told_of(results, key, works), span, as_of), measure=DELIVERY,
    )  # fmt: skip


def _rows(tree: Tree, key: Key, results: set[int], span: Span, as_of) -> tuple[dict[Key, Row], list[delivery.Work]]:
    """The rows that the figure stands among, and the single pieces of work where it is made of those.

    What is believed now of a whole stands in the summary, which is what the whole is made of; a bureau's part of a result
    names its work, and a day in the past is worked out from all of it.
    """
    is_of_work = key.node_type == RESULT and key.bureau_id is not None
    if as_of is None and not is_of_work:
        return summary.read(_kept(tree, key)), []
    bureaus = [key.bureau_id] if is_of_work else None
    works = delivery.load_work(results, bureaus=bureaus, as_of=as_of, days=(span.end_on, span.end_on))
    return delivery.rows_on(tree, works, results, dict.fromkeys(tree.plans, [span])), works


def _kept(tree: Tree, key: Key) -> Q:
    """The figure itself and what it is made of: an aim's results, a result's bureaus."""
    about = Q(period=key.period_id, measure=DELIVERY)
    if key.node_type == RESULT:
        return about & Q(node_type=RESULT, node_id=key.node_id)
    children = _children(tree, key)
    parts = Q(node_type=CHILD_TYPE[key.node_type], node_id__in=children)
    return about & Q(bureau=key.bureau_id) & (Q(node_type=key.node_type, node_id=key.node_id) | parts)


def _told_of(results: set[int], key: Key, works: list[delivery.Work]) -> Q:
    """The work that the figure rests on: named where it was read, else by where its shares go."""
    if works:
        return Q(initiative__in=[one.id for one in works if key.bureau_id in (None, one.bureau_id)])
    shares = Contribution.objects.filter(initiative=OuterRef("initiative"), expected_result__in=results)
    led = Q() if key.bureau_id is None else Q(initiative__lead_bureau=key.bureau_id)
    return Q(Exists(shares)) & led


def explain_initiative(
    initiative: Initiative, period, *, reader, as_of=None, then: Mapping[int, Past] | None = None
) -> InitiativeAccount:
    """The delivery of one initiative at the end of a period, with why it is what it is.

    The caller has checked that the reader may see the initiative; `then` is what work was at the moment, where that is known
    already. Raises NotFound where it serves no result whose plan has the period, or was not there yet at the moment.
    """
    if then is None:
        then = pasts(as_of) if as_of is not None else {}
    served = _served(initiative, then.get(initiative.pk, UNCHANGED))
    plans = ExpectedResult.objects.filter(pk__in=served).values_list("aim__plan_id", flat=True)
    told, tree, results = side_by_side(reader_steps(reader), tree_steps(plans), only(served))
    span = next((one for one in tree.periods if one.id == period.pk), None)
    if span is None:
        raise NotFound
    works, newest = side_by_side(
        work_steps(
            results, bureaus=[initiative.lead_bureau_id], as_of=as_of, then=then, days=(span.end_on, span.end_on)
        ),
        only(_reports(tree, Q(initiative=initiative), span, as_of)[:1]),
    )
    work = next((one for one in works if one.id == initiative.pk), None)
    if work is None:
        raise NotFound
    if work.bureau_id != told.bureau_id and delivery.handling_on(work, span) > told.clearance:
        return InitiativeAccount(initiative, span, as_of, is_restricted=True, figure=None)
    figure = delivery.figure_on(work, span, tree.thresholds_on(span.end_on))
    newest_at = newest[0] if newest else None
    return InitiativeAccount(initiative, span, as_of, is_restricted=False, figure=figure, newest_value_at=newest_at)


def _served(initiative: Initiative, past: Past) -> QuerySet:
    """The expected results that the work has shares in, or had at the moment."""
    if past.shares is not None:
        return ExpectedResult.objects.filter(pk__in=list(past.shares)).order_by().values_list("pk", flat=True)
    return initiative.contributions.order_by().values_list("expected_result_id", flat=True)


def _newest_report(row: Row, tree: Tree, asked: Q, span: Span, as_of) -> datetime | None:
    """When the latest of the reports that the figure rests on was validated. One query, or none where the row knows of none.

    Those of a whole are gone through from the latest back until one is found: where there is none, that would be all of them.
    """
    return None if row.last_observed_on is None else _reports(tree, asked, span, as_of).first()


def _reports(tree: Tree, asked: Q, span: Span, as_of) -> QuerySet:
    """When such reports were validated, the latest first: over an index that says period and work."""
    until = [one.id for one in tree.periods if one.end_on <= span.end_on]
    told = Update.objects.known_at(as_of).filter(asked, period__in=until)
    return told.order_by("-validated_at").values_list("validated_at", flat=True)


def _parts(tree: Tree, key: Key, rows, works, span: Span, reader: Reader) -> tuple[list[Child], set[str]]:
    """What the figure is made of, and the names of those parts that the reader may not see."""
    if key.node_type != RESULT:
        return _nodes(tree, key, rows, reader)
    if key.bureau_id is None:
        return _bureaus(key, rows, reader)
    return _initiatives(tree, key, works, span, reader)


def _nodes(tree: Tree, key: Key, rows, reader: Reader) -> tuple[list[Child], set[str]]:
    child_type = CHILD_TYPE[key.node_type]
    below = levels.rows_below(key, child_type, _children(tree, key), rows, {}, set())
    hidden = {f"{child_type}:{pk}" for pk, row in below if not reader.may_see(row, key.bureau_id)}
    return levels.children_of(tree, child_type, below, DELIVERY), hidden


def _children(tree: Tree, key: Key) -> list[int]:
    return (tree.aims_of if key.node_type == PLAN else tree.results_of)[key.node_id]


def _bureaus(key: Key, rows: dict[Key, Row], reader: Reader) -> tuple[list[Child], set[str]]:
    mine = {one.bureau_id: row for one, row in rows.items() if one[:3] == key[:3] and one.bureau_id is not None}
    parts = [summary.child_of(f"bureau:{bureau}", row, weight=row.actual) for bureau, row in sorted(mine.items())]
    return parts, {f"bureau:{bureau}" for bureau, row in mine.items() if not reader.may_see(row, bureau)}


def _initiatives(tree: Tree, key: Key, works, span: Span, reader: Reader) -> tuple[list[Child], set[str]]:
    """A hidden initiative's code is hidden too: its part is called "restricted" and a number."""
    parts, hidden, is_own = [], set(), key.bureau_id == reader.bureau_id
    for work in works:
        figure = delivery.figure_on(work, span, tree.thresholds_on(span.end_on))
        if work.bureau_id != key.bureau_id or key.node_id not in work.shares or figure is None:
            continue
        part = leaf(f"initiative:{work.code}", figure, work.shares[key.node_id], work.ref)
        if not is_own and delivery.handling_on(work, span) > reader.clearance:
            part = part._replace(key=f"restricted:{len(hidden) + 1}")
            hidden.add(part.key)
        parts.append(part)
    return parts, hidden


def _without(account: dict, hidden: set[str]) -> dict:
    """The account with nothing told of the hidden parts but that they are there."""
    inputs = [
        {"name": one["name"], "value": None, "source_ref": ""} if one["name"] in hidden else one
        for one in account["inputs"]
    ]
    return {**account, "inputs": inputs}
