"""Why a figure is what it is: recomputable, as known on any date, and telling nobody what is not theirs to know."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.errors import NotFound
from outcomes import readings_kept, rollup
from outcomes.explain import explain
from outcomes.models import Judgement, RollUp, Target
from outcomes.tree import load_tree
from tests.outcomes import recompute
from tests.outcomes.world import AT, World, fitting_value

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor():
    return User.objects.create(email="auditor@demo.invalid", full_name="Auditor", role="auditor")


@pytest.fixture
def leader():
    return User.objects.create(email="leader@demo.invalid", full_name="Leader", role="leader", clearance=1)


def filled(seed=1, **size):
    dice, world = random.Random(seed), World(**size)
    for indicator in world.indicators:
        for bureau in world.bureaus:
            for period in world.periods[:5]:
                if dice.random() < 0.8:
                    world.measure(indicator, period, bureau, fitting_value(indicator, dice.randint(0, 100)))
    return world


def kept():
    """This will keep what was answered, as the transaction of a change does: a whole is made of that."""
    readings_kept.settle(tree := load_tree(), tree.rules)


def nodes_of(world):
    return [world.plan, *world.aims, *world.results, *world.indicators]


def stored(node, account, bureau=None):
    return RollUp.objects.get(
        node_type=account.node_type, node_id=node.pk, period=account.period.id, bureau=bureau, measure="results"
    )


def test_every_figure_of_the_summary_is_explained_and_recomputed(auditor):
    world = filled(indicators=5)
    rollup.rebuild(at=AT)
    for node in nodes_of(world):
        for bureau in (None, world.bureaus[0]):
            account = explain(node, world.periods[4], reader=auditor, bureau=bureau)
            row = stored(node, account, bureau)
            assert (account.row.status, account.row.progress) == (row.status, row.progress)
            assert (account.row.coverage, account.row.lower) == (row.coverage, row.lower)
            assert recompute.differences(json.loads(json.dumps(account.explanation))) == []
            assert account.left_out == 0


def test_an_account_names_the_revisions_that_it_rests_on(auditor):
    world = World()
    world.weigh(indicator=world.indicators[0], value=2)
    made = world.measure(world.indicators[0], world.periods[0], world.bureaus[0], 50)
    account = explain(world.indicators[0], world.periods[0], reader=auditor)
    refs = {one["name"]: one["source_ref"] for one in account.explanation["inputs"]}
    assert refs["answer"] == f"measurement:{made.pk}@1 update:1"
    assert refs["baseline"].startswith("baseline:")
    assert refs["target"].startswith("target:")
    assert refs["rule"] == "indicator:plan-000@1"
    whole = explain(world.results[0], world.periods[0], reader=auditor).explanation
    assert whole["inputs"][0]["source_ref"].startswith("weight:")


def test_a_figure_can_be_asked_for_as_it_was_believed_on_a_day(auditor):
    world = World(aims=1, results=1, indicators=1, bureaus=1)
    indicator, period, bureau = world.indicators[0], world.periods[0], world.bureaus[0]
    monday, tuesday = AT, AT + timedelta(days=1)
    world.measure(indicator, period, bureau, 50, at=monday)
    world.measure(indicator, period, bureau, 90, at=tuesday)
    Target.objects.filter(indicator=indicator).update(superseded_at=tuesday)
    Target.objects.create(
        indicator=indicator, due_on=world.plan.end_on, value=100, recorded_at=tuesday, revision=2, reason="Harder."
    )
    values = [
        explain(indicator, period, reader=auditor, as_of=moment).row.actual
        for moment in (monday - timedelta(days=1), monday, monday + timedelta(hours=1), tuesday, None)
    ]
    assert values == [None, 50, 50, 90, 90]
    kept()
    then, now = (explain(world.plan, period, reader=auditor, as_of=moment).row for moment in (monday, None))
    assert (then.progress, now.progress) == (Decimal("0.5"), Decimal("0.8888888889"))


def test_what_was_believed_when_a_row_was_stored_is_what_is_explained_for_that_moment(auditor):
    world, dice = World(), random.Random(3)
    rollup.rebuild(at=AT)
    believed = []
    for step in range(6):
        at = AT + timedelta(minutes=step)
        indicator, period = dice.choice(world.indicators), world.periods[3]
        world.measure(indicator, period, world.bureaus[0], fitting_value(indicator, dice.randint(0, 100)), at=at)
        rollup.refresh_branches([indicator], period, at=at)
        row = RollUp.objects.get(node_type="plan", node_id=world.plan.pk, period=period, bureau=None)
        believed.append((at, row.progress, row.status, row.coverage))
    for at, progress, status, coverage in believed:
        row = explain(world.plan, world.periods[3], reader=auditor, as_of=at).row
        assert (row.progress, row.status, row.coverage) == (progress, status, coverage)


def test_a_figure_that_the_reader_may_not_see_is_restricted_and_says_nothing_more(leader, auditor):
    world = World(aims=1, results=1, indicators=1, bureaus=2)
    period = world.periods[0]
    world.measure(world.indicators[0], period, world.bureaus[0], 50, handling=2)
    world.measure(world.indicators[0], period, world.bureaus[1], 50)
    kept()
    for node in (world.plan, world.indicators[0]):
        account = explain(node, period, reader=leader)
        assert account.is_restricted
        assert (account.figure, account.row, account.explanation, account.verdict) == (None, None, None, None)
        assert not explain(node, period, reader=auditor).is_restricted


def test_a_total_for_everyone_leaves_the_restricted_values_out_of_its_account_and_counts_them(leader):
    world = World(aims=1, results=1, indicators=1, bureaus=5)
    period = world.periods[0]
    values = (51, 52, 57, 60, 60)
    for position, bureau in enumerate(world.bureaus):
        world.measure(world.indicators[0], period, bureau, values[position], handling=2 if position < 3 else 1)
    account = explain(world.indicators[0], period, reader=leader)
    told = json.dumps(account.explanation)
    assert (account.is_restricted, account.left_out, account.row.actual) == (False, 3, 56)
    for position in range(3):
        assert f'"{values[position]}.000000"' not in told
        assert world.bureaus[position].code not in told
    assert world.bureaus[3].code in told


def test_a_hidden_part_of_a_visible_whole_is_named_and_not_told(leader):
    world = World(aims=1, results=1, indicators=3, bureaus=3)
    period = world.periods[0]
    for indicator, bureau in zip(world.indicators, world.bureaus, strict=True):
        world.measure(indicator, period, bureau, 50, handling=2)
    kept()
    account = explain(world.results[0], period, reader=leader)
    assert (account.is_restricted, account.left_out) == (False, 3)
    assert [one["value"] for one in account.explanation["inputs"]] == [None, None, None]


def test_a_bureau_sees_its_own_restricted_figure():
    world = World(aims=1, results=1, indicators=1, bureaus=2)
    own = User.objects.create(
        email="own@demo.invalid", full_name="Own", role="liaison", bureau=world.bureaus[0], clearance=1
    )
    other = User.objects.create(
        email="other@demo.invalid", full_name="Other", role="liaison", bureau=world.bureaus[1], clearance=1
    )
    world.measure(world.indicators[0], world.periods[0], world.bureaus[0], 50, handling=3)
    seen = [
        explain(world.indicators[0], world.periods[0], reader=reader, bureau=world.bureaus[0]).is_restricted
        for reader in (own, other)
    ]
    assert seen == [False, True]


def test_the_judged_status_stands_beside_the_computed_one(auditor):
    world = World(aims=1, results=1, indicators=1, bureaus=1)
    period = world.periods[0]
    world.measure(world.indicators[0], period, world.bureaus[0], 90, at=datetime(2026, 4, 1, tzinfo=UTC))
    kept()
    Judgement.objects.create(
        aim=world.aims[0], status="at_risk", reason="A supplier failed.", expires_on=date(2026, 12, 31),
        recorded_at=datetime(2026, 4, 2, tzinfo=UTC),
    )  # fmt: skip
    verdict = explain(world.aims[0], period, reader=auditor, on=date(2026, 5, 1)).verdict
    assert (verdict.computed, verdict.judged, verdict.leading) == ("achieved", "at_risk", "at_risk")
    assert verdict.is_overtaken is False
    assert explain(world.aims[0], period, reader=auditor, on=date(2027, 1, 1)).verdict.leading == "achieved"
    world.measure(world.indicators[0], period, world.bureaus[0], 91, at=datetime(2026, 5, 1, tzinfo=UTC))
    assert explain(world.aims[0], period, reader=auditor, on=date(2026, 6, 1)).verdict.is_overtaken is True


def test_a_bureau_without_a_part_has_no_data(auditor):
    world = World()
    account = explain(world.plan, world.periods[0], reader=auditor, bureau=world.bureaus[0])
    assert (account.row.status, account.figure.progress) == ("no_data", None)


def test_a_retired_indicator_has_no_figure(auditor):
    world = World()
    type(world.indicators[0]).objects.filter(pk=world.indicators[0].pk).update(state="retired")
    with pytest.raises(NotFound):
        explain(world.indicators[0], world.periods[0], reader=auditor)


def test_the_number_of_queries_of_an_account_does_not_grow(auditor):
    counted = []
    for size, name in ((2, "small"), (4, "large")):
        world = filled(aims=size, results=2, indicators=2, bureaus=size, code=name)
        with CaptureQueriesContext(connection) as queries:
            explain(world.plan, world.periods[4], reader=auditor)
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 12
