"""What holds for every figure, whatever goes in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from outcomes.progress import (
    Child,
    Kind,
    Observation,
    Point,
    State,
    clamp,
    deliver,
    evaluate,
    has_fallen,
    planned_delivery,
    roll_up,
    share_of_way,
)
from outcomes.progress.combine import latest_answers
from outcomes.progress.exact import quotient, weighted_mean
from outcomes.progress.rule import AcrossBureaus
from outcomes.progress.sums import add_up, means_of
from outcomes.progress.values import INTERVAL_DAYS, Frequency, is_stale
from tests.outcomes.strategies import (
    QUARTERS,
    cases,
    children,
    days,
    decimals,
    deliveries,
    examples,
    families,
    observations,
    often,
    shares,
)

figures = settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
shuffled = st.randoms(use_true_random=False)


def same(left, right, *names):
    return all(getattr(left, name) == getattr(right, name) for name in names)


columns = st.tuples(decimals(0, 5, 2), often(shares), often(shares), shares, shares, shares)


@figures
@given(st.lists(columns), st.integers(0, 8), shuffled)
def test_sums_of_some_parts_and_of_the_others_are_the_sums_of_all(parts, cut, dice):
    at_once = add_up(parts)
    dice.shuffle(parts)
    assert add_up(parts[cut:], to=add_up(parts[:cut])) == at_once


@figures
@given(st.lists(columns.filter(lambda part: part[0]), min_size=1))
def test_each_mean_is_that_of_its_own_parts(parts):
    known = [part for part in parts if part[1] is not None]
    on_path = [part for part in known if part[2] is not None]
    progress, expected, performance, *sure = means_of(parts)
    assert sure == [weighted_mean((part[0], part[place]) for part in parts) for place in (3, 4, 5)]
    assert progress == (weighted_mean((part[0], part[1]) for part in known) if known else None)
    assert expected == (weighted_mean((part[0], part[2]) for part in on_path) if on_path else None)
    made = weighted_mean((part[0], part[1]) for part in on_path) if on_path else None
    assert performance == (quotient(made, expected) if expected else None)


@figures
@given(st.integers(0, 1_000), st.sampled_from(list(Frequency)), decimals(0, 4))
def test_a_value_is_fresh_from_one_day_on(age, frequency, intervals):
    on = date(2027, 3, 31)
    is_older = Decimal(age) > intervals * INTERVAL_DAYS[frequency]
    assert is_stale(on - timedelta(days=age), on, frequency, intervals) == is_older


WHOLE = ("progress", "expected", "performance", "coverage", "lower", "upper", "status", "counts", "leaf_counts")


@figures
@given(families())
def test_bounds_hold_the_mean_and_everything_is_a_share(family):
    figure = roll_up(family)
    assert 0 <= figure.lower <= figure.upper <= 1
    assert 0 <= figure.coverage <= 1
    if figure.progress is not None:
        assert figure.lower <= figure.progress <= figure.upper


@figures
@given(families())
def test_what_is_fully_known_has_no_room_between_its_bounds(family):
    known = [child._replace(coverage=Decimal(1)) for child in family if child.progress is not None]
    figure = roll_up(known)
    assume(figure.progress is not None)
    assert figure.lower == figure.progress == figure.upper


@figures
@given(families(), shuffled)
def test_the_order_of_children_does_not_matter(family, dice):
    other = list(family)
    dice.shuffle(other)
    assert same(roll_up(family), roll_up(other), *WHOLE)


@figures
@example(
    family=[
        Child("known", Decimal(0), Decimal(0), None),
        Child("asked nothing", Decimal(0), Decimal("0.01"), None, is_applicable=False),
        Child("unknown", None, None, None, Decimal(0)),
    ],
    factor=Decimal(1),
)
@given(families(), decimals(1, 9, 0))
def test_only_the_proportion_of_weights_matters(family, factor):
    # Where no weight that counts was said, all are equal: there is no proportion to keep.
    is_said = any(child.weight for child in family if child.is_applicable)
    heavier = [child._replace(weight=_times(child.weight, factor) if is_said else child.weight) for child in family]
    assert same(roll_up(family), roll_up(heavier), "progress", "coverage", "lower", "upper")


@figures
@given(families(), children(), decimals(0, 1), decimals(0, 1))
def test_a_child_that_does_better_never_lowers_the_whole(family, child, share, gain):
    better = [*family, child._replace(progress=share + gain)]
    family = [*family, child._replace(progress=share)]
    before, after = roll_up(family), roll_up(better)
    assume(before.progress is not None)
    assert after.progress >= before.progress
    assert after.lower >= before.lower


@figures
@given(families(), children(), decimals(0, 1))
def test_learning_of_an_unknown_child_narrows_the_bounds(family, child, share):
    unknown = child._replace(progress=None, coverage=Decimal(0))
    learned = [*family, child._replace(progress=share, coverage=Decimal(1))]
    family = [*family, unknown]
    before, after = roll_up(family), roll_up(learned)
    assert before.lower <= after.lower
    assert after.upper <= before.upper
    assert after.coverage >= before.coverage


@figures
@given(families(), families())
def test_levels_change_neither_coverage_nor_bounds_where_each_weighs_what_its_children_do(left, right):
    left = [child._replace(weight=Decimal(1), is_applicable=True, expected=None) for child in left]
    right = [child._replace(weight=Decimal(1), is_applicable=True, expected=None) for child in right]
    assume(left and right)
    parts = [roll_up(side).as_child(name, Decimal(len(side))) for name, side in (("left", left), ("right", right))]
    nested, flat = roll_up(parts), roll_up(left + right)
    assume(flat.progress is not None)
    for name in ("coverage", "lower", "upper"):
        assert abs(getattr(nested, name) - getattr(flat, name)) < Decimal("1e-24")


@figures
@given(cases())
def test_an_indicators_bounds_hold_what_it_contributes(case):
    figure = evaluate(case)
    assert 0 <= figure.coverage <= 1
    if figure.contribution is not None:
        assert 0 <= figure.lower <= figure.contribution <= figure.upper <= 1


@pytest.mark.parametrize("order", list(permutations((0, 1, 2))))
def test_answers_of_one_day_fall_or_do_not_whichever_comes_first(order):
    day = QUARTERS[0]
    answers = [
        Observation(
            State.REPORTED, Decimal(value), bureau="FR", period_end_on=day, source_ref=f"measurement:{number}@1"
        )
        for number, value in enumerate((0, 0, 1))
    ]
    assert not has_fallen(answers[number] for number in order)


@figures
@given(cases(), shuffled)
def test_the_order_of_answers_does_not_matter(case, dice):
    other = list(case.observations)
    dice.shuffle(other)
    left, right = evaluate(case), evaluate(replace(case, observations=tuple(other)))
    assert same(left, right, "value", "progress", "performance", "coverage", "status", "reason", "has_fallen")


@figures
@given(cases())
def test_a_value_for_a_later_period_changes_nothing_before_it(case):
    known = tuple(seen for seen in case.observations if seen.reported_for <= case.on)
    assert same(evaluate(case), evaluate(replace(case, observations=known)), "value", "status", "progress", "coverage")


@figures
@given(cases())
def test_nothing_unknown_is_ever_judged(case):
    figure = evaluate(case)
    if figure.value is None or figure.coverage < case.thresholds.coverage_floor:
        assert figure.status not in {"on_track", "at_risk", "off_track", "achieved"}
    if figure.value is None:
        assert figure.progress is None


@figures
@given(
    cases(kinds=(Kind.LEVEL, Kind.CUMULATIVE), min_answers=2),
    decimals(0, 100),
    st.sampled_from(["sum", "weighted_mean"]),
)
def test_doing_better_never_lowers_progress(case, gain, how):
    way = {"baseline": Point(date(2025, 12, 31), Decimal(0)), "targets": (Point(QUARTERS[-1], Decimal(100)),)}
    case = replace(case, **way, rule=replace(case.rule, combine_bureaus=AcrossBureaus(how)))
    before = evaluate(case)
    better = tuple(replace(one, value=one.value + gain) if one.is_reported else one for one in case.observations)
    after = evaluate(replace(case, observations=better))
    assert (before.progress is None) == (after.progress is None)
    assert before.progress is None or after.progress >= before.progress


@figures
@given(
    st.lists(st.integers(0, 10**6).flatmap(lambda index: observations(index=index)), max_size=12), st.integers(0, 12)
)
def test_answers_in_force_can_be_folded_period_by_period(answers, cut):
    ordered = sorted(answers, key=lambda one: (one.reported_for, one.seen_on, one.source_ref))
    early = [one for one in ordered if one.reported_for <= ordered[min(cut, len(ordered) - 1)].reported_for]
    late = ordered[len(early) :]
    folded = latest_answers(latest_answers(early) + late)
    assert set(folded) == set(latest_answers(ordered))


@figures
@given(decimals(), decimals(), decimals())
def test_both_directions_are_one_formula(value, baseline, target):
    assume(baseline != target)
    assert share_of_way(value, baseline, target) == share_of_way(-value, -baseline, -target)
    assert share_of_way(baseline, baseline, target) == 0
    assert share_of_way(target, baseline, target) == 1


@figures
@given(decimals())
def test_clamping_twice_is_clamping_once(share):
    assert 0 <= clamp(share) <= 1
    assert clamp(clamp(share)) == clamp(share)


@figures
@given(deliveries(), days, days)
def test_planned_delivery_never_goes_back(case, one, other):
    early, late = sorted([one, other])
    assert 0 <= planned_delivery(case, early) <= planned_delivery(case, late) <= 1


@figures
@given(deliveries())
def test_delivery_is_bounded_and_unknown_is_never_zero(case):
    figure = deliver(case)
    if figure.progress is None:
        assert (figure.lower, figure.upper, figure.coverage) == (0, 1, 0)
    else:
        assert figure.lower <= figure.contribution <= figure.upper


@figures
@given(cases())
def test_the_account_is_plain_json_and_says_the_same_twice(case):
    assert evaluate(case).explanation.dumps() == evaluate(case).explanation.dumps()


def _times(weight, factor):
    """A weight that was not said counts as one beside those that were."""
    return (Decimal(1) if weight is None else weight) * factor
