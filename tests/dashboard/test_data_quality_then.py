"""Data quality as known on a day: what looked wrong in what was known by then, of what may be read now and could be read then."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.db import transaction

from core.handling import Handling
from initiatives.models import Initiative
from initiatives.services import create_initiative, edit_initiative
from outcomes import definitions, judging, rollup
from outcomes.models import Indicator
from outcomes.services import record_measurement
from tests.cast import settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db
DAYS = [NOON, NOON + timedelta(days=3), NOON + timedelta(days=6)]
TODAY = NOON + timedelta(days=9)
PERIOD = "period=2026-Q4"


@pytest.fixture
def cast(noon):
    cast = settle_in(NOON.date(), with_work=False)
    Indicator.objects.update(created_at=cast.at)
    start = cast.today
    cast.one = create_initiative(
        by=cast.liaison, at=NOON, title="First words", summary="", starts_on=start, ends_on=start + timedelta(days=400),
        shares=[(cast.result, Decimal(60))], indicators=[cast.indicator],
    )  # fmt: skip
    measure(cast, "closed", 50, at=NOON)
    measure(cast, "open", 5, at=NOON)
    rollup.rebuild(at=NOON)
    return cast


def measure(cast, when: str, value: int, *, at, handling: int = 1):
    with transaction.atomic():
        record_measurement(
            indicator=cast.indicator, period=cast.periods[when], bureau=cast.bureaus["own"], at=at, by=None, state="reported",
            value=Decimal(value), observed_on=cast.periods[when].start_on, handling=handling, source_ref="",
        )  # fmt: skip
        rollup.refresh_branches([cast.indicator], cast.periods[when], at=at)


def change(one, *, by, at, **values):
    one.refresh_from_db()
    edit_initiative(initiative_id=one.pk, version=one.version, by=by, at=at, **values)


def own(cast, at, **values):
    cast.indicator.refresh_from_db()
    definitions.edit_indicator(indicator_id=cast.indicator.pk, version=cast.indicator.version, by=cast.officer, at=at, reason="Known now", **values)


def second_day(cast, at):
    """The slip is put right, somebody answers for the work and for the number, and a verdict is given."""
    measure(cast, "open", 55, at=at)
    change(cast.one, by=cast.liaison, at=at, responsible=cast.colleague)
    own(cast, at, owner="Training unit")
    judging.judge(node=cast.aim, status="at_risk", reason="Seen", expires_on=(at + timedelta(days=1)).date(), by=cast.officer, at=at)


def third_day(cast, at):
    measure(cast, "open", 50, at=at)
    change(cast.one, by=cast.liaison, at=at, responsible=None, title="Other words")


def found(client, query: str = PERIOD) -> list[tuple]:
    answer = client.get(f"/data-quality/table.csv?{query}")
    assert answer.status_code == 200, answer.content
    rows = csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    return [(row["kind"], row["code"], row["subject"], row["bureau"], row["detail"]) for row in rows]


def told(client, query: str = PERIOD) -> list[str]:
    answer = client.get(f"/data-quality/?{query}")
    assert answer.status_code == 200
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', answer.content.decode(), re.DOTALL)
    return [" ".join(unescape(re.sub(r"<a class=\"small[^>]*>.*?</a>|<[^>]+>", " ", one)).split()) for one in rows]


def lived(cast, client, who: str) -> list:
    seen = []
    for moment, act in zip(DAYS, (None, second_day, third_day), strict=True):
        with time_machine.travel(moment, tick=True):
            if act:
                act(cast, moment)
            client.force_login(cast.people[who])
            seen.append((found(client), told(client)))
    return seen


def at_day(moment) -> str:
    return f"{PERIOD}&known_on={moment.date()}"


@pytest.mark.parametrize("who", ["officer", "liaison"])
def test_what_looked_wrong_on_a_day_is_what_the_page_and_its_file_said_then(cast, client, who):
    seen = lived(cast, client, who)
    kinds = [{row[0] for row in rows} for rows, _page in seen]
    assert {"against_direction", "jump", "no_owner", "nobody_responsible"} <= kinds[0]
    assert "jump" not in kinds[1] and "nobody_responsible" not in kinds[1]
    assert {"same_as_last", "judgement_overdue", "nobody_responsible"} <= kinds[2]
    with time_machine.travel(TODAY, tick=True):
        client.force_login(cast.people[who])
        for moment, (rows, page) in zip(DAYS, seen, strict=True):
            assert found(client, at_day(moment)) == rows
            assert told(client, at_day(moment)) == page


def test_nothing_is_mended_from_a_page_of_a_past_day_and_its_links_keep_the_day(cast, client):
    lived(cast, client, "liaison")
    with time_machine.travel(TODAY, tick=True):
        client.force_login(cast.liaison)
        body = client.get(f"/data-quality/?{at_day(NOON)}").content.decode().partition('id="main"')[2].partition("</main>")[0]
    assert "As known on" in body and "Mend" not in body and "/edit/" not in body
    links = [unescape(one) for one in re.findall(r'href="(/[^"]+)"', body)]
    assert [one for one in links if "known_on=2026-11-20" not in one] == [f"/data-quality/?{PERIOD}"]  # back to today


@pytest.mark.parametrize("who", ["leader", "officer"])
def test_what_was_closed_then_or_is_closed_now_is_found_by_nobody_else(cast, client, who):
    hidden = create_initiative(
        by=cast.liaison, at=NOON, title="KESTREL", summary="", starts_on=cast.today, ends_on=cast.today + timedelta(days=90),
        shares=[(cast.result, Decimal(60))], handling=Handling.CONFIDENTIAL,
    )  # fmt: skip
    change(hidden, by=cast.liaison, at=DAYS[1], title="harmless", handling=Handling.PUBLIC)
    change(cast.one, by=cast.liaison, at=DAYS[1], handling=Handling.CONFIDENTIAL)
    measure(cast, "open", 5, at=DAYS[1], handling=Handling.CONFIDENTIAL)
    with time_machine.travel(TODAY, tick=True):
        client.force_login(cast.people[who])
        rows = found(client, at_day(NOON))
        page = client.get(f"/data-quality/?{at_day(NOON)}").content.decode()
        assert not [row for row in rows if row[0] in ("jump", "nobody_responsible")]
        assert "KESTREL" not in page and "First words" not in page and "harmless" not in page
        client.force_login(cast.auditor)
        subjects = [row[2] for row in found(client, at_day(NOON)) if row[0] == "nobody_responsible"]
        assert sorted(subjects) == ["IN-000001 First words", "IN-000002 KESTREL"]


def test_where_figures_cannot_be_added_up_at_once_the_page_says_which_kind_it_leaves_out(cast, client, settings):
    settings.ANSWERS_AT_ONCE = 0
    with time_machine.travel(TODAY, tick=True):
        client.force_login(cast.leader)
        body = client.get(f"/data-quality/?{at_day(NOON)}").content.decode()
        assert "“Stale value” is not looked at here" in body
        assert "is not looked at here" not in client.get(f"/data-quality/?{PERIOD}").content.decode()
        assert {"jump", "nobody_responsible"} <= {row[0] for row in found(client, at_day(NOON))}
        assert Initiative.objects.count() == 1
