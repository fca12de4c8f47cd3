"""The summary: a refreshed branch is what a full rebuild would make, in a fixed number of queries."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from outcomes import rollup
from outcomes.models import RollUp
from tests.outcomes.world import AT, World, fitting_value

pytestmark = pytest.mark.django_db

STATES = ["reported"] * 6 + ["not_reported", "not_applicable", "withheld"]


def measure_anything(world, dice, at):
    """What one update would bring: a bureau's answers to some indicators for a period."""
    bureau, indicators = dice.choice(world.bureaus), dice.sample(world.indicators, dice.randint(1, 3))
    period = dice.choice([one for one in world.periods if one.start_on <= at.date()])
    initiative = dice.choice(["", "", "I-1", "I-2"])
    for indicator in indicators:
        world.measure(
            indicator, period, bureau, fitting_value(indicator, dice.randint(0, 100)), at=at, initiative=initiative,
            state=dice.choice(STATES), handling=dice.choice([1, 1, 1, 2, 3]),
        )  # fmt: skip
    return indicators, period, bureau, initiative


@pytest.mark.parametrize("seed", range(3))
def test_refreshing_branch_by_branch_is_the_same_as_rebuilding_everything(seed):
    dice, world = random.Random(seed), World()
    world.weigh(indicator=world.indicators[0], value=3)
    world.weigh(expected_result=world.results[1], value=2)
    rollup.rebuild(at=AT)
    for step in range(20):
        at = AT + timedelta(minutes=step)
        indicators, period, bureau, work = measure_anything(world, dice, at)
        rollup.refresh_branches(indicators, period, at=at, bureaus=[bureau], works=[work] if step % 4 else None)
    assert rollup.rebuild(at=AT, check_only=True) == []


def test_nothing_is_worked_out_above_what_stayed_as_it_was():
    world = World()
    rollup.rebuild(at=AT)
    indicator, period, bureau = world.indicators[0], world.periods[0], world.bureaus[0]
    world.measure(indicator, period, bureau, 50)
    for later in (1, 2):
        at = AT + timedelta(minutes=later)
        rollup.refresh_branches([indicator], period, at=at, bureaus=[bureau], works=[""])
    assert RollUp.objects.filter(computed_at=AT + timedelta(minutes=1), node_type="plan").exists()
    assert not RollUp.objects.filter(computed_at=AT + timedelta(minutes=2)).exists()
    assert rollup.rebuild(at=AT, check_only=True) == []


def test_what_is_missing_above_what_stayed_as_it_was_is_made():
    world = World()
    indicator, period, bureau = world.indicators[0], world.periods[0], world.bureaus[0]
    world.measure(indicator, period, bureau, 50)
    rollup.rebuild(at=AT)
    RollUp.objects.filter(node_type__in=["plan", "aim"], bureau=bureau).delete()
    RollUp.objects.filter(node_type="plan", bureau=None).delete()
    rollup.refresh_branches([indicator], period, at=AT, bureaus=[bureau], works=[""])
    assert rollup.rebuild(at=AT, check_only=True) == []


def test_a_first_refresh_makes_the_whole_plan_when_nothing_was_stored_yet():
    world = World()
    indicator, period, bureau = world.indicators[0], world.periods[0], world.bureaus[0]
    world.measure(indicator, period, bureau, 50)
    rollup.refresh_branches([indicator], period, at=AT)
    assert rollup.rebuild(at=AT, check_only=True) == []


def test_a_value_for_an_earlier_period_moves_the_later_periods_too():
    world = World()
    rollup.rebuild(at=AT)
    for position in (3, 1):
        world.measure(world.indicators[1], world.periods[position], world.bureaus[0], 10 * position)
        rollup.refresh_branches([world.indicators[1]], world.periods[position], at=AT)
    assert rollup.rebuild(at=AT, check_only=True) == []


def test_a_changed_definition_moves_every_period():
    world = World()
    world.measure(world.indicators[0], world.periods[0], world.bureaus[0], 50)
    rollup.rebuild(at=AT)
    world.indicators[0].baselines.update(superseded_at=AT)
    rollup.refresh_indicator(world.indicators[0], at=AT)
    rows = RollUp.objects.filter(node_type="indicator", node_id=world.indicators[0].pk, bureau=None)
    row = rows.get(period=world.periods[0])
    assert (row.status, row.reason) == ("insufficient_data", "no_baseline")
    assert rollup.rebuild(at=AT, check_only=True) == []


def test_a_retired_indicator_leaves_the_summary():
    world = World()
    rollup.rebuild(at=AT)
    type(world.indicators[0]).objects.filter(pk=world.indicators[0].pk).update(state="retired")
    rollup.refresh_indicator(world.indicators[0], at=AT)
    assert not RollUp.objects.filter(node_type="indicator", node_id=world.indicators[0].pk).exists()
    assert rollup.rebuild(at=AT, check_only=True) == []


def test_only_periods_that_have_begun_have_rows():
    world = World()
    rollup.rebuild(at=AT)
    begun = {period.pk for period in world.periods if period.start_on <= AT.date()}
    assert set(RollUp.objects.values_list("period_id", flat=True)) == begun


def test_a_plan_of_two_aims_is_their_mean_with_its_coverage_and_bounds():
    world = World(results=1, indicators=1, aims=2, bureaus=1)
    world.measure(world.indicators[0], world.periods[0], world.bureaus[0], 50)
    rollup.rebuild(at=AT)
    row = RollUp.objects.get(node_type="plan", period=world.periods[0], bureau=None)
    assert (row.progress, row.coverage) == (Decimal("0.5"), Decimal("0.5"))
    assert (row.lower, row.upper) == (Decimal("0.25"), Decimal("0.75"))
    assert row.counts == {"no_data": 1, "on_track": 1}


def test_a_total_with_one_restricted_value_is_not_for_everyone_and_with_three_it_is():
    world = World(results=1, indicators=1, aims=1, bureaus=5)
    period = world.periods[0]
    for bureau, handling in zip(world.bureaus, (1, 1, 2), strict=False):
        world.measure(world.indicators[0], period, bureau, 50, handling=handling)
    rollup.rebuild(at=AT)
    rows = RollUp.objects.filter(period=period, bureau=None)
    assert set(rows.values_list("is_disclosable", flat=True)) == {False}
    assert set(rows.values_list("highest_handling", flat=True)) == {2}
    for bureau in world.bureaus[3:]:
        world.measure(world.indicators[0], period, bureau, 50, handling=2)
    rollup.refresh_branches([world.indicators[0]], period, at=AT)
    assert set(rows.values_list("is_disclosable", flat=True)) == {True}
    world.measure(world.indicators[0], period, world.bureaus[4], 50, handling=3)
    rollup.refresh_branches([world.indicators[0]], period, at=AT)
    assert set(rows.values_list("is_disclosable", flat=True)) == {False}
    assert RollUp.objects.get(period=period, bureau=world.bureaus[2], node_type="plan").is_disclosable is False


def test_the_number_of_queries_does_not_grow_with_the_world():
    counted = []
    for size, name in ((2, "small"), (4, "large")):
        world = World(aims=size, results=size, indicators=size, bureaus=size * 2, code=name)
        rollup.rebuild(at=AT)
        world.measure(world.indicators[0], world.periods[4], world.bureaus[0], 50)
        with CaptureQueriesContext(connection) as queries:
            rollup.refresh_branches([world.indicators[0]], world.periods[4], at=AT, bureaus=world.bureaus[:1])
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 13


def test_a_summary_is_written_in_a_transaction_or_not_at_all(transactional_db):
    with pytest.raises(Exception, match="transaction"):
        rollup.lock()


def test_the_command_names_the_rows_that_differ_and_fails(capsys):
    world = World(aims=1, results=1, indicators=1, bureaus=1)
    at = datetime.now(UTC)
    rollup.rebuild(at=at)
    RollUp.objects.filter(node_type="plan").update(progress=1)
    with pytest.raises(CommandError):
        call_command("rebuild_rollups", "--check")
    assert f"results of plan {world.plan.pk}" in capsys.readouterr().out
    call_command("rebuild_rollups")
    call_command("rebuild_rollups", "--check")


def test_a_period_begins_by_the_clock_and_its_summary_with_it():
    world = World(aims=1, results=1, indicators=1, bureaus=1)
    world.measure(world.indicators[0], world.periods[2], world.bureaus[0], 40)
    autumn = datetime(2026, 9, 1, tzinfo=UTC)
    assert [one.code for one in rollup.periods_without_rows(autumn.date())] == ["2026-Q1", "2026-Q2", "2026-Q3"]
    rollup.rebuild(at=autumn)
    assert rollup.periods_without_rows(autumn.date()) == []
    winter = datetime(2026, 10, 1, tzinfo=UTC)
    begun = rollup.periods_without_rows(winter.date())
    assert [one.code for one in begun] == ["2026-Q4"]
    rollup.rebuild(at=winter, periods=begun)
    assert RollUp.objects.get(node_type="indicator", period=begun[0], bureau=None).actual == 40
    assert rollup.rebuild(at=winter, check_only=True) == []


@pytest.mark.parametrize(
    "broken", [{"tolerance": -1}, {"range_low": None}, {"range_high": None}, {"range_low": 90}], ids=str
)
def test_the_database_refuses_a_rule_that_the_arithmetic_could_not_follow(broken):
    world = World(aims=1, results=1, indicators=8)
    within = world.indicators[7]
    with pytest.raises(IntegrityError), transaction.atomic():
        type(within).objects.filter(pk=within.pk).update(**broken)


def test_the_command_refuses_a_period_that_is_not_there():
    with pytest.raises(CommandError, match="1999-Q1"):
        call_command("rebuild_rollups", "--period", "1999-Q1")


def test_a_refresh_is_quick_enough_to_ride_in_the_transaction_of_a_validation(capsys):
    """Printed, and only loosely asserted: budgets that fail are counts, not clocks."""
    world = World(aims=4, results=3, indicators=3, bureaus=10)
    dice = random.Random(1)
    for indicator in world.indicators[:12]:
        for bureau in world.bureaus:
            for period in world.periods[:5]:
                world.measure(indicator, period, bureau, fitting_value(indicator, dice.randint(0, 100)))
    rollup.rebuild(at=AT)
    took = []
    for _ in range(10):
        began = time.process_time()
        rollup.refresh_branches([world.indicators[1]], world.periods[5], at=AT, bureaus=world.bureaus[:1], works=[""])
        took.append(time.process_time() - began)
    with capsys.disabled():
        print(f" refresh of one branch: {1000 * sorted(took)[len(took) // 2]:.1f} ms", end=" ")
    assert sorted(took)[len(took) // 2] < 0.2
