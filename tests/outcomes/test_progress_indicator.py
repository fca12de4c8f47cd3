"""Every rule of the arithmetic has its row: what goes in, what comes out, and why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from outcomes.progress import IndicatorCase, Observation, Point, Rule, State, ThresholdSet, drawn, evaluate, for_bureau
from outcomes.progress.rule import AcrossBureaus, AcrossInitiatives, Direction, Kind

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
Q1, Q2, Q3, Q4 = date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), LAST
HALF_WAY = date(2026, 7, 2)


def told(value=None, bureau="FR", on=Q4, state="reported", **more):
    value = None if value is None else Decimal(str(value))
    return Observation(State(state), value, bureau=bureau, period_end_on=on, source_ref=f"{bureau}{on}", **more)


def ratio(numerator, denominator, bureau="FR", on=Q4):
    return told(None, bureau, on, numerator=Decimal(numerator), denominator=Decimal(denominator))


def ask(
    *answers, on=Q4, baseline=0, targets=((LAST, 100),), thresholds=None, expected=None, ends=(), weights=None, **rule
):
    return evaluate(
        IndicatorCase(
            Rule(**rule),
            on,
            answers,
            None if baseline is None else Point(FIRST, Decimal(str(baseline))),
            tuple(Point(day, Decimal(str(value))) for day, value in targets),
            thresholds or ThresholdSet(),
            expected or {},
            ends,
            weights or {},
        )
    )


# -- towards a target -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "progress"),
    [
        (0, 100, 70, "0.7"),
        (100, 0, 30, "0.7"),
        (20, 80, 50, "0.5"),
        (80, 20, 50, "0.5"),
        (0, 100, 130, "1.3"),
        (0, 100, -20, "-0.2"),
        (50, 10, 60, "-0.25"),
        (-10, 10, 0, "0.5"),
        (0, 100, 0, "0"),
        ("0.1", "0.3", "0.2", "0.5"),
    ],
)
def test_progress_is_one_formula_for_both_directions_and_is_never_clamped(baseline, target, actual, progress):
    figure = ask(told(actual), baseline=baseline, targets=[(LAST, target)])
    assert figure.progress == Decimal(progress)


@pytest.mark.parametrize(("progress", "contribution"), [(130, 1), (-20, 0), (70, "0.7")])
def test_what_enters_a_roll_up_is_clamped(progress, contribution):
    assert ask(told(progress)).contribution == Decimal(contribution)


def test_a_target_equal_to_its_baseline_has_no_progress_rather_than_none_made():
    figure = ask(told(50), baseline=50, targets=[(LAST, 50)])
    assert (figure.progress, figure.status, figure.reason) == (None, "insufficient_data", "target_equals_baseline")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"baseline": None}, "no_baseline"),
        ({"targets": ()}, "no_target"),
        ({"targets": ((date(2025, 1, 1), 50),)}, "target_before_baseline"),
    ],
)
def test_a_value_without_a_way_to_go_is_shown_and_not_judged(more, reason):
    figure = ask(told(50), **more)
    assert (figure.value, figure.progress, figure.status, figure.reason) == (50, None, "insufficient_data", reason)


@pytest.mark.parametrize(
    ("actual", "status"),
    [
        (100, "achieved"),
        (99, "on_track"),
        (90, "on_track"),
        ("89.999", "at_risk"),
        (75, "at_risk"),
        ("74.999", "off_track"),
    ],
)
def test_the_status_falls_in_its_band_and_each_edge_belongs_to_the_better_one(actual, status):
    assert ask(told(actual)).status == status


@pytest.mark.parametrize(
    ("day", "planned"),
    [
        (date(2025, 12, 1), 0),
        (FIRST, 0),
        (date(2026, 4, 11), 10),
        (date(2026, 7, 20), 20),
        (date(2026, 9, 28), 60),
        (date(2026, 12, 7), 100),
        (date(2027, 6, 1), 100),
    ],
)
def test_the_path_is_straight_between_baseline_milestones_and_target(day, planned):
    targets = [(date(2026, 12, 7), 100), (date(2026, 7, 20), 20)]
    figure = ask(told(5, observed_on=day), targets=targets)
    assert figure.planned == planned


def test_a_value_is_judged_on_the_day_it_was_observed_not_on_the_day_it_is_asked_for():
    early, late = (ask(told(45, on=Q4, observed_on=day)) for day in (HALF_WAY, Q4))
    assert (early.status, late.status) == ("stale", "off_track")
    assert early.performance == Decimal("0.9")


def test_while_nothing_is_expected_it_is_too_early_to_judge():
    figure = ask(told(0, observed_on=FIRST, on=Q1), on=Q1)
    assert (figure.status, figure.performance) == ("too_early", None)


def test_a_plan_that_first_dips_is_not_judged_below_its_baseline():
    figure = ask(told(-10, observed_on=Q2, on=Q2), on=Q2, targets=[(Q2, -10), (LAST, 100)])
    assert (figure.expected, figure.status) == (Decimal("-0.1"), "too_early")


def test_before_the_baselines_day_silence_is_too_early():
    figure = ask(on=date(2025, 12, 31))
    assert (figure.status, figure.value) == ("too_early", None)


# -- the four states --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "status", "reason", "is_applicable"),
    [
        ([], "no_data", "no_value", True),
        (["not_reported"], "no_data", "not_reported", True),
        (["withheld"], "no_data", "withheld", True),
        (["withheld", "not_reported"], "no_data", "not_reported", True),
        (["not_applicable"], "no_data", "not_applicable", False),
        (["not_applicable", "withheld"], "no_data", "withheld", True),
    ],
)
def test_without_a_value_the_figure_says_why_and_is_never_zero(states, status, reason, is_applicable):
    answers = [told(bureau=f"B{number}", state=state) for number, state in enumerate(states)]
    figure = ask(*answers)
    assert (figure.value, figure.progress, figure.contribution) == (None, None, None)
    assert (figure.status, figure.reason, figure.is_applicable) == (status, reason, is_applicable)


def test_zero_is_a_value():
    figure = ask(told(0))
    assert (figure.value, figure.coverage, figure.status) == (0, 1, "off_track")


@pytest.mark.parametrize(
    ("other", "coverage"),
    [("not_reported", "0.5"), ("withheld", "0.5"), ("not_applicable", "1")],
)
def test_silence_and_withholding_count_against_coverage_but_not_applicable_leaves_both_sums(other, coverage):
    figure = ask(told(60), told(bureau="JP", state=other), combine_bureaus=AcrossBureaus.WEIGHTED_MEAN)
    assert (figure.value, figure.coverage) == (60, Decimal(coverage))
    assert figure.combined.states == {"reported": 1, other: 1}


def test_a_bureau_that_should_have_answered_and_did_not_counts_against_coverage():
    figure = ask(told(60), expected={"FR": Q1, "JP": Q1, "PE": Q4, "MA": date(2027, 3, 31)})
    assert drawn(figure.coverage, 4) == Decimal("0.3333")
    assert figure.combined.states == {"reported": 1, "not_reported": 2}


def test_below_the_coverage_floor_nothing_is_green_or_red():
    figure = ask(told(100), told(bureau="JP", state="withheld"), told(bureau="PE", state="withheld"))
    assert (figure.status, figure.reason) == ("insufficient_data", "below_coverage_floor")
    assert (figure.lower.quantize(Decimal("0.01")), figure.upper) == (Decimal("0.33"), 1)


def test_a_later_silence_takes_no_value_back():
    figure = ask(told(60, on=Q3), told(on=Q4, state="not_reported"))
    assert (figure.value, figure.observed_on) == (60, Q3)


def test_a_later_withholding_does():
    assert ask(told(60, on=Q3), told(on=Q4, state="withheld")).reason == "withheld"


@pytest.mark.parametrize(
    ("state", "value"), [("reported", None), ("withheld", 3), ("not_reported", 0), ("not_applicable", 1)]
)
def test_only_a_reported_answer_has_a_value_and_always(state, value):
    with pytest.raises(ValueError, match="only a reported answer"):
        told(value, state=state)


# -- old values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frequency", "observed_on", "status"),
    [
        ("quarterly", date(2026, 8, 15), "on_track"),
        ("quarterly", date(2026, 8, 14), "stale"),
        ("yearly", date(2025, 6, 30), "on_track"),
        ("yearly", date(2025, 6, 29), "stale"),
        ("half_yearly", date(2026, 3, 30), "on_track"),
        ("monthly", date(2026, 11, 14), "stale"),
    ],
)
def test_a_value_is_stale_when_older_than_one_and_a_half_intervals(frequency, observed_on, status):
    figure = ask(
        told(99, observed_on=observed_on), frequency=frequency, targets=[(date(2030, 12, 31), 100)], baseline=98
    )
    assert figure.status in ({status} if status == "stale" else {"on_track", "achieved", "too_early"})


def test_a_stale_value_stays_visible_and_is_known_to_nobody():
    figure = ask(told(60, on=Q1))
    assert (figure.value, figure.coverage, figure.status) == (60, 0, "stale")


def test_one_stale_bureau_stays_in_the_total_and_leaves_the_coverage():
    figure = ask(told(30, on=Q1), told(50, "JP", on=Q4))
    assert (figure.value, figure.coverage) == (80, Decimal("0.5"))


# -- kinds ------------------------------------------------------------------------------------------------------------


def test_a_cumulative_total_is_its_latest_value_never_the_sum():
    figure = ask(told(20, on=Q1), told(45, on=Q2), told(80, on=Q4), kind=Kind.CUMULATIVE)
    assert (figure.value, figure.has_fallen) == (80, False)


@pytest.mark.parametrize(
    ("series", "has_fallen"),
    [([20, 45, 80], False), ([20, 20, 20], False), ([20, 10, 80], True), ([20, 45, 44], True)],
)
def test_a_falling_cumulative_series_is_flagged(series, has_fallen):
    answers = [told(value, on=day) for value, day in zip(series, (Q1, Q2, Q4), strict=True)]
    assert ask(*answers, kind=Kind.CUMULATIVE).has_fallen is has_fallen


PER_QUARTER = [(Q1, 25), (Q2, 25), (Q3, 25), (Q4, 25)]


def count(*answers, on=Q4, **more):
    more = {"baseline": None, "targets": PER_QUARTER, "ends": (Q1, Q2, Q3, Q4), **more}
    return ask(*answers, on=on, kind=Kind.PER_PERIOD, **more)


def test_counts_per_period_are_summed_and_expected_is_the_sum_of_the_ended_periods():
    figure = count(told(20, on=Q1), told(30, on=Q2), on=Q2)
    assert (figure.value, figure.planned, figure.progress) == (50, 50, Decimal("0.5"))
    assert (figure.expected, figure.performance, figure.status) == (Decimal("0.5"), 1, "on_track")


def test_a_period_without_a_count_is_unknown_and_not_zero():
    figure = count(told(25, on=Q1), told(25, on=Q3), told(25, on=Q4), told(on=Q2, state="not_reported"))
    assert (figure.performance, figure.coverage) == (1, Decimal("0.75"))


def test_a_period_nobody_spoke_of_is_unknown_too():
    assert count(told(25, on=Q4)).coverage == Decimal("0.25")


def test_a_yearly_target_spans_the_quarters_beneath_it():
    figure = count(told(20, on=Q1), told(30, on=Q2), on=Q2, targets=[(Q4, 100)])
    assert (figure.progress, figure.expected, figure.status) == (Decimal("0.5"), 0, "too_early")


def test_counts_that_should_go_down_start_from_the_baselines_count():
    figure = count(told(15, on=Q1), on=Q1, baseline=20, targets=[(Q1, 10), (Q2, 10)], direction=Direction.DECREASE)
    assert (figure.progress, figure.performance) == (Decimal("0.25"), Decimal("0.5"))


def test_counts_that_should_go_down_need_a_baseline():
    assert count(told(15, on=Q1), direction=Direction.DECREASE).reason == "no_baseline"


def test_a_count_that_should_go_down_is_achieved_only_when_all_is_over():
    answers = [told(0, on=day) for day in (Q1, Q2, Q3, Q4)]
    more = {"baseline": 50, "direction": Direction.DECREASE}
    assert count(*answers[:3], on=Q3, **more).progress > 1
    assert count(*answers[:3], on=Q3, **more).status == "on_track"
    assert count(*answers, on=Q4, **more).status == "achieved"


def test_a_milestone_is_reached_or_not_and_expected_at_once_on_its_day():
    due = {"kind": Kind.MILESTONE, "baseline": None, "targets": [(Q3, 1)]}
    assert ask(told(0, on=Q2), on=Q2, **due).status == "too_early"
    assert ask(told(0, on=Q3), on=Q3, **due).status == "off_track"
    assert ask(told(1, on=Q2), on=Q2, **due).status == "achieved"


def test_an_ordinal_scale_shows_its_distribution_beside_the_mean():
    answers = [told(value, bureau) for value, bureau in ((1, "FR"), (3, "JP"), (3, "PE"), (5, "MA"))]
    figure = ask(
        *answers, kind=Kind.ORDINAL, combine_bureaus=AcrossBureaus.WEIGHTED_MEAN, baseline=1, targets=[(LAST, 5)]
    )
    assert (figure.value, figure.combined.distribution) == (3, ((1, 1), (3, 2), (5, 1)))


@pytest.mark.parametrize(
    ("direction", "value", "met"),
    [
        ("maintain_at_or_above", 100, True),
        ("maintain_at_or_above", 95, True),
        ("maintain_at_or_above", "94.99", False),
        ("maintain_at_or_below", 105, True),
        ("maintain_at_or_below", "105.01", False),
        ("maintain_within", 15, True),
        ("maintain_within", "14.99", False),
        ("maintain_within", 35, True),
        ("maintain_within", "35.01", False),
    ],
)
def test_a_kept_level_is_met_or_not_within_its_tolerance_and_has_no_percentage(direction, value, met):
    figure = ask(
        told(value, on=Q2), on=Q2, kind=Kind.MAINTAIN, direction=Direction(direction), tolerance=Decimal(5),
        range_low=Decimal(20), range_high=Decimal(30),
    )  # fmt: skip
    assert (figure.met, figure.progress, figure.performance) == (met, None, None)
    assert figure.status == ("on_track" if met else "off_track")
    assert figure.contribution == int(met)


def test_a_level_kept_to_its_last_day_is_achieved():
    assert ask(told(100), kind=Kind.MAINTAIN, direction=Direction.AT_OR_ABOVE).status == "achieved"


def test_the_level_to_keep_is_the_next_target_to_fall_due():
    steps = [(Q2, 50), (Q4, 80)]
    kept = {"kind": Kind.MAINTAIN, "direction": Direction.AT_OR_ABOVE, "targets": steps}
    assert [ask(told(60, on=day), on=day, **kept).met for day in (Q1, Q2, Q3)] == [True, True, False]


# -- ratios -----------------------------------------------------------------------------------------------------------


def test_a_ratio_sums_both_sides_and_then_divides():
    figure = ask(ratio(1, 10), ratio(80, 90, "JP"), kind=Kind.RATIO, combine_bureaus=AcrossBureaus.RATIO)
    assert figure.value == Decimal("0.81")


def test_a_ratio_over_nothing_is_not_computable():
    figure = ask(ratio(0, 0), kind=Kind.RATIO, combine_bureaus=AcrossBureaus.RATIO)
    assert (figure.value, figure.status, figure.reason) == (None, "insufficient_data", "denominator_zero")


def test_one_bureau_with_nothing_to_divide_by_does_not_spoil_the_ratio_of_the_others():
    figure = ask(ratio(5, 10), ratio(0, 0, "JP"), kind=Kind.RATIO, combine_bureaus=AcrossBureaus.RATIO)
    assert (figure.value, figure.coverage) == (Decimal("0.5"), 1)


def test_in_a_mean_of_ratios_what_cannot_be_divided_is_unknown():
    figure = ask(ratio(5, 10), ratio(0, 0, "JP"), kind=Kind.RATIO, combine_bureaus=AcrossBureaus.WEIGHTED_MEAN)
    assert (figure.value, figure.coverage) == (Decimal("0.5"), Decimal("0.5"))


# -- across bureaus and initiatives -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "direction", "value"),
    [
        ("sum", "increase", 90),
        ("weighted_mean", "increase", 30),
        ("count_meeting", "increase", 2),
        ("count_meeting", "decrease", 2),
        ("worst", "increase", 10),
        ("worst", "decrease", 50),
        ("worst", "maintain_at_or_below", 50),
        ("worst", "maintain_within", 50),
        ("none", "increase", None),
    ],
)
def test_values_combine_across_bureaus_as_the_indicator_declares(how, direction, value):
    figure = ask(
        told(10), told(30, "JP"), told(50, "PE"), combine_bureaus=AcrossBureaus(how), direction=Direction(direction),
        meets_at=Decimal(30), range_low=Decimal(5), range_high=Decimal(40),
    )  # fmt: skip
    assert figure.value == value


def test_what_is_not_combined_has_no_total_and_leaves_both_sums():
    figure = ask(told(10), told(30, "JP"), combine_bureaus=AcrossBureaus.NONE)
    assert (figure.status, figure.reason, figure.is_applicable) == ("no_data", "not_combined", False)


@pytest.mark.parametrize(
    ("weights", "value"),
    [({"FR": 3, "JP": 1}, 20), ({}, 30), ({"FR": 0, "JP": 0}, 30), ({"JP": 1}, 50), ({"PE": 9}, 30)],
)
def test_a_weighted_mean_without_any_weight_is_a_plain_mean(weights, value):
    weights = {bureau: Decimal(weight) for bureau, weight in weights.items()}
    figure = ask(told(10), told(50, "JP"), combine_bureaus=AcrossBureaus.WEIGHTED_MEAN, weights=weights)
    assert figure.value == value


def test_counting_bureaus_that_meet_a_level_needs_the_level():
    assert ask(told(10), told(30, "JP"), combine_bureaus=AcrossBureaus.COUNT_MEETING).reason == "no_threshold"


def test_the_organisations_own_figure_stands_for_the_total():
    assert ask(told(10), told(77, None)).value == 77


def test_the_default_is_one_value_per_bureau_and_the_latest_speaks():
    answers = told(10, initiative="A", observed_on=Q3), told(25, initiative="B", observed_on=Q4)
    assert ask(*answers).value == 25
    assert ask(*answers, combine_initiatives=AcrossInitiatives.SUM).value == 35


def test_a_silent_initiative_is_unknown_within_its_bureau():
    answers = told(10, initiative="A"), told(initiative="B", state="not_reported")
    figure = ask(*answers, combine_initiatives=AcrossInitiatives.SUM)
    assert (figure.value, figure.coverage) == (10, Decimal("0.5"))


@pytest.mark.parametrize("how", ["one", "sum"])
def test_a_joint_initiative_counts_once_however_many_bureaus_report_it(how):
    joint = [told(40, bureau, initiative="JOINT") for bureau in ("FR", "JP", "PE")]
    figure = ask(*joint, told(5, "MA"), combine_initiatives=AcrossInitiatives(how), expected=dict.fromkeys("FR", Q1))
    assert figure.value == 45


def test_a_joint_initiative_is_the_more_informative_answer_of_the_two():
    joint = told(initiative="JOINT", state="withheld"), told(40, "JP", initiative="JOINT")
    assert (ask(*joint).value, ask(*joint).coverage) == (40, 1)


# -- one bureau's part ------------------------------------------------------------------------------------------------


def part(*answers, bureau="FR", **more):
    return evaluate(for_bureau(ask(*answers, **more).case, bureau))


def test_a_bureaus_rate_is_held_against_the_organisations_target():
    figure = part(told(90), told(10, "JP"), combine_bureaus=AcrossBureaus.WEIGHTED_MEAN)
    assert (figure.value, figure.progress, figure.status) == (90, Decimal("0.9"), "on_track")


def test_a_bureaus_part_of_a_sum_is_shown_and_not_judged():
    figure = part(told(90), told(10, "JP"))
    assert (figure.value, figure.status, figure.reason) == (90, "insufficient_data", "no_target")
    assert not figure.is_applicable, "nobody said what its part should be: it leaves both sums"
    assert part(told(10, "JP"), bureau="FR").is_applicable is False, "with a value or without one"


@pytest.mark.parametrize(("value", "met"), [(30, True), (29, False)])
def test_where_bureaus_that_meet_a_level_are_counted_each_is_held_against_it(value, met):
    figure = part(told(value, on=Q2), on=Q2, combine_bureaus=AcrossBureaus.COUNT_MEETING, meets_at=Decimal(30))
    assert (figure.value, figure.met, figure.status) == (value, met, "on_track" if met else "off_track")


# -- what an indicator may declare ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "declared",
    [
        {"kind": Kind.MAINTAIN, "direction": Direction.INCREASE},
        {"direction": Direction.WITHIN},
        {"direction": Direction.WITHIN, "range_low": Decimal(5), "range_high": Decimal(4)},
        {"tolerance": Decimal(-1)},
    ],
)
def test_an_indicator_that_contradicts_itself_is_refused(declared):
    with pytest.raises(ValueError):
        Rule(**declared)


def test_two_targets_on_one_day_are_refused():
    with pytest.raises(ValueError, match="two planned values on 2026-12-31"):
        ask(told(5), targets=[(LAST, 1), (LAST, 2)])
