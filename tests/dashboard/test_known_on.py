"""A reading page as known on a day says what it said on that day, whatever was reported, corrected or revised since."""

from __future__ import annotations

import difflib
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.db import transaction

from core import audit
from initiatives import delivery
from initiatives.models import Initiative, Update
from outcomes import rollup
from outcomes.models import Indicator, Target
from outcomes.services import record_measurement
from reports.models import Edition, ReportDefinition
from tests.cast import said, settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=3)
PAGES = (
    "/strategy/",
    "/strategy/framework/",
    "/strategy/framework/1/",
    "/strategy/framework/1/1/",
    "/indicators/IND-1/",
    "/bureaus/XA/",
    "/heat-map/",
    "/heat-map/?region=here",
)


@pytest.fixture
def cast(noon):
    cast = settle_in(NOON.date())
    Initiative.objects.update(created_at=cast.at)
    Indicator.objects.update(created_at=cast.at, combine_bureaus="weighted_mean")
    cast.indicator.refresh_from_db()
    for owner, value in (("own", 20), ("other", 30), ("third", 70)):
        measure(cast, owner, value, at=NOON)
    rollup.rebuild(at=NOON)
    delivery.rebuild(at=NOON)
    with transaction.atomic():
        audit.record_many(
            audit.Entry(cast.at, None, "update.opened", update, {}, {"state": update.state})
            for update in Update.objects.order_by("pk")
        )
    return cast


def measure(cast, owner: str, value: int, *, at, handling: int = 1):
    with transaction.atomic():
        record_measurement(
            indicator=cast.indicator, period=cast.periods["open"], bureau=cast.bureaus[owner], at=at, by=None,
            state="reported", value=Decimal(value), observed_on=at.date(), handling=handling, source_ref="update:1",
        )  # fmt: skip
        rollup.refresh_branches([cast.indicator], cast.periods["open"], at=at)


def revise_everything(cast) -> None:
    """Another value, another target and another indicator, three days later."""
    measure(cast, "own", 95, at=LATER)
    measure(cast, "other", 1, at=LATER)
    Target.objects.filter(indicator=cast.indicator).update(superseded_at=LATER)
    Target.objects.create(
        indicator=cast.indicator, due_on=cast.plan.end_on, value=400, recorded_at=LATER, revision=2, reason="Harder."
    )
    Indicator.objects.create(
        expected_result=cast.result, code="IND-9", name=cast.indicator.name, kind="level", created_at=LATER
    )
    rollup.rebuild(at=LATER)


def told(client, address: str) -> list[str]:
    """The page's figures and words, without the frame, the stamp and the notice of the day."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    main = answer.content.decode().partition('id="main"')[2].partition("</main>")[0]
    for part in (
        r'<aside class="notice.*?</aside>',
        r'<p class="stamp".*?</p>',
        r"<details.*?</details>",
        r"<svg.*?</svg>",
    ):
        main = re.sub(part, " ", main, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", main)).split()


def _differs(one: list[str], other: list[str]) -> list[str]:
    return [line for line in difflib.ndiff(one, other) if line[0] in "+-"]


@pytest.mark.parametrize("who", ["leader", "liaison"])
def test_a_page_as_known_on_a_day_says_what_it_said_on_that_day(cast, client, who):
    client.force_login(cast.people[who])
    then = {address: told(client, address) for address in PAGES}
    with time_machine.travel(LATER, tick=True):
        client.force_login(cast.people[who])
        revise_everything(cast)
        now = {address: told(client, address) for address in PAGES}
        back = {
            address: told(client, address + ("&" if "?" in address else "?") + f"known_on={NOON.date()}")
            for address in PAGES
        }
    assert {address: _differs(back[address], then[address]) for address in PAGES if back[address] != then[address]} == {}
    changed = {address for address in PAGES if now[address] != then[address]}
    assert changed == set(PAGES)  # the fault could be seen


def test_the_page_says_so_and_one_click_leads_back_to_today(cast, client):
    client.force_login(cast.leader)
    with time_machine.travel(LATER, tick=True):
        client.force_login(cast.leader)
        body = client.get(
            f"/strategy/framework/1/?period={cast.periods['open'].code}&known_on={NOON.date()}"
        ).content.decode()
    assert "As known on 20 Nov 2026." in re.sub(r"<[^>]+>", "", body)
    assert f'<a href="/strategy/framework/1/?period={cast.periods["open"].code}">Back to today</a>' in body
    links = re.findall(r'href="(/(?:strategy|indicators|explain)/[^"]+)"', body.partition('id="main"')[2])
    onward = [link for link in links if link != f"/strategy/framework/1/?period={cast.periods['open'].code}"]
    assert onward and all(f"known_on={NOON.date()}" in link for link in onward), onward


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-21", "Nobody knows yet"),
        ("2019-01-01", "Nothing had been recorded yet"),
        ("yesterday", "Give the day as year-month-day"),
        ("2026-13-45", "Give the day as year-month-day"),
    ],
)
def test_a_day_of_which_nothing_is_known_is_refused_with_the_reason(cast, client, day, words):
    client.force_login(cast.leader)
    answer = client.get(f"/strategy/?known_on={day}")
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_today_is_no_day_in_the_past(cast, client):
    client.force_login(cast.leader)
    assert "Back to today" not in client.get(f"/strategy/?known_on={NOON.date()}").content.decode()


@pytest.mark.parametrize("path", ["/history/", "/method/", "/administration/"])
def test_a_page_that_has_no_past_says_that_the_day_is_not_heeded(cast, client, path):
    client.force_login(cast.auditor)
    day = cast.at.date().isoformat()
    said = "This page cannot be read as known on a day"
    assert said in client.get(f"{path}?known_on={day}").content.decode()
    assert said not in client.get(path).content.decode()


def test_the_leaders_home_of_a_day_has_its_figures_moves_and_latest_edition(cast, client):
    filed = _edition(cast, 1, filed_at=NOON)
    client.force_login(cast.leader)
    then = told(client, "/")
    with time_machine.travel(LATER, tick=True):
        client.force_login(cast.leader)
        revise_everything(cast)
        type(filed).objects.filter(pk=filed.pk).update(state="withdrawn", withdrawn_at=LATER, withdrawal_reason="A slip", withdrawn_by=cast.officer)
        _edition(cast, 2, filed_at=LATER)
        now, back = told(client, "/"), told(client, f"/?known_on={NOON.date()}")
        body = client.get(f"/?known_on={NOON.date()}").content.decode().partition('id="main"')[2]
    assert _differs(back, then) == [] and now != then
    onward = [one for one in re.findall(r'href="(/(?:strategy|explain|changes|heat-map)/[^"]*)"', body)]
    assert onward and all(f"known_on={NOON.date()}" in one for one in onward), onward
    assert "/reports/editions/1/" in body or "/1/" in "".join(re.findall(r'href="(/reports/[^"]+)"', body))


def _edition(cast, number: int, *, filed_at):
    definition = ReportDefinition.objects.get_or_create(
        code="all", defaults={"title": said("All plans"), "scope": "all", "languages": ["en"]}
    )[0]
    made = Edition.objects.create(
        number=number, definition=definition, period_code=f"2026-Q{number}", start_on=cast.today, end_on=cast.today, clearance=1, level=1,
        snapshot={}, snapshot_format=1, snapshot_sha256="0" * 64, check_code=f"AAAA-BBBB-CCCC-DDD{number}", languages=["en"],
        as_of=filed_at, state="filed", filed_at=filed_at,
    )  # fmt: skip
    made.files.create(language="en", form="pdf", storage_key=f"none{number}", media_type="application/pdf", size=3, sha256="0" * 64, drawn_at=filed_at)
    return made
