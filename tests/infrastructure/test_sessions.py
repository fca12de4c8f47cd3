"""How long a session lasts, and in whose language and clock its pages are."""

import time

import pytest
from django.contrib.auth import SESSION_KEY, get_user_model

from accounts.sessions import SessionStore

pytestmark = [pytest.mark.urls("tests.infrastructure.urls"), pytest.mark.django_db]
PAGE = "/test/private/"


@pytest.fixture
def person():
    return get_user_model().objects.create(
        email="reader@demo.invalid", full_name="A Reader", role="auditor", language="es"
    )


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    assert client.get(PAGE).status_code == 200
    return client


def _move_back(client, **seconds):
    session = client.session
    for mark, by in seconds.items():
        session[mark] -= by
    session.save()


def test_a_page_asks_who_is_reading(client):
    answer = client.get(PAGE)
    assert answer.status_code == 302
    assert answer["Location"] == f"/sign-in/?next={PAGE}"


def test_silence_of_half_an_hour_ends_the_session(signed_in):
    _move_back(signed_in, seen=30 * 60 + 5)
    assert signed_in.get(PAGE).status_code == 302


def test_twenty_nine_minutes_do_not(signed_in):
    _move_back(signed_in, seen=29 * 60)
    assert signed_in.get(PAGE).status_code == 200
    assert time.time() - signed_in.session["seen"] < 5


def test_twelve_hours_end_it_however_busy(signed_in):
    _move_back(signed_in, began=12 * 3600 + 5)
    assert signed_in.get(PAGE).status_code == 302


def test_an_ended_session_is_gone_from_the_database(signed_in):
    key = signed_in.session.session_key
    _move_back(signed_in, seen=30 * 60 + 5)
    signed_in.get(PAGE)
    assert SESSION_KEY not in SessionStore(key)


def test_a_busy_minute_writes_the_session_once(signed_in, django_assert_num_queries):
    with django_assert_num_queries(1):
        signed_in.get(PAGE)


def test_a_deactivated_person_is_out_at_the_next_click(signed_in, person):
    person.is_active = False
    person.save()
    assert signed_in.get(PAGE).status_code == 302


def test_pages_speak_the_persons_language(signed_in):
    assert signed_in.get(PAGE)["Content-Language"] == "es"


def test_a_choice_in_this_browser_goes_first(signed_in):
    signed_in.post("/i18n/setlang/", {"language": "ar", "next": PAGE})
    assert signed_in.get(PAGE)["Content-Language"] == "ar"


def test_a_choice_never_leads_to_another_site(signed_in):
    answer = signed_in.post("/i18n/setlang/", {"language": "ar", "next": "https://evil.example.org/"})
    assert answer["Location"] == "/"


def test_the_wrong_clock_of_one_reader_is_not_the_next_ones(rf, person):
    from django.utils import timezone

    from interpol_strategy.middleware import ReaderLocale

    person.time_zone = "Pacific/Apia"
    request = rf.get("/")
    request.user = person
    seen = ReaderLocale(lambda request: timezone.get_current_timezone_name())(request)
    assert (seen, timezone.get_current_timezone_name()) == ("Pacific/Apia", "UTC")
