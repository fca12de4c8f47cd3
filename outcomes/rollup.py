"""The summary of every node, period and bureau: gathered, computed by `outcomes.progress`, kept by `outcomes.summary`.

Each refresh runs in the caller's transaction, after taking one advisory lock (Turn.SUMMARY, always before the audit
trail's lock) so that branches are never computed from half a change. The same three steps serve one branch and all of
it: what the bureaus say, kept as readings; the leaves' rows from these; then the levels above from the rows beneath.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from core import journeys
from core.models import Period
from core.turns import Turn
from goals.models import Aim, Plan
from outcomes import readings_kept, summary, tree_kept
from outcomes.beside import Beside, Side
from outcomes.beside import settle as settle_sides
from outcomes.facts import Facts
from outcomes.leaves import rows_of_leaves
from outcomes.levels import AIM, INDICATOR, PLAN, RESULT, RESULTS, bare_rows, lift
from outcomes.models import ExpectedResult, Indicator, RollUp
from outcomes.summary import Key, Row
from outcomes.tree import Span, Tree, load_tree
from outcomes.tree_kept import Kept

AT_ONCE = 8


def lock() -> None:
    """This will wait until nobody else computes summaries; the lock ends with the caller's transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A summary belongs in the transaction of its change.")
    journeys.later("SELECT pg_advisory_xact_lock(%s)", [Turn.SUMMARY])


def refresh_branches(
    indicators: Iterable[Indicator], period, *, at, bureaus=None, works: Iterable[str] | None = None
) -> None:
    """This will compute the indicators' rows from the period on, and those of the results, aims and plans above them.

    Later periods are computed too: a value stays the latest known until the next. `bureaus` (None: all; None among
    them: the organisation itself) are those whose values changed and `works` (None: any) the codes of the initiatives
    that they came through, "" for none: with both, no other bureau's answers are read. The row for all bureaus is
    always computed.
    """
    asked = list(indicators)
    if not asked:
        return
    lock()
    present = tree_kept.present()
    settle_sides(present.tree, sides_of(present, asked, period, at=at, bureaus=bureaus, works=works), at=at)


def sides_of(present: Kept, indicators: Iterable[Indicator], period, *, at, bureaus, works) -> list[Side]:
    """This will keep what the bureaus say now. Answers what that moves, to be settled; nothing where nothing counts.

    The caller holds the lock; the rest is as `refresh_branches` says.
    """
    tree = present.tree
    ids = {indicator.pk for indicator in indicators} & tree.rules.keys()
    if not ids:
        return []
    if bureaus is None or works is None:
        readings_kept.settle(tree, ids)
    else:
        keys = [None if bureau is None else bureau.pk for bureau in bureaus]
        readings_kept.tell(tree, ids, bureaus=keys, works=works)
    return [_side(tree, ids, at=at, since=period.end_on, bureaus=bureaus, facts=present.facts)]


def refresh_indicator(indicator: Indicator, *, at) -> None:
    """This will compute the indicator's branch anew for every period of its plan: what it is held against changed."""
    refresh_indicators([indicator], at=at)


def refresh_indicators(indicators: Iterable[Indicator], *, at, with_readings: bool = False) -> None:
    """This will compute the branches of the indicators anew for every period: what they are held against changed.

    `with_readings` says that what was answered may have changed, too.
    """
    lock()
    asked = list(indicators)
    plans = {indicator.expected_result.aim.plan_id for indicator in asked}
    tree, ids = load_tree(plans), {indicator.pk for indicator in asked}
    if not ids <= set(tree.rules):
        _rebuild(plans, at=at)
        return
    if with_readings:
        readings_kept.settle(tree, ids)
    _refresh(tree, ids, at=at)


def refresh_plan(plan, *, at, with_readings: bool = True) -> None:
    """This will compute the whole plan anew for every period: its weights, thresholds or shape changed.

    `with_readings` says that its days or definitions changed, which decide what the answers add up to.
    """
    lock()
    _rebuild([plan.pk], at=at, with_readings=with_readings)


def take_time() -> None:
    """This will let the caller's transaction think for as long as it takes: it computes between its statements."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL statement_timeout = 0")


@transaction.atomic
def rebuild(*, at, periods=None, check_only=False, with_readings: bool = True) -> list[str]:
    """This will compute all results' rows from the leaves and report those that differed, as readable lines.

    `periods` limits it to these: then the readings, which know no periods, are taken as they are kept, as they are
    without `with_readings`. With `check_only` nothing is written.
    """
    lock()
    take_time()
    return _rebuild(None, at=at, periods=periods, check_only=check_only, with_readings=with_readings and periods is None)


@transaction.atomic
def rebuild_readings(indicators: Iterable[int], *, check_only=False) -> list[str]:
    """This will make the kept readings of the indicators anew from all answers and report those that differed."""
    lock()
    take_time()
    tree = load_tree()
    return readings_kept.settle(tree, set(indicators) & set(tree.rules), check_only=check_only)


@transaction.atomic
def clear_readings(*, check_only=False) -> list[str]:
    """This will remove the kept readings of indicators that count no more and report them."""
    lock()
    return readings_kept.clear(load_tree(), check_only=check_only)


def periods_without_rows(today: date) -> list[Period]:
    """Periods that have begun within a plan that has no row for them yet. One query."""
    plan_rows = RollUp.objects.filter(
        node_type=PLAN, node_id=OuterRef("pk"), period=OuterRef(OuterRef("pk")), bureau=None, measure=RESULTS
    )
    lacking = Plan.objects.filter(start_on__lte=OuterRef("end_on"), end_on__gte=OuterRef("start_on")).exclude(
        Exists(plan_rows)
    )
    return list(Period.objects.started_by(today).filter(Exists(lacking)).order_by("end_on"))


def _refresh(tree: Tree, indicators: set[int], *, at, since=None, bureaus=None, facts: Facts | None = None) -> None:
    settle_sides(tree, [_side(tree, indicators, at=at, since=since, bureaus=bureaus, facts=facts)], at=at)


def _side(tree: Tree, indicators: set[int], *, at, since=None, bureaus=None, facts: Facts | None = None) -> Side:
    """The indicators' rows for the periods from `since` on, ready to be lifted."""
    spans = begun(tree, at, lambda span: since is None or span.end_on >= since)
    codes = own = None
    if bureaus is not None:
        codes, own = [one.code for one in bureaus if one is not None], [one.pk for one in bureaus if one is not None]
    rows = rows_of_leaves(tree, sorted(indicators), spans, bureaus=codes, own=own, facts=facts)
    plans = {tree.plan_of_indicator(pk) for pk in indicators}
    return Side(
        _beside(tree, indicators, rows), lambda stored: (lift(tree, rows, stored), set()), lambda: _rebuild(plans, at=at)
    )


def begun(tree: Tree, at, is_wanted) -> dict[int, list[Span]]:
    """The wanted periods of each plan that have begun."""
    return {plan: [one for one in tree.periods_of(plan, at.date()) if is_wanted(one)] for plan in tree.plans}


def _beside(tree: Tree, indicators: set[int], rows: dict[Key, Row]) -> Beside:
    """The rows that stand beside the branches on their way up."""
    results = {tree.result_of_indicator[pk] for pk in indicators}
    aims = {tree.aim_of_result[pk] for pk in results}
    plans = {tree.plan_of_aim[pk] for pk in aims}
    touched = {(INDICATOR, pk) for pk in indicators} | {(RESULT, pk) for pk in results} | {(AIM, pk) for pk in aims}
    touched |= {(PLAN, pk) for pk in plans}
    nodes = {
        INDICATOR: {pk for result in results for pk in tree.indicators_of[result]},
        RESULT: {pk for aim in aims for pk in tree.results_of[aim]},
        AIM: {pk for plan in plans for pk in tree.aims_of[plan]},
        PLAN: plans,
    }
    return Beside(RESULTS, nodes, touched, list(rows))


def _rebuild(plans: Iterable[int] | None, *, at, periods=None, check_only=False, with_readings=True) -> list[str]:
    tree, found = load_tree(plans), []
    if with_readings:
        found = readings_kept.settle(tree, tree.rules, check_only=check_only)
        found += readings_kept.clear(tree, check_only=check_only)
    wanted = None if periods is None else {period.pk for period in periods}
    made = _everything(tree, at, wanted)
    return found + settle(tree, made, RESULTS, at=at, periods=wanted, check_only=check_only, is_all=plans is None)


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
