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


@pytest.mark.parametrize("size", SIZES)
def test_what_things_cost_above_their_floor(size, django_db_setup, django_db_blocker):
    copy = demonstration.copied()
    with django_db_blocker.unblock(), demonstration.looked_at(copy):
        if size == "large":
            call_command("seed_scale")
        people = Story.told().people
        client = Client()
        client.force_login(people["leader"])
        client.get("/method/")
        door = Door(client)
        goals = [
            *server_time_goals(door), *dashboard_goals(door), *length_goals(door), *block_goals(client), *list_goals(client, door),
            *call_goals(door), *export_goals(door, people["leader"]), *change_goals(people["officer"]),
        ]  # fmt: skip
        keep(goals, rows={one.__name__: one.objects.count() for one in (Initiative, Update, Measurement, RollUp)})
    demonstration.drop(copy)
    print(f"\n{size}\n{table(goals)}")
    _enough(goals)


@pytest.mark.skipif("SCALE" not in os.environ, reason="SCALE=1")
def test_what_grows_with_the_data(django_db_setup, django_db_blocker):
    """From 300,000 measurements to 3,000,000: the pages made of the summary stay as they are, the others are told."""
    found = [_touched_at(size, django_db_blocker) for size in (TENTH, {})]
    goals = growth_goals(*found)
    keep(goals, rows={"Measurement": 3_000_000})
    print(f"\n{told(*found)}\n{table(goals)}")
    _enough(goals)


def _touched_at(size, django_db_blocker):
    copy = demonstration.copied()
    with django_db_blocker.unblock(), demonstration.looked_at(copy):
        call_command("seed_scale", **size)
        client = Client()
        client.force_login(Story.told().people["officer"])
        client.get("/method/")
        found = touched(client)
    demonstration.drop(copy)
    return found


def _enough(goals) -> None:
    assert max(goal.times for goal in goals) < 40, "forty times the goal: something is broken, not slow"
