"""The pages that everyone reads ask the database as often at ten thousand initiatives as they do at ten."""

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


MORE_WORK = """
INSERT INTO initiatives_initiative (code, public_id, title, summary, language, lead_bureau_id, starts_on, ends_on, status,
    handling, version, updated_at)
SELECT 'IN-' || lpad(number::text, 6, '0'), gen_random_uuid(), 'Cheap ' || number, 'Cheap', 'en', %(bureau)s, %(start)s,
    %(end)s, 'active', 1, 1, %(at)s - number * interval '1 second'
FROM generate_series(%(there)s, %(count)s - 1) AS number RETURNING id
"""


def grow(cast, count: int) -> None:
    """Cheap work until there is as much as that."""
    values = {"there": Initiative.objects.count(), "count": count, "bureau": cast.bureaus["own"].pk, "at": cast.at}
    values |= {"start": cast.plan.start_on, "end": cast.plan.end_on, "result": cast.result.pk}
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH made AS ({MORE_WORK}) INSERT INTO initiatives_contribution (initiative_id, expected_result_id, share)"
            " SELECT id, %(result)s, 100 FROM made",
            values,
        )
    assert Initiative.objects.count() == Contribution.objects.count() == count


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
