"""The summary of every node, period and bureau: gathered, computed by `outcomes.progress`, kept by `outcomes.summary`.

Each refresh runs in the caller's transaction, after taking one advisory lock (ROLLUP_LOCK, always before the audit
trail's lock) so that branches are never computed from half a change. The same three steps serve one branch and all of
it: the leaves' rows, then the levels above them from the rows beneath.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from core.models import Period
from goals.models import Aim, Plan
from outcomes import summary
from outcomes.leaves import rows_of_leaves
from outcomes.levels import AIM, INDICATOR, PLAN, RESULT, RESULTS, bare_rows, lift
from outcomes.models import ExpectedResult, Indicator, RollUp
from outcomes.summary import Key, Row
from outcomes.tree import Span, Tree, load_tree

ROLLUP_LOCK = 4_203
AT_ONCE = 8


def lock() -> None:
    """This will wait until nobody else computes summaries; the lock ends with the caller's transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A summary belongs in the transaction of its change.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROLLUP_LOCK])


def refresh_branches(indicators: Iterable[Indicator], period, *, at, bureaus=None, tree: Tree | None = None) -> None:
    """This will compute the indicators' rows from the period on, and those of the results, aims and plans above them.

    Later periods are computed too: a value stays the latest known until the next. `bureaus` (None: all) are those
    whose values changed; the row for all bureaus is always computed. `tree` is given by who has loaded it already.
    """
    ids = {indicator.pk for indicator in indicators}
    if not ids:
        return
    codes = None if bureaus is None else [bureau.code for bureau in bureaus if bureau is not None]
    if tree is None:
        lock()
        tree = load_tree(Indicator.objects.filter(pk__in=ids).values_list("expected_result__aim__plan_id", flat=True))
    _refresh(tree, ids & set(tree.rules), at=at, since=period.end_on, bureaus=codes)


def refresh_indicator(indicator: Indicator, *, at) -> None:
    """This will compute the indicator's branch anew for every period of its plan: its definition changed."""
    refresh_indicators([indicator], at=at)


def refresh_indicators(indicators: Iterable[Indicator], *, at) -> None:
    """This will compute the branches of the indicators anew for every period: what they are held against changed."""
    lock()
    asked = list(indicators)
    plans = {indicator.expected_result.aim.plan_id for indicator in asked}
    tree, ids = load_tree(plans), {indicator.pk for indicator in asked}
    if ids <= set(tree.rules):
        _refresh(tree, ids, at=at)
    else:
        _rebuild(plans, at=at)


def refresh_plan(plan, *, at) -> None:
    """This will compute the whole plan anew for every period: its weights, thresholds or shape changed."""
    lock()
    _rebuild([plan.pk], at=at)


def take_time() -> None:
    """This will let the caller's transaction think for as long as it takes: it computes between its statements."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL statement_timeout = 0")


@transaction.atomic
def rebuild(*, at, periods=None, check_only=False) -> list[str]:
    """This will compute all results' rows from the leaves and report those that differed, as readable lines.

    `periods` limits it to these; with `check_only` nothing is written.
    """
    lock()
    take_time()
    return _rebuild(None, at=at, periods=periods, check_only=check_only)


def periods_without_rows(today: date) -> list[Period]:
    """Periods that have begun within a plan that has no row for them yet. One query."""
    plan_rows = RollUp.objects.filter(
        node_type=PLAN, node_id=OuterRef("pk"), period=OuterRef(OuterRef("pk")), bureau=None, measure=RESULTS
    )
    lacking = Plan.objects.filter(start_on__lte=OuterRef("end_on"), end_on__gte=OuterRef("start_on")).exclude(
        Exists(plan_rows)
    )
    return list(Period.objects.started_by(today).filter(Exists(lacking)).order_by("end_on"))


def _refresh(tree: Tree, indicators: set[int], *, at, since=None, bureaus=None) -> None:
    spans = begun(tree, at, lambda span: since is None or span.end_on >= since)
    rows = rows_of_leaves(tree, sorted(indicators), spans, bureaus=bureaus)
    beside = _siblings(tree, indicators, rows)
    if beside is None:
        _rebuild({tree.plan_of_indicator(pk) for pk in indicators}, at=at)
        return
    summary.write(changed(lift(tree, rows, beside), beside), at=at)


def begun(tree: Tree, at, is_wanted) -> dict[int, list[Span]]:
    """The wanted periods of each plan that have begun."""
    return {plan: [one for one in tree.periods_of(plan, at.date()) if is_wanted(one)] for plan in tree.plans}


def changed(rows: dict[Key, Row], stored: dict[Key, Row]) -> dict[Key, Row]:
    """The rows that are not stored as they are."""
    return {key: row for key, row in rows.items() if stored.get(key) != row}


def _siblings(tree: Tree, indicators: set[int], rows: dict[Key, Row]) -> dict[Key, Row] | None:
    """The stored rows that stand beside the branches on their way up; None when one is missing. One query."""
    results = {tree.result_of_indicator[pk] for pk in indicators}
    aims = {tree.aim_of_result[pk] for pk in results}
    plans = {tree.plan_of_aim[pk] for pk in aims}
    touched = {(INDICATOR, pk) for pk in indicators} | {(RESULT, pk) for pk in results} | {(AIM, pk) for pk in aims}
    nodes = {
        INDICATOR: {pk for result in results for pk in tree.indicators_of[result]},
        RESULT: {pk for aim in aims for pk in tree.results_of[aim]},
        AIM: {pk for plan in plans for pk in tree.aims_of[plan]},
    }
    return read_beside(tree, nodes, touched, rows, RESULTS)


def read_beside(
    tree: Tree,
    nodes: dict[str, set[int]],
    touched: set[tuple[str, int]],
    rows: Iterable[Key],
    measure: str,
    every_bureau_of: tuple[str, set[int]] | None = None,
) -> dict[Key, Row] | None:
    """The stored rows of the nodes for the periods and bureaus of the given keys; None when one is missing.

    Of the nodes `every_bureau_of` names, by type and keys, the rows of every other bureau come with them. One query.

    A touched node's rows are about to be made anew, so they may be missing; they are read because a bureau's row there
    stays as it is when the change is none of that bureau's.
    """
    keys = list(rows)
    which, bureaus = Q(), {key.bureau_id for key in keys} - {None}
    for node_type, ids in nodes.items():
        which |= Q(node_type=node_type, node_id__in=ids)
    if not keys or not which:
        return {}
    which &= Q(bureau=None) | Q(bureau__in=bureaus)
    if every_bureau_of:
        which |= Q(node_type=every_bureau_of[0], node_id__in=every_bureau_of[1])
    found = summary.read(which & Q(measure=measure, period__in={key.period_id for key in keys}))
    beside = {kind: {pk for pk in ids if (kind, pk) not in touched} for kind, ids in nodes.items()}
    return found if _needed(tree, beside, keys, measure) <= found.keys() else None


def _needed(tree: Tree, nodes: dict[str, set[int]], keys: list[Key], measure: str) -> set[Key]:
    """The rows for all bureaus that must be there: each node's, for the periods that its plan's given rows are for."""
    spans: dict[int, set[int]] = {}
    for key in keys:
        spans.setdefault(tree.plan_of(key.node_type, key.node_id), set()).add(key.period_id)
    return {
        Key(kind, pk, period, None, measure)
        for kind, ids in nodes.items()
        for pk in ids
        for period in spans.get(tree.plan_of(kind, pk), ())
    }


def _rebuild(plans: Iterable[int] | None, *, at, periods=None, check_only=False) -> list[str]:
    tree = load_tree(plans)
    wanted = None if periods is None else {period.pk for period in periods}
    made = _everything(tree, at, wanted)
    return settle(tree, made, RESULTS, at=at, periods=wanted, check_only=check_only, is_all=plans is None)


def _everything(tree: Tree, at, wanted: set[int] | None) -> dict[Key, Row]:
    leaves: dict[Key, Row] = {}
    spans = begun(tree, at, lambda span: wanted is None or span.id in wanted)
    for batch in batched(tree.rules):
        leaves.update(rows_of_leaves(tree, batch, spans))
    return lift(tree, {**leaves, **_bare_nodes(tree, at, wanted)}, {})


def batched(indicators: Iterable[int]) -> list[list[int]]:
    """A few at a time: millions of values are never held at once."""
    every = list(indicators)
    return [every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE)]


def _bare_nodes(tree: Tree, at, wanted: set[int] | None) -> dict[Key, Row]:
    rows = {}
    for plan_id in tree.plans:
        spans = [one for one in tree.periods_of(plan_id, at.date()) if wanted is None or one.id in wanted]
        rows.update(bare_rows(tree, spans, [plan_id]))
    return rows


def settle(tree: Tree, made: dict[Key, Row], measure: str, *, at, periods, check_only, is_all=True) -> list[str]:
    """This will make the stored rows of the measure equal to the made ones and name those that were not."""
    condition = Q(measure=measure)
    if periods is not None:
        condition &= Q(period__in=periods)
    if not is_all:
        condition &= _nodes_of(tree)
    stored = summary.read(condition, is_large=True)
    changed = {key: row for key, row in made.items() if stored.get(key) != row}
    gone = [key for key in stored if key not in made]
    if not check_only:
        summary.replace([*gone, *(key for key in changed if key in stored)], changed, at=at)
    return [_difference(key, stored.get(key), made.get(key)) for key in sorted([*changed, *gone], key=str)]


def _nodes_of(tree: Tree) -> Q:
    """Everything that stands, or stood, in the tree: what was retired or withdrawn has rows that have to go."""
    aims = Aim.objects.filter(plan__in=list(tree.plans)).order_by().values("pk")
    results = ExpectedResult.objects.filter(aim__plan__in=list(tree.plans)).order_by().values("pk")
    indicators = Indicator.objects.filter(expected_result__aim__plan__in=list(tree.plans)).order_by().values("pk")
    return (
        Q(node_type=PLAN, node_id__in=tree.plans)
        | Q(node_type=AIM, node_id__in=aims)
        | Q(node_type=RESULT, node_id__in=results)
        | Q(node_type=INDICATOR, node_id__in=indicators)
    )


def _difference(key: Key, stored: Row | None, made: Row | None) -> str:
    if stored is None or made is None:
        return f"{_name(key)}: {'missing' if stored is None else 'has no place any more'}"
    parts = [
        f"{name} {getattr(stored, name)} should be {getattr(made, name)}"
        for name in summary.FIELDS
        if getattr(stored, name) != getattr(made, name)
    ]
    return f"{_name(key)}: {'; '.join(parts)}"


def _name(key: Key) -> str:
    bureau = "all bureaus" if key.bureau_id is None else f"bureau {key.bureau_id}"
    return f"{key.measure} of {key.node_type} {key.node_id}, period {key.period_id}, {bureau}"
