"""Work as known on a day is what it was on that day, on every page, in the API and in files; and nobody sees more by asking."""

from __future__ import annotations

import csv
import difflib
import io
import json
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from core.handling import Handling
from core.past import undone
from initiatives.models import CrimeArea
from initiatives.services import create_initiative, edit_initiative
from objectives.models import Capability
from outcomes import rollup
from outcomes.models import ExpectedResult, Indicator
from tests.cast import make_update, said, settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db
DAYS = [NOON, NOON + timedelta(days=3), NOON + timedelta(days=6)]
TODAY = NOON + timedelta(days=9)
PAGES = (
    "/initiatives/IN-000001/",
    "/initiatives/?columns=bureau,region,status,days,delivery,results,crime_areas,capabilities,handling",
    "/initiatives/?ordering=title",
    "/initiatives/?ordering=-ends_on",
    "/initiatives/?status=active",
    "/initiatives/?status=suspended",
    "/initiatives/?handling=public",
    "/initiatives/?crime_area=fraud",
    "/initiatives/?crime_area=cybercrime",
    "/initiatives/?search=first",
    "/initiatives/?search=second",
    "/initiatives/?partner=XB",
    "/timeline/?show=all",
    "/timeline/?show=late",
    "/timeline/?show=ending",
    "/bureaus/XA/",
    "/strategy/framework/1/1/",
    "/strategy/framework/1/2/",
)
FILES = ("/initiatives/table.csv", "/initiatives/table.csv?ordering=title", "/timeline/table.csv?show=all", "/timeline/table.csv?show=late")
CALLS = (
    "/api/v1/initiatives/",
    "/api/v1/initiatives/IN-000001/",
    "/api/v1/initiatives/?ordering=title",
    "/api/v1/initiatives/?ordering=-updated_at",
    "/api/v1/initiatives/?status=suspended",
    "/api/v1/initiatives/?search=second",
    "/api/v1/initiatives/?running_in=2026-Q4&count=true",
    "/api/v1/initiatives/?plan=framework",
)


@pytest.fixture
def cast(noon):
    cast = settle_in(NOON.date(), with_work=False)
    cast.second = ExpectedResult.objects.create(aim=cast.aim, number=2, text=said("Another change"))
    cast.fraud = CrimeArea.objects.create(code="fraud", name=said("Fraud"))
    cast.tools = Capability.objects.create(plan=cast.plan, code="tools", number=2, name=said("Tools"))
    cast.other_indicator = Indicator.objects.create(
        expected_result=cast.second, code="IND-2", name=said("Another number"), kind="level", created_at=cast.at
    )
    cast.one = log(cast, "First words", at=NOON)
    cast.steady = log(cast, "Steady", at=NOON)
    Indicator.objects.update(created_at=cast.at)
    rollup.rebuild(at=NOON)
    return cast


def log(cast, title: str, *, at, by="liaison", shares=None, **values):
    start = cast.today
    return create_initiative(
        **{
            "by": cast.people[by], "at": at, "title": title, "summary": f"Summary of {title}", "starts_on": start,
            "ends_on": start + timedelta(days=400), "shares": shares or [(cast.result, Decimal(60))],
            "milestones": [{"title": f"Step of {title}", "due_on": start + timedelta(days=1), "weight": Decimal("1.50")}],
            "crime_areas": [cast.crime_area], "capabilities": [cast.capability], "indicators": [cast.indicator],
            **values,
        }
    )  # fmt: skip


def change(one, *, by, at, **values):
    one.refresh_from_db()
    return edit_initiative(initiative_id=one.pk, version=one.version, by=by, at=at, **values)


def change_everything(cast, at):
    """Every field that a bureau may change, and another piece of work."""
    start = cast.today
    change(
        cast.one, by=cast.liaison, at=at, title="Second words", summary="Other words", language="fr",
        responsible=cast.colleague, starts_on=start + timedelta(days=2), ends_on=start + timedelta(days=30),
        status="suspended", handling=Handling.PUBLIC, budget_eur=Decimal("1200.50"), staff_fte=Decimal("2.5"),
        partners=[cast.bureaus["other"]], capabilities=[cast.tools], crime_areas=[cast.fraud],
        indicators=[cast.other_indicator], shares=[(cast.second, Decimal(35)), (cast.result, Decimal("10.5"))],
        milestones=[
            {"title": "New step", "due_on": start + timedelta(days=5), "done_on": start + timedelta(days=3), "weight": Decimal(2)},
            {"title": "Last step", "due_on": start + timedelta(days=4), "done_on": None, "weight": Decimal(1)},
        ],
    )  # fmt: skip
    log(cast, "Newcomer", at=at)


def change_again(cast, at):
    change(cast.one, by=cast.liaison, at=at, title="Third words", status="active", shares=[(cast.result, Decimal(5))],
           milestones=[], crime_areas=[cast.fraud, cast.crime_area])  # fmt: skip
    change(cast.steady, by=cast.liaison, at=at, ends_on=cast.today + timedelta(days=900))


def told(client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    main = answer.content.decode().partition('id="main"')[2].partition("</main>")[0]
    for part in (
        r'<aside class="notice.*?</aside>', r'<p class="stamp".*?</p>', r"<details.*?</details>", r'<ul class="chips".*?</ul>',
        r'<p class="small quiet">.*?</p>', r'<span class="n">\d+</span>', r'<label.*?</label>', r"<(input|button).*?>", r'<p class="acts">.*?</p>',
        r'<nav class="pager.*?</nav>', r'<div class="(acts|stay)">.*?</div>', r'<section aria-labelledby="people".*?</section>',
    ):  # fmt: skip
        main = re.sub(part, " ", main, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", main)).split()


def fetched(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.content)
    return answer.getvalue().decode()


def called(client, address: str):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.content)
    return {key: value for key, value in answer.json().items() if key not in ("next", "previous")}


def at_day(address: str, moment, name: str = "known_on") -> str:
    return f"{address}{'&' if '?' in address else '?'}{name}={moment.date()}"


def everything(client, moment=None) -> dict:
    """All that the product says of the work; of a day, if one is given."""
    def of(address, name="known_on"):
        return at_day(address, moment, name) if moment else address

    return {
        **{address: told(client, of(address)) for address in PAGES},
        **{address: fetched(client, of(address)) for address in FILES},
        **{address: called(client, of(address, "as_of")) for address in CALLS},
    }


@pytest.mark.parametrize("who", ["leader", "liaison", "officer"])
def test_work_changed_in_every_field_is_shown_as_it_was_before_between_and_after(cast, client, who):
    seen = []
    for moment, act in zip(DAYS, (None, change_everything, change_again), strict=True):
        with time_machine.travel(moment, tick=True):
            if act:
                act(cast, moment)
            client.force_login(cast.people[who])
            seen.append(everything(client))
    assert seen[0] != seen[1] != seen[2]
    with time_machine.travel(TODAY, tick=True):
        client.force_login(cast.people[who])
        for moment, then in zip(DAYS, seen, strict=True):
            back = everything(client, moment)
            wrong = [(key, *_differs(back[key], then[key])) for key in then if back[key] != then[key]]
            assert not wrong, f"{moment}: {wrong}"


def _differs(one, other) -> list[str]:
    """What was shown for the day, against what had been shown on it."""
    words = [each if isinstance(each, list) else json.dumps(each, indent=1).split("\n") for each in (one, other)]
    return [line for line in difflib.ndiff(*words) if line[0] in "+-"]


def test_page_api_and_files_say_the_same_of_the_same_day(cast, client):
    change_everything(cast, DAYS[1])
    change_again(cast, DAYS[2])
    with time_machine.travel(TODAY, tick=True):
        client.force_login(cast.leader)
        for moment, title in zip(DAYS, ("First words", "Second words", "Third words"), strict=True):
            rows = called(client, at_day("/api/v1/initiatives/?ordering=code", moment, "as_of"))["results"]
            sheet = list(csv.DictReader(io.StringIO(fetched(client, at_day("/initiatives/table.csv?ordering=code", moment)).lstrip("\ufeff"))))
            book = load_workbook(io.BytesIO(client.get(at_day("/initiatives/table.xlsx?ordering=code", moment)).content))
            names = ("code", "title", "status", "starts_on", "ends_on", "handling", "language", "summary")
            assert [[row[name] for name in names] for row in sheet] == [[row[name] for name in names] for row in rows]
            assert [row[1].value for row in list(book.active.rows)[1:]] == [row["title"] for row in rows]
            assert rows[0]["title"] == title
            assert title in fetched(client, at_day("/initiatives/IN-000001/", moment))
            assert title in " ".join(told(client, at_day("/initiatives/?ordering=code", moment)))
            assert called(client, at_day("/api/v1/initiatives/IN-000001/", moment, "as_of")) == rows[0]


def test_the_delivery_of_the_day_is_worked_out_from_the_dates_shares_and_milestones_of_the_day(cast, client):
    address = "/api/v1/initiatives/IN-000001/delivery/?period=2026-Q4"
    above = f"/api/v1/progress/result/{cast.result.pk}/?period=2026-Q4&measure=delivery"
    client.force_login(cast.officer)
    then = [called(client, one)["explanation"] for one in (address, above)]
    change_everything(cast, DAYS[1])
    now = [called(client, one)["explanation"] for one in (address, above)]
    with time_machine.travel(TODAY, tick=True):
        client.force_login(cast.officer)
        back = [called(client, at_day(one, NOON, "as_of"))["explanation"] for one in (address, above)]

    def without_places(account):  # a milestone that is gone is named by its place
        return re.sub(r'"[^"]*milestone:\d+"', '"step"', json.dumps(account))

    assert [without_places(one) for one in back] == [without_places(one) for one in then] != [without_places(one) for one in now]


def test_work_that_was_not_there_yet_is_not_there(cast, client):
    change_everything(cast, DAYS[1])
    with time_machine.travel(TODAY, tick=True):
        client.force_login(cast.leader)
        assert client.get("/initiatives/IN-000003/").status_code == 200
        assert client.get(at_day("/initiatives/IN-000003/", NOON)).status_code == 404
        assert client.get(at_day("/api/v1/initiatives/IN-000003/", NOON, "as_of")).status_code == 404
        for address in PAGES[1:]:
            assert "Newcomer" not in fetched(client, at_day(address, NOON)), address


# what nobody may see


ASKED = (*PAGES, *FILES, *CALLS, "/initiatives/?search=KESTREL", "/api/v1/initiatives/?search=KESTREL", "/initiatives/?search=harmless")


def _hidden_by(client, moment, marks):
    for address in ASKED:
        answer = client.get(at_day(address, moment, "as_of" if address.startswith("/api") else "known_on"))
        body = answer.getvalue().decode()
        body = re.sub('search=KESTREL|value="KESTREL"|Search: KESTREL', "", body)
        assert not [mark for mark in marks if mark in body.replace(address, "")], address


@pytest.mark.parametrize("who", ["leader", "liaison2", "admin"])
def test_work_that_was_closed_since_is_not_opened_by_asking_for_an_earlier_day(cast, client, who):
    change(cast.one, by=cast.liaison, at=DAYS[1], title="KESTREL open once", summary="KESTREL")
    change(cast.one, by=cast.liaison, at=DAYS[2], handling=Handling.CONFIDENTIAL)
    with time_machine.travel(TODAY, tick=True):
        client.force_login(cast.people[who])
        for moment in DAYS:
            _hidden_by(client, moment, ["KESTREL", "IN-000001", "First words"])


@pytest.mark.parametrize("who", ["leader", "liaison2", "admin", "officer"])
def test_what_was_written_before_the_work_was_opened_stays_with_those_who_could_read_it(cast, client, who):
    secret = log(cast, "KESTREL operation", at=NOON, handling=Handling.CONFIDENTIAL, milestones=[
        {"title": "KESTREL step", "due_on": cast.today + timedelta(days=9), "weight": Decimal(1)}])  # fmt: skip
    change(secret, by=cast.liaison, at=DAYS[2], title="harmless", summary="", handling=Handling.PUBLIC, milestones=[])
    with time_machine.travel(TODAY, tick=True):
        client.force_login(cast.people[who])
        assert client.get("/initiatives/IN-000003/").status_code == 200
        assert client.get(at_day("/initiatives/IN-000003/", NOON)).status_code == 404
        for moment in DAYS[:2]:
            _hidden_by(client, moment, ["KESTREL", "IN-000003", "harmless</span>"])
        client.force_login(cast.liaison)
        assert "KESTREL operation" in fetched(client, at_day("/initiatives/IN-000003/", NOON))


def test_an_update_that_was_validated_later_is_not_in_the_story_of_the_day(cast, client):
    cast.at = DAYS[1]
    update = make_update(cast, cast.one, "validated")
    with time_machine.travel(TODAY, tick=True):
        client.force_login(cast.leader)
        assert update.achieved in fetched(client, at_day("/initiatives/IN-000001/", DAYS[1]))
        assert update.achieved not in fetched(client, at_day("/initiatives/IN-000001/", NOON))


def test_nothing_is_changed_from_a_page_of_the_past_and_links_keep_its_day(cast, client):
    with time_machine.travel(TODAY, tick=True):
        client.force_login(cast.liaison)
        page = fetched(client, at_day("/initiatives/IN-000001/", NOON))
        listed = fetched(client, at_day("/initiatives/", NOON))
    assert "As known on" in page and "/edit/" not in page and "chosen" not in listed
    onward = re.findall(r'href="(/(?:strategy|indicators|bureaus|initiatives|explain)/[^"]+)"', page.partition('id="main"')[2])
    assert [link for link in onward if f"known_on={NOON.date()}" not in link] == ["/initiatives/IN-000001/"]  # back to today


def test_the_number_of_questions_does_not_grow_with_the_work(cast, client):
    counts = []
    for more in (2, 20):
        for number in range(more):
            change(log(cast, f"More {more} {number}", at=NOON), by=cast.liaison, at=DAYS[1], title=f"Renamed {number}")
        with time_machine.travel(TODAY, tick=True):
            client.force_login(cast.leader)
            client.get("/initiatives/")
            counts.append([_questions(client, at_day(address, NOON)) for address in (*PAGES[:2], "/timeline/", "/bureaus/XA/", *FILES[:1])])
    assert counts[0] == counts[1]
    assert max(counts[0][:3]) <= 12


def _questions(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(address).getvalue()
    return len(asked)


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ([], {"title": "now", "status": "active"}),
        ([{"title": "before"}], {"title": "before", "status": "active"}),
        ([{"title": "newest"}, {"status": "planned"}, {"title": "oldest"}], {"title": "oldest", "status": "planned"}),
    ],
)
def test_changes_are_taken_back_newest_first(changes, facts):
    present = {"title": "now", "status": "active"}
    assert undone(present, changes) == facts
    assert present == {"title": "now", "status": "active"}


def test_every_filter_asks_what_the_work_was_then(cast, client):
    asked = {
        "responsible": cast.colleague.pk, "partner": "XB", "indicator": "IND-2", "capability": cast.tools.pk, "aim": cast.aim.pk,
        "expected_result": cast.second.pk, "crime_area": "fraud", "handling": "public", "status": "suspended",
        "owing": "2026-Q4", "running_in": "2026-Q4",
    }  # fmt: skip
    before = {"aim", "owing", "running_in"}
    change_everything(cast, DAYS[1])
    change_again(cast, DAYS[2])
    change(cast.one, by=cast.liaison, at=DAYS[2], responsible=None, partners=[], capabilities=[], indicators=[], status="cancelled",
           handling=Handling.INTERNAL)  # fmt: skip
    with time_machine.travel(TODAY, tick=True):
        client.force_login(cast.officer)
        for moment, found in ((NOON, before), (DAYS[1], set(asked))):
            rows = {name: called(client, at_day(f"/api/v1/initiatives/?{name}={value}", moment, "as_of"))["results"]
                    for name, value in asked.items()}  # fmt: skip
            assert {name for name in asked if any(row["code"] == "IN-000001" for row in rows[name])} == found
