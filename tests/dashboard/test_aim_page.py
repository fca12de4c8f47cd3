"""An aim's page answers why: which bureaus stand worst and best in it, what changed, and which work goes into it."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape

import pytest

from outcomes import rollup
from outcomes.models import Indicator, Measurement, RollUp
from tests.cast import settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db
PAGE = "/strategy/framework/1/"


@pytest.fixture
def cast(noon):
    cast = settle_in(NOON.date())
    Indicator.objects.update(combine_bureaus="weighted_mean")
    Indicator.objects.filter(pk=cast.secret_indicator.pk).update(state="retired")
    return cast


def measure(cast, values: dict[str, int], handling: int = 1) -> None:
    for owner, value in values.items():
        Measurement.objects.create(
            indicator=cast.indicator, period=cast.periods["open"], bureau=cast.bureaus[owner], state="reported",
            value=Decimal(value), observed_on=cast.today, handling=handling, recorded_at=cast.at, recorded_by=cast.officer,
        )  # fmt: skip
    rollup.rebuild(at=NOON)


def body(client, query: str = "") -> str:
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def bureaus(page: str) -> list[str]:
    section = page.partition('id="bureaus"')[2].partition("</section>")[0]
    return re.findall(r'href="/bureaus/(\w+)/', section)


def test_the_bureaus_furthest_behind_and_best_placed_are_named_with_their_accounts(cast, client):
    measure(cast, {"own": 60, "other": 5, "third": 30})
    client.force_login(cast.leader)
    page = body(client)
    assert bureaus(page)[0] == "XB" and set(bureaus(page)) == {"XA", "XB", "XC"} and len(bureaus(page)) == 3
    section = page.partition('id="bureaus"')[2]
    assert "of 3 bureaus whose part can be judged" in section
    account = re.search(r'href="(/explain/aim/[^"]+bureau=XB[^"]*)"', section)[1]
    assert client.get(account).status_code == 200


def test_one_bureau_alone_is_not_told_twice(cast, client):
    measure(cast, {"own": 5})
    client.force_login(cast.leader)
    assert bureaus(body(client)) == ["XA"]


def test_where_nothing_is_known_the_page_says_so(cast, client):
    rollup.rebuild(at=NOON)
    client.force_login(cast.leader)
    page = body(client)
    assert not bureaus(page) and "No bureau's part can be judged yet." in page


def test_what_the_reader_is_not_cleared_for_is_not_among_the_bureaus(cast, client):
    measure(cast, {"own": 60, "other": 31}, handling=2)
    client.force_login(cast.leader)
    page = body(client)
    assert not bureaus(page) and "31" not in page.partition('id="bureaus"')[2].partition("</section>")[0]
    client.force_login(cast.officer)
    assert set(bureaus(body(client))) == {"XA", "XB"}


def test_the_work_that_contributes_is_counted_as_its_list_counts_it(cast, client):
    for who in (cast.leader, cast.officer2):
        client.force_login(who)
        url, many = re.search(r'href="(/initiatives/\?aim=\d+)">(\d+) initiatives contribute', body(client)).groups()
        assert f"{many} initiatives" in unescape(client.get(url).content.decode())


def test_a_status_that_changed_since_the_period_before_is_told_with_both_figures(cast, client):
    measure(cast, {"own": 60, "other": 60, "third": 60})
    before = RollUp.objects.filter(period=cast.periods["closed"], bureau=None, measure="results")
    before.update(status="off_track", progress=Decimal("0.1"))
    client.force_login(cast.leader)
    page = body(client)
    section = page.partition('id="changed"')[2].partition("</section>")[0]
    assert f"Changed since {cast.periods['closed'].code}" in page
    assert "from off track to" in section and "10% then" in section
