"""A fresh installation: every reading page opens, says honestly that there is nothing yet, and breaks nowhere."""

from __future__ import annotations

import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.management import call_command

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


def shape_of(address: str) -> str:
    """Addresses that differ by a number, a code or a value alone lead to the same sort of page."""
    parts = urlsplit(address)
    path = re.sub(r"/[A-Z]{2}(-[A-Z]{3})?/|[GO]?\d+([.-]I?\d+)*", "#", parts.path)
    return path + "?" + "&".join(sorted(one.partition("=")[0] for one in parts.query.split("&")))


def test_every_link_of_a_fresh_installation_leads_somewhere(officer, client):
    """Both plans are there and no period has begun: pages, explanations and files say so instead of breaking."""
    call_command("load_plans", verbosity=0)
    asked, tried, dead = deque([("/", "")]), set(), []
    while asked:
        address, source = asked.popleft()
        if shape_of(address) in tried:
            continue
        tried.add(shape_of(address))
        answer = client.get(address, follow=True)
        if answer.status_code != 200:
            dead.append((answer.status_code, address, source))
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        links = re.findall(r'<a[^>]+href="([^"#]+)', answer.content.decode())
        found = (urljoin(answer.request["PATH_INFO"], unescape(link)) for link in links)
        asked += [(link, address) for link in found if link.startswith("/") and not link.startswith(("/static/", "/api/"))]
    assert dead == []
    assert len(tried) >= 40
