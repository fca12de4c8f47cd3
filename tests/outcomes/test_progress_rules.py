"""Thresholds as data, judgements beside figures, delivery, exact numbers, and the purity of it all."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from decimal import Decimal as D
from pathlib import Path

import pytest

import outcomes
import outcomes.progress
from outcomes.progress import (
    PUBLISHED_BANDS,
    Band,
    DeliveryCase,
    DeliveryStep,
    Judgement,
    Observation,
    State,
    Status,
    ThresholdFault,
    ThresholdSet,
    deliver,
    drawn,
    drawn_percent,
    in_force,
    planned_delivery,
    side_by_side,
    validate_calendar,
)
from outcomes.progress.exact import clamp, kept, quotient

ON, RISK, OFF = Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK


def band(status, at_least, below):
    return Band(status, None if at_least is None else D(at_least), None if below is None else D(below))


# -- thresholds -------------------------------------------------------------------------------------------------------


def test_the_published_thresholds_are_whole():
    ThresholdSet(PUBLISHED_BANDS).validate()


@pytest.mark.parametrize(
    ("bands", "fault"),
    [
        ([], "gap (-infinity, +infinity): no band at all"),
        ([(OFF, None, "0.75"), (ON, "0.90", None)], "gap [0.75, 0.90)"),
        ([(OFF, None, "0.8"), (RISK, "0.75", "0.9"), (ON, "0.9", None)], "overlap [0.75, 0.8)"),
        ([(OFF, "0", "0.75"), (ON, "0.75", None)], "gap (-infinity, 0)"),
        ([(OFF, None, "0.75"), (ON, "0.75", "1")], "gap [1, +infinity)"),
        ([(OFF, None, None), (ON, "0.9", None)], "overlap [0.9, +infinity)"),
        ([(OFF, None, "0.5"), (RISK, None, "0.6"), (ON, "0.6", None)], "overlap (-infinity, 0.5)"),
        ([(OFF, None, "0.9"), (RISK, "0.9", "0.9"), (ON, "0.9", None)], "empty band at_risk [0.9, 0.9)"),
    ],
)
def test_a_set_with_a_gap_or_an_overlap_is_refused_by_name(bands, fault):
    with pytest.raises(ThresholdFault) as refused:
        ThresholdSet(tuple(band(*one) for one in bands)).validate()
    assert fault in refused.value.faults


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ({"coverage_floor": D("1.1")}, "coverage floor 1.1"),
        ({"coverage_floor": D("-0.1")}, "coverage floor -0.1"),
        ({"stale_after": D(0)}, "stale after 0"),
        ({"too_early_until": D(1)}, "too early until 1"),
        ({"valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 1)}, "valid until 2026-01-01"),
    ],
)
def test_an_impossible_number_is_refused(number, fault):
    with pytest.raises(ThresholdFault, match=fault):
        ThresholdSet(**number).validate()


def valid(start, end=None):
    return ThresholdSet(valid_from=date.fromisoformat(start), valid_until=end and date.fromisoformat(end))


@pytest.mark.parametrize(
    ("sets", "fault"),
    [
        ([("2026-01-01", "2026-06-30"), ("2026-07-02", None)], "gap from 2026-07-01 to 2026-07-01"),
        ([("2026-01-01", "2026-06-30"), ("2026-06-30", None)], "overlap from 2026-06-30 to 2026-06-30"),
        ([("2026-01-01", None), ("2026-07-01", None)], "overlap from 2026-07-01 to open end"),
    ],
)
def test_a_calendar_of_thresholds_has_one_set_for_every_day(sets, fault):
    with pytest.raises(ThresholdFault) as refused:
        validate_calendar([valid(*one) for one in sets])
    assert refused.value.faults == (fault,)


def test_the_set_in_force_on_a_day_is_found():
    first, second = valid("2026-01-01", "2026-06-30"), valid("2026-07-01")
    validate_calendar([second, first])
    assert in_force([first, second], date(2026, 6, 30)) is first
    assert in_force([first, second], date(2026, 7, 1)) is second
    assert in_force([first, second], date(2025, 1, 1)) is None


# -- judgement --------------------------------------------------------------------------------------------------------

SET, ENDS = date(2026, 6, 1), date(2026, 9, 30)
JUDGED = Judgement(RISK, "A supplier failed.", SET, ENDS)


@pytest.mark.parametrize(
    ("on", "newest", "leading", "is_in_force", "is_overtaken"),
    [
        (SET - timedelta(days=1), None, ON, False, False),
        (SET, None, RISK, True, False),
        (ENDS, SET, RISK, True, False),
        (ENDS, SET + timedelta(days=1), RISK, True, True),
        (ENDS + timedelta(days=1), None, ON, False, False),
    ],
)
def test_a_judgement_leads_until_it_expires_and_a_new_value_only_flags_it(
    on, newest, leading, is_in_force, is_overtaken
):
    verdict = side_by_side(ON, JUDGED, on=on, newest_value_on=newest)
    assert (verdict.computed, verdict.leading) == (ON, leading)
    assert (verdict.is_in_force, verdict.is_overtaken) == (is_in_force, is_overtaken)


def test_an_expired_judgement_is_still_shown():
    verdict = side_by_side(ON, JUDGED, on=ENDS + timedelta(days=1))
    assert (verdict.judged, verdict.differs) == (RISK, False)


def test_without_a_judgement_the_computed_status_stands_alone():
    verdict = side_by_side(ON, None, on=SET)
    assert (verdict.judged, verdict.leading, verdict.differs) == (None, ON, False)


@pytest.mark.parametrize("more", [{"reason": "  "}, {"expires_on": SET - timedelta(days=1)}])
def test_a_judgement_needs_a_reason_and_an_end_after_its_beginning(more):
    with pytest.raises(ValueError):
        Judgement(**{"status": RISK, "reason": "why", "set_on": SET, "expires_on": ENDS, **more})


# -- delivery ---------------------------------------------------------------------------------------------------------

STARTS, MIDDLE, FINISH = date(2026, 1, 1), date(2026, 7, 20), date(2027, 2, 5)


def work(percent=None, on=MIDDLE, seen=None, state="reported", steps=(), **more):
    reported = None
    if percent is not None or state != "reported":
        value = None if percent is None else D(percent)
        reported = Observation(State(state), value, observed_on=seen or on, bureau="FR")
    return deliver(DeliveryCase("I-1", STARTS, FINISH, on, reported, tuple(steps), **more))


def step(due, weight=1, done=None):
    return DeliveryStep(due, D(weight), done)


@pytest.mark.parametrize(
    ("percent", "status"), [(50, ON), (45, ON), (44, RISK), ("37.5", RISK), (37, OFF), (0, OFF), (100, Status.ACHIEVED)]
)
def test_reported_delivery_is_held_against_the_time_that_has_gone(percent, status):
    assert work(percent).status == status


def test_delivery_that_nobody_reported_is_unknown():
    figure = work()
    assert (figure.progress, figure.status, figure.reason, figure.coverage) == (None, "no_data", "not_reported", 0)


def test_withheld_delivery_is_unknown_even_where_steps_are_done():
    assert work(state="withheld", steps=[step(MIDDLE, done=MIDDLE)]).reason == "withheld"


def test_without_a_report_the_steps_done_speak_by_their_weight():
    figure = work(steps=[step(date(2026, 3, 1), 3, date(2026, 3, 5)), step(date(2026, 12, 1), 1)])
    assert figure.progress == D("0.75")


def test_a_report_speaks_before_the_steps():
    assert work(20, steps=[step(date(2026, 3, 1), 3, date(2026, 3, 5))]).progress == D("0.2")


@pytest.mark.parametrize(
    ("day", "planned"),
    [(STARTS, "0"), (date(2026, 4, 11), "0.4"), (MIDDLE, "0.8"), (date(2026, 10, 28), "0.9"), (FINISH, "1")],
)
def test_the_planned_delivery_goes_straight_through_the_steps(day, planned):
    case = DeliveryCase("I-1", STARTS, FINISH, day, steps=(step(MIDDLE, 4), step(FINISH, 1)))
    assert planned_delivery(case, day) == D(planned)


def test_an_initiative_that_was_given_up_leaves_both_sums():
    figure = work(50, is_cancelled=True)
    assert (figure.is_applicable, figure.progress, figure.reason) == (False, None, "cancelled")


def test_before_it_starts_it_is_too_early():
    assert work(on=STARTS - timedelta(days=1)).status == "too_early"


def test_an_old_report_is_grey_unless_the_work_is_done():
    assert work(40, seen=date(2026, 2, 1)).status == "stale"
    assert work(100, seen=date(2026, 2, 1)).status == "achieved"


def test_steps_that_are_late_are_counted():
    assert work(50, steps=[step(STARTS), step(STARTS, done=MIDDLE), step(FINISH)]).overdue_steps == 1


# -- exact numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        ("0.885", 2, "0.89"),
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("-0.5", 0, "-1"),
        ("12.345", 1, "12.3"),
        ("7", 2, "7.00"),
    ],
)
def test_a_number_is_rounded_once_half_up_when_it_is_drawn(value, decimals, shown):
    assert str(drawn(D(value), decimals)) == shown


def test_unknown_is_drawn_as_unknown():
    assert (drawn(None), drawn_percent(None), kept(None)) == (None, None, None)


def test_a_share_is_drawn_as_percent():
    assert (drawn_percent(D("0.885")), drawn_percent(D("0.8849"), 1)) == (89, D("88.5"))


@pytest.mark.parametrize(("share", "held"), [("-1", 0), ("0", 0), ("0.3", "0.3"), ("1", 1), ("7", 1)])
def test_the_clamp_holds_a_share_within_its_bounds(share, held):
    assert clamp(D(share)) == D(held)


def test_a_quotient_over_zero_is_an_error_and_never_a_number():
    with pytest.raises(ArithmeticError):
        quotient(D(1), D(0))


# -- purity -----------------------------------------------------------------------------------------------------------

MODULES = sorted(Path(outcomes.progress.__file__).parent.glob("*.py"))
ALLOWED = {
    "__future__",
    "collections",
    "collections.abc",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "functools",
    "json",
    "typing",
}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_the_arithmetic_knows_neither_django_nor_the_clock_nor_floats(module):
    tree = ast.parse(module.read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert {name for name in imported if not name.startswith("outcomes.progress")} <= ALLOWED
    asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not asked & {"today", "now", "utcnow"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float)]


def test_the_app_itself_imports_nothing():
    assert Path(outcomes.__file__).read_text() == ""
