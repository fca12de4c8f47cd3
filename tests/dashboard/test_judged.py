"""A judgement stands beside the computed status wherever that status is shown, and is gone when it expires."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from dashboard.figures import Figure
from dashboard.plans import Part
from dashboard.sentences import moved
from outcomes import rollup
from outcomes.models import Judgement
from outcomes.services import record_measurement
from tests.cast import settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db
SAID = re.compile(r"Judged: (on track|at risk|off track)")


@pytest.fixture
def cast(noon):
    cast = settle_in(NOON.date(), with_work=False)
    record_measurement(
        indicator=cast.indicator, period=cast.periods["open"], bureau=None, at=NOON, by=cast.officer,
        state="reported", value=Decimal(90), observed_on=NOON.date(),
    )  # fmt: skip
    rollup.rebuild(at=NOON)
    return cast


def judge(cast, status: str = "off_track", *, days: int = 30, **of) -> None:
    Judgement.objects.create(
        status=status, expires_on=cast.today + timedelta(days=days), reason="Staff leave", recorded_at=NOON,
        recorded_by=cast.officer, **of,
    )  # fmt: skip


def said(client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return SAID.findall(" ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split()).replace(" :", ":"))


@pytest.mark.parametrize(("address", "times"), [("/", 1), ("/strategy/", 2), ("/strategy/framework/", 2)])
def test_a_tile_and_its_row_show_what_was_judged(cast, client, address, times):
    client.force_login(cast.leader)
    assert said(client, address) == []
    judge(cast, aim=cast.aim)
    assert said(client, address) == ["off track"] * times


@pytest.mark.parametrize(("of", "address"), [("expected_result", "/strategy/framework/1/"), ("indicator", "/strategy/framework/1/1/")])
def test_a_part_shows_what_was_judged_of_it_on_the_page_of_its_whole(cast, client, of, address):
    judge(cast, "at_risk", **{of: cast.result if of == "expected_result" else cast.indicator})
    client.force_login(cast.leader)
    assert said(client, address) == ["at risk"]


def test_a_judgement_that_expired_is_not_shown_any_more(cast, client):
    judge(cast, aim=cast.aim, days=-1)
    client.force_login(cast.leader)
    assert said(client, "/strategy/") == []


def aims(*pairs: tuple[str, str]) -> list[Part]:
    return [Part(None, Figure(status=now), Figure(), Figure(status=was), []) for was, now in pairs]


@pytest.mark.parametrize(("pairs", "words"), [
    ([("on_track", "at_risk"), ("off_track", "on_track")], "Since the period before 1 got worse, 1 got better."),
    ([("on_track", "on_track")], "No status has changed since the period before."),
    ([("no_data", "on_track")], ""), ([], ""),
])  # fmt: skip
def test_what_changed_is_said_in_a_sentence_of_what_could_be_judged_both_times(pairs, words):
    assert moved(aims(*pairs)) == words
