"""Who asks the very same again gets it at the door, with all that an answer carries; whoever is no longer the same does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts.models import Bureau, OpenSession, User
from core.handling import Handling
from initiatives import services
from interpol_strategy import given_again
from interpol_strategy.given_again import known_pages
from tests.cast import settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db
PAGE, LIST = "/bureaus/", "/initiatives/"


@pytest.fixture
def cast(noon, settings):
    settings.PAGES_KEPT_SECONDS = 600
    known_pages.clear()
    return settle_in(NOON.date())


def reader(person, path=PAGE) -> Client:
    """Signed in, and given the page twice: it is known at the door."""
    client = Client()
    client.force_login(person)
    client.get("/method/"), client.get(path)
    assert is_from_the_door(client.get(path))
    return client


def is_from_the_door(answer) -> bool:
    """Whether it was given before anybody asked for the session, the address or the language."""
    return answer.status_code in (200, 304) and not hasattr(answer.wsgi_request, "session")


def test_what_is_given_at_the_door_is_what_was_drawn(cast):
    client = reader(cast.leader)
    given = client.get(PAGE)
    known_pages.clear()
    anew = client.get(PAGE)
    assert is_from_the_door(given) and not is_from_the_door(anew) and given.content == anew.content
    kept_apart = {"X-Request-Id"}
    assert {n: v for n, v in given.items() if n not in kept_apart} == {n: v for n, v in anew.items() if n not in kept_apart}


def test_what_the_reader_has_is_not_sent_again_and_says_so_with_the_same_headers(cast):
    client = reader(cast.leader)
    tag = {"If-None-Match": client.get(PAGE)["ETag"]}
    given = client.get(PAGE, headers=tag)
    known_pages.clear()
    anew = client.get(PAGE, headers=tag)
    assert given.status_code == anew.status_code == 304 and given.content == b"" and is_from_the_door(given)
    assert set(given.headers) == set(anew.headers)
    assert "Content-Security-Policy" in given and given["X-Request-Id"] != anew["X-Request-Id"]


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
    client.post("/sign-out/")
    client.cookies.update(held)
    assert client.get(PAGE).status_code == 302


def test_a_change_of_the_data_is_seen_at_once(cast):
    client, work = reader(cast.leader, LIST), cast.work["own", 1]
    work.refresh_from_db()
    services.edit_initiative(
        initiative_id=work.pk, version=work.version, by=cast.liaison, at=timezone.now(), title="A word never seen before"
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


def test_a_database_that_fails_at_the_door_is_told_where_it_always_is(cast, monkeypatch):
    def lost(*args, **kwargs):
        raise OperationalError("connection to 10.0.0.1 refused")

    client = reader(cast.leader)
    monkeypatch.setattr(given_again, "session_row", lost)
    answer = client.get(PAGE)
    assert answer.status_code == 200 and not is_from_the_door(answer)
