"""Every page of the product is known to the tests, opens for whoever may see it, and keeps the rules of all pages."""

from __future__ import annotations

import gzip
import json
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from initiatives.models import Initiative
from tests.visits import EVERYONE, NO_PAGES, VISITS, keeps_the_session, names_of_all_addresses

BASELINE = Path(__file__).with_name("query_counts.json")
MOST_QUERIES = 8  # the goal, for whoever reads it
GOALS = {"dashboard:overview": 5}
PAGES = [(name, who) for name, visit in sorted(VISITS.items()) for who in visit.who]
FIRST = [(name, visit.who[0]) for name, visit in sorted(VISITS.items())]
KILOBYTE = 1024
LARGER = {"initiatives:review": 20, "initiatives:review_update": 20}
OTHERS_PAPER = {"reports:edition"}  # the filed document itself, shown as it was filed
LIVING = {"dashboard:style"}  # every part there is, on one page


@dataclass(frozen=True)
class Seen:
    """What came of opening a page."""

    answer: HttpResponse
    html: str
    queries: tuple[str, ...]


@pytest.fixture(scope="module")
def doors(demo):
    """A signed-in client of everyone's, whose session has been written once."""
    made = {"": Client()}
    for who in EVERYONE:
        made[who] = Client()
        made[who].force_login(demo.people[who])
        made[who].get("/method/")
    return made


@pytest.fixture(scope="module")
def read(demo, doors):
    """Opens a page as somebody, once for all tests of the module."""

    @cache
    def read(name: str, who: str) -> Seen:
        VISITS[name].address(name, demo)  # what a page is about may be made the first time that somebody asks for it
        address = VISITS[name].address(name, demo)
        with CaptureQueriesContext(connection) as caught:
            answer = doors[who].get(address, HTTP_ACCEPT_ENCODING="gzip")
        content = answer.content
        html = gzip.decompress(content) if answer.get("Content-Encoding") == "gzip" else content
        return Seen(answer, html.decode(), tuple(one["sql"] for one in caught if not keeps_the_session(one["sql"])))

    return read


def test_every_address_is_visited_or_says_why_it_is_no_page():
    assert names_of_all_addresses() == set(VISITS) | set(NO_PAGES)


@pytest.mark.parametrize(("name", "who"), PAGES)
def test_the_page_opens_for_whoever_may_see_it(read, name, who):
    seen = read(name, who)
    assert seen.answer.status_code == 200
    assert seen.answer["Content-Type"].startswith("text/html")
    html = seen.html
    assert html.count("<h1") == 1 and html.count('id="main"') == 1
    assert "{{" not in html and "{%" not in html and "None" not in re.sub(r"<[^>]*>", " ", html)


def test_pages_are_closed_to_everyone_else(demo, doors):
    for name, visit in VISITS.items():
        for who in set(EVERYONE) - set(visit.who) if "" not in visit.who else ():
            assert doors[who].get(visit.address(name, demo)).status_code in (302, 403, 404), (name, who)


def test_nobody_reads_a_page_before_signing_in(demo, doors):
    for name, visit in VISITS.items():
        if "" not in visit.who:
            answer = doors[""].get(visit.address(name, demo))
            assert answer.status_code == 302 and answer.url.startswith("/sign-in/"), name


# rules of every page


@pytest.mark.parametrize(("name", "who"), FIRST)
def test_no_page_holds_inline_style_or_script(read, name, who):
    html = read(name, who).html
    assert not re.search(r"<style|\sstyle=[\"']|\son[a-z]+=[\"']|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    policy = read(name, who).answer["Content-Security-Policy"]
    assert "unsafe" not in policy and "script-src 'self'" in policy and "default-src 'none'" in policy


@pytest.mark.parametrize(("name", "who"), [one for one in FIRST if one[0] not in LIVING | OTHERS_PAPER])
def test_a_page_is_small_on_the_line(read, name, who):
    assert read(name, who).answer["Content-Encoding"] == "gzip"
    assert len(read(name, who).answer.content) <= LARGER.get(name, 14) * KILOBYTE


@pytest.mark.parametrize(("name", "who"), [one for one in FIRST if one[0] not in OTHERS_PAPER])
def test_every_mark_of_a_status_has_its_word(read, name, who):
    html = read(name, who).html
    for mark in re.finditer(r"<svg[^>]*><use href=\"#s-[a-z_]+\"/></svg>(.{0,40})", html, re.DOTALL):
        assert "aria-label=" in mark.group(0) or re.match(r"\s*<span>[^<]+", mark.group(1)), mark.group(0)


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr"])
@pytest.mark.parametrize(
    ("name", "who"), [("dashboard:overview", "leader"), ("initiatives:update", "liaison"), ("accounts:sign_in", "")]
)
def test_the_page_says_its_language_and_direction(demo, doors, language, name, who):
    doors[who].cookies["language"] = language
    html = doors[who].get(VISITS[name].address(name, demo)).content.decode()
    del doors[who].cookies["language"]
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html


@pytest.mark.parametrize("name", ["dashboard:initiatives", "dashboard:initiative", "dashboard:bureau"])
def test_what_people_wrote_carries_its_language_and_finds_its_direction(read, demo, name):
    html = read(name, "liaison").html
    named = dict(Initiative.objects.values_list("title", "language"))
    shown = [title for title in named if f">{escape(title)}<" in html]
    assert shown
    for title in shown:
        around = re.findall(rf"<\w+([^>]*)>{re.escape(escape(title))}<", html)
        assert all(f'lang="{named[title]}"' in one and 'dir="auto"' in one for one in around), title


# questions to the database


def test_every_page_asks_the_database_as_often_as_its_baseline_says(read, capsys):
    """`UPDATE_QUERY_COUNTS=1 pytest tests/dashboard/test_every_page.py` writes the baseline anew, to be reviewed."""
    found: dict[str, dict[str, int]] = {}
    for name, who in PAGES:
        found.setdefault(name, {})[who or "nobody"] = len(read(name, who).queries)
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        BASELINE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    with capsys.disabled():
        most = max((max(counts.values()), name) for name, counts in found.items())
        print(f"\nquery counts: {len(found)} pages, most {most}")
    assert found == json.loads(BASELINE.read_text())


@pytest.mark.parametrize(("name", "who"), PAGES)
def test_no_page_asks_the_database_more_than_the_goal(read, name, who):
    queries = read(name, who).queries
    assert len(queries) <= GOALS.get(name, MOST_QUERIES), "\n".join(sorted(one[:160] for one in queries))
