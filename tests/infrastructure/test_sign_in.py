"""Guesses are slowed without locking anybody else out; a new key signs nobody out."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client, override_settings

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.infrastructure.urls")]
PASSWORD = "correct horse battery staple"
VICTIM, COLLEAGUE = "victim@demo.invalid", "colleague@demo.invalid"


@pytest.fixture(autouse=True)
def people():
    for email in (VICTIM, COLLEAGUE):
        person = get_user_model()(email=email, full_name=email, role="auditor", language="en")
        person.set_password(PASSWORD)
        person.save()


def guess(email=VICTIM, password="wrong", address="192.0.2.1", **headers):
    return Client().post("/sign-in/", {"username": email, "password": password}, REMOTE_ADDR=address, headers=headers)


def tire_out(**how):
    return [guess(**how).status_code for _ in range(12)]


def test_the_right_password_opens():
    assert guess(password=PASSWORD).status_code == 302


def test_ten_guesses_pause_the_account_for_that_address_alone():
    assert tire_out()[:9] == [200] * 9
    assert guess(password=PASSWORD).status_code == 429
    assert guess(password=PASSWORD, address="198.51.100.7").status_code == 302


def test_colleagues_behind_the_same_address_still_come_in():
    tire_out()
    assert guess(email=COLLEAGUE, password=PASSWORD).status_code == 302


def test_a_pause_says_how_long_it_lasts():
    tire_out()
    answer = guess()
    assert (answer.status_code, answer["Retry-After"]) == (429, "1800")


def test_a_forged_forwarding_header_gains_nothing():
    for number in range(12):
        guess(**{"X-Forwarded-For": f"203.0.113.{number}"})
    assert guess(password=PASSWORD, **{"X-Forwarded-For": "203.0.113.99"}).status_code == 429


def test_capitals_do_not_make_it_another_account():
    for number in range(12):
        guess(email=VICTIM.upper() if number % 2 else VICTIM)
    assert guess(password=PASSWORD).status_code == 429


def test_a_stranger_learns_nothing_about_who_has_an_account():
    unknown, known = guess(email="nobody@demo.invalid").content.decode(), guess().content.decode()
    for page in (unknown, known):
        assert "errors" in page or "error" in page
    shared = lambda page: [line for line in page.splitlines() if "csrf" not in line and "@demo.invalid" not in line]  # noqa: E731
    assert shared(unknown) == shared(known)


def test_a_success_forgets_the_failures():
    for _ in range(9):
        guess()
    guess(password=PASSWORD)
    assert tire_out()[:9] == [200] * 9


def test_sessions_outlive_a_change_of_the_secret_key(client, settings):
    client.force_login(get_user_model().objects.get(email=VICTIM))
    assert client.get("/test/private/").status_code == 200
    with override_settings(SECRET_KEY="a new one " * 6, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert client.get("/test/private/").status_code == 200
    with override_settings(SECRET_KEY="another new one " * 6, SECRET_KEY_FALLBACKS=[]):
        assert client.get("/test/private/").status_code == 302


def test_signing_in_gives_the_session_a_new_name(client):
    client.get("/sign-in/")
    client.cookies["session"] = "a" * 32
    client.post("/sign-in/", {"username": VICTIM, "password": PASSWORD})
    assert client.cookies["session"].value not in {"", "a" * 32}
