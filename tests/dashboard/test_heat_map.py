"""The heat map: a region is made of its bureaus' rows, page and file agree, and nothing restricted can be worked out."""

from __future__ import annotations

import csv
import gzip
import io
import re
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Bureau, MemberCountry, Region
from dashboard.heat import kept_back
from goals.models import Aim, Plan
from outcomes import rollup
from outcomes.models import ExpectedResult, Measurement, RollUp
from outcomes.summary import Row
from tests.cast import said, settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(noon):
    return settle_in(NOON.date(), with_work=False)


def measure(cast, bureau: Bureau, value: int, handling: int = 1) -> None:
    Measurement.objects.create(
        indicator=cast.indicator, period=cast.periods["open"], bureau=bureau, state="reported", value=Decimal(value),
        observed_on=cast.today, handling=handling, recorded_at=cast.at, recorded_by=cast.officer,
    )  # fmt: skip


def compare_bureaus(cast) -> None:
    """An indicator whose bureaus are each held against its target."""
    type(cast.indicator).objects.filter(pk=cast.indicator.pk).update(combine_bureaus="weighted_mean")
    type(cast.secret_indicator).objects.filter(pk=cast.secret_indicator.pk).update(state="retired")


def sent(client, address: str) -> list[dict]:
    body = client.get(address).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


def words(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    main = answer.content.decode().partition('id="main"')[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_a_region_is_the_mean_of_its_bureaus_and_page_and_file_say_the_same(cast, client):
    compare_bureaus(cast)
    for owner, value in (("own", 20), ("other", 40), ("third", 60)):
        measure(cast, cast.bureaus[owner], value)
    rollup.rebuild(at=NOON)
    client.force_login(cast.leader)
    [line] = [one for one in sent(client, "/heat-map/table.csv") if one["region"] == "here"]
    stored = [
        row.progress for row in RollUp.objects.filter(node_type="aim", node_id=cast.aim.pk, bureau__isnull=False,
                                                      period=cast.periods["open"], measure="results")
    ]  # fmt: skip
    assert len(stored) == 3 and Decimal(line["progress"]) == sum(stored) / 3 == Decimal("0.4")
    assert "40%" in words(client, "/heat-map/")
    rows = sent(client, "/heat-map/table.csv?region=here&row=1")
    assert [Decimal(one["progress"]) for one in rows] == [Decimal("0.4"), Decimal("0.2"), Decimal("0.6")]  # by name
    page = words(client, "/heat-map/?region=here&row=1")
    assert all(share in page for share in ("20.0%", "40.0%", "60.0%"))


def test_the_file_and_the_api_give_a_bureau_the_same_figure(cast, client):
    compare_bureaus(cast)
    measure(cast, cast.bureaus["own"], 20)
    rollup.rebuild(at=NOON)
    client.force_login(cast.leader)
    [line] = sent(client, "/heat-map/table.csv?region=here&row=1")
    asked = f"/api/v1/roll-ups/?node_type=aim&node_id={cast.aim.pk}&bureau=XA&period={cast.periods['open'].code}&measure=results"
    [row] = client.get(asked).json()["results"]
    assert Decimal(line["progress"]) == Decimal(row["progress"]) and line["status"] == row["status"]


def test_three_clicks_lead_from_a_cell_to_the_values_behind_it(cast, client):
    measure(cast, cast.bureaus["own"], 20)
    rollup.rebuild(at=NOON)
    client.force_login(cast.leader)
    page = client.get("/heat-map/").content.decode()
    cell = unescape(re.search(r'<a class="cell[^"]*" href="([^"]+region=here[^"]*)"', page)[1])
    account = unescape(re.search(r'href="(/explain/aim/[^"]+)"', client.get(cell).content.decode())[1])
    assert "bureau=XA" in account and client.get(account).status_code == 200


# what is restricted


@pytest.mark.parametrize("held_back", [1, 2])
def test_a_cell_on_fewer_than_three_restricted_bureaus_says_restricted(cast, client, held_back):
    compare_bureaus(cast)
    for number, owner in enumerate(("own", "other", "third")):
        measure(cast, cast.bureaus[owner], 31 + number, handling=2 if number < held_back else 1)
    rollup.rebuild(at=NOON)
    client.force_login(cast.leader)
    [line] = [one for one in sent(client, "/heat-map/table.csv") if one["region"] == "here"]
    assert line["status"] == "restricted" and not line["progress"] and not line["coverage"]
    assert "restricted" in words(client, "/heat-map/")
    one_by_one = {one["bureau"]: one["status"] for one in sent(client, "/heat-map/table.csv?region=here")}
    assert one_by_one["XA"] == "restricted" and one_by_one["XC"] != "restricted"
    client.force_login(cast.auditor)
    [line] = [one for one in sent(client, "/heat-map/table.csv") if one["region"] == "here"]
    assert Decimal(line["progress"]) == Decimal("0.32")


def test_a_bureau_sees_its_own_restricted_part(cast, client):
    compare_bureaus(cast)
    measure(cast, cast.bureaus["own"], 31, handling=2)
    rollup.rebuild(at=NOON)
    client.force_login(cast.liaison)
    [line] = sent(client, "/heat-map/table.csv?region=here")
    assert Decimal(line["progress"]) == Decimal("0.31")


def row(*restricted: int) -> Row:
    return Row("on_track", restricted_bureau_ids=restricted, highest_handling=2 if restricted else 1,
               is_disclosable=len(restricted) in (0, *range(3, 200)))  # fmt: skip


def test_no_region_can_be_worked_out_from_the_others(cast):
    regions = {"a": row(1, 2, 3), "b": row(4), "c": row(5, 6, 7, 8), "d": row()}
    assert kept_back(cast.leader, regions) == {"a", "b"}  # the total less c and d leaves four bureaus mixed
    assert kept_back(cast.officer, regions) == set()
    assert kept_back(cast.leader, {"a": row(1), "b": row(2), "c": row(3)}) == {"a", "b", "c"}
    assert kept_back(cast.leader, {"a": row(1, 2, 3), "d": row()}) == set()


# weight


def test_eight_aims_against_five_regions_and_two_hundred_bureaus_stay_small(cast, client):
    regions = [Region.objects.create(code=f"r{n}", name=said(f"Region {n}"), position=n) for n in range(5)]
    aims = [
        cast.aim,
        *(Aim.objects.create(plan=cast.plan, number=n, title=said(f"Aim number {n} of the plan")) for n in range(2, 9)),
    ]
    for aim in aims[1:]:
        ExpectedResult.objects.create(aim=aim, number=1, text=said("A change"))
    made = []
    for n in range(196):
        country = MemberCountry.objects.create(iso2=f"{n:02x}".upper(), iso3=f"{n:03d}",
                                               name=said(f"Land {n}"), region=regions[n % 5])  # fmt: skip
        made.append(
            Bureau.objects.create(
                code=f"B{n}", kind="ncb", country=country, region=regions[n % 5], name=said(f"Land {n}")
            )
        )
    RollUp.objects.bulk_create(
        RollUp(node_type="aim", node_id=aim.pk, period=cast.periods["open"], bureau=bureau, measure="results",
               status="at_risk", progress=Decimal(n % 97) / 100, expected=Decimal("0.5"), coverage=Decimal("0.8"),
               lower=0, upper=1, computed_at=NOON)
        for aim in aims for n, bureau in enumerate(made)
    )  # fmt: skip
    client.force_login(cast.officer)
    client.get("/method/")
    for address in ("/heat-map/", "/heat-map/?region=r1", "/heat-map/?region=r1&row=3"):
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(address)
        assert len(caught) <= 12, "\n".join(q["sql"][:150] for q in caught)
        assert len(gzip.compress(answer.content)) <= 20 * 1024, address


@pytest.mark.parametrize("query", ["plan=nothing", "region=nowhere", "row=99", "plan=draft-plan"])
def test_what_is_not_there_is_not_found(cast, client, query):
    client.force_login(cast.leader)
    assert client.get(f"/heat-map/?{query}").status_code == 404


@pytest.mark.parametrize("query", ["by=nothing", "measure=luck"])
def test_what_cannot_be_asked_is_refused(cast, client, query):
    client.force_login(cast.leader)
    assert client.get(f"/heat-map/?{query}").status_code == 400


# the period that it opens with


def judged_in(cast, period: str, many: int) -> None:
    for owner in ("own", "other", "third")[:many]:
        RollUp.objects.update_or_create(
            node_type="aim", node_id=cast.aim.pk, period=cast.periods[period], bureau=cast.bureaus[owner], measure="results",
            defaults={"status": "on_track", "progress": Decimal("0.4"), "expected": Decimal("0.4"), "coverage": 1,
                      "lower": Decimal("0.4"), "upper": Decimal("0.4"), "computed_at": NOON},
        )  # fmt: skip


def test_a_period_that_has_only_begun_is_passed_over_and_the_page_says_so(cast, client):
    judged_in(cast, "closed", 3)
    judged_in(cast, "open", 1)
    client.force_login(cast.leader)
    page, closed, begun = words(client, "/heat-map/"), cast.periods["closed"].code, cast.periods["open"].code
    assert f"Figures of {closed}: of {begun} too little has been reported yet" in page
    assert {one["period"] for one in sent(client, "/heat-map/table.csv")} == {closed}
    assert f"period={closed}" in client.get("/heat-map/?region=here&row=1").content.decode()  # accounts speak of the same one


def test_a_period_that_tells_enough_is_where_it_opens(cast, client):
    judged_in(cast, "closed", 3)
    judged_in(cast, "open", 2)
    client.force_login(cast.leader)
    assert {one["period"] for one in sent(client, "/heat-map/table.csv")} == {cast.periods["open"].code}
    assert "too little has been reported yet" not in words(client, "/heat-map/")


def test_a_plan_that_begins_after_every_period_is_shown_as_nothing_known_yet(cast, client):
    Plan.objects.filter(pk=cast.plan.pk).update(start_on="2090-01-01", end_on="2094-12-31")
    client.force_login(cast.leader)
    assert client.get("/heat-map/").status_code == 200


def test_the_period_that_somebody_asked_for_is_shown_however_little_is_known(cast, client):
    judged_in(cast, "closed", 3)
    client.force_login(cast.leader)
    asked_for = cast.periods["open"].code
    assert {one["period"] for one in sent(client, f"/heat-map/table.csv?period={asked_for}")} == {asked_for}
