"""A day that cannot be is refused at its field on the page itself; what was typed is kept, and no figure passes for that day's."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from tests.dashboard.test_known_on import LATER, PAGES, cast  # noqa: F401  the same people and days
from tests.moments import NOON

pytestmark = pytest.mark.django_db
IMPOSSIBLE = [
    ((NOON + timedelta(days=1)).date().isoformat(), "Nobody knows yet"),
    ("2019-01-01", "Nothing had been recorded yet"),
    ("2026-02-31", "Give the day as year-month-day"),
    ("31 February", "Give the day as year-month-day"),
    ('"><script>', "Give the day as year-month-day"),
]


def asked(client, address: str, status: int = 400) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode().partition('id="main"')[2]


def field(body: str, name: str) -> str:
    """The field with its label and its error, as it stands on the page."""
    return body.partition(f'id="field-{name}"')[2].partition("</form>")[0].partition('id="field-')[0]


def value_of(body: str, name: str) -> str:
    [found] = re.findall(rf'<input[^>]*name="{name}"[^>]*>', body)
    return unescape((re.search(r'value="([^"]*)"', found) or ["", ""])[1])


@pytest.mark.parametrize(("day", "words"), IMPOSSIBLE)
def test_the_page_itself_says_what_is_wrong_at_the_field_and_keeps_what_was_typed(cast, client, day, words):  # noqa: F811
    client.force_login(cast.leader)
    for page in ("/strategy/framework/1/", "/heat-map/?region=here", "/initiatives/?status=active"):
        body = asked(client, f"{page}{'&' if '?' in page else '?'}known_on={day}")
        assert words in field(body, "known_on") and value_of(body, "known_on") == day
        assert 'role="alert"' in body and f'href="#{_id_of(body)}"' in body
        plain = re.sub(r"<[^>]+>", "", body)
        assert "What follows is as known today, 20 Nov 2026, and not on the day that you asked for." in plain
        assert 'name="status" value="active"' in body or "status" not in page  # the rest of the question stays


def _id_of(body: str) -> str:
    return re.search(r'<input[^>]*name="known_on"[^>]*id="([^"]+)"', body)[1]


def test_its_figures_are_todays_and_its_links_carry_no_day(cast, client):  # noqa: F811
    client.force_login(cast.leader)
    for page in PAGES:
        joint = "&" if "?" in page else "?"
        now, refused = asked(client, page, 200), asked(client, f"{page}{joint}known_on=2019-01-01")
        assert re.findall(r"\d+%", refused) == re.findall(r"\d+%", now), page
        assert "known_on=" not in re.sub(r"<form.*?</form>|<details.*?</details>", "", refused, flags=re.DOTALL)
        assert "As known on 1 Jan 2019" not in refused


def test_a_file_and_the_api_of_such_a_day_are_refused_and_not_todays(cast, client):  # noqa: F811
    client.force_login(cast.leader)
    for address in ("/strategy/framework/1/table.csv?known_on=2019-01-01", "/changes/table.csv?since=soon", "/data-quality/table.csv?known_on=2999-01-01"):
        assert client.get(address).status_code == 400
    assert client.get(f"/api/v1/progress/aim/{cast.aim.pk}/?period=2026-Q4&as_of=2026-02-31").status_code == 400


@pytest.mark.parametrize("day", ["2026-02-31", "soon", '"><script>'])
def test_the_trail_says_it_at_its_own_days_and_keeps_the_other_filters(cast, client, day):  # noqa: F811
    client.force_login(cast.officer)
    body = asked(client, f"/history/?act=validated&until=2026-11-01&since={day}")
    assert "Give the day as year-month-day" in field(body, "since") and value_of(body, "since") == day
    assert value_of(body, "until") == "2026-11-01" and 'value="validated" selected' in body and "<table" not in body


def test_it_is_said_in_the_readers_language(cast):  # noqa: F811
    said = {}
    for language in ("en", "ar", "es", "fr"):
        cast.leader.language = language
        cast.leader.save()
        client = Client()
        client.force_login(cast.leader)
        with translation.override(language):
            said[language] = asked(client, "/strategy/?known_on=2019-01-01")
    assert all(value_of(body, "known_on") == "2019-01-01" for body in said.values())
    assert len({field(body, "known_on") for body in said.values()}) == len(said)


def test_a_refused_page_is_not_kept_for_anybody(cast, client):  # noqa: F811
    client.force_login(cast.leader)
    asked(client, "/strategy/", 200)
    for _again in range(2):
        answer = client.get("/strategy/?known_on=2019-01-01")
        assert answer.status_code == 400 and "ETag" not in answer


def test_an_unknown_period_beside_it_is_still_not_found(cast, client):  # noqa: F811
    client.force_login(cast.leader)
    assert client.get("/strategy/?known_on=2019-01-01&period=1066-Q4").status_code == 404
    assert client.get("/indicators/IND-404/?known_on=2019-01-01").status_code == 404


# the two days of What changed


@pytest.mark.parametrize(
    ("since", "until", "wrong"),
    [
        ("31 February", "", {"since": "Give the day as year-month-day"}),
        ("", "2999-01-01", {"until": "Nobody knows yet"}),
        ("2001-01-01", "", {"since": "Nothing had been recorded yet"}),
        ("soon", "2999-01-01", {"since": "Give the day as year-month-day", "until": "Nobody knows yet"}),
        (LATER.date().isoformat(), NOON.date().isoformat(), {"since": "The first day comes before the second"}),
    ],
)
def test_what_changed_says_what_is_wrong_with_each_of_its_days_and_compares_nothing(cast, client, since, until, wrong):  # noqa: F811
    with time_machine.travel(LATER + timedelta(days=2), tick=True):
        client.force_login(cast.leader)
        body = asked(client, f"/changes/?since={since}&until={until}")
    for name, typed in (("since", since), ("until", until)):
        assert value_of(body, name) == typed
        assert wrong.get(name, "") in field(body, name)
        assert ("wrong-words" in field(body, name)) == (name in wrong)
    assert "Between these days nothing can be compared." in body
    assert "CSV" not in body and '<ol class="history"' not in body
