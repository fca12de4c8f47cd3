"""The door to the administration: who finds which rooms there, and what they say of themselves."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboard.administration import all_entries, count, entries_for
from tests.cast import settle_in
from tests.moments import NOON


@pytest.fixture
def cast(noon):
    return settle_in(noon.date(), with_work=False)


def opened(person):
    client = Client()
    client.force_login(person)
    return client.get("/administration/")


def test_each_room_has_an_address_and_says_what_it_is_for(cast):
    for entry in all_entries():
        assert reverse(entry.address).startswith("/")
        assert str(entry.title) and str(entry.words)


@pytest.mark.parametrize("part", ["officer", "auditor"])
def test_whoever_administers_finds_their_rooms(cast, part):
    page = opened(cast.people[part])
    assert page.status_code == 200
    for entry in entries_for(cast.people[part]):
        assert str(entry.title) in page.content.decode()


@pytest.mark.parametrize("part", ["liaison", "head", "leader"])
def test_to_others_it_is_closed_with_the_reason(cast, part):
    page = opened(cast.people[part])
    assert page.status_code == 403
    assert "The administration is for" in page.content.decode()
    assert "/administration/" not in Client().get("/sign-in/").content.decode()


def test_all_rooms_are_counted_with_few_questions(cast):
    entries = all_entries()
    with CaptureQueriesContext(connection) as caught:
        numbers = count(cast.officer, entries, NOON.date())
    assert len(caught) <= 3, [one["sql"][:200] for one in caught]
    for entry, found in zip(entries, numbers, strict=True):
        assert entry.state(found) is not None
