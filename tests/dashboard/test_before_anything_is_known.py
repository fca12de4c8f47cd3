"""A fresh installation: every reading page opens, says honestly that there is nothing yet, and breaks nowhere."""

from __future__ import annotations

import pytest

from accounts.models import Role, User
from core.handling import Handling

pytestmark = pytest.mark.django_db
PAGES = ("/strategy/", "/heat-map/", "/changes/", "/timeline/", "/data-quality/", "/bureaus/", "/history/", "/method/")


@pytest.fixture
def officer(client):
    person = User.objects.create(email="first@test.invalid", full_name="First", role=Role.OFFICER, clearance=Handling.RESTRICTED)
    client.force_login(person)
    return person


@pytest.mark.parametrize("address", PAGES)
def test_a_reading_page_opens_before_anything_is_known(officer, client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert "None" not in answer.content.decode().partition("<main")[2].replace('value="None"', "")


@pytest.mark.parametrize("address", ["/heat-map/table.csv", "/changes/?since=2026-01-01", "/strategy/?known_on=2020-01-01"])
def test_what_cannot_be_told_yet_is_refused_and_never_an_error_of_ours(officer, client, address):
    assert client.get(address).status_code in (400, 404)
