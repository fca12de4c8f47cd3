"""What the pages that everyone reads cost, over the demonstration: against a goal in milliseconds and against a floor."""

import sys

import pytest
from django.test import Client

from bench.pages import GOAL_MS, keep, measure_all
from tests import demonstration
from tests.visits import Story

pytestmark = pytest.mark.skipif("tests/bench" not in " ".join(sys.argv), reason="a benchmark: make bench")


def test_what_pages_cost_above_their_floor(django_db_setup, django_db_blocker):
    copy = demonstration.copied()
    with django_db_blocker.unblock(), demonstration.looked_at(copy):
        client = Client()
        client.force_login(Story.told().people["leader"])
        found = measure_all(client)
    demonstration.drop(copy)
    keep(found)
    for name, one in found.items():
        print(
            f"\n{name:12} {one['ms']:6.1f} ms ({one['cpu_ms']:.1f} of processor), {one['ratio']:.1f} x the floor",
            end="",
        )
    assert max(one["cpu_ms"] for one in found.values()) < GOAL_MS * 3, (
        "three times the goal: something is broken, not slow"
    )
