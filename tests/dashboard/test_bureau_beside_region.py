"""How a bureau does against its plan and its region: the column for the region is the heat map's own cell, today and then."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from accounts.models import Bureau
from outcomes import rollup
from tests.cast import settle_in
from tests.dashboard.test_heat_map import compare_bureaus, measure, sent, words
from tests.moments import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(noon):
    return settle_in(NOON.date(), with_work=False)


def tell(cast, **values: int) -> None:
    compare_bureaus(cast)
    for owner, value in values.items():
        measure(cast, cast.bureaus[owner], value)
    rollup.rebuild(at=NOON)


def region_of(client, code: str, query: str = "") -> tuple[str, str]:
    """What stands in the region's column of the first aim, and where it leads."""
    page = client.get(f"/bureaus/{code}/{query}").content.decode()
    link, shown = re.search(r'<td class="n"[^>]*><a href="(/heat-map/[^"]+)">([^<]+)</a>', page).groups()
    return unescape(shown), unescape(link)


def test_the_regions_column_is_the_cell_of_the_heat_map_that_it_opens(cast, client):
    tell(cast, own=20, other=40, third=60)
    client.force_login(cast.leader)
    shown, link = region_of(client, "XA")
    [line] = [one for one in sent(client, "/heat-map/table.csv") if one["region"] == "here"]
    assert Decimal(line["progress"]) == Decimal("0.4") and shown == "40%"
    opened = words(client, link)
    assert "row=1" in link and "region=here" in link and "40.0%" in opened


def test_the_first_sentence_answers_against_plan_and_region(cast, client):
    tell(cast, own=20, other=40, third=60)
    client.force_login(cast.leader)
    below, above = words(client, "/bureaus/XA/"), words(client, "/bureaus/XC/")
    assert "of 1 aim that can be judged; above the mean of \u2068Here\u2069 in 0 of 1." in below
    assert "On track with 1 of 1 aim that can be judged; above the mean of \u2068Here\u2069 in 1 of 1." in above


def test_a_bureau_of_which_nothing_is_known_says_so(cast, client):
    tell(cast, other=40)
    client.force_login(cast.leader)
    assert "Its part of no aim can be judged yet: too little is known." in words(client, "/bureaus/XA/")
    assert region_of(client, "XA")[0] == "40%"


def test_units_of_the_general_secretariat_stand_beside_each_other(cast, client):
    Bureau.objects.filter(code__in=("XA", "XB")).update(region=None)
    tell(cast, own=20, other=40, third=60)
    client.force_login(cast.leader)
    assert region_of(client, "XA")[0] == region_of(client, "XB")[0] == "30%" and region_of(client, "XC")[0] == "60%"
    assert "General Secretariat" in words(client, "/bureaus/XA/")


def test_a_bureau_that_is_no_more_counts_for_no_region(cast, client):
    Bureau.objects.filter(code="XC").update(is_active=False)
    tell(cast, own=20, other=40, third=60)
    client.force_login(cast.leader)
    assert region_of(client, "XA")[0] == "30%"


def test_a_region_of_too_few_restricted_values_stays_hidden_beside_a_bureau(cast, client):
    compare_bureaus(cast)
    for number, owner in enumerate(("own", "other", "third")):
        measure(cast, cast.bureaus[owner], 31 + number, handling=2 if owner == "own" else 1)
    rollup.rebuild(at=NOON)
    client.force_login(cast.leader)
    assert region_of(client, "XB")[0] == "restricted" and "the mean of" not in words(client, "/bureaus/XB/")
    client.force_login(cast.auditor)
    assert region_of(client, "XB")[0] == "32%"


def test_a_past_day_compares_what_was_known_then(cast, client, time_machine):
    tell(cast, own=20, other=40)
    later = NOON + timedelta(days=2)
    measure(replace(cast, at=later), cast.bureaus["third"], 60)
    time_machine.move_to(later, tick=False)
    rollup.rebuild(at=later)
    client.force_login(cast.leader)
    assert region_of(client, "XA")[0] == "40%"
    assert region_of(client, "XA", f"?known_on={NOON.date()}")[0] == "30%"
