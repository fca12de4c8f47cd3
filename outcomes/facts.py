"""What the arithmetic is given: the tree, the definitions and the validated values, in a fixed handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Case, Min, Q, When

from core.models import Period
from goals.models import Plan
from outcomes.models import Baseline, Indicator, Measurement, Target, ThresholdSet, Weight
from outcomes.progress import (
    AcrossBureaus,
    AcrossInitiatives,
    Band,
    Direction,
    Frequency,
    IndicatorCase,
    IndicatorFigure,
    Kind,
    Observation,
    Point,
    Rule,
    State,
    Status,
    evaluate,
    for_bureau,
)
from outcomes.progress import ThresholdSet as Thresholds
from outcomes.progress.combine import latest_answers
from outcomes.progress.thresholds import in_force

RESTRICTED = 2
ORGANISATION = 0


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


@dataclass
class IndicatorFacts:
    """What is recorded of one indicator. Answers are by the last day of their period."""

    rule: Rule
    baseline: Point | None = None
    targets: tuple[Point, ...] = ()
    answers: dict[date, list[Observation]] = field(default_factory=lambda: defaultdict(list))
    since: dict[str, date] = field(default_factory=dict)
    handling: dict[str, int] = field(default_factory=dict)


@dataclass
class Facts:
    """What is recorded of the indicators asked for, and the key of each bureau that answered."""

    indicators: dict[int, IndicatorFacts]
    bureau_ids: dict[str, int] = field(default_factory=dict)


def load_tree(plans: Iterable[int] | None = None, *, as_of=None) -> Tree:
    """The tree of the plans (None: of all), with the weights believed at the moment (None: now). Five queries."""
    tree = Tree()
    _load_nodes(tree, Plan.objects.all() if plans is None else Plan.objects.filter(pk__in=list(plans)))
    for row in Weight.objects.known_at(as_of).values_list(
        "aim_id", "expected_result_id", "indicator_id", "value", "id", "revision"
    ):
        aim, result, indicator, value, pk, revision = row
        key = ("aim", aim) if aim else ("result", result) if result else ("indicator", indicator)
        tree.weights[key] = value
        tree.weight_refs[key] = f"weight:{pk}@{revision}"
    tree.thresholds = [threshold_set(row) for row in ThresholdSet.objects.order_by("valid_from")]
    tree.periods = [
        Span(*row) for row in Period.objects.order_by("end_on").values_list("id", "code", "start_on", "end_on")
    ]
    return tree


def _load_nodes(tree: Tree, plans) -> None:
    rows = plans.order_by("id", "aims__number", "aims__results__number").values_list(
        "id", "start_on", "end_on", "aims__id", "aims__results__id"
    )
    for plan, start_on, end_on, aim, result in rows:
        tree.plans[plan] = (start_on, end_on)
        if aim is not None and aim not in tree.plan_of_aim:
            tree.plan_of_aim[aim] = plan
            tree.aims_of[plan].append(aim)
        if result is not None:
            tree.aim_of_result[result] = aim
            tree.results_of[aim].append(result)
    indicators = Indicator.objects.measured().filter(expected_result__in=list(tree.aim_of_result)).order_by("code")
    for indicator in indicators.values_list("id", *_RULE_FIELDS, named=True):
        tree.result_of_indicator[indicator.id] = indicator.expected_result_id
        tree.indicators_of[indicator.expected_result_id].append(indicator.id)
        tree.rules[indicator.id] = rule_of(indicator)


_RULE_FIELDS = (
    "expected_result_id", "code", "kind", "direction", "combine_bureaus", "combine_initiatives", "frequency",
    "tolerance", "range_low", "range_high", "bureau_threshold", "version",
)  # fmt: skip


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


def load_facts(tree: Tree, indicators: Iterable[int], *, as_of=None, since: date | None = None) -> Facts:
    """Baselines, targets and values of the indicators as believed at the moment (None: now). Four queries.

    `since` says that only periods ending on that day or later are asked for: then of the earlier values only those
    that are still the latest are read, but for counts per period, which are summed.
    """
    facts = Facts({pk: IndicatorFacts(tree.rules[pk]) for pk in indicators})
    asked = Q(indicator__in=list(facts.indicators))
    for pk, value, on, row_id, revision in (
        Baseline.objects.known_at(as_of).filter(asked).values_list("indicator_id", "value", "on", "id", "revision")
    ):
        facts.indicators[pk].baseline = Point(on, value, f"baseline:{row_id}@{revision}")
    targets = defaultdict(list)
    for pk, value, on, row_id, revision in (
        Target.objects.known_at(as_of)
        .filter(asked)
        .order_by("due_on")
        .values_list("indicator_id", "value", "due_on", "id", "revision")
    ):
        targets[pk].append(Point(on, value, f"target:{row_id}@{revision}"))
    for pk, points in targets.items():
        facts.indicators[pk].targets = tuple(points)
    values = Measurement.objects.known_at(as_of).filter(asked & _within_plans(tree, facts))
    _load_values(tree, facts, values if since is None else values.filter(_still_in_force(facts, values, since)))
    _load_since(facts, values)
    return facts


def _within_plans(tree: Tree, facts: Facts) -> Q:
    """Values of periods that had ended before the plan began say nothing of it."""
    within = Q()
    plans = defaultdict(list)
    for pk in facts.indicators:
        plans[tree.plan_of_indicator(pk)].append(pk)
    for plan_id, mine in plans.items():
        within |= Q(indicator__in=mine, period__end_on__gte=tree.plans[plan_id][0])
    return within


def _still_in_force(facts: Facts, values, since: date) -> Q:
    """Values of the asked periods, the last word before them, and all of what is counted per period."""
    counted = [pk for pk, known in facts.indicators.items() if known.rule.kind == Kind.PER_PERIOD]
    line = ("indicator_id", "bureau_id", "initiative_code")
    last_words = (
        values.filter(period__end_on__lt=since)
        .annotate(is_silence=Case(When(state=State.NOT_REPORTED.value, then=1), default=0))
        .order_by(*line, "is_silence", "-period__end_on")
        .distinct(*line)
        .values("pk")
    )
    return Q(period__end_on__gte=since) | Q(indicator__in=counted) | Q(pk__in=last_words)


def _load_since(facts: Facts, values) -> None:
    """Since when each bureau answers, reported or not: from then on its silence counts against coverage."""
    rows = values.filter(bureau__isnull=False).order_by().values_list("indicator_id", "bureau_id", "bureau__code")
    for indicator, bureau_id, bureau, first in rows.annotate(first=Min("period__end_on")):
        facts.bureau_ids[bureau] = bureau_id
        facts.indicators[indicator].since[bureau] = first


def _load_values(tree: Tree, facts: Facts, measurements) -> None:
    ends = {span.id: span.end_on for span in tree.periods}
    rows = measurements.order_by().values_list(
        "indicator_id", "period_id", "bureau__code", "initiative_code", "state", "value", "numerator",
        "denominator", "observed_on", "handling", "id", "revision", "source_ref",
    )  # fmt: skip
    for row in rows.iterator(chunk_size=5000):
        _add_value(facts, ends, *row)


def _add_value(
    facts, ends, indicator, period, bureau, initiative, state, value, numerator, denominator,
    observed_on, handling, pk, revision, source,
) -> None:  # fmt: skip
    into, ref = facts.indicators[indicator], f"measurement:{pk}@{revision} {source}".rstrip()
    end = ends[period]
    into.answers[end].append(
        Observation(
            _STATES[state], value, numerator, denominator, observed_on, bureau, initiative, ref,
            handling >= RESTRICTED, end,
        )
    )  # fmt: skip
    into.handling[ref] = handling


_STATES = {state.value: state for state in State}


def case_for(tree: Tree, facts: IndicatorFacts, plan_id: int, span: Span, answers) -> IndicatorCase:
    """The question about one indicator at the end of a period."""
    start_on = tree.plans[plan_id][0]
    ends = ()
    if facts.rule.kind == Kind.PER_PERIOD:
        ends = tuple(one.end_on for one in tree.periods if start_on <= one.end_on <= span.end_on)
    return IndicatorCase(
        facts.rule, span.end_on, tuple(answers), facts.baseline, facts.targets, tree.thresholds_on(span.end_on),
        facts.since, ends,
    )  # fmt: skip


def figures(
    tree: Tree, facts: IndicatorFacts, plan_id: int, spans: list[Span], *, bureaus: Iterable[str] | None = None
) -> Iterator[tuple[Span, str | None, IndicatorFigure]]:
    """Every figure of one indicator for the periods: for all bureaus (None), then for each bureau that should answer.

    `bureaus` limits the bureaus.
    """
    in_answer, pending = [], sorted(facts.answers)
    for span in spans:
        while pending and pending[0] <= span.end_on:
            in_answer = in_answer + facts.answers[pending.pop(0)]
        if facts.rule.kind != Kind.PER_PERIOD:
            in_answer = latest_answers(in_answer)
        case = case_for(tree, facts, plan_id, span, in_answer)
        yield span, None, evaluate(case)
        for bureau, own in _by_bureau(in_answer, bureaus).items():
            yield span, bureau, evaluate(for_bureau(_only(case, own), bureau))


def _by_bureau(answers: list[Observation], bureaus: Iterable[str] | None) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = defaultdict(list)
    wanted = None if bureaus is None else set(bureaus)
    for seen in answers:
        if seen.bureau is not None and (wanted is None or seen.bureau in wanted):
            found[seen.bureau].append(seen)
    return found


def _only(case: IndicatorCase, own: list[Observation]) -> IndicatorCase:
    return IndicatorCase(
        case.rule, case.on, tuple(own), case.baseline, case.targets, case.thresholds, case.expected_since,
        case.period_ends,
    )  # fmt: skip
