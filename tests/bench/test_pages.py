"""`make bench`: what pages, calls and changes cost above their floor; SCALE=1 on the large demonstration as well."""

import os
import sys

import pytest
from django.core.management import call_command
from django.test import Client

from bench.calls import call_goals, change_goals, export_goals
from bench.door import Door
from bench.goals import keep, table
from bench.pages import block_goals, dashboard_goals, list_goals, server_time_goals
from initiatives.models import Initiative, Update
from outcomes.models import Measurement, RollUp
from tests import demonstration
from tests.visits import Story

pytestmark = pytest.mark.skipif("tests/bench" not in " ".join(sys.argv), reason="a benchmark: make bench")
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
            *server_time_goals(door), *dashboard_goals(door), *block_goals(client), *list_goals(client, door),
            *call_goals(door), *export_goals(door, people["leader"]), *change_goals(people["officer"]),
        ]  # fmt: skip
        keep(goals, rows={one.__name__: one.objects.count() for one in (Initiative, Update, Measurement, RollUp)})
    demonstration.drop(copy)
    print(f"\n{size}\n{table(goals)}")
    assert max(goal.found / goal.limit for goal in goals) < 40, "forty times the goal: something is broken, not slow"
