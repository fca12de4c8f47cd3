"""The summary's rows of indicators, made of what each bureau says (`outcomes.readings`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from outcomes import summary
from outcomes.facts import ORGANISATION, Facts, case_for, figures, load_facts
from outcomes.levels import INDICATOR, RESULTS
from outcomes.progress import IndicatorCase, IndicatorFigure, Kind, for_bureau
from outcomes.progress.combine import Combined, combine_readings
from outcomes.progress.indicator import judge, judge_counts
from outcomes.progress.series import count_periods
from outcomes.readings import Readings, Said, Used, is_readable, load_readings
from outcomes.summary import Key, Row
from outcomes.summary_crowds import Crowds, crowds_by_code, together
from outcomes.tree import Span, Tree


def rows_of_leaves(
    tree: Tree,
    indicators: Iterable[int],
    spans: dict[int, list[Span]],
    *,
    bureaus: Iterable[str] | None = None,
    own: Iterable[int] | None = None,
    facts: Facts | None = None,
    as_of: datetime | None = None,
) -> dict[Key, Row]:
    """The indicators' rows for the periods of their plans, for all bureaus and for each (`bureaus` limits these; their keys are
    `own`, and where these are given the other bureaus' readings are added up by the database wherever that is the same).

    As believed at the moment `as_of` (None: now, of what is kept).

    Three queries, one where their baselines and targets are given (`facts`), and four more where an indicator's figures
    cannot be made of readings.
    """
    rows: dict[Key, Row] = {}
    mine = [pk for pk in indicators if spans[tree.plan_of_indicator(pk)]]
    read = [pk for pk in mine if is_readable(tree.rules[pk])]
    if read:
        facts = facts or load_facts(tree, read, with_values=False, as_of=as_of)
        readings = load_readings(tree, read, spans, own=own, as_of=as_of)
        for pk in read:
            rows.update(_rows(tree, facts, readings, pk, spans[tree.plan_of_indicator(pk)], bureaus))
    if len(read) < len(mine):
        rows.update(_rows_of_answers(tree, [pk for pk in mine if pk not in read], spans, bureaus, as_of))
    return rows


def _rows_of_answers(tree: Tree, indicators: list[int], spans: dict[int, list[Span]], bureaus, as_of) -> dict[Key, Row]:
    first = min(span.end_on for pk in indicators for span in spans[tree.plan_of_indicator(pk)])
    facts, rows = load_facts(tree, indicators, since=first, as_of=as_of), {}
    for pk in indicators:
        rows.update(leaf_rows(tree, facts, pk, spans[tree.plan_of_indicator(pk)], bureaus))
    return rows


def leaf_rows(tree: Tree, facts: Facts, indicator: int, spans: list[Span], bureaus=None) -> dict[Key, Row]:
    """The rows of one indicator for the periods, for all bureaus and for each, made of its single answers."""
    known, ids = facts.indicators[indicator], {None: ORGANISATION, **facts.bureau_ids}
    plan_id = tree.plan_of_indicator(indicator)
    rows = {}
    for span, bureau, figure in figures(tree, known, plan_id, spans, bureaus=bureaus):
        handling = max((known.handling[seen.source_ref] for seen in figure.combined.sources), default=0)
        key = Key(INDICATOR, indicator, span.id, None if bureau is None else ids[bureau], RESULTS)
        rows[key] = summary.row_of_indicator(figure, crowds_by_code(figure.combined.disclosure, ids), handling)
    return rows


def _crowds(sources: Iterable[Used]) -> Crowds:
    every, restricted, confidential = [], [], []
    for used in sources:
        every.append(used.bureau_ids)
        if used.restricted:
            restricted.append(used.bureau_ids)
        if used.confidential:
            confidential.append(used.bureau_ids)
    return together(frozenset(every)), together(frozenset(restricted)), together(frozenset(confidential))


def _rows(tree: Tree, facts: Facts, readings: Readings, indicator: int, spans: list[Span], bureaus) -> dict[Key, Row]:
    wanted, ids = None if bureaus is None else set(bureaus), {None: ORGANISATION, **readings.bureau_ids}
    known, plan_id = facts.indicators[indicator], tree.plan_of_indicator(indicator)
    told = _counted if known.rule.kind == Kind.PER_PERIOD else _levels
    rows = {}
    for span in spans:
        case = case_for(tree, known, plan_id, span, ())
        for bureau, figure in told(tree, readings, indicator, case, span, wanted):
            handling = max((used.handling for used in figure.combined.sources), default=0)
            key = Key(INDICATOR, indicator, span.id, None if bureau is None else ids[bureau], RESULTS)
            rows[key] = summary.row_of_indicator(figure, _crowds(figure.combined.sources), handling)
    return rows


Told = Iterator[tuple[str | None, IndicatorFigure]]


def _levels(tree: Tree, readings: Readings, indicator: int, case: IndicatorCase, span: Span, wanted) -> Told:
    """The figures at the end of a period where the latest answer stands: of all bureaus, then of each."""
    key = (indicator, span.id)
    yield None, judge(case, _combined(case, readings.counted.get(key, {}).values(), span.end_on))
    own = for_bureau(case, "")
    for bureau, said in readings.own.get(key, {}).items():
        if bureau is not None and (wanted is None or bureau in wanted):
            yield bureau, judge(own, _combined(own, [said], span.end_on))


def _counted(tree: Tree, readings: Readings, indicator: int, case: IndicatorCase, span: Span, wanted) -> Told:
    """The figures of what was counted period by period until the end of one: of all bureaus, then of each."""
    ends = [(one.id, one.end_on) for one in tree.periods if one.end_on in case.period_ends]
    since: dict[str, date] = {}
    for period, end in ends:
        for bureau in readings.own.get((indicator, period), ()):
            if bureau is not None:
                since.setdefault(bureau, end)
    periods = {}
    for period, end in ends:
        shared = readings.own.get((indicator, period), {}).keys()
        silent = [bureau for bureau, first in since.items() if first <= end and bureau not in shared]
        periods[end] = _combined(case, readings.counted.get((indicator, period), {}).values(), end, silent)
    yield None, judge_counts(case, count_periods(case, periods))
    own = for_bureau(case, "")
    for bureau, first in since.items():
        if wanted is None or bureau in wanted:
            yield bureau, judge_counts(own, count_periods(own, _own(readings, indicator, own, ends, bureau, first)))


def _own(readings: Readings, indicator: int, case: IndicatorCase, ends, bureau: str, first: date) -> dict[date, Combined]:
    """What one bureau counted in each period; silent since it first answered."""
    periods = {}
    for period, end in ends:
        said = readings.own.get((indicator, period), {}).get(bureau)
        periods[end] = _combined(case, [said] if said else [], end, [bureau] if first <= end else [])
    return periods


def _combined(case: IndicatorCase, said: Iterable[Said], on: date, silent: Iterable[str] = ()) -> Combined:
    readings = [one.read(case.rule, on, case.thresholds.stale_after) for one in said]
    return combine_readings(case.rule, readings, expected=silent, weights=case.bureau_weights)
