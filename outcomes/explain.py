"""Why a figure is what it is: computed from the leaves and their revisions when asked, as known on any date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts.access import clearance_of, own_bureau_id
from core.errors import NotFound
from core.models import Period
from core.together import Steps, only, side_by_side
from goals.models import Aim, Plan
from outcomes import levels
from outcomes.facts import Facts, case_for, facts_steps
from outcomes.leaves import leaf_rows, rows_of_leaves
from outcomes.levels import AIM, INDICATOR, PLAN, RESULT, RESULTS
from outcomes.models import ExpectedResult, Indicator, Judgement, Measurement
from outcomes.progress import Judgement as Judged
from outcomes.progress import Status, Verdict, evaluate, for_bureau, roll_up
from outcomes.progress import side_by_side as side_by_side_of
from outcomes.summary import NOTHING_KNOWN, Key, Row
from outcomes.tree import Span, Tree, tree_steps

CHILD_TYPE = {PLAN: AIM, AIM: RESULT, RESULT: INDICATOR}


@dataclass(frozen=True)
class Account:
    """One figure with all that it rests on, as one reader may see it.

    `figure` is the exact figure and `row` the same as the summary keeps it; both are None, and so is `explanation`,
    where the reader is not cleared. `explanation` is JSON that a stranger's script can recompute; `left_out` counts the
    inputs that were taken out of it for this reader, and it is complete only where that is 0. `verdict` has the
    judged status beside the computed one.
    """

    node_type: str
    node_id: int
    period: Span
    bureau: str | None
    as_of: object
    is_restricted: bool
    figure: object | None = None
    row: Row | None = None
    explanation: dict | None = None
    left_out: int = 0
    verdict: Verdict | None = None
    newest_value_at: object | None = None
    measure: str = RESULTS


@dataclass(frozen=True)
class Reader:
    """What decides which figures a person may see. Build it with `reader_of`."""

    clearance: int
    bureau_id: int | None
    indicators: frozenset

    def may_see(self, row: Row, bureau_id: int | None) -> bool:
        """A whole that hides single values is for everyone; else for the cleared, and for the bureau itself."""
        is_own = bureau_id is not None and bureau_id == self.bureau_id
        return is_own or row.is_disclosable or row.highest_handling <= self.clearance


def reader_of(user) -> Reader:
    """One query."""
    return side_by_side(reader_steps(user))[0]


def reader_steps(user) -> Steps[Reader]:
    """What decides what the person may see, to be read beside something else. One round."""
    visible = yield from only(Indicator.objects.visible_to(user).order_by().values_list("pk", flat=True))
    return Reader(clearance_of(user), own_bureau_id(user), frozenset(visible))


def node_type_of(node) -> str:
    """The summary's word for a plan, aim, expected result or indicator."""
    for model, name in ((Plan, PLAN), (Aim, AIM), (ExpectedResult, RESULT), (Indicator, INDICATOR)):
        if isinstance(node, model):
            return name
    raise TypeError(f"{node!r} has no figure")


def explain(node, period, *, reader, bureau=None, as_of=None, on: date | None = None) -> Account:
    """The results figure of a node for a period, for all bureaus or one, as believed at the moment `as_of` (None: now).

    `on` is the day for judging whether a judgement has expired; the period's last day when it is not given. The caller
    has checked that the reader may see the node. Raises NotFound where the node has no place in the period.
    """
    node_type = node_type_of(node)
    told, tree = side_by_side(reader_steps(reader), tree_steps([plan_of(node)], as_of=as_of))
    span = next((one for one in tree.periods if one.id == period.pk), None)
    if span is None or (node_type == INDICATOR and node.pk not in tree.rules):
        raise NotFound
    leaves, bureaus = leaves_below(tree, node_type, node.pk), [] if bureau is None else [bureau.code]
    facts, newest, judged = side_by_side(
        facts_steps(tree, leaves, as_of=as_of, with_values=node_type == INDICATOR),
        only(_newest_value_at(leaves, span, bureau, as_of)), only(_judgements(node_type, node, as_of)),
    )  # fmt: skip
    key = Key(node_type, node.pk, span.id, None if bureau is None else bureau.pk, RESULTS)
    rows = _rows(tree, facts, span, bureaus, as_of, of_answers=node_type == INDICATOR)
    account = _account(tree, facts, key, rows, span, bureau, told)
    return _with_verdict(account, _first(newest), _judged(_first(judged)), as_of=as_of, on=on or span.end_on)


def results_below(tree: Tree, node_type: str, pk: int) -> list[int]:
    """The expected results beneath a plan or an aim, or the one that was named."""
    if node_type == RESULT:
        return [pk]
    aims = tree.aims_of[pk] if node_type == PLAN else [pk]
    return [result for aim in aims for result in tree.results_of[aim]]


def leaves_below(tree: Tree, node_type: str, pk: int) -> list[int]:
    """The indicators beneath a node, in the order of the tree."""
    if node_type == INDICATOR:
        return [pk]
    results = results_below(tree, node_type, pk)
    return [indicator for result in results for indicator in tree.indicators_of[result]]


def plan_of(node) -> int:
    """The key of the plan that a node belongs to."""
    kind = node_type_of(node)
    if kind == PLAN:
        return node.pk
    if kind == AIM:
        return node.plan_id
    return (node if kind == RESULT else node.expected_result).aim.plan_id


def _rows(tree: Tree, facts: Facts, span: Span, bureaus: list[str], as_of, *, of_answers: bool) -> dict[Key, Row]:
    """Every row beneath and above the leaves for one period, made anew. Above the asked node they mean nothing.

    An indicator's account names its single answers; a whole is made of what each bureau said, which is far less.
    """
    if of_answers:
        rows: dict[Key, Row] = {}
        for indicator in facts.indicators:
            rows.update(leaf_rows(tree, facts, indicator, [span], bureaus))
    else:
        spans = dict.fromkeys(tree.plans, [span])
        rows = rows_of_leaves(tree, list(facts.indicators), spans, bureaus=bureaus, facts=facts, as_of=as_of)
    return levels.lift(tree, {**levels.bare_rows(tree, [span]), **rows}, {})


def _account(tree: Tree, facts: Facts, key: Key, rows, span: Span, bureau, reader: Reader) -> Account:
    row, code = rows.get(key, NOTHING_KNOWN), None if bureau is None else bureau.code
    asked = (key.node_type, key.node_id, span, code, None)
    if not reader.may_see(row, key.bureau_id):
        return Account(*asked, is_restricted=True)
    if key.node_type == INDICATOR:
        figure = _indicator_figure(tree, facts, key.node_id, span, code)
        told, left_out = _without_hidden_answers(figure.explanation.as_json(), facts, key.node_id, reader)
    else:
        figure, below = _whole_figure(tree, key, rows, span)
        told, left_out = _without_hidden_children(figure.explanation.as_json(), below, reader)
    return Account(*asked, is_restricted=False, figure=figure, row=row, explanation=told, left_out=left_out)


def _indicator_figure(tree: Tree, facts: Facts, pk: int, span: Span, bureau: str | None):
    known, plan_id = facts.indicators[pk], tree.plan_of_indicator(pk)
    answers = [seen for end, told in sorted(known.answers.items()) if end <= span.end_on for seen in told]
    case = case_for(tree, known, plan_id, span, answers)
    return evaluate(case if bureau is None else for_bureau(case, bureau))


def _whole_figure(tree: Tree, key: Key, rows, span: Span):
    child_type = CHILD_TYPE[key.node_type]
    children = {PLAN: tree.aims_of, AIM: tree.results_of, RESULT: tree.indicators_of}[key.node_type][key.node_id]
    below = levels.rows_below(key, child_type, children, rows, {}, set())
    parts = levels.children_of(tree, child_type, below, RESULTS)
    figure = roll_up(parts, thresholds=tree.thresholds_on(span.end_on))
    return figure, {f"{child_type}:{pk}": (child_type, pk, row, key.bureau_id) for pk, row in below}


def _without_hidden_answers(told: dict, facts: Facts, pk: int, reader: Reader) -> tuple[dict, int]:
    """The account without single values beyond the reader's clearance, and how many those were."""
    handling = facts.indicators[pk].handling

    def is_seen(one: dict) -> bool:
        if one["name"] != "answer" or handling[one["source_ref"]] <= reader.clearance:
            return True
        return reader.bureau_id is not None and facts.bureau_ids.get(one["value"]["bureau"]) == reader.bureau_id

    kept = [one for one in told["inputs"] if is_seen(one)]
    left_out = len(told["inputs"]) - len(kept)
    if not left_out:
        return told, 0
    inputs = [_without_silent_bureaus(one) for one in kept]
    result = {name: value for name, value in told["result"].items() if name not in ("states", "distribution")}
    return {**told, "inputs": inputs, "result": result}, left_out


def _without_silent_bureaus(one: dict) -> dict:
    """Which bureaus should have answered would tell who gave the hidden answers."""
    return {**one, "value": {}} if one["name"] == "expected_since" else one


def _without_hidden_children(told: dict, below: dict, reader: Reader) -> tuple[dict, int]:
    """The account without the figures of children that the reader may not see, and how many those were."""
    inputs, hidden = [], 0
    for one in told["inputs"]:
        child_type, pk, row, bureau_id = below[one["name"]]
        is_known = child_type != INDICATOR or pk in reader.indicators
        if is_known and reader.may_see(row, bureau_id):
            inputs.append(one)
            continue
        hidden += 1
        inputs.append({"name": one["name"] if is_known else "restricted", "value": None, "source_ref": ""})
    names = {one["name"] for one in inputs}
    weights = [one for one in told["weights"] if one["name"] in names]
    return {**told, "inputs": inputs, "weights": weights}, hidden


def _with_verdict(account: Account, newest, judged: Judged | None, *, as_of, on: date) -> Account:
    """The account with the judged status beside the computed one, and the moment that its newest value became known."""
    if account.is_restricted:
        return replace(account, as_of=as_of)
    verdict = side_by_side_of(
        Status(account.row.status), None if account.bureau is not None else judged, on=on,
        newest_value_on=None if newest is None else newest.date(),
    )  # fmt: skip
    return replace(account, as_of=as_of, verdict=verdict, newest_value_at=newest)


def _first(rows: list):
    return rows[0] if rows else None


def _newest_value_at(leaves: list[int], span: Span, bureau, as_of) -> QuerySet:
    """Of each indicator its newest value first, which an index gives by itself, and of those the newest."""
    ended = Period.objects.filter(end_on__lte=span.end_on).order_by().values("pk")
    values = Measurement.objects.known_at(as_of).filter(indicator=OuterRef("pk"), period__in=ended)
    if bureau is not None:
        values = values.filter(bureau=bureau)
    newest = Subquery(values.order_by("-recorded_at").values("recorded_at")[:1])
    found = Indicator.objects.filter(pk__in=leaves).annotate(newest=newest).order_by(F("newest").desc(nulls_last=True))
    return found.values_list("newest", flat=True)[:1]


def _judgements(node_type: str, node, as_of) -> QuerySet:
    """The judgement of the node at the moment, if there was one."""
    field = {AIM: "aim", RESULT: "expected_result", INDICATOR: "indicator"}.get(node_type)
    if field is None:
        return Judgement.objects.none()
    return Judgement.objects.known_at(as_of).filter(**{field: node.pk}).select_related("recorded_by").order_by("pk")[:1]


def _judged(row: Judgement | None) -> Judged | None:
    if row is None:
        return None
    return Judged(
        Status(row.status), row.reason, row.recorded_at.date(), row.expires_on, str(row.recorded_by or ""),
        f"judgement:{row.pk}@{row.revision}",
    )  # fmt: skip
