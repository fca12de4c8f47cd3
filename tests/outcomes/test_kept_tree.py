"""The tree that a process keeps is the one that is there: any change of what it is made of is seen, one taken back is not."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.models import Period
from goals.models import Withdrawal
from outcomes import tree_kept
from outcomes.facts import load_facts
from outcomes.models import Baseline, Indicator, Target, ThresholdSet, Weight
from outcomes.tree import load_tree
from tests.outcomes.world import AT, World, text

pytestmark = pytest.mark.django_db
BANDS = [{"status": "off_track", "from": "0", "to": "0.5"}, {"status": "on_track", "from": "0.5", "to": None}]


def withdraw(world):
    officer = User.objects.create(email="officer@test.invalid", full_name="Officer", role="officer")
    node = {"node_type": "aim", "node_id": world.aims[1].pk}
    Withdrawal.objects.create(**node, withdrawn_at=AT, withdrawn_by=officer, reason="Merged")


CHANGES = {
    "an indicator's arithmetic": lambda world: Indicator.objects.filter(pk=world.indicators[0].pk).update(tolerance=3),
    "an indicator that is retired": lambda world: Indicator.objects.filter(pk=world.indicators[0].pk).update(state="retired"),
    "a plan's last day": lambda world: type(world.plan).objects.filter(pk=world.plan.pk).update(end_on=date(2028, 3, 31)),
    "a result that is added": lambda world: type(world.results[0]).objects.create(aim=world.aims[0], number=9, text=text("New")),
    "a weight": lambda world: world.weigh(indicator=world.indicators[0], value=5),
    "a weight that ended": lambda world: Weight.objects.update(superseded_at=AT),
    "a baseline that ended": lambda world: Baseline.objects.filter(indicator=world.indicators[0]).update(superseded_at=AT),
    "a target": lambda world: Target.objects.create(
        indicator=world.indicators[0], due_on=world.periods[2].end_on, value=7, recorded_at=AT
    ),
    "thresholds": lambda world: ThresholdSet.objects.create(
        valid_from=date(2027, 1, 1), bands=BANDS, coverage_floor=Decimal("0.4"), set_at=AT
    ),
    "a period": lambda world: Period.objects.filter(pk=world.periods[-1].pk).delete(),
    "an aim that was withdrawn": withdraw,
}


@pytest.fixture
def world(db):
    made = World()
    made.weigh(expected_result=made.results[0], value=2)
    return made


def as_it_is():
    tree = load_tree()
    return tree, load_facts(tree, tree.rules, with_values=False)


def test_what_has_not_changed_is_asked_for_once(world):
    first = tree_kept.present()
    with CaptureQueriesContext(connection) as asked:
        again = tree_kept.present()
    assert again is first and len(asked) == 1
    assert (first.tree, first.facts) == as_it_is()


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_anything_in_it_is_seen(world, what):
    before = tree_kept.present()
    CHANGES[what](world)
    after = tree_kept.present()
    assert (after.tree, after.facts) == as_it_is()
    assert (after.tree, after.facts) != (before.tree, before.facts), "the test changed nothing"


def test_a_change_that_is_taken_back_is_not_remembered(world):
    before = tree_kept.present()
    try:
        with transaction.atomic():
            world.weigh(indicator=world.indicators[0], value=5)
            assert tree_kept.present().tree.weights != before.tree.weights
            raise InterruptedError
    except InterruptedError:
        pass
    assert tree_kept.present().tree.weights == before.tree.weights


def test_the_same_row_changed_twice_at_once_is_seen_twice(world):
    for tolerance in range(1, 6):
        Indicator.objects.filter(pk=world.indicators[0].pk).update(tolerance=tolerance, updated_at=AT + timedelta(tolerance))
        assert tree_kept.present().tree.rules[world.indicators[0].pk].tolerance == tolerance
