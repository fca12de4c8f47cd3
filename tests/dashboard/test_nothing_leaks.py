"""Whatever link a reader follows from their home, no page shows what is beyond their clearance."""

from __future__ import annotations

import html
import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import resolve

from core.handling import Handling
from initiatives import delivery
from initiatives.models import Evidence, Initiative, Update
from outcomes import rollup
from outcomes.models import Indicator, Measurement, RollUp
from tests.cast import settle_in
from tests.moments import NOON
from tests.standing import standing

pytestmark = pytest.mark.django_db
READERS = ("liaison", "head", "liaison2", "leader", "admin", "officer")
OWN = {"liaison": "own", "head": "own", "liaison2": "other"}
CLEARED = {"officer": Handling.RESTRICTED}
SECRET_VALUE = {"own": 310_007, "other": 740_003}
MOST_OF_A_KIND = 6
# Pages that are worked out from the leaves each time: a few of each are as telling as many.
FEWER_OF = {"dashboard:changes": 2, "dashboard:changes_csv": 1, "dashboard:heat_map": 3, "dashboard:history": 3}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with standing(django_db_blocker, measured_cast, at=NOON) as things:
        yield things


@pytest.fixture
def cast(world, noon):
    return world()


def measured_cast():
    """The permanent cast; what it holds back is measured, too, with numbers that nobody mistakes."""
    cast = settle_in(NOON.date())
    Evidence.objects.filter(handling__gte=2, update__state="draft").update(name="CANARY-proof.txt")
    for owner, value in SECRET_VALUE.items():
        _measure(cast, cast.indicator, owner, value, Handling.CONFIDENTIAL)
    _measure(cast, cast.secret_indicator, "third", 555_001, Handling.CONFIDENTIAL)
    rollup.rebuild(at=NOON)
    delivery.rebuild(at=NOON)
    return cast


def _measure(cast, indicator: Indicator, owner: str, value: int, handling: int) -> None:
    Measurement.objects.create(
        indicator=indicator, period=cast.periods["open"], bureau=cast.bureaus[owner], state="reported",
        value=Decimal(value), observed_on=cast.today, handling=handling, recorded_at=cast.at, recorded_by=cast.officer,
    )  # fmt: skip


def marks_of(cast, who: str) -> set[str]:
    """Every word that must never reach the reader."""
    person, found = cast.people[who], set()
    for work in Initiative.objects.exclude(pk__in=Initiative.objects.visible_to(person)):
        found |= {work.title, work.summary, work.code}
    for update in Update.objects.exclude(pk__in=Update.objects.visible_to(person)).select_related("initiative"):
        if update.initiative.title in found:
            found.add(update.achieved)
    for owner, value in SECRET_VALUE.items():
        if OWN.get(who) != owner:
            found |= {str(value), f"{value:,}", f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")}
    total = sum(SECRET_VALUE.values())
    return found | {str(total), f"{total:,}", "555001", "555,001", "IND-CANARY"}


def links_in(body: str, path: str) -> set[str]:
    """Addresses of our own that a page leads to."""
    found = {html.unescape(one) for one in re.findall(r'<a [^>]*href="([^"]+)"', body)}
    whole = {path + one if one.startswith("?") else one for one in found}
    return {one.partition("#")[0] for one in whole if one.startswith("/") and not one.startswith(("/static/", "/api/"))}


def kind_of(address: str) -> tuple:
    """The page and the names of what is asked of it."""
    parts = urlsplit(address)
    return resolve(parts.path).view_name, tuple(sorted(parse_qs(parts.query)))


def walked(client, start: str = "/") -> dict[str, str]:
    """What the reader sees, following every link from the start; some of each kind of page."""
    seen, waiting, kinds = {}, [start], Counter()
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        kinds[kind] += 1
        if kinds[kind] > FEWER_OF.get(kind[0], MOST_OF_A_KIND):
            continue
        answer = client.get(address)
        is_file = answer.streaming or "attachment" in answer.get("Content-Disposition", "")
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        seen[address] = body.decode("utf-8", errors="replace")
        if not is_file:
            more = links_in(seen[address], urlsplit(address).path)
            waiting += sorted(more - set(seen) - set(waiting))
    return seen


@pytest.mark.parametrize("who", READERS)
def test_no_page_that_a_reader_can_reach_shows_what_is_hidden(cast, client, who):
    client.force_login(cast.people[who])
    marks, pages = marks_of(cast, who), walked(client)
    assert len(pages) > 30
    asked = {"/bureaus/XB/", "/bureaus/XA/", "/indicators/IND-1/", "/indicators/IND-1/values.csv", "/history/",
             "/strategy/framework/1/1/", "/strategy/framework/1/table.csv", "/initiatives/?handling=confidential",
             "/initiatives/?status=active", f"/explain/indicator/{cast.indicator.pk}/", "/heat-map/table.csv?region=here",
             "/timeline/table.csv?show=all", "/data-quality/table.csv", "/history/table.csv",
             f"/strategy/framework/1/?known_on={NOON.date()}"}  # fmt: skip
    pages |= {address: client.get(address).content.decode() for address in asked - set(pages)}
    shown = {address: html.unescape(body) for address, body in pages.items()}
    leaks = {(address, mark) for address, words in shown.items() for mark in marks if mark in words}
    assert leaks == set()


@pytest.mark.parametrize("who", ("leader", "liaison"))
def test_a_search_for_hidden_words_is_a_search_for_nothing(cast, client, who):
    client.force_login(cast.people[who])
    hidden = Initiative.objects.exclude(pk__in=Initiative.objects.visible_to(cast.people[who])).first()
    Initiative.objects.filter(pk=hidden.pk).update(summary="Heliotrope", title="CANARY Heliotrope")
    found, nothing = (plain(client, f"/initiatives/?search={word}", word) for word in ("Heliotrope", "Periwinkle"))
    assert found == nothing
    by_code = (plain(client, f"/initiatives/?search={code}", code) for code in (hidden.code, "IN-999999"))
    assert len(set(by_code)) == 1


def plain(client, address: str, *own_words: str) -> str:
    """The page without what differs between any two visits: tokens, the request's name, the words that were asked."""
    answer = client.get(address)
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    body = body.replace(answer["X-Request-Id"], "")
    for word in own_words:
        body = body.replace(word, "")
    return f"{answer.status_code} {body}"


@pytest.mark.parametrize("who", READERS)
def test_the_list_counts_only_what_the_reader_sees(cast, client, who):
    client.force_login(cast.people[who])
    body = client.get("/initiatives/").content.decode()
    visible = set(Initiative.objects.visible_to(cast.people[who]).values_list("code", flat=True))
    shown = set(re.findall(r"IN-\d{6}", body))
    assert shown <= visible
    if len(visible) <= 50:
        assert shown == visible and str(len(visible)) in body


@pytest.mark.parametrize("who", READERS)
def test_what_is_hidden_answers_like_what_is_not_there(cast, client, who):
    person, period = cast.people[who], cast.periods["open"].code
    client.force_login(person)
    ways = ("/initiatives/{}/", f"/updates/{{}}/{period}/", f"/updates/{{}}/{period}/check/", "/initiatives/{}/edit/")
    for work in Initiative.objects.exclude(pk__in=Initiative.objects.visible_to(person)):
        for way in ways:
            hidden = plain(client, way.format(work.code), work.code)
            assert hidden.startswith("404 ") and hidden == plain(client, way.format("IN-999999"), "IN-999999"), way
    absent = plain(client, "/evidence/00000000-0000-4000-8000-000000000000/", "00000000-0000-4000-8000-000000000000")
    for proof in Evidence.objects.exclude(update__in=Update.objects.visible_to(person)):
        assert plain(client, f"/evidence/{proof.public_id}/", str(proof.public_id)) == absent


def test_hidden_indicators_and_draft_plans_answer_like_what_is_not_there(cast, client):
    client.force_login(cast.leader)
    assert plain(client, "/indicators/IND-CANARY/", "IND-CANARY") == plain(client, "/indicators/IND-NONE/", "IND-NONE")
    for address in ("/strategy/{}/", "/strategy/{}/1/"):
        hidden = plain(client, address.format("draft-plan"), "draft-plan")
        assert hidden.startswith("404 ") and hidden == plain(client, address.format("no-plan"), "no-plan")
    hidden, absent = (f"/explain/indicator/{key}/" for key in (cast.secret_indicator.pk, 999999))
    assert plain(client, hidden, hidden).startswith("404 ")
    assert plain(client, hidden, hidden) == plain(client, absent, absent)


@pytest.mark.parametrize("day", [NOON.date(), NOON.date() + timedelta(days=1), date(2026, 1, 1)])
def test_asking_as_known_on_another_day_opens_nothing(cast, client, day):
    client.force_login(cast.leader)
    marks = marks_of(cast, "leader")
    for address in ("/indicators/IND-1/", "/strategy/framework/1/", f"/explain/indicator/{cast.indicator.pk}/"):
        body = client.get(f"{address}?as_known_on={day}").content.decode()
        assert not [mark for mark in marks if mark in html.unescape(body)], address


def test_a_total_on_too_few_restricted_values_says_restricted(cast, client):
    row = RollUp.objects.get(node_type="indicator", node_id=cast.indicator.pk, bureau=None, measure="results",
                             period=cast.periods["open"])  # fmt: skip
    assert not row.is_disclosable and row.actual is not None
    client.force_login(cast.leader)
    assert "Restricted" in client.get("/indicators/IND-1/").content.decode()
    client.force_login(cast.auditor)
    assert f"{row.actual:,.0f}" in client.get("/indicators/IND-1/").content.decode()
