"""Who asks the very same again gets it at the door, with all that an answer carries; whoever is no longer the same does not."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Bureau, OpenSession, User
from accounts.open_sessions import mark_now
from core.handling import Handling
from core.straight import Straight
from initiatives import services
from interpol_strategy.given_again import known_pages
from tests.cast import settle_in
from tests.core.test_lost_connections import lose_the_connection
from tests.door import AtTheDoor
from tests.moments import NOON

pytestmark = pytest.mark.django_db
PAGE, LIST = "/bureaus/", "/initiatives/"


@pytest.fixture
def cast(noon, settings):
    settings.PAGES_KEPT_SECONDS = 600
    known_pages.clear()
    connection.ensure_connection()
    connection.close_at = None  # by the test's clock its days would be over
    return settle_in(NOON.date())


def reader(person, path=PAGE) -> AtTheDoor:
    """Signed in, and given the page twice: it is known at the door."""
    client = AtTheDoor()
    client.force_login(person)
    client.get("/method/"), client.get(path)
    assert is_from_the_door(client.get(path))
    return client


def is_from_the_door(answer) -> bool:
    """Whether it was given before Django made a request of what came in."""
    return answer.status_code in (200, 304) and not answer.reached_django


def but_its_id(answer):
    """Status and headers as the line carries them, without the request's own id and cookies that are set."""
    status, headers = answer.line
    return status, [(name, value) for name, value in headers if name not in ("X-Request-Id", "Set-Cookie")]


PAGES = (
    "/", "/strategy/", "/strategy/framework/", "/strategy/framework/1/", PAGE, "/bureaus/?search=a", LIST, "/initiatives/?sort=title",
    "/reporting/", "/method/", "/heat-map/", "/changes/", "/timeline/",
)  # fmt: skip
PACKED = {"as it is": {}, "packed": {"Accept-Encoding": "gzip, br"}}


@pytest.mark.parametrize("headers", PACKED.values(), ids=PACKED)
@pytest.mark.parametrize("path", PAGES)
def test_what_is_given_at_the_door_is_what_django_gives_byte_for_byte(cast, path, headers):
    """Every header and the body: as Django gives the kept page again, and unpacked what it drew first."""
    client = AtTheDoor()
    client.force_login(cast.officer)
    client.get("/method/")
    drawn = client.get(path, headers=headers)
    given = client.get(path, headers=headers)
    known_pages.clear()
    again = client.get(path, headers=headers)
    assert [is_from_the_door(one) for one in (drawn, given, again)] == [False, True, False]
    assert given.content == again.content and but_its_id(given) == but_its_id(again)
    assert unpacked(given) == unpacked(drawn)
    assert [name for name, _value in but_its_id(given)[1]] == [name for name, _value in but_its_id(drawn)[1]]


def unpacked(answer) -> bytes:
    return gzip.decompress(answer.content) if answer.get("Content-Encoding") == "gzip" else answer.content


@pytest.mark.parametrize("path", PAGES)
def test_what_the_reader_has_is_not_sent_again_and_says_so_with_the_same_headers(cast, path):
    client = reader(cast.officer, path)
    tag = {"If-None-Match": client.get(path)["ETag"]}
    given = client.get(path, headers=tag)
    known_pages.clear()
    anew = client.get(path, headers=tag)
    assert given.status_code == anew.status_code == 304 and given.content == b"" and is_from_the_door(given)
    assert but_its_id(given) == but_its_id(anew) and anew.reached_django
    assert "Content-Security-Policy" in given and given["X-Request-Id"] != anew["X-Request-Id"]


def test_a_page_that_was_first_asked_for_with_a_tag_is_known_as_well(cast):
    """The first that this process sees of it may be "you have it": what is sent later is a whole page all the same."""
    client = reader(cast.leader)
    drawn = client.get(PAGE)
    known_pages.clear()
    assert client.get(PAGE, headers={"If-None-Match": drawn["ETag"]}).status_code == 304
    given = client.get(PAGE)
    assert is_from_the_door(given) and given.content == drawn.content and but_its_id(given) == but_its_id(drawn)


def test_a_senders_id_is_answered_with_and_a_strange_one_is_not(cast):
    client = reader(cast.leader)
    for sent, is_kept in (("abc-12345", True), ("a b c", False)):
        given = client.get(PAGE, headers={"X-Request-Id": sent})
        assert (
            is_from_the_door(given) and (given["X-Request-Id"] == sent) is is_kept and len(given["X-Request-Id"]) >= 8
        )


def test_a_form_has_its_own_reader_s_token(cast):
    """A page that is given again is the page of that session and that browser, whose cookies belong to what was asked."""
    client = reader(cast.leader)
    client.cookies.pop("csrf", None)
    answer = client.get(PAGE)
    assert answer.reached_django and "csrf" in answer.cookies
    client.get(PAGE)
    assert not client.get(PAGE).cookies


CHANGES = {
    "left": {"is_active": False},
    "another password": {"password": "!another"},
    "a lower clearance": {"clearance": Handling.PUBLIC},
    "another role": {"role": "admin"},
    "another bureau": {"bureau": "own"},
    "another language": {"language": "fr"},
    "another clock": {"time_zone": "Asia/Tokyo"},
    "another name": {"full_name": "Somebody Else"},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whoever_is_not_quite_the_same_is_given_nothing(cast, change):
    client = reader(cast.leader)
    values = {name: cast.bureaus[value] if name == "bureau" else value for name, value in change.items()}
    User.objects.filter(pk=cast.leader.pk).update(**values)
    assert not is_from_the_door(client.get(PAGE))


def test_a_renamed_bureau_is_another_row(cast):
    client = reader(cast.liaison)
    Bureau.objects.filter(pk=cast.liaison.bureau_id).update(version=9)
    assert not is_from_the_door(client.get(PAGE))


def test_a_row_that_is_written_twice_in_one_transaction_is_another_each_time(cast):
    """The acts are one to the database then, but each writes the row to another place."""
    key = reader(cast.liaison).cookies[settings.SESSION_COOKIE_NAME].value
    found = [mark_now(key)]
    for model, pk in 2 * [(User, cast.liaison.pk), (Bureau, cast.liaison.bureau_id), (OpenSession, key)]:
        model.objects.filter(pk=pk).update(**{model._meta.pk.name: pk})
        found.append(mark_now(key))
    assert len(set(found)) == len(found) == 7


def test_a_session_is_given_nothing_after_its_own_end(cast):
    """The door asks whether the row is the same, not whether it has ended: when it does is remembered with the page."""
    client = reader(cast.leader)
    OpenSession.objects.filter(person_id=cast.leader.pk).update(expire_date=NOON + timedelta(seconds=20))
    client.get(PAGE)
    assert is_from_the_door(client.get(PAGE))
    with time_machine.travel(NOON + timedelta(seconds=21), tick=True):
        assert client.get(PAGE).status_code == 302


def test_an_ended_session_opens_nothing(cast):
    client = reader(cast.leader)
    OpenSession.objects.filter(person_id=cast.leader.pk).update(expire_date=NOON.replace(year=2000))
    assert client.get(PAGE).status_code == 302
    client = reader(cast.leader)
    OpenSession.objects.filter(person_id=cast.leader.pk).delete()
    assert client.get(PAGE).status_code == 302


def test_nothing_is_given_after_signing_out(cast):
    client = reader(cast.leader)
    held = dict(client.cookies)
    usual = Client()
    usual.cookies = client.cookies
    assert usual.post("/sign-out/").status_code == 302
    client.cookies.update(held)
    assert client.get(PAGE).status_code == 302


def test_a_change_of_the_data_is_seen_at_once(cast):
    client, work = reader(cast.leader, LIST), cast.work["own", 1]
    work.refresh_from_db()
    services.edit_initiative(
        initiative_id=work.pk,
        version=work.version,
        by=cast.liaison,
        at=timezone.now(),
        title="A word never seen before",
    )
    answer = client.get(LIST)
    assert not is_from_the_door(answer) and "A word never seen before" in answer.content.decode()


def test_another_cookie_header_or_address_is_another_question(cast):
    client = reader(cast.leader)
    for headers in ({"HX-Request": "true"}, {"Accept-Language": "ar"}, {"X-Anything": "new"}):
        assert not is_from_the_door(client.get(PAGE, headers=headers)), headers
    assert not is_from_the_door(client.get(PAGE, {"search": "a"}))
    client.cookies["language"] = "ar"
    answer = client.get(PAGE)
    assert not is_from_the_door(answer) and 'dir="rtl"' in answer.content.decode()


def test_two_people_never_meet_at_the_door(cast):
    """With everything the same but the session: what one may see is not what the other is given."""
    cleared, other = reader(cast.officer2, LIST), reader(cast.leader, LIST)
    assert "CANARY" in cleared.get(LIST).content.decode() and "CANARY" not in other.get(LIST).content.decode()
    assert all(is_from_the_door(client.get(LIST)) for client in (cleared, other))


def test_a_session_of_another_person_under_the_same_key_is_given_nothing(cast):
    client = reader(cast.leader)
    OpenSession.objects.filter(person_id=cast.leader.pk).update(person_id=cast.officer.pk)
    assert not is_from_the_door(client.get(PAGE))


@pytest.mark.parametrize("later", [61, 31 * 60, 13 * 3600], ids=["seen too long ago", "silent", "too long"])
def test_sessions_are_counted_and_ended_as_ever(cast, later):
    client = reader(cast.leader)
    with time_machine.travel(NOON + timedelta(seconds=later), tick=True):
        answer = client.get(PAGE)
        assert not is_from_the_door(answer) and answer.status_code == (200 if later < 100 else 302)


def test_a_list_on_which_something_ends_by_the_clock_holds_for_its_minute(cast):
    with time_machine.travel(NOON.replace(second=50), tick=False):
        client = reader(cast.officer, LIST)
    with time_machine.travel(NOON.replace(second=0) + timedelta(minutes=1), tick=False):
        assert not is_from_the_door(client.get(LIST))


def test_where_no_pages_are_kept_the_door_gives_none(cast, settings):
    client = reader(cast.leader)
    settings.PAGES_KEPT_SECONDS = 0
    assert not is_from_the_door(client.get(PAGE))


def test_at_the_door_one_question_is_asked_and_none_by_django(cast, monkeypatch):
    client, asked = reader(cast.leader), []
    usual = Straight.first_row
    monkeypatch.setattr(Straight, "first_row", lambda self, *values: asked.append(self.name) or usual(self, *values))
    with CaptureQueriesContext(connection) as caught:
        assert is_from_the_door(client.get(PAGE))
    assert asked == ["session_mark"] and not len(caught)


def test_a_head_is_no_page(cast):
    client = reader(cast.leader)
    answer = client.head(PAGE)
    assert answer.reached_django and answer.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_at_the_door_is_opened_anew_on_the_long_way(cast):
    client = reader(cast.leader)
    lose_the_connection()
    answer = client.get(PAGE)
    assert answer.status_code == 200 and answer.reached_django
    assert is_from_the_door(client.get(PAGE)), "the new connection is asked at the door again"


@pytest.mark.django_db(transaction=True)
def test_a_connection_at_the_end_of_its_days_is_left_to_django(cast):
    client = reader(cast.leader)
    connection.close_at = 0
    assert client.get(PAGE).reached_django
    connection.close()
    assert client.get(PAGE).reached_django and is_from_the_door(client.get(PAGE))


@pytest.mark.django_db(transaction=True)
def test_where_a_pool_keeps_no_prepared_question_pages_are_given_on_the_long_way(cast):
    client = reader(cast.leader)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    for _time in range(3):
        answer = client.get(PAGE)
        assert answer.status_code == 200 and answer.reached_django
