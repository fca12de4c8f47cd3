"""What the arithmetic is given: definitions and validated values as plain values, in a fixed handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, Min, Q, QuerySet, When

from core.handling import Handling
from core.together import Steps, side_by_side
from outcomes.models import Baseline, Measurement, Target
from outcomes.progress import (
    IndicatorCase,
    IndicatorFigure,
    Kind,
    Observation,
    Point,
    Rule,
    State,
    evaluate,
    for_bureau,
)
from outcomes.progress.combine import latest_answers
from outcomes.tree import Span, Tree

ORGANISATION = 0


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


def load_facts(
    tree: Tree,
    indicators: Iterable[int],
    *,
    as_of=None,
    since: date | None = None,
    bureaus: Iterable[int] | None = None,
    with_values: bool = True,
) -> Facts:
    """Baselines, targets and values of the indicators as believed at the moment (None: now). Two queries; one without values.

    `bureaus` limits the values to those of these bureaus; the organisation's own are then left out too. `since` says
    that only periods ending on that day or later are asked for: then of the earlier values only those that are still
    the latest are read, but for counts per period, which are summed.
    """
    asked = facts_steps(tree, indicators, as_of=as_of, since=since, bureaus=bureaus, with_values=with_values)
    return side_by_side(asked)[0]


def facts_steps(
    tree: Tree, indicators: Iterable[int], *, as_of=None, since=None, bureaus=None, with_values=True
) -> Steps[Facts]:
    """The same, to be read beside something else. One round; the values, of which there may be very many, are read alone."""
    facts = Facts({pk: IndicatorFacts(tree.rules[pk]) for pk in indicators})
    asked = Q(indicator__in=list(facts.indicators))
    values = Measurement.objects.known_at(as_of).filter(asked & _within_plans(tree, facts))
    values = values if bureaus is None else values.filter(bureau__in=list(bureaus))
    rows = yield [
        Baseline.objects.known_at(as_of).filter(asked).values_list("indicator_id", "value", "on", "id", "revision"),
        Target.objects.known_at(as_of).filter(asked).order_by("due_on").values_list(
            "indicator_id", "value", "due_on", "id", "revision"
        ),
        _since_when(values) if with_values else values.none(),
    ]  # fmt: skip
    _add_definitions(facts, *rows[:2])
    if with_values:
        _add_since(facts, rows[2])
        _load_values(tree, facts, values if since is None else values.filter(_still_in_force(facts, values, since)))
    return facts


def _add_definitions(facts: Facts, baselines, targets) -> None:
    for pk, value, on, row_id, revision in baselines:
        facts.indicators[pk].baseline = Point(on, value, f"baseline:{row_id}@{revision}")
    points = defaultdict(list)
    for pk, value, on, row_id, revision in targets:
        points[pk].append(Point(on, value, f"target:{row_id}@{revision}"))
    for pk, found in points.items():
        facts.indicators[pk].targets = tuple(found)


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


def _since_when(values) -> QuerySet:
    """Since when each bureau answers, reported or not: from then on its silence counts against coverage."""
    rows = values.filter(bureau__isnull=False).order_by().values_list("indicator_id", "bureau_id", "bureau__code")
    return rows.annotate(first=Min("period__end_on"))


def _add_since(facts: Facts, rows) -> None:
    for indicator, bureau_id, bureau, first in rows:
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
            handling >= Handling.RESTRICTED, end, handling >= Handling.CONFIDENTIAL,
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
