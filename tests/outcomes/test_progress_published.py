"""Figures that others published, restated as bare numbers: what nobody here produced must come out the same."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from outcomes.progress import (
    Child,
    IndicatorCase,
    Kind,
    Observation,
    Point,
    Rule,
    Status,
    drawn_percent,
    evaluate,
    planned_on,
    roll_up,
    worst_of,
)

START = date(2025, 12, 31)
QUARTERS = (date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31))
COLOURS = {"green": "on_track", "yellow": "at_risk", "red": "off_track"}


def figure(kind, planned, actual):
    """The figure after as many quarters as have an actual value."""
    answers = tuple(
        Observation(value=D(value), bureau="XX", period_end_on=end)
        for value, end in zip(actual, QUARTERS, strict=False)
    )
    targets = tuple(Point(end, D(value)) for value, end in zip(planned, QUARTERS, strict=False))
    on = QUARTERS[len(actual) - 1]
    baseline = None if kind == Kind.PER_PERIOD else Point(START, D(0))
    return evaluate(IndicatorCase(Rule(kind=kind), on, answers, baseline, targets, period_ends=QUARTERS[: len(actual)]))


def test_a_single_target():
    """ServiceNow, target status examples: 700,000 of 1,000,000 is 70 percent, red below 75."""
    case = IndicatorCase(
        Rule(), QUARTERS[3], (Observation(value=D(700_000), period_end_on=QUARTERS[3]),), Point(START, D(0)),
        (Point(QUARTERS[3], D(1_000_000)),),
    )  # fmt: skip
    assert drawn_percent(evaluate(case).performance) == 70
    assert evaluate(case).status == COLOURS["red"]


@pytest.mark.parametrize(
    ("quarter", "percent", "colour"),
    [(1, "88.0", "yellow"), (2, "96.0", "green"), (3, "94.7", "green"), (4, "96.8", "green")],
)
def test_cumulative_quarters(quarter, percent, colour):
    """ServiceNow, target status examples: each quarter against the planned total so far."""
    planned, actual = (250_000, 500_000, 750_000, 1_000_000), (220_000, 480_000, 710_000, 968_000)
    found = figure(Kind.CUMULATIVE, planned, actual[:quarter])
    assert drawn_percent(found.performance, 1) == D(percent)
    assert found.status == COLOURS[colour]


@pytest.mark.parametrize(("quarter", "percent"), [(1, 88), (2, 92), (3, 88), (4, 89)])
def test_quarters_that_are_counted_anew(quarter, percent):
    """ServiceNow, target status examples: the sum of actuals over the sum of planned so far."""
    found = figure(Kind.PER_PERIOD, (250_000,) * 4, (220_000, 240_000, 200_000, 230_000)[:quarter])
    assert drawn_percent(found.performance) == percent
    if quarter == 4:
        assert found.status == COLOURS["yellow"]


def test_a_weighted_mean():
    """ServiceNow, progress value calculation: 40 with weight 2 and 20 with weight 3 make 28."""
    assert roll_up([Child("a", D("0.40"), D(2)), Child("b", D("0.20"), D(3))]).progress == D("0.28")


def test_the_worst_child():
    """ServiceNow, target status examples: green and red make red where the worst wins."""
    assert worst_of([Status.ON_TRACK, Status.OFF_TRACK]) == "off_track"


@pytest.mark.parametrize("others", [("0", "0"), ("-1", "-0.2")])
def test_a_plain_mean_where_what_is_negative_counts_as_nothing(others):
    """Perdoo, article 4898961: 100, 0 and 0 make 33 percent; negative children count as 0."""
    assert drawn_percent(roll_up([Child(key, D(key)) for key in ("1", *others)]).progress) == 33


def test_a_straight_line_in_time():
    """Ally, article 5158411: 30 of 90 days gone, 33 percent expected."""
    path = (Point(START, D(0)), Point(START + timedelta(days=90), D(1)))
    assert drawn_percent(planned_on(path, START + timedelta(days=30))) == 33
