"""From the rows of the leaves to the rows of results, aims and plans: each whole is made of the rows beneath it."""

from __future__ import annotations

from collections.abc import Iterable

from outcomes import summary
from outcomes.choices import Measure
from outcomes.models import NodeType
from outcomes.progress import Child, roll_up
from outcomes.progress.exact import ZERO, total
from outcomes.summary import NOTHING_KNOWN, Key, Row
from outcomes.tree import Span, Tree
from outcomes.wholes import Piece, whole_of

PLAN, AIM, RESULT, INDICATOR = (
    NodeType.PLAN.value,
    NodeType.AIM.value,
    NodeType.RESULT.value,
    NodeType.INDICATOR.value,
)
RESULTS, DELIVERY = Measure.RESULTS.value, Measure.DELIVERY.value


def lift(
    tree: Tree,
    rows: dict[Key, Row],
    beside: dict[Key, Row],
    measure: str = RESULTS,
    gone: set[Key] | None = None,
) -> dict[Key, Row]:
    """The given rows and every row above them, made of what is beneath: given, just made, or stored beside.

    Nothing is made above a row that is stored as it is given, where what stands above it is stored as well. `gone` are
    rows that have no place any more; those above them that have nothing left beneath are added to it.
    """
    made, ends = dict(rows), {span.id: span.end_on for span in tree.periods}
    gone = set() if gone is None else gone
    way: set[Key] = {*rows, *gone}
    for child_type, parent_of, children, parent_type in (
        (INDICATOR, tree.result_of_indicator, tree.indicators_of, RESULT),
        (RESULT, tree.aim_of_result, tree.results_of, AIM),
        (AIM, tree.plan_of_aim, tree.aims_of, PLAN),
    ):
        above = _above([key for key in way if key.node_type == child_type], parent_type, parent_of, made, beside, gone)
        way |= above.keys()
        for key in [key for key, is_moved in above.items() if is_moved]:
            parts = rows_below(key, child_type, children[key.node_id], made, beside, gone)
            if parts:
                made[key] = _whole(tree, child_type, parts, ends[key.period_id], measure)
            else:
                gone.add(key)
    return made


def _above(below: list[Key], parent_type: str, parent_of: dict[int, int], made, beside, gone) -> dict[Key, bool]:
    """The wholes above, and whether each has to be made: a row beneath is another one, or it is not there yet."""
    above: dict[Key, bool] = {}
    for one in below:
        key = Key(parent_type, parent_of[one.node_id], *one[2:])
        is_moved = key not in beside or ((one in made or one in gone) and made.get(one) != beside.get(one))
        above[key] = is_moved or above.get(key, False)
    return above


def rows_below(key: Key, child_type: str, children: list[int], made, beside, gone) -> list[tuple[int, Row]]:
    """The children's rows. A bureau's whole is made of what the bureau has a part in, all bureaus' of everything."""
    found = []
    _type, _id, period, bureau, measure = key
    for child in children:
        below = (child_type, child, period, bureau, measure)  # finds what lies under such a Key
        row = None if below in gone else made.get(below) or beside.get(below)
        if row is None and bureau is None:
            row = NOTHING_KNOWN
        if row is not None:
            found.append((child, row))
    return found


def _whole(tree: Tree, child_type: str, below: list[tuple[int, Row]], on, measure: str) -> Row:
    """One whole of its children's rows: results by their declared weights, delivery by the work's own shares."""
    if measure == DELIVERY:
        actual = total([row.actual or ZERO for _, row in below])
        return whole_of([Piece(row, row.actual) for _, row in below], tree.thresholds_on(on), actual)
    weights, kind = tree.weights, child_type
    pieces = [
        Piece(row, weights.get((kind, child)), *(_counted_as(tree, child, row) if kind == INDICATOR else (False, True)))
        for child, row in below
    ]
    return whole_of(pieces, tree.thresholds_on(on))


def _counted_as(tree: Tree, indicator: int, row: Row) -> tuple[bool, bool]:
    """Whether the indicator is held to a level, and whether its row is a part: one that counts as no leaf is none."""
    return indicator in tree.rules and tree.rules[indicator].is_maintained, bool(row.leaves)


def children_of(tree: Tree, child_type: str, below: list[tuple[int, Row]], measure: str) -> list[Child]:
    """The rows as parts of a whole, each with its weight. An indicator that counts as no leaf leaves both sums."""
    parts = []
    for child, row in below:
        key, weight, ref, is_maintained, is_in = f"{child_type}:{child}", row.actual, "", False, True
        if measure != DELIVERY:
            weight, ref = tree.weights.get((child_type, child)), tree.weight_refs.get((child_type, child), "")
        if child_type == INDICATOR:
            is_maintained, is_in = _counted_as(tree, child, row)
        parts.append(summary.child_of(key, row, weight=weight, is_maintained=is_maintained, ref=ref, is_applicable=is_in))
    return parts


def bare_rows(tree: Tree, spans: list[Span], plans: Iterable[int] | None = None) -> dict[Key, Row]:
    """A row that says "nothing beneath" for every plan, aim and result that has nothing to be made of."""
    bare = []
    for plan_id in tree.plans if plans is None else plans:
        bare += [] if tree.aims_of[plan_id] else [(PLAN, plan_id)]
        for aim in tree.aims_of[plan_id]:
            bare += [] if tree.results_of[aim] else [(AIM, aim)]
            bare += [(RESULT, result) for result in tree.results_of[aim] if not tree.indicators_of[result]]
    nothing = summary.row_of_roll_up(roll_up([]), 0)
    return {Key(kind, pk, span.id, None, RESULTS): nothing for kind, pk in bare for span in spans}
