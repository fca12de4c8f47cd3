"""The tree of all plans and what their indicators are held against, kept by this process until one of their rows changes.

Definitions are few and change seldom; building them anew was a quarter of what a validation cost. The database says
whether they are still the same: every change makes a new version of a row, at a new place or by another transaction.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from core.prepared import Prepared
from outcomes.facts import Facts, load_facts
from outcomes.tree import Tree, load_tree

# What the tree is made of; of facts that are superseded, those that stand.
TABLES = (
    "goals_plan", "goals_aim", "goals_withdrawal", "outcomes_expectedresult", "outcomes_indicator", "outcomes_thresholdset",
    "core_period",
)  # fmt: skip
STANDING = ("outcomes_weight", "outcomes_baseline", "outcomes_target")
ROWS = " UNION ALL ".join(
    [f"SELECT '{table}' || ctid || xmin FROM {table}" for table in TABLES]  # noqa: S608
    + [f"SELECT '{table}' || ctid || xmin FROM {table} WHERE superseded_at IS NULL" for table in STANDING]  # noqa: S608
)
MARK = Prepared(
    "mark_of_the_tree",
    f"SELECT count(*), sum(hashtextextended(version, 0)) FROM ({ROWS}) AS t(version)",  # noqa: S608
)


@dataclass(frozen=True)
class Kept:
    """All plans down to their indicators, with baselines and targets, as they stand. To be read, never to be changed."""

    mark: tuple
    tree: Tree
    facts: Facts


_kept: dict[tuple, Kept] = {}


def present() -> Kept:
    """The tree as this transaction sees it. One query where nothing has changed since this process looked last.

    Whoever computes summaries of it holds the roll-ups' lock before asking.
    """
    known = connection.settings_dict
    place = (known["HOST"], known["PORT"], known["NAME"])
    mark = MARK.rows([])[0]
    found = _kept.get(place)
    if found is None or found.mark != mark:
        tree = load_tree()
        found = _kept[place] = Kept(mark, tree, load_facts(tree, tree.rules, with_values=False))
    return found
