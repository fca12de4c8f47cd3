"""Delivery's summary: a refreshed initiative is what a full rebuild would make; each counts once."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from initiatives import delivery
from initiatives.models import Contribution, Initiative, Milestone, Update
from outcomes.models import RollUp
from tests.outcomes.world import AT, World

pytestmark = pytest.mark.django_db


class Work:
    """Initiatives in a world of two plans, written straight into the tables: these tests are about the summary."""

    def __init__(self):
        self.world = World(aims=2, results=2, indicators=0, bureaus=3)
        self.other = World(aims=1, results=2, indicators=0, bureaus=3, code="other")
        self.results = [*self.world.results, *self.other.results]
        self.author = User.objects.create(email="author@demo.invalid", full_name="A", role="officer")
        self.officer = User.objects.create(email="officer@demo.invalid", full_name="O", role="officer")
        self.initiatives = []

    def start(self, bureau, shares):
        made = Initiative.objects.create(
            code=f"INI-{len(self.initiatives):03}",
            title="Work",
            lead_bureau=bureau,
            starts_on=date(2026, 1, 1),
            ends_on=date(2027, 12, 31),
        )
        for result, share in shares.items():
            Contribution.objects.create(initiative=made, expected_result=result, share=share)
        self.initiatives.append(made)
        return made

    def report(self, initiative, period, percent, *, at=AT, handling=1):
        current = Update.objects.filter(initiative=initiative, period=period, superseded_at=None)
        revision = current.count() + Update.objects.filter(initiative=initiative, period=period).count() + 1
        current.update(superseded_at=at)
        return Update.objects.create(
            initiative=initiative, period=period, revision=revision, state="validated", author=self.author,
            delivery_percent=percent, handling=handling, submitted_at=at, submitted_by=self.author, validated_at=at,
            validated_by=self.officer, correction_reason="Again." if revision > 1 else "",
        )  # fmt: skip


def row(node, period, bureau=None):
    kinds = {"Plan": "plan", "Aim": "aim", "ExpectedResult": "result"}
    return RollUp.objects.get(
        node_type=kinds[type(node).__name__], node_id=node.pk, period=period, bureau=bureau, measure="delivery"
    )


def anything(work, dice, at):
    """One random change; returns what a service would tell the refresh about it."""
    act = dice.choice(["start", "report", "report", "report", "share", "lead", "cancel", "milestone"])
    if act == "start" or not work.initiatives:
        results = dice.sample(work.results, dice.randint(1, 3))
        return work.start(dice.choice(work.world.bureaus), {result: dice.randint(10, 33) for result in results}), {}
    initiative = dice.choice(work.initiatives)
    if act == "report":
        period = dice.choice(work.world.periods[:6])
        work.report(initiative, period, dice.randint(0, 100), at=at, handling=dice.choice([1, 1, 2, 3]))
        return initiative, {"period": period}
    if act == "share":
        left = list(initiative.contributions.values_list("expected_result_id", flat=True))
        initiative.contributions.all().delete()
        Contribution.objects.create(initiative=initiative, expected_result=dice.choice(work.results), share=50)
        return initiative, {"also_results": left}
    if act == "lead":
        left, initiative.lead_bureau = initiative.lead_bureau, dice.choice(work.world.bureaus)
        initiative.save()
        return initiative, {"also_bureaus": [left]}
    if act == "cancel":
        Initiative.objects.filter(pk=initiative.pk).update(status="cancelled")
    else:
        Milestone.objects.create(
            initiative=initiative, title="M", due_on=date(2026, dice.randint(1, 12), 1), done_on=None
        )
    return initiative, {}


@pytest.mark.parametrize("seed", range(6))
def test_refreshing_initiative_by_initiative_is_the_same_as_rebuilding_everything(seed):
    dice, work = random.Random(seed), Work()
    delivery.rebuild(at=AT)
    for step in range(30):
        at = AT + timedelta(minutes=step)
        initiative, told = anything(work, dice, at)
        delivery.refresh_initiative(initiative, at=at, **told)
    assert delivery.rebuild(at=AT, check_only=True) == []


def test_a_first_refresh_makes_the_whole_plan():
    work = Work()
    delivery.refresh_initiative(work.start(work.world.bureaus[0], {work.results[0]: 50}), at=AT)
    assert RollUp.objects.filter(node_type="plan", measure="delivery").exists()


def test_a_result_is_the_mean_of_its_initiatives_by_their_shares():
    work = Work()
    small, large = (
        work.start(bureau, {work.results[0]: share})
        for bureau, share in zip(work.world.bureaus, (20, 60), strict=False)
    )
    period = work.world.periods[3]
    work.report(small, period, 80)
    work.report(large, period, 40)
    delivery.rebuild(at=AT)
    assert row(work.results[0], period).progress == Decimal("0.5")
    assert row(work.results[0], period, work.world.bureaus[0]).progress == Decimal("0.8")
    assert row(work.results[0], period).leaves == 2


def test_an_initiative_that_serves_two_results_of_an_aim_counts_once_there():
    work = Work()
    both = work.start(work.world.bureaus[0], {work.results[0]: 60, work.results[1]: 40})
    one = work.start(work.world.bureaus[1], {work.results[0]: 100})
    period = work.world.periods[3]
    work.report(both, period, 100)
    work.report(one, period, 0)
    delivery.rebuild(at=AT)
    assert row(work.world.aims[0], period).progress == Decimal("0.5")


def test_unreported_delivery_counts_against_coverage_and_is_never_zero():
    work = Work()
    told = work.start(work.world.bureaus[0], {work.results[0]: 50})
    work.start(work.world.bureaus[1], {work.results[0]: 50})
    period = work.world.periods[3]
    work.report(told, period, 60)
    delivery.rebuild(at=AT)
    found = row(work.results[0], period)
    assert (found.progress, found.coverage, found.lower, found.upper) == (
        Decimal("0.6"), Decimal("0.5"), Decimal("0.3"), Decimal("0.8"),
    )  # fmt: skip


def test_results_and_delivery_are_two_numbers():
    work = Work()
    work.report(work.start(work.world.bureaus[0], {work.results[0]: 50}), work.world.periods[0], 60)
    delivery.rebuild(at=AT)
    assert set(RollUp.objects.values_list("measure", flat=True)) == {"delivery"}


def test_the_number_of_queries_of_a_refresh_does_not_grow_with_the_work():
    work = Work()
    first = work.start(work.world.bureaus[0], {work.results[0]: 50})
    delivery.refresh_initiative(first, at=AT)  # from now on this process keeps the tree
    counted = []
    for _ in range(2):
        delivery.rebuild(at=AT)
        with CaptureQueriesContext(connection) as queries:
            delivery.refresh_initiative(first, at=AT, period=work.world.periods[3])
        counted.append(len(queries))
        for _ in range(10):
            work.report(work.start(work.world.bureaus[0], {work.results[0]: 10}), work.world.periods[3], 10)
    assert counted[0] == counted[1] <= 10
