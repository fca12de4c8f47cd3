"""Parts become a whole: mean, coverage, bounds, counts, and when nothing may be said."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from outcomes.progress import Child, Disclosure, Status, ThresholdSet, roll_up, worst_of


def child(progress=None, weight=None, expected="1", **more):
    number = None if progress is None else D(str(progress))
    return Child(
        "child", number, None if weight is None else D(weight), None if expected is None else D(expected), **more
    )


@pytest.mark.parametrize(
    ("children", "progress", "coverage", "lower", "upper"),
    [
        ([("0.4", 2), ("0.2", 3)], "0.28", 1, "0.28", "0.28"),
        ([("0.4", None), ("0.2", None)], "0.3", 1, "0.3", "0.3"),
        ([("0.4", 0), ("0.2", 0)], "0.3", 1, "0.3", "0.3"),
        ([("0.4", 3), ("0.2", None)], "0.35", 1, "0.35", "0.35"),
        ([("0.4", 1), ("0.2", 0)], "0.4", 1, "0.4", "0.4"),
        ([("0.4", None), ("0.2", 0)], "0.3", 1, "0.3", "0.3"),
        ([("0.4", 1), (None, 1)], "0.4", "0.5", "0.2", "0.7"),
        ([("0.4", 3), (None, 1)], "0.4", "0.75", "0.3", "0.55"),
        ([("1.7", 1), ("-3", 1)], "0.5", 1, "0.5", "0.5"),
        ([(None, 1), (None, 2)], None, 0, 0, 1),
        ([("0", 1)], "0", 1, "0", "0"),
    ],
)
def test_a_whole_is_the_weighted_mean_of_what_is_known(children, progress, coverage, lower, upper):
    figure = roll_up([child(*one) for one in children])
    assert figure.progress == (None if progress is None else D(progress))
    assert (figure.coverage, figure.lower, figure.upper) == (D(coverage), D(lower), D(upper))


def test_how_much_of_a_child_is_known_does_not_thin_its_figure():
    half = roll_up([child("0.9"), child()]).as_child("half")
    whole = roll_up([child("0.3"), child("0.3")]).as_child("whole")
    figure = roll_up([half, whole])
    assert (figure.progress, figure.coverage) == (D("0.6"), D("0.75"))
    assert (figure.lower, figure.upper) == (D("0.375"), D("0.625"))


def test_not_applicable_leaves_both_sums():
    figure = roll_up([child("0.4"), child(is_applicable=False)])
    assert (figure.progress, figure.coverage, figure.leaves) == (D("0.4"), 1, 1)


def test_where_all_is_not_applicable_so_is_the_whole():
    figure = roll_up([child(is_applicable=False)])
    assert (figure.status, figure.reason, figure.is_applicable) == ("no_data", "not_applicable", False)


def test_nothing_beneath_is_no_data_and_counts_against_what_is_above():
    figure = roll_up([])
    assert (figure.progress, figure.status, figure.reason, figure.is_applicable) == (
        None,
        "no_data",
        "no_children",
        True,
    )


@pytest.mark.parametrize(
    ("children", "status"),
    [
        ([("0.5", 1, "0.5")], "on_track"),
        ([("0.45", 1, "0.5")], "on_track"),
        ([("0.44", 1, "0.5")], "at_risk"),
        ([("0.375", 1, "0.5")], "at_risk"),
        ([("0.37", 1, "0.5")], "off_track"),
        ([("1", 1, "0.5")], "achieved"),
        ([("0", 1, "0")], "too_early"),
        ([("0", 1, None)], "too_early"),
        ([("1", 1, "1"), (None, 1, None), (None, 1, None)], "insufficient_data"),
        ([("1", 1, "1"), (None, 1, None)], "on_track"),
        ([(None, 1, None)], "no_data"),
    ],
)
def test_the_status_of_a_whole_is_its_performance_against_its_path_when_enough_is_known(children, status):
    assert roll_up([child(*one) for one in children]).status == status


def test_a_whole_of_old_values_alone_is_stale():
    assert roll_up([child(status=Status.STALE), child()]).status == "stale"


def test_expected_and_performance_are_over_the_same_children_as_progress():
    figure = roll_up([child("0.4", 1, "0.8"), child(None, 1, "0.1")])
    assert (figure.expected, figure.performance) == (D("0.8"), D("0.5"))


@pytest.mark.parametrize(("floor", "status"), [("0.5", "on_track"), ("0.51", "insufficient_data"), ("0", "on_track")])
def test_the_coverage_floor_is_data(floor, status):
    figure = roll_up([child("0.9"), child()], thresholds=ThresholdSet(coverage_floor=D(floor)))
    assert figure.status == status


def test_counts_per_status_stand_beside_the_mean_for_children_and_for_leaves():
    inner = roll_up([child("1", status=Status.ON_TRACK), child("0", status=Status.OFF_TRACK)]).as_child("inner")
    figure = roll_up([inner, child("1", status=Status.ACHIEVED)])
    assert figure.counts == {"off_track": 1, "achieved": 1}
    assert figure.leaf_counts == {"on_track": 1, "off_track": 1, "achieved": 1}
    assert figure.leaves == 3


def test_a_negative_weight_is_refused():
    with pytest.raises(ValueError, match="never below zero"):
        roll_up([child("0.5", -1)])


def test_the_worst_of_several_statuses_leads_the_attention():
    assert worst_of([Status.ON_TRACK, Status.OFF_TRACK, Status.STALE]) == "off_track"
    assert worst_of([]) == "no_data"


@pytest.mark.parametrize(
    ("bureaus", "restricted", "audience"),
    [
        ("", "", "public"),
        ("ABC", "", "public"),
        ("A", "A", "cleared_only"),
        ("AB", "AB", "cleared_only"),
        ("ABC", "ABC", "public"),
        ("ABCDE", "A", "cleared_only"),
        ("ABCDE", "AB", "cleared_only"),
        ("ABCDE", "ABC", "public"),
    ],
)
def test_a_total_is_for_everyone_when_no_restricted_value_can_be_subtracted_out_of_it(bureaus, restricted, audience):
    assert Disclosure(frozenset(bureaus), frozenset(restricted)).audience == audience


@pytest.mark.parametrize(
    ("restricted", "confidential", "audience"),
    [("ABC", "A", "cleared_only"), ("ABCD", "AB", "cleared_only"), ("ABC", "ABC", "public"), ("ABCDE", "", "public")],
)
def test_who_may_read_the_restricted_values_is_not_left_with_a_confidential_one(restricted, confidential, audience):
    told = Disclosure(frozenset("ABCDEF"), frozenset(restricted), frozenset(confidential))
    assert told.audience == audience


def hides(*restricted):
    return child("0.5", disclosure=Disclosure(frozenset("ABCDE"), frozenset(restricted)))


@pytest.mark.parametrize(
    ("children", "audience"),
    [
        ([hides(), hides()], "public"),
        ([hides("A"), hides()], "cleared_only"),
        ([hides("A"), hides("B")], "cleared_only"),
        ([hides("A"), hides("B"), hides("C")], "public"),
        ([hides("A"), hides("A"), hides("A")], "cleared_only"),
        ([hides("A", "B", "C"), hides()], "public"),
        ([hides("A", "B", "C"), hides("A")], "cleared_only"),
    ],
)
def test_a_whole_hides_what_its_visible_parts_would_give_away(children, audience):
    assert roll_up(children).disclosure.audience == audience
