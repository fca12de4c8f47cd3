"""What a change would bring, before anybody saves it: worked out by the same arithmetic, and stored nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from goals.models import Aim, Plan
from outcomes import levels
from outcomes.explain import reader_of
from outcomes.facts import Facts, load_facts
from outcomes.leaves import leaf_rows
from outcomes.levels import AIM, INDICATOR, PLAN, RESULT
from outcomes.models import ExpectedResult, Indicator
from outcomes.progress import Point
from outcomes.progress import ThresholdSet as Thresholds
from outcomes.summary import Key, Row
from outcomes.tree import Span, Tree, load_tree

COMPARED = ("status", "progress", "expected", "performance", "coverage", "lower", "upper")
ORDER = {PLAN: 0, AIM: 1, RESULT: 2, INDICATOR: 3}
MODELS = {PLAN: Plan, AIM: Aim, RESULT: ExpectedResult, INDICATOR: Indicator}
ABOVE = {PLAN: (), AIM: ("plan",), RESULT: ("aim__plan",), INDICATOR: ("expected_result__aim__plan",)}


@dataclass(frozen=True)
class Proposal:
    """What somebody thinks of changing; what is not named stays.

    `weights` by ("aim" | "result" | "indicator", id), None for "not said"; `targets` and `baselines` by indicator, all
    of them as they would stand; `thresholds` the whole calendar of sets.
    """

    weights: Mapping[tuple[str, int], Decimal | None] = field(default_factory=dict)
    targets: Mapping[int, tuple[Point, ...]] = field(default_factory=dict)
    baselines: Mapping[int, Point] = field(default_factory=dict)
    thresholds: tuple[Thresholds, ...] | None = None

    def on_tree(self, tree: Tree) -> Tree:
        """The tree as it would stand. The given one stays as it is."""
        weights = {key: value for key, value in {**tree.weights, **self.weights}.items() if value is not None}
        sets = tree.thresholds if self.thresholds is None else list(self.thresholds)
        return replace(tree, weights=weights, thresholds=sets)

    def on_facts(self, facts: Facts) -> Facts:
        """What would be recorded of the indicators. Values are never proposed: they are reported."""
        changed = {
            pk: replace(
                known,
                targets=self.targets.get(pk, known.targets),
                baseline=self.baselines.get(pk, known.baseline),
            )
            for pk, known in facts.indicators.items()
        }
        return replace(facts, indicators=changed)


@dataclass(frozen=True)
class Move:
    """One figure of all bureaus that would be another: its rows in the plan's latest period, before and after."""

    node_type: str
    node_id: int
    period: Span
    measure: str
    before: Row
    after: Row

    @property
    def turns(self) -> bool:
        """Whether the status word would change."""
        return self.before.status != self.after.status


def foresee(plans: Iterable[int], proposal: Proposal, *, on: date) -> list[Move]:
    """The results figures of the plans that would change, each plan in its latest period that has begun.

    From the plan down to its indicators, in the order of the tree.
    """
    tree = load_tree(plans)
    changed, moves = proposal.on_tree(tree), []
    for plan_id in tree.plans:
        spans = tree.periods_of(plan_id, on)
        if not spans:
            continue
        mine = [pk for pk in tree.rules if tree.plan_of_indicator(pk) == plan_id]
        facts = load_facts(tree, mine, since=spans[-1].end_on)
        before = rows_on(tree, facts, plan_id, spans[-1])
        after = rows_on(changed, proposal.on_facts(facts), plan_id, spans[-1])
        moves += moves_between(before, after, {spans[-1].id: spans[-1]})
    return moves


def rows_on(tree: Tree, facts: Facts, plan_id: int, span: Span) -> dict[Key, Row]:
    """Every results row of the plan for all bureaus in one period, made from the leaves."""
    rows = levels.bare_rows(tree, [span], [plan_id])
    for indicator in facts.indicators:
        rows.update(leaf_rows(tree, facts, indicator, [span], []))
    return levels.lift(tree, rows, {})


def moves_between(before: Mapping[Key, Row], after: Mapping[Key, Row], spans: Mapping[int, Span]) -> list[Move]:
    """The rows of all bureaus that differ in what a reader is shown, the plan first."""
    moves = [
        Move(key.node_type, key.node_id, spans[key.period_id], key.measure, row, after[key])
        for key, row in before.items()
        if key.bureau_id is None and key in after and _differ(row, after[key])
    ]
    return sorted(moves, key=lambda move: (ORDER[move.node_type], move.node_id, move.measure))


def _differ(before: Row, after: Row) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in COMPARED)


@dataclass(frozen=True)
class ToldMove:
    """A move as one reader may see it: `node` None and no rows where it is not for them."""

    move: Move
    node: object | None
    is_restricted: bool


def told_to(user, moves: Iterable[Move]) -> list[ToldMove]:
    """The moves with the things that they are about, without the figures that the reader may not see.

    A hidden indicator is left out; one query for each kind of thing.
    """
    asked, reader = list(moves), reader_of(user)
    nodes = {}
    for kind, model in MODELS.items():
        keys = [move.node_id for move in asked if move.node_type == kind]
        rows = model.objects.visible_to(user).filter(pk__in=keys).select_related(*ABOVE[kind]) if keys else ()
        nodes |= {(kind, row.pk): row for row in rows}
    return [
        ToldMove(move, nodes[move.node_type, move.node_id], not _may_see(reader, move))
        for move in asked
        if (move.node_type, move.node_id) in nodes
    ]


def _may_see(reader, move: Move) -> bool:
    return reader.may_see(move.before, None) and reader.may_see(move.after, None)


