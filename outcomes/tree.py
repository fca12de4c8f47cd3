"""The tree that figures grow on: plans down to indicators, with their weights, thresholds and periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from core.models import Period
from core.together import Steps, side_by_side
from goals.models import NodeKind, Plan, Withdrawal
from outcomes.choices import IndicatorState
from outcomes.models import FormerDefinition, Indicator, ThresholdSet, Weight
from outcomes.progress import AcrossBureaus, AcrossInitiatives, Band, Direction, Frequency, Kind, Rule, Status, in_force
from outcomes.progress import ThresholdSet as Thresholds


@dataclass(frozen=True)
class Span:
    """A reporting period as plain values."""

    id: int
    code: str
    start_on: date
    end_on: date


@dataclass
class Tree:
    """The plans asked for, down to their indicators: who is beneath whom, the weights and the thresholds."""

    plans: dict[int, tuple[date, date]] = field(default_factory=dict)
    aims_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    results_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    indicators_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    plan_of_aim: dict[int, int] = field(default_factory=dict)
    aim_of_result: dict[int, int] = field(default_factory=dict)
    result_of_indicator: dict[int, int] = field(default_factory=dict)
    rules: dict[int, Rule] = field(default_factory=dict)
    weights: dict[tuple[str, int], Decimal] = field(default_factory=dict)
    weight_refs: dict[tuple[str, int], str] = field(default_factory=dict)
    thresholds: list[Thresholds] = field(default_factory=list)
    periods: list[Span] = field(default_factory=list)

    def plan_of_indicator(self, indicator_id: int) -> int:
        return self.plan_of_aim[self.aim_of_result[self.result_of_indicator[indicator_id]]]

    def plan_of(self, node_type: str, pk: int) -> int:
        """The plan that a node belongs to."""
        if node_type == "indicator":
            return self.plan_of_indicator(pk)
        if node_type == "result":
            return self.plan_of_aim[self.aim_of_result[pk]]
        return self.plan_of_aim[pk] if node_type == "aim" else pk

    def periods_of(self, plan_id: int, today: date) -> list[Span]:
        """The plan's periods that have begun, oldest first."""
        start_on, end_on = self.plans[plan_id]
        return [span for span in self.periods if span.end_on >= start_on and span.start_on <= min(end_on, today)]

    def thresholds_on(self, on: date) -> Thresholds:
        """The set in force on the day, or the published one where none is recorded."""
        return in_force(self.thresholds, on) or Thresholds()


def load_tree(plans: Iterable[int] | None = None, *, as_of=None) -> Tree:
    """The tree of the plans (None: of all), with weights and definitions as believed at the moment (None: now). One query."""
    return side_by_side(tree_steps(plans, as_of=as_of))[0]


def tree_steps(plans: Iterable[int] | None = None, *, as_of=None) -> Steps[Tree]:
    """The same, to be read beside something else. One round."""
    keys = plans if plans is None or isinstance(plans, QuerySet) else list(plans)
    asked = Plan.objects.all() if keys is None else Plan.objects.filter(pk__in=keys)
    nodes, measured, former, weights, sets, periods = yield [
        _nodes(asked, as_of), _measured(asked, as_of), _former_definitions(asked, as_of),
        Weight.objects.known_at(as_of).values_list("aim_id", "expected_result_id", "indicator_id", "value", "id", "revision"),
        ThresholdSet.objects.order_by("valid_from"), Period.objects.order_by("end_on").values_list("id", "code", "start_on", "end_on"),
    ]  # fmt: skip
    tree = Tree(thresholds=thresholds_in(sets, as_of), periods=[Span(*row) for row in periods])
    _add_nodes(tree, nodes)
    _add_indicators(tree, measured, {pk: _as_declared(declared) for pk, declared in former})
    for aim, result, indicator, value, pk, revision in weights:
        key = ("aim", aim) if aim else ("result", result) if result else ("indicator", indicator)
        tree.weights[key] = value
        tree.weight_refs[key] = f"weight:{pk}@{revision}"
    return tree


def _withdrawn(kind: str, node: str, as_of) -> Exists:
    """Whether the node had been taken out of its plan at the moment (None: now)."""
    rows = Withdrawal.objects.filter(node_type=kind, node_id=OuterRef(node))
    return Exists(rows if as_of is None else rows.filter(withdrawn_at__lte=as_of))


def _nodes(plans, as_of) -> QuerySet:
    return plans.order_by("id", "aims__number", "aims__results__number").values_list(
        "id", "start_on", "end_on", "aims__id", "aims__results__id",
        _withdrawn(NodeKind.AIM, "aims__id", as_of), _withdrawn(NodeKind.RESULT, "aims__results__id", as_of),
    )  # fmt: skip


def _add_nodes(tree: Tree, rows) -> None:
    for plan, start_on, end_on, aim, result, is_aim_gone, is_result_gone in rows:
        tree.plans[plan] = (start_on, end_on)
        if is_aim_gone:
            continue
        if aim is not None and aim not in tree.plan_of_aim:
            tree.plan_of_aim[aim] = plan
            tree.aims_of[plan].append(aim)
        if result is not None and not is_result_gone:
            tree.aim_of_result[result] = aim
            tree.results_of[aim].append(result)


def _add_indicators(tree: Tree, rows, former: dict[int, dict]) -> None:
    """The indicators that counted at the moment, each as it was declared then."""
    for row in rows:
        row = row._replace(**former.get(row.id, {}))
        if row.expected_result_id not in tree.aim_of_result or row.state == IndicatorState.RETIRED:
            continue
        tree.result_of_indicator[row.id] = row.expected_result_id
        tree.indicators_of[row.expected_result_id].append(row.id)
        tree.rules[row.id] = rule_of(row)


def thresholds_in(rows: Iterable[ThresholdSet], as_of) -> list[Thresholds]:
    """Of all sets by the day that they begin on those known at the moment; the last of them had no end yet that came later."""
    sets = [(row.set_at, threshold_set(row)) for row in rows]
    if as_of is None:
        return [one for _, one in sets]
    known = [one for set_at, one in sets if set_at <= as_of] or [one for _, one in sets[:1]]
    if len(known) < len(sets):
        known[-1] = replace(known[-1], valid_until=None)
    return known


# What an indicator declares about its arithmetic. A change keeps what was declared before as a FormerDefinition.
DECLARED = (
    "kind", "direction", "combine_bureaus", "combine_initiatives", "frequency", "tolerance", "range_low", "range_high",
    "bureau_threshold", "state", "version",
)  # fmt: skip
_NUMBERS = ("tolerance", "range_low", "range_high", "bureau_threshold")


def _measured(plans, as_of) -> QuerySet:
    """The indicators that were there at the moment (None: now), as they are declared now."""
    rows = Indicator.objects.there_at(as_of).filter(expected_result__aim__plan__in=plans.values("pk")).order_by("code")
    return rows.values_list("id", "expected_result_id", "code", *DECLARED, named=True)


def _former_definitions(plans, as_of) -> QuerySet:
    """What was declared at the moment by those that declare something else now."""
    if as_of is None:
        return FormerDefinition.objects.none()
    rows = FormerDefinition.objects.filter(
        indicator__expected_result__aim__plan__in=plans.values("pk"), recorded_at__lte=as_of, superseded_at__gt=as_of
    )
    return rows.values_list("indicator_id", "declared")


def _as_declared(kept: dict) -> dict:
    return {name: Decimal(value) if name in _NUMBERS and value is not None else value for name, value in kept.items()}


def rule_of(indicator) -> Rule:
    """The declared arithmetic of an indicator, or of a row with its fields. A ratio is a share of one, as its targets are."""
    return Rule(
        kind=Kind(indicator.kind),
        direction=Direction(indicator.direction),
        combine_bureaus=AcrossBureaus(indicator.combine_bureaus),
        combine_initiatives=AcrossInitiatives(indicator.combine_initiatives),
        frequency=Frequency(indicator.frequency),
        tolerance=indicator.tolerance or Decimal(0),
        range_low=indicator.range_low,
        range_high=indicator.range_high,
        meets_at=indicator.bureau_threshold,
        source_ref=f"indicator:{indicator.code}@{indicator.version}",
    )


def threshold_set(row: ThresholdSet) -> Thresholds:
    """A stored set as plain values: the lowest band reaches below zero, the highest has no limit."""
    bands = sorted(row.bands, key=lambda band: Decimal(str(band["from"] or 0)))
    return Thresholds(
        bands=tuple(
            Band(Status(band["status"]), _limit(band["from"]) if position else None, _limit(band.get("to")))
            for position, band in enumerate(bands)
        ),
        coverage_floor=row.coverage_floor,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        source_ref=f"thresholds:{row.pk}",
    )


def _limit(value) -> Decimal | None:
    return None if value is None else Decimal(str(value))
