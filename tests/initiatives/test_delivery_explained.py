"""Delivery figures are explained, recomputable, as known on any date, and tell nobody what is not theirs to know."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from core.errors import NotFound
from initiatives import delivery
from initiatives.explain import explain, explain_initiative
from outcomes.models import RollUp
from tests.initiatives.test_delivery_rollup import Work, row
from tests.outcomes import recompute
from tests.outcomes.world import AT, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor():
    return User.objects.create(email="auditor@demo.invalid", full_name="Auditor", role="auditor")


@pytest.fixture
def leader():
    return User.objects.create(email="leader@demo.invalid", full_name="Leader", role="leader", clearance=1)


@pytest.fixture
def work():
    work = Work()
    for position, result in enumerate(work.results * 2):
        shares = {result: 40 + position, work.results[0]: 10} if position % 6 else {result: 50}
        made = work.start(work.world.bureaus[position % 3], shares)
        work.report(made, work.world.periods[position % 5], 7 * position, at=AT - timedelta(days=2))
    delivery.rebuild(at=AT)
    return work


def test_every_delivery_figure_is_the_stored_one_and_recomputed(work, auditor):
    period = work.world.periods[4]
    for node in (work.world.plan, *work.world.aims, *work.world.results):
        for bureau in (None, work.world.bureaus[0]):
            account = explain(node, period, reader=auditor, bureau=bureau)
            assert recompute.differences(json.loads(json.dumps(account.explanation))) == []
            stored = RollUp.objects.filter(
                node_type=account.node_type, node_id=node.pk, period=period, bureau=bureau, measure="delivery"
            ).first()
            assert (stored is None) == (account.figure.leaves == 0)
            if stored is not None:
                assert (account.row.status, account.row.progress) == (stored.status, stored.progress)


def test_an_initiatives_delivery_is_explained(work, auditor):
    account = explain_initiative(work.initiatives[1], work.world.periods[4], reader=auditor)
    told = json.loads(json.dumps(account.explanation))
    assert recompute.differences(told) == []
    assert any(one["source_ref"].startswith("update:") for one in told["inputs"])


def test_a_report_that_is_handled_more_carefully_hides_the_figure_made_of_it(work, auditor, leader):
    period, initiative = work.world.periods[4], work.initiatives[1]
    work.report(initiative, period, 50, at=AT, handling=2)
    hidden = explain_initiative(initiative, period, reader=leader)
    assert (hidden.is_restricted, hidden.figure, hidden.explanation) == (True, None, None)
    assert explain_initiative(initiative, period, reader=auditor).figure.progress == Decimal("0.5")
    before = explain_initiative(initiative, period, reader=leader, as_of=AT - timedelta(days=1))
    assert not before.is_restricted


def test_delivery_can_be_asked_for_as_it_was_believed_on_a_day(work, auditor):
    period, initiative = work.world.periods[4], work.initiatives[0]
    before = explain(work.results[0], period, reader=auditor).row.progress
    work.report(initiative, work.world.periods[0], 100, at=AT)
    delivery.refresh_initiative(initiative, at=AT)
    now = explain(work.results[0], period, reader=auditor).row.progress
    then = explain(work.results[0], period, reader=auditor, as_of=AT - timedelta(days=1)).row.progress
    assert then == before != now == row(work.results[0], period).progress


def test_hidden_work_is_hidden_in_the_account_of_its_result(leader, auditor):
    work = Work()
    period, result = work.world.periods[3], work.results[0]
    for bureau, handling in zip(work.world.bureaus, (2, 2, 2), strict=True):
        work.report(work.start(bureau, {result: 30}), period, 40, handling=handling)
    delivery.rebuild(at=AT)
    account = explain(result, period, reader=leader)
    assert (account.is_restricted, account.left_out) == (False, 3)
    assert {one["value"] for one in account.explanation["inputs"]} == {None}
    part = explain(result, period, reader=leader, bureau=work.world.bureaus[0])
    assert (part.is_restricted, part.explanation) == (True, None)
    seen = explain(result, period, reader=auditor, bureau=work.world.bureaus[0])
    assert "initiative:INI-000" in json.dumps(seen.explanation)


def test_an_indicator_has_no_delivery(auditor):
    world = World(aims=1, results=1, indicators=1)
    with pytest.raises(NotFound):
        explain(world.indicators[0], world.periods[0], reader=auditor)
