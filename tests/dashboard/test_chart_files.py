"""Above every chart stand chart, table and CSV, and the CSV holds what that chart draws, not the page's other numbers."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from core.formats import percent
from tests.visits import VISITS

DRAWN = ("aim", "result", "indicator", "initiative")


def figures(body: str) -> list[str]:
    return re.findall(r'<figure class="chart".*?</figure>', body, re.S)


def file_of(figure: str) -> str:
    found = re.search(r'<a class="csv" href="([^"]+)"', figure)
    assert found, figure[:200]
    return unescape(found[1])


def sent(client, address: str) -> list[dict]:
    answer = client.get(address)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/csv"), address
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.django_db
@pytest.mark.parametrize("name", DRAWN)
def test_every_chart_has_a_sentence_a_table_and_a_file_of_its_own(demo, client, name):
    client.force_login(demo.people["officer"])
    drawn = figures(client.get(VISITS[f"dashboard:{name}"].address(f"dashboard:{name}", demo)).content.decode())
    assert drawn
    for figure in drawn:
        assert re.search(r"<figcaption><h\d>[^<]+</h\d><p>[^<]{10,}</p>", figure) and "<table" in figure
        assert sent(client, file_of(figure))
    assert len({file_of(figure) for figure in drawn}) == len(drawn)


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["", "?measure=delivery", "?bureau=SN"])
def test_the_account_of_a_whole_draws_how_much_is_known_and_its_file_tells_the_same(demo, client, asked):
    client.force_login(demo.people["officer"])
    aim = demo.indicator.expected_result.aim_id
    (drawn,) = figures(client.get(f"/explain/aim/{aim}/{asked}").content.decode())
    told = {row["what"]: row["share"] for row in sent(client, file_of(drawn))}
    assert set(told) == {"known", "at_least", "at_most", "mean_of_known"}
    assert all(percent(Decimal(share), 0) in drawn for share in told.values())
    account = client.get(reverse("api:progress-explain", args=["aim", aim]) + f"{asked or '?'}&period={demo.period.code}").json()
    steps = {step["name"]: step["value"] for step in account["explanation"]["steps"]}
    assert Decimal(told["known"]) == pytest.approx(Decimal(steps["coverage"]), abs=Decimal("1e-9"))


@pytest.mark.django_db
def test_the_file_of_a_path_tells_the_same_periods_as_the_chart(demo, client):
    client.force_login(demo.people["leader"])
    trend, statuses = figures(client.get(f"/strategy/{demo.goal}/2/").content.decode())
    rows = sent(client, file_of(trend))
    for row in rows:
        assert percent(Decimal(row["progress"]), 0).rstrip("%") in trend
    counted = {row["status"]: int(row["indicators"]) for row in sent(client, file_of(statuses))}
    assert sum(counted.values()) == int(re.search(r"of (\d+) indicators", statuses)[1])
