"""The pages that everyone reads ask the database as often at ten thousand initiatives as they do at ten."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from initiatives.models import Contribution, Initiative
from tests.cast import settle_in
from tests.moments import NOON
from tests.visits import keeps_the_session

pytestmark = pytest.mark.django_db
PAGES = (
    "/",
    "/strategy/",
    "/strategy/framework/1/",
    "/strategy/framework/1/1/",
    "/initiatives/",
    "/bureaus/",
    "/reporting/",
)
OFFICERS = ("/reporting/", "/review/")
OTHERS = ("/bureaus/XA/", "/initiatives/?status=active", "/initiatives/?search=cheap", "/review/")


@pytest.fixture
def cast(noon):
    return settle_in(NOON.date(), with_work=False)


def grow(cast, count: int) -> None:
    """Cheap work until there is as much as that."""
    there = Initiative.objects.count()
    made = Initiative.objects.bulk_create(
        [
            Initiative(
                code=f"IN-{number:06d}", title=f"Cheap {number}", summary="Cheap", lead_bureau=cast.bureaus["own"],
                starts_on=cast.plan.start_on, ends_on=cast.plan.end_on, handling=1,
                updated_at=cast.at - timedelta(seconds=number),
            )
            for number in range(there, count)
        ],
        batch_size=2000,
    )  # fmt: skip
    Contribution.objects.bulk_create(
        [Contribution(initiative=one, expected_result=cast.result, share=100) for one in made], batch_size=2000
    )


def asked(client, path: str) -> int:
    assert client.get(path).status_code == 200, path
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return sum(not keeps_the_session(one["sql"]) for one in caught)


def test_pages_ask_the_same_at_any_length(cast):
    doors = {who: Client() for who in ("officer", "leader", "liaison")}
    for who, client in doors.items():
        client.force_login(cast.people[who])
    pages = [(who, path) for who in doors for path in PAGES + OTHERS if who == "officer" or path not in OFFICERS]
    grow(cast, 10)
    few = {(who, path): asked(doors[who], path) for who, path in pages}
    grow(cast, 10_000)
    connection.cursor().execute("ANALYZE")  # as the server does by itself, outside a test's transaction
    assert {(who, path): asked(doors[who], path) for who, path in pages} == few
    assert max(few[who, path] for who, path in pages if path in PAGES) <= 11
