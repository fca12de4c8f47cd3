"""How often a page asks the database of a day in the past, for whom it asks most: eight times is the goal there, too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.days import READ_AS_KNOWN
from tests.dashboard.test_every_read_is_counted import ALL
from tests.visits import NO_PAGES, keeps_the_session

PAGES = sorted(name for name in READ_AS_KNOWN if name in ALL and name not in NO_PAGES)
MOST_QUERIES = 8


@pytest.fixture(scope="module")
def doors(demo):
    made = {who: Client() for who in ("officer", "liaison", "leader")}
    for who, door in made.items():
        door.force_login(demo.people[who])
        door.get("/method/")
    return made


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_a_past_day_asks_no_more_than_any_other(demo, doors, name):
    address, day = ALL[name].address(name, demo), demo.today - timedelta(30)
    many = max(_count(door, f"{address}{'&' if '?' in address else '?'}known_on={day}") for door in doors.values())
    assert many <= MOST_QUERIES


def _count(door: Client, address: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as caught:
        assert door.get(address).status_code in (200, 403, 404)  # 404: what was not there yet on that day
    return sum(not keeps_the_session(one["sql"]) for one in caught)
