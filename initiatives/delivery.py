"""Progress of delivery: what initiatives have done of what they planned, rolled up beside results and never blended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.db import transaction

from goals.models import Plan
from initiatives.models import Initiative, Update
from initiatives.pieces import Work, load_work, load_work_beside
from outcomes import beside, levels, rollup, summary, tree_kept
from outcomes.beside import Beside, Side
from outcomes.levels import AIM, DELIVERY, PLAN, RESULT
from outcomes.models import Indicator
from outcomes.progress import (
    Child,
    DeliveryCase,
    DeliveryFigure,
    Disclosure,
    Observation,
    deliver,
    disclose,
    leaf,
    roll_up,
)
from outcomes.progress.exact import ZERO, total
from outcomes.summary import Key, Row
from outcomes.tree import Span, Tree, load_tree
from outcomes.wholes import Piece
from outcomes.wholes_by_difference import moved, whole_with_sums

NOBODYS = Disclosure()


def refresh_after(update: Update, indicators: list[Indicator], *, at) -> None:
    """This will compute what an update's values and its word on delivery move, from its period on, both at once.

    Runs in the caller's transaction.
    """
    initiative = update.initiative
    rollup.lock()
    present, bureaus = tree_kept.present(), [initiative.lead_bureau]
    sides = rollup.sides_of(present, indicators, update.period, at=at, bureaus=bureaus, works=[initiative.code])
    works = load_work_beside(initiative, since=update.period.end_on)
    results = {result for work in works for result in work.shares} & present.tree.aim_of_result.keys()
    if results:
        sides.append(_side(present.tree, works, results, {initiative.lead_bureau_id}, at=at, since=update.period))
    beside.settle(present.tree, sides, at=at)


def refresh_initiative(initiative: Initiative, *, at, period=None, also_results=(), also_bureaus=()) -> None:
    """This will compute the delivery rows above the initiative from the period on, or for all periods of its plans.

    `also_results` are results that it contributed to, and `also_bureaus` bureaus that led it, until now. Runs in the
    caller's transaction.
    """
    rollup.lock()
    results = {*initiative.contributions.values_list("expected_result_id", flat=True), *also_results}
    tree = tree_kept.present().tree
    if results := results & tree.aim_of_result.keys():
        bureaus = {initiative.lead_bureau_id, *(bureau.pk for bureau in also_bureaus)}
        works = load_work(results, bureaus=bureaus)
        beside.settle(tree, [_side(tree, works, results, bureaus, at=at, since=period)], at=at)


def _side(tree: Tree, works: list[Work], results: set[int], bureaus: set[int], *, at, since) -> Side:
    """The rows of the bureaus' work (`works`) for these results, from the period `since` on (None: all), ready to be lifted."""
    spans = rollup.begun(tree, at, lambda span: since is None or span.end_on >= since.end_on)
    parts = _bureau_rows(tree, works, results, spans)
    wanted = [
        Key(RESULT, result, span.id, bureau, DELIVERY)
        for result in results
        for span in spans[tree.plan_of(RESULT, result)]
        for bureau in bureaus
    ]
    plans = {tree.plan_of(RESULT, result) for result in results}

    def lifted(stored: dict[Key, Row]) -> tuple[dict[Key, Row], set[Key]]:
        gone = {key for key in wanted if key not in parts}
        wholes = None if any(key._replace(bureau_id=None) not in stored for key in wanted) else _moved(tree, parts, stored, gone)
        if wholes is None:
            wholes = _result_rows(tree, results, spans, parts, {**stored, **_of_every_bureau(tree, results, wanted)}, gone)
        return levels.lift(tree, {**parts, **wholes}, stored, DELIVERY, gone), gone

    return Side(_beside(tree, results, wanted), lifted, lambda: _rebuild(load_tree(plans), at=at, is_all=False))


def _moved(tree: Tree, parts: dict[Key, Row], stored: dict[Key, Row], gone: set[Key]) -> dict[Key, Row] | None:
    """The delivery of all bureaus for the results, changed by what these bureaus' rows change.

    None where that cannot be said without the other bureaus' rows.
    """
    if gone & stored.keys():
        return None
    made, ends = {}, {span.id: span.end_on for span in tree.periods}
    for key, row in parts.items():
        every = key._replace(bureau_id=None)
        if stored.get(key) == row:
            continue
        whole = made.get(every, stored[every])
        changed = moved(whole, key.bureau_id, stored.get(key), row, tree.thresholds_on(ends[key.period_id]))
        if changed is None:
            return None
        made[every] = changed
    return made


def _of_every_bureau(tree: Tree, results: set[int], wanted: list[Key]) -> dict[Key, Row]:
    touched = {(RESULT, pk) for pk in results}
    (found,) = beside.read(tree, [Beside(DELIVERY, {RESULT: results}, touched, wanted, touched)])
    return found or {}


def refresh_plan(plan: Plan, *, at) -> None:
    """This will compute the plan's delivery rows anew: its parts, days or thresholds changed."""
    rollup.lock()
    _rebuild(load_tree([plan.pk]), at=at, is_all=False)


def refresh_plans(plans, *, at) -> None:
    """This will compute all delivery rows of the plans anew, once for however many initiatives changed.

    Runs in the caller's transaction.
    """
    rollup.lock()
    rollup.take_time()
    _rebuild(load_tree([plan.pk for plan in plans]), at=at, is_all=False)


@transaction.atomic
def rebuild(*, at, periods=None, check_only=False) -> list[str]:
    """This will compute all delivery rows from the initiatives and report those that differed, as readable lines."""
    rollup.lock()
    rollup.take_time()
    return _rebuild(load_tree(), at=at, periods=periods, check_only=check_only)


def _rebuild(tree: Tree, *, at, periods=None, check_only=False, is_all=True) -> list[str]:
    results, only = set(tree.aim_of_result), None if periods is None else {period.pk for period in periods}
    spans = rollup.begun(tree, at, lambda span: only is None or span.id in only)
    ends = [period.end_on for period in periods or ()]
    works = load_work(results, days=(min(ends), max(ends)) if ends else None)
    made = rows_on(tree, works, results, spans)
    return rollup.settle(tree, made, DELIVERY, at=at, periods=only, check_only=check_only, is_all=is_all)


def rows_on(tree: Tree, works: list[Work], results: set[int], spans: dict[int, list[Span]]) -> dict[Key, Row]:
    """Every delivery row of the results and above them for the periods of each plan, made from the work alone."""
    parts = _bureau_rows(tree, works, results, spans)
    rows = {**parts, **_result_rows(tree, results, spans, parts, {}, set()), **_bare_nodes(tree, spans)}
    return levels.lift(tree, rows, {}, DELIVERY)


def figure_on(work: Work, span: Span, thresholds) -> DeliveryFigure | None:
    """The delivery of the initiative at the end of a period; None before the period that it starts in."""
    return None if work.starts_on > span.end_on else _figure(work, span, _last_report(work, span)[0], thresholds)


def _figure(work: Work, span: Span, seen: Observation | None, thresholds) -> DeliveryFigure:
    return deliver(
        DeliveryCase(
            work.code, work.starts_on, work.ends_on, span.end_on, seen, tuple(work.steps), thresholds,
            is_cancelled=work.is_cancelled, source_ref=work.ref,
        )
    )  # fmt: skip


def handling_on(work: Work, span: Span) -> int:
    """The handling level of what is known of the initiative at the end of a period."""
    return _last_report(work, span)[1]


def _last_report(work: Work, span: Span) -> tuple[Observation | None, int]:
    """The latest report up to the end of the period, with its handling level; else nothing, with the initiative's."""
    known = [(seen, handling) for end_on, seen, handling in work.reports if end_on <= span.end_on]
    return known[-1] if known else (None, work.handling)


def _bureau_rows(tree: Tree, works: list[Work], results: set[int], spans: dict[int, list[Span]]) -> dict[Key, Row]:
    """The delivery of each bureau for each result: the work that it leads, each piece by its share."""
    plan_of = {result: tree.plan_of(RESULT, result) for result in results}
    begun = {plan: {span.id for span in mine} for plan, mine in spans.items()}
    every = {span.id: (span, tree.thresholds_on(span.end_on)) for mine in spans.values() for span in mine}
    in_time = sorted(every.values(), key=lambda one: one[0].end_on)
    parts, alike, codes = defaultdict(list), {}, {}
    for work in works:
        codes[work.bureau_id] = work.bureau
        mine = [(result, plan_of[result], share) for result, share in work.shares.items() if result in results]
        for span, figure, disclosure, handling in _told(work, in_time, alike):
            made = {}
            for result, plan, share in mine:
                if span.id in begun[plan]:
                    part = made.get(share) or made.setdefault(share, leaf("", figure, share, "", disclosure))
                    parts[result, span.id, work.bureau_id].append((part, handling))
    return {
        Key(RESULT, result, span, bureau, DELIVERY): _row(found, codes[bureau], bureau, every[span][1])
        for (result, span, bureau), found in parts.items()
    }


def _told(work: Work, in_time: list, alike: dict) -> Iterator[tuple[Span, DeliveryFigure, Disclosure, int]]:
    """The work's delivery at the end of each period since it began, whose it is to know, and its handling level.

    Pieces of work that run over the same days and report the same are worked out once: `alike` remembers.
    """
    place, seen, handling, told = 0, None, work.handling, None
    disclosure, steps = NOBODYS, tuple(work.steps)
    for span, thresholds in in_time:
        while place < len(work.reports) and work.reports[place][0] <= span.end_on:
            _end_on, seen, handling = work.reports[place]
            disclosure, told = disclose([seen]), (seen.value, seen.seen_on)
            place += 1
        if work.starts_on <= span.end_on:
            key = (work.starts_on, work.ends_on, work.is_cancelled, steps, told, span.end_on)
            if key not in alike:
                alike[key] = _figure(work, span, seen, thresholds)
            yield span, alike[key], disclosure, handling


def _row(found: list[tuple[Child, int]], bureau: str, bureau_id: int, thresholds) -> Row:
    children, handling = [part for part, _ in found], max(handling for _, handling in found)
    shares = total(part.weight for part in children if part.is_applicable)
    figure = roll_up(children, thresholds=thresholds)
    return summary.row_of_roll_up(figure, handling, shares, bureau_ids={bureau: bureau_id})


def _result_rows(tree: Tree, results: set[int], spans, parts, beside, gone: set[Key]) -> dict[Key, Row]:
    """The delivery of all bureaus for each result: the bureaus' rows, each by the sum of its work's shares.

    An initiative is led by one bureau, so it counts once, however many join it. Nothing is made where every bureau's row
    is stored as it is.
    """
    by_node: dict[tuple[int, int], dict[int, Row]] = defaultdict(dict)
    for rows in (beside, parts):
        for key, row in rows.items():
            if key.node_type == RESULT and key.bureau_id is not None and key not in gone:
                by_node[key.node_id, key.period_id][key.bureau_id] = row
    changed = {(key.node_id, key.period_id) for key in (*parts, *gone) if parts.get(key) != beside.get(key)}
    made = {}
    for result in results:
        for span in spans[tree.plan_of(RESULT, result)]:
            key = Key(RESULT, result, span.id, None, DELIVERY)
            if key not in beside or (result, span.id) in changed:
                made[key] = _all_bureaus(by_node[result, span.id], tree.thresholds_on(span.end_on))
    return made


def _all_bureaus(rows: dict[int, Row], thresholds) -> Row:
    shares = total([row.actual or ZERO for row in rows.values()])
    return whole_with_sums([Piece(row, row.actual) for row in rows.values()], thresholds, shares)


def _bare_nodes(tree: Tree, spans: dict[int, list[Span]]) -> dict[Key, Row]:
    """A row that says "no work beneath" for every aim without results and plan without aims."""
    nothing, rows = summary.row_of_roll_up(roll_up([]), 0, Decimal(0)), {}
    for plan_id in tree.plans:
        bare = [(AIM, aim) for aim in tree.aims_of[plan_id] if not tree.results_of[aim]]
        bare += [] if tree.aims_of[plan_id] else [(PLAN, plan_id)]
        rows.update({Key(kind, pk, span.id, None, DELIVERY): nothing for kind, pk in bare for span in spans[plan_id]})
    return rows


def _beside(tree: Tree, results: set[int], wanted: list[Key]) -> Beside:
    """The delivery rows beside the touched results and above them."""
    aims = {tree.aim_of_result[pk] for pk in results}
    plans = {tree.plan_of_aim[pk] for pk in aims}
    touched = {(RESULT, pk) for pk in results} | {(AIM, pk) for pk in aims} | {(PLAN, pk) for pk in plans}
    nodes = {
        RESULT: {pk for aim in aims for pk in tree.results_of[aim]},
        AIM: {pk for plan in plans for pk in tree.aims_of[plan]},
        PLAN: plans,
    }
    return Beside(DELIVERY, nodes, touched, wanted)
