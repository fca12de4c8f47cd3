"""What changed between two days, in sentences: what moved, what was decided and why; page, file and API agree."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.utils import translation

from initiatives.models import Initiative
from outcomes import rollup
from outcomes.models import Judgement, Target
from reports import differences
from tests.cast import make_initiative
from tests.dashboard.test_known_on import LATER, cast, measure  # noqa: F401  the same people and the same three days
from tests.moments import NOON

pytestmark = pytest.mark.django_db
SINCE = f"since={NOON.date()}&until={LATER.date()}"


@pytest.fixture
def moved(cast):  # noqa: F811
    """Three days later: values, a target with its reason, a judgement, new work and a hidden one."""
    measure(cast, "own", 2, at=LATER)
    measure(cast, "other", 3, at=LATER)
    Target.objects.filter(indicator=cast.indicator).update(superseded_at=LATER)
    Target.objects.create(
        indicator=cast.indicator, due_on=cast.plan.end_on, value=400, recorded_at=LATER, revision=2, reason="Harder now."
    )
    Judgement.objects.create(
        aim=cast.aim, status="at_risk", reason="I saw it.", recorded_at=LATER, expires_on=LATER.date() + timedelta(90)
    )
    for level in (1, 3):
        made = make_initiative(cast, "other", level)
        Initiative.objects.filter(pk=made.pk).update(created_at=LATER)
    rollup.rebuild(at=LATER)
    with time_machine.travel(LATER, tick=True):
        yield cast


def words(client, query: str = SINCE) -> str:
    answer = client.get(f"/changes/?{query}")
    assert answer.status_code == 200
    main = answer.content.decode().partition('id="main"')[2]
    plain = "".join(sign for sign in unescape(re.sub(r"<[^>]+>", " ", main)) if sign not in "\u2066\u2067\u2068\u2069")
    return " ".join(plain.split())


def sent(client, query: str = SINCE) -> list[dict]:
    body = client.get(f"/changes/table.csv?{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


def test_the_page_tells_what_moved_and_what_was_decided_with_its_reason(moved, client):
    client.force_login(moved.leader)
    page = words(client)
    assert "The target of IND-1 Number of IND-1" in page and "from 100 to 400" in page and "Harder now." in page
    assert "“Aim one” was judged at risk until" in page and "I saw it." in page
    assert re.search(r"“Aim one”: progress of results went from \d+% to \d+%", page)
    assert re.search(r"IND-1 Number of IND-1: the value went from 40 to 25", page)
    assert re.search(r"New: IN-\d+ Open other", page)
    assert "CANARY" not in page


def test_the_heaviest_comes_first_and_the_file_holds_every_sentence(moved, client):
    client.force_login(moved.leader)
    rows, page = sent(client), words(client, SINCE + "&all=1")
    weights = [int(row["importance"]) for row in rows]
    assert weights == sorted(weights, reverse=True) and rows[0]["group"] == "status"
    assert all(" ".join(row["sentence"].split()) in page for row in rows)
    assert "CANARY" not in str(rows)


def test_the_figures_of_both_days_are_those_that_the_api_gives_for_them(moved, client):
    client.force_login(moved.leader)
    [row] = [one for one in sent(client) if one["kind"] == "results" and one["subject"] == "framework/1"]
    asked = f"/api/v1/progress/aim/{moved.aim.pk}/?period={moved.periods['open'].code}"
    then, now = (client.get(f"{asked}&as_of={day}").json() for day in (NOON.date(), LATER.date()))
    assert (row["before"], row["after"]) == (_progress(then), _progress(now))


def _progress(account: dict) -> str:
    return account["progress"]


def test_nothing_moves_between_two_days_on_which_nothing_happened(moved, client):
    client.force_login(moved.leader)
    page = words(client, f"since={NOON.date()}&until={NOON.date() + timedelta(days=1)}")
    assert "Nothing changed between these two days." in page


@pytest.mark.parametrize("query", ["since=2026-11-25", "until=2030-01-01", "since=2001-01-01", "since=soon", f"since={LATER.date()}&until={NOON.date()}"])
def test_days_that_cannot_be_compared_are_refused_with_the_reason(moved, client, query):
    client.force_login(moved.leader)
    assert client.get(f"/changes/?{query}").status_code == 400


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr"])
def test_every_kind_of_difference_has_its_sentence_in_every_language(language):
    from reports.render.sentences import _CHANGES, change_sentence
    from reports.render.voice import Voice

    title = {"source": "en", "texts": {"en": "A"}, "working": []}
    with translation.override(language):
        for kind in _CHANGES:
            change = differences._change(kind, {"kind": "aim", "code": "p/1", "title": title}, "0.1", "0.2", count=3)
            if kind == "status":
                change |= {"before": "on_track", "after": "at_risk"}
            if kind == "value":
                change |= {"moved": {"before": "0.1", "after": "0.2", "expected": None, "is_percent": True, "decimals": 0}}
            assert change_sentence(Voice(language), change)


def test_what_a_reader_may_not_see_moves_nothing_on_their_page(moved, client):
    measure(moved, "own", 777_001, at=LATER, handling=3)
    rollup.rebuild(at=LATER)
    client.force_login(moved.leader)
    assert "259" not in words(client, SINCE + "&all=1") and "259" not in str(sent(client))  # the mean of the three
    client.force_login(moved.auditor)
    assert "259,0" in words(client, SINCE + "&all=1") and "2590" in str(sent(client))


def test_each_sentence_leads_on_in_the_period_that_was_chosen(moved, client):
    client.force_login(moved.officer)
    code = moved.periods["closed"].code
    body = unescape(client.get(f"/changes/?{SINCE}&period={code}").content.decode()).partition('id="main"')[2]
    found = re.findall(r'href="(/(?:initiatives|strategy|indicators|changes|timeline)/[^"]*)"', body)
    assert any(link.startswith("/initiatives/IN-") for link in found) and any(link.startswith("/changes/?") for link in found)
    assert [link for link in found if f"period={code}" not in link] == []


def test_no_first_day_is_offered_of_which_nothing_is_known(moved, client):
    """The product was three days old: a week ago nothing had been recorded, and asking for it would be refused."""
    client.force_login(moved.leader)
    body = client.get(f"/changes/?{SINCE}").content.decode()
    offered = {unescape(one) for one in re.findall(r'href="(/changes/\?since=[^"]+)"', body)}
    assert offered and [one for one in offered if client.get(one).status_code != 200] == []
    with time_machine.travel(LATER + timedelta(days=6), tick=True):
        client.force_login(moved.leader)
        assert "in 7 days" in client.get("/changes/").content.decode()
        assert "in 30 days" not in client.get("/changes/").content.decode()


def test_the_kind_that_was_chosen_is_kept_in_the_file_and_in_the_form_of_the_days(moved, client):
    client.force_login(moved.officer)
    chosen = f"{SINCE}&kind=decisions"
    body = unescape(client.get(f"/changes/?{chosen}").content.decode())
    file_url = re.search(r'href="(/changes/table\.csv[^"]*)"', body)[1]
    rows = list(csv.DictReader(io.StringIO(client.get(file_url).content.decode("utf-8-sig"))))
    assert {row["group"] for row in rows} == {"decisions"} and len(rows) < len(sent(client))
    assert '<input type="hidden" name="kind" value="decisions">' in body


def test_another_first_day_keeps_the_kind_that_was_chosen(moved, client):
    with time_machine.travel(LATER + timedelta(days=30), tick=True):
        client.force_login(moved.officer)
        body = unescape(client.get("/changes/?kind=decisions").content.decode())
    days = re.findall(r'href="(/changes/\?since=[^"]*)"', body.partition('class="tabs"')[2].partition("</ul>")[0])
    assert days and all("kind=decisions" in one for one in days)


def test_a_kind_of_which_there_is_nothing_is_not_called_no_change(moved, client):
    client.force_login(moved.officer)
    told = words(client, f"{SINCE}&kind=texts")
    assert "Nothing matches these filters" in told and "Clear all filters" in told and "Nothing changed" not in told
    assert sent(client, f"{SINCE}&kind=nonsense") == sent(client)
