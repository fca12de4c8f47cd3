"""The period that a reader chose in the header is kept on the way: in every section, from a list to a row, and back."""

from __future__ import annotations

import re
from html import unescape

import pytest

from initiatives.models import Initiative
from outcomes import rollup
from tests.cast import settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db
LISTS = (("/bureaus/", "/bureaus/X"), ("/initiatives/", "/initiatives/IN-"), ("/timeline/", "/timeline/?"))


@pytest.fixture
def cast(noon):
    cast = settle_in(NOON.date())
    rollup.rebuild(at=NOON)
    return cast


def links(client, address: str, part: str = "") -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    body = unescape(answer.content.decode())
    if part:
        body = body.partition(part)[2]
    return re.findall(r'href="(/[^"]*)"', body)


def sections(client, address: str) -> list[str]:
    nav = unescape(client.get(address).content.decode()).partition('<nav class="nav"')[2].partition("</nav>")[0]
    return re.findall(r'href="([^"]+)"', nav)


@pytest.mark.parametrize("page", ["/strategy/", "/bureaus/", "/reports/", "/history/"])
def test_every_section_opens_in_the_period_that_was_chosen(cast, client, page):
    client.force_login(cast.officer)
    code = cast.periods["closed"].code
    found = sections(client, f"{page}?period={code}")
    assert len(found) >= 6 and all(link.endswith(f"?period={code}") for link in found)
    for link in found:
        assert client.get(link).status_code == 200
    assert not any("period=" in link for link in sections(client, page))


def test_a_period_that_there_is_not_is_not_carried_on(cast, client):
    client.force_login(cast.officer)
    assert not any("period=" in link for link in sections(client, "/history/?period=1999-Q1"))


@pytest.mark.parametrize(("page", "row"), LISTS)
def test_a_row_of_a_list_opens_in_the_period_of_the_list(cast, client, page, row):
    client.force_login(cast.officer)
    code = cast.periods["closed"].code
    found = [link for link in links(client, f"{page}?period={code}", 'id="main"') if link.startswith(row) and ".csv" not in link]
    assert found and all(f"period={code}" in link for link in found)


READING = ("/strategy/", "/indicators/", "/explain/", "/bureaus/", "/timeline/", "/initiatives/")


def test_data_quality_leads_on_in_the_period_that_was_chosen(cast, client):
    client.force_login(cast.officer)
    Initiative.objects.filter(handling=0).update(responsible=None)
    code = cast.periods["closed"].code
    found = links(client, f"/data-quality/?period={code}", 'id="main"')
    onward = [link for link in found if link.startswith(READING) and "/edit/" not in link]
    assert any(link.startswith("/initiatives/IN-") for link in onward)
    assert [link for link in onward if f"period={code}" not in link] == []
