"""The stored rows that stand beside a change on its way up the tree: read once for all that one act moves, written once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from core.prepared import Prepared
from outcomes import summary
from outcomes.summary import FIELDS, Key, Row
from outcomes.summary_crowds import crowd_of
from outcomes.tree import Tree

# Columns that hold several values come as their text, which is mostly that of the row before.
READ_AS_TEXT = ("counts", "bureau_ids", "restricted_bureau_ids", "confidential_bureau_ids")
COLUMNS = ", ".join(f"r.{name}" + ("::text" if name in READ_AS_TEXT else "") for name in (*Key._fields, *FIELDS))
# By hand: composing it anew for every change cost more than the database needs to answer it. The rows for all bureaus,
# those of the bureaus that are touched, and of some nodes those of every bureau. Each row is looked up by its whole key (there is one:
# LIMIT 1 says so), whatever is known of the table: joined freely, a table not yet counted was read a node at a time, for all periods.
ROW = "SELECT * FROM outcomes_rollup r WHERE r.node_type = a.node_type AND r.node_id = a.node_id AND r.measure = a.measure" \
    " AND r.period_id = day.period AND r.bureau_id"
READ = Prepared(
    "summary_beside",
    f"""
WITH asked AS (SELECT * FROM unnest(%(types)s::text[], %(ids)s::bigint[], %(measures)s::text[], %(every)s::boolean[])
    AS t(node_type, node_id, measure, is_every)), day AS (SELECT unnest(%(periods)s::bigint[]) AS period)
SELECT {COLUMNS} FROM asked a CROSS JOIN day CROSS JOIN LATERAL ({ROW} IS NULL LIMIT 1) r
UNION ALL
SELECT {COLUMNS} FROM asked a CROSS JOIN day CROSS JOIN unnest(%(bureaus)s::bigint[]) AS b(bureau)
    CROSS JOIN LATERAL ({ROW} = b.bureau LIMIT 1) r WHERE NOT a.is_every
UNION ALL
SELECT {COLUMNS} FROM asked a JOIN outcomes_rollup r ON r.node_type = a.node_type AND r.node_id = a.node_id
    AND r.period_id = ANY(%(periods)s) AND r.measure = a.measure AND r.bureau_id IS NOT NULL WHERE a.is_every""",  # noqa: S608
)


@dataclass(frozen=True)
class Beside:
    """What is asked for: the rows of the nodes (keys by type) for the periods and bureaus of the given keys.

    `every_bureau_of` names results whose rows of every other bureau come with them. A node in `touched` is about to be
    made anew, so its rows may be missing; they are read because a bureau's row there stays as it is when the change is
    none of that bureau's.
    """

    measure: str
    nodes: dict[str, set[int]]
    touched: set[tuple[str, int]]
    keys: list[Key]
    every_bureau_of: set[tuple[str, int]] = field(default_factory=set)


@dataclass(frozen=True)
class Side:
    """A change of one measure, before what stands beside it is known.

    `lift` makes of the stored rows those that the change brings and the keys of those that have no place any more;
    `rebuild` makes everything of the touched plans anew, for where something beside is missing.
    """

    beside: Beside
    lift: Callable[[dict[Key, Row]], tuple[dict[Key, Row], set[Key]]]
    rebuild: Callable[[], object]


def settle(tree: Tree, sides: list[Side], *, at) -> None:
    """This will bring the stored rows to what the sides of one act make of them. Two queries, however many sides."""
    stored = read(tree, [side.beside for side in sides])
    changed: dict[Key, Row] = {}
    gone: set[Key] = set()
    for side, there in zip(sides, stored, strict=True):
        if there is None:
            side.rebuild()
            continue
        made, lost = side.lift(there)
        changed |= {key: row for key, row in made.items() if there.get(key) != row}
        gone |= lost & there.keys()
    summary.write(changed, at=at)
    summary.remove(gone)


def read(tree: Tree, asked: Iterable[Beside]) -> list[dict[Key, Row] | None]:
    """The stored rows for each question; None when one is missing. One query for all of them."""
    questions = list(asked)
    found: dict[str, dict[Key, Row]] = {one.measure: {} for one in questions}
    nodes = [(kind, pk, one) for one in questions if one.keys for kind, ids in one.nodes.items() for pk in ids]
    if nodes:
        every = [key for one in questions for key in one.keys]
        asked_for = {
            "types": [kind for kind, _pk, _one in nodes],
            "ids": [pk for _kind, pk, _one in nodes],
            "measures": [one.measure for _kind, _pk, one in nodes],
            "every": [(kind, pk) in one.every_bureau_of for kind, pk, one in nodes],
            "periods": list({key.period_id for key in every}),
            "bureaus": list({key.bureau_id for key in every} - {None}),
        }
        for cells in READ.rows(asked_for):
            key = _made_of(Key, cells[:_SPLIT])
            found[key.measure][key] = _row(list(cells[_SPLIT:]))
    return [found[one.measure] if _needed(tree, one) <= found[one.measure].keys() else None for one in questions]


_SPLIT = len(Key._fields)
_made_of = tuple.__new__  # a named tuple of cells in their order: its own way to be made is a function of Python, once a row
_SUMS = FIELDS.index("sums")
_COUNTS, *_CROWDS = (FIELDS.index(name) for name in READ_AS_TEXT)


def _row(cells: list) -> Row:
    cells[_COUNTS] = _counts(cells[_COUNTS])
    for place in _CROWDS:
        cells[place] = crowd_of(cells[place])
    if cells[_SUMS] is not None:
        cells[_SUMS] = tuple(cells[_SUMS])
    return _made_of(Row, cells)


@lru_cache(maxsize=10_000)
def _counts(words: str) -> dict[str, int]:
    """To be read, never to be changed: it is every row's that counts alike."""
    return json.loads(words)


def _needed(tree: Tree, asked: Beside) -> set[tuple]:
    """The keys, as bare tuples, of the rows for all bureaus that must be there: each node's, for the periods that its plan's
    given rows are for.
    """
    spans: dict[int, set[int]] = {}
    for key in asked.keys:
        spans.setdefault(tree.plan_of(key.node_type, key.node_id), set()).add(key.period_id)
    return {
        (kind, pk, period, None, asked.measure)
        for kind, ids in asked.nodes.items()
        for pk in ids
        if (kind, pk) not in asked.touched
        for period in spans.get(tree.plan_of(kind, pk), ())
    }
