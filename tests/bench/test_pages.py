"""`make bench`: what pages, calls and changes cost above their floor; SCALE=1 on the large demonstration as well."""

import os
import sys

import pytest
from django.core.management import call_command
from django.test import Client

from bench.calls import call_goals, change_goals, export_goals
from bench.door import Door
from bench.goals import keep, table
from bench.growth import growth_goals, told, touched
from bench.pages import block_goals, dashboard_goals, length_goals, list_goals, server_time_goals
from initiatives.models import Initiative, Update
from outcomes.models import Measurement, RollUp
from tests import demonstration
from tests.visits import Story

pytestmark = pytest.mark.skipif("tests/bench" not in " ".join(sys.argv), reason="a benchmark: make bench")
TENTH = {"bureaus": 196, "initiatives": 10_000, "updates": 100_000, "measurements": 300_000}
SIZES = ["demonstration", pytest.param("large", marks=pytest.mark.skipif("SCALE" not in os.environ, reason="SCALE=1"))]


@pytest.fixture(scope="module")
def large(django_db_setup, django_db_blocker):
    """The demonstration at full size, made once for all that is measured on it: minutes."""
    copy = demonstration.copied()
    with django_db_blocker.unblock(), demonstration.looked_at(copy):
        call_command("seed_scale")
    yield copy
    demonstration.drop(copy)


@pytest.mark.skipif("SCALE" not in os.environ, reason="SCALE=1")
def test_what_grows_with_the_data(large, django_db_blocker):
    """From 300,000 measurements to 3,000,000: the pages made of the summary stay as they are, the others are told.

    Before the large one is written to: its indexes answer by themselves as long as autovacuum has nothing to do.
    """
    tenth = demonstration.copied()
    with django_db_blocker.unblock(), demonstration.looked_at(tenth):
        call_command("seed_scale", **TENTH)
    found = [_touched_at(copy, django_db_blocker) for copy in (tenth, large)]
    demonstration.drop(tenth)
    goals = growth_goals(*found)
    keep(goals, rows={"Measurement": 3_000_000})
    print(f"\n{told(*found)}\n{table(goals)}")
    _enough(goals)


@pytest.mark.parametrize("size", SIZES)
def test_what_things_cost_above_their_floor(size, request, django_db_setup, django_db_blocker):
    copy = request.getfixturevalue("large") if size == "large" else demonstration.copied()
    with django_db_blocker.unblock(), demonstration.looked_at(copy):
        people = Story.told().people
        client = Client()
        client.force_login(people["leader"])
        client.get("/method/")
        door = Door(client)
        changing = change_goals(people["officer"])  # first: it compares all figures, and what a page costs after a change moves some
        goals = [
            *server_time_goals(door), *dashboard_goals(door), *length_goals(door), *block_goals(client), *list_goals(client, door),
            *call_goals(door), *export_goals(door, people["leader"]), *changing,
        ]  # fmt: skip
        keep(goals, rows={one.__name__: one.objects.count() for one in (Initiative, Update, Measurement, RollUp)})
    if size != "large":
        demonstration.drop(copy)
    print(f"\n{size}\n{table(goals)}")
    _enough(goals)


def _touched_at(copy, django_db_blocker):
    with django_db_blocker.unblock(), demonstration.looked_at(copy):
        client = Client()
        client.force_login(Story.told().people["officer"])
        client.get("/method/")
        return touched(client)


def _enough(goals) -> None:
    assert max(goal.times for goal in goals) < 40, "forty times the goal: something is broken, not slow"
