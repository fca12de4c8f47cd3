"""The clock's duties: each in its turn, a broken one alone, and one leader at a time."""

import pytest
from django.db import connection

from interpol_strategy import schedule
from interpol_strategy.schedule import DUTIES, Duty, Scheduler
from tests.moments import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_leads_afterwards():
    """Who leads does so for as long as it is connected, and the tests' connection stays."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def _duty(name, every, done):
    return Duty(name, every, lambda *, at: done.append((name, at)))


def test_each_duty_comes_in_its_turn():
    done, clock = [], Clock()
    scheduler = Scheduler([_duty("often", 10, done), _duty("seldom", 60, done)], clock)
    assert scheduler.tick(NOON) == ["often", "seldom"]
    clock.now += 9
    assert scheduler.tick(NOON) == []
    clock.now += 1
    assert scheduler.tick(NOON) == ["often"]
    clock.now += 50
    assert scheduler.tick(NOON) == ["often", "seldom"]


def test_a_broken_duty_stops_no_other_and_is_tried_again_in_its_turn():
    done, clock = [], Clock()

    def broken(*, at):
        raise RuntimeError

    scheduler = Scheduler([Duty("broken", 10, broken), _duty("sound", 10, done)], clock)
    assert scheduler.tick(NOON) == ["sound"]
    assert scheduler.tick(NOON) == []
    clock.now += 10
    assert scheduler.tick(NOON) == ["sound"]


def test_who_does_not_lead_does_nothing(monkeypatch):
    done = []
    monkeypatch.setattr(schedule, "is_leader", lambda: False)
    assert Scheduler([_duty("any", 1, done)]).tick(NOON) == []
    assert done == []


@pytest.mark.parametrize("duty", DUTIES, ids=lambda duty: duty.name)
def test_every_duty_bears_being_done_twice_and_on_an_empty_database(duty):
    duty.act(at=NOON)
    duty.act(at=NOON)
