"""How bureaus had reported on a day, and what waited for somebody then, is what the pages said on that day; and nobody sees more by asking."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import jobs
from core.handling import Handling
from core.models import Job
from core.periods import Quarter
from dashboard import tallies
from initiatives import extensions, life, taking_back
from initiatives.chasing.records import Letter
from initiatives.models import Initiative, Update
from initiatives.services import create_initiative, edit_initiative
from outcomes import period_services
from tests.cast import settle_in

pytestmark = pytest.mark.django_db
DUE = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)
BEGUN = DUE - timedelta(days=20)
DAYS = [DUE + timedelta(days=many) for many in (-3, -1, 3, 5, 7)]
TODAY = DUE + timedelta(days=12)
FILES = (
    "/reporting/table.csv?show=all", "/reporting/table.csv?show=late", "/reporting/table.csv?show=all&period=2026-Q4",
    "/reporting/table.csv?show=time", "/bureaus/table.csv?period=2026-Q4", "/bureaus/table.csv?period=2026-Q4&sort=name&search=NCB",
)  # fmt: skip
PAGES = ("/reporting/?show=all", "/bureaus/?period=2026-Q4", "/?period=2026-Q4", "/")


@pytest.fixture
def cast(db):
    with time_machine.travel(BEGUN, tick=True):
        cast = settle_in(Quarter(2026, 4).end_on, with_work=False)
        cast.work = {name: log(cast, name, by) for name, by in (("one", "liaison2"), ("two", "liaison2"), ("headed", "liaison"))}
        cast.drafts = {}
        yield cast


def log(cast, title: str, by: str, **values) -> Initiative:
    start = cast.plan.start_on
    return create_initiative(
        by=cast.people[by], at=BEGUN, title=f"Work {title}", summary="", starts_on=start, ends_on=start + timedelta(days=900),
        shares=[(cast.result, 60)], indicators=[cast.indicator], **values,
    )  # fmt: skip


def change(cast, name: str, by: str, at, **values):
    one = cast.work[name]
    one.refresh_from_db()
    edit_initiative(initiative_id=one.pk, version=one.version, by=cast.people[by], at=at, **values)


def draft(cast, name: str, by: str, at):
    made = life.open_update(initiative_id=cast.work[name].pk, period=cast.periods["open"], by=cast.people[by], at=at)
    cast.drafts[name] = life.save_draft(
        update_id=made.pk, version=made.version, by=cast.people[by], at=at, achieved=f"Done in {name}", delivery_percent=40,
        delivery_status="on_track", values={cast.indicator.pk: {"state": "reported", "value": 10, "observed_on": cast.periods["open"].start_on}},
    )  # fmt: skip


def step(cast, name: str, verb, by: str, at, **more):
    now = Update.objects.filter(initiative=cast.work[name]).latest("revision")
    return verb(update_id=now.pk, version=now.version, by=cast.people[by], at=at, **more)


def first_day(cast, at):
    draft(cast, "one", "liaison2", at)
    step(cast, "one", life.submit, "liaison2", at)
    draft(cast, "two", "liaison2", at)
    draft(cast, "headed", "liaison", at)
    step(cast, "headed", life.submit, "liaison", at)


def second_day(cast, at):
    step(cast, "one", life.return_to_author, "officer", at, reason_code="unclear", comment="Say more.")
    step(cast, "headed", life.approve, "head", at)
    cast.asked = extensions.ask_for_time(
        bureau=cast.bureaus["other"], period=cast.periods["open"], until_on=(DUE + timedelta(days=6)).date(), reason="A storm",
        by=cast.liaison2, at=at,
    )  # fmt: skip
    Letter.objects.create(
        key="before:1", kind="before", recipient=cast.liaison2, bureau=cast.bureaus["other"], period=cast.periods["open"],
        state="sent", written_at=at, send_after=at, sent_at=at,
    )  # fmt: skip


def third_day(cast, at):
    step(cast, "one", life.submit, "liaison2", at)
    step(cast, "two", life.submit, "liaison2", at)
    extensions.grant(extension_id=cast.asked.pk, version=cast.asked.version, reason="Yes", by=cast.officer, at=at)
    step(cast, "headed", life.validate, "officer", at)


def fourth_day(cast, at):
    step(cast, "one", life.validate, "officer", at)
    step(cast, "two", life.withdraw, "liaison2", at)
    Letter.objects.create(
        key="after:1", kind="after", recipient=cast.liaison2, bureau=cast.bureaus["other"], period=cast.periods["open"],
        state="sent", written_at=at, send_after=at, sent_at=at,
    )  # fmt: skip
    period_services.change_days(
        code="2026-Q4", version=cast.periods["open"].version, reason="Later", by=cast.officer, at=at,
        due_on=(DUE + timedelta(days=8)).date(),
    )  # fmt: skip


def fifth_day(cast, at):
    step(cast, "one", taking_back.take_back, "officer", at, reason="By mistake")
    change(cast, "two", "liaison2", at, title="Called otherwise", status="cancelled")
    change(cast, "headed", "liaison", at, ends_on=cast.plan.start_on + timedelta(days=1))
    log(cast, "newcomer", "liaison2")
    Initiative.objects.filter(title="Work newcomer").update(created_at=at)


ACTS = (first_day, second_day, third_day, fourth_day, fifth_day)


def fetched(client, address: str) -> list[dict]:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.content)
    return [{**row, "known_on": ""} for row in csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")))]


def told(client, address: str) -> list[str]:
    """The page's rows, lists and numbers: what it tells, without the words around them that are said otherwise of a past day."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.content)
    main = answer.content.decode().partition('id="main"')[2].partition("</main>")[0]
    main = re.sub(r'<aside class="notice.*?</aside>|<details.*?</details>|<svg.*?</svg>|<p class="stamp".*?</p>|<div class="acts">.*?</div>',
                  " ", main, flags=re.DOTALL)  # fmt: skip
    main = re.sub(r'<td><label class="unseen" for="all">.*?</td>|<td><input[^>]*></td>|<td></td>', "", main, flags=re.DOTALL)
    found = re.findall(r'<tr>.*?</tr>|<ul class="tasks">.*?</ul>|<ol class="history">.*?</ol>|<h2[^>]*data-result.*?</h2>', main, re.DOTALL)
    plain = [" ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in found]
    return [one.replace("asked for more time", "asks for more time").replace("waits for an answer", "waited for an answer") for one in plain]


def at_day(address: str, moment) -> str:
    return f"{address}{'&' if '?' in address else '?'}known_on={moment.date()}"


def everything(client, who: str, moment=None) -> dict:
    def of(address):
        return at_day(address, moment) if moment else address

    pages = [one for one in PAGES if who in ("officer", "auditor") or "reporting" not in one]
    files = [one for one in FILES if who in ("officer", "auditor") or "reporting" not in one]
    return {**{one: told(client, of(one)) for one in pages}, **{one: fetched(client, of(one)) for one in files}}


@pytest.fixture
def lived(cast, client):
    """What everybody was shown on each of the days on which something happened."""
    seen = {}
    for moment, act in zip(DAYS, ACTS, strict=True):
        with time_machine.travel(moment, tick=True):
            act(cast, moment)
            for who in ("officer", "leader", "liaison2"):
                client.force_login(cast.people[who])
                seen[moment, who] = everything(client, who)
    cast.seen = seen
    with time_machine.travel(TODAY, tick=True):
        yield cast


def _differences(then: dict, back: dict) -> dict:
    return {key: (then[key], back[key]) for key in then if then[key] != back[key]}


def test_every_page_and_file_of_a_day_is_what_it_was_on_that_day(lived, client):
    for (moment, who), then in lived.seen.items():
        client.force_login(lived.people[who])
        then, back = ({key: _comparable(key, who, rows) for key, rows in one.items()} for one in (then, everything(client, who, moment)))
        assert _differences(then, back) == {}, (moment, who)
    shown = [lived.seen[moment, "officer"][FILES[0]] for moment in DAYS]
    assert len({str(one) for one in shown}) == len(DAYS)  # the fault could be seen


def _comparable(key: str, who: str, rows):
    """A liaison's task list says what can be done next, and whether a draft is complete: of a past day neither is told."""
    if who != "liaison2" or not key.startswith("/?") and key != "/":
        return rows
    acts = r"Correct and send again|Check and send|Continue|Start\b|Unclear: .*?Say more\.|By mistake|: IN-\d+ Work \w+|Correction: .*"
    return [re.sub(r"\s+", " ", re.sub(acts, "", one).replace("ready to send", "draft saved")) for one in rows]


def test_page_and_file_say_the_same_of_the_same_day(lived, client):
    client.force_login(lived.officer)
    for moment in DAYS:
        rows = fetched(client, at_day("/reporting/table.csv?show=all", moment))
        page = told(client, at_day("/reporting/?show=all", moment))
        for row in rows:
            [line] = [one for one in page if one.startswith(f"{row['name']} ")]
            assert f"{row['sent']} of {row['due']}" in line
            assert (row["days_late"] == "0") == ("day" not in line.replace("today", ""))


def test_the_officers_home_says_how_many_waited(lived, client):
    client.force_login(lived.officer)
    waited = [1, 1, 2, 0, 1]
    for moment, many in zip(DAYS, waited, strict=True):
        body = client.get(at_day("/", moment)).content.decode()
        assert f"{many} update{'' if many == 1 else 's'} waited for review" in body, moment
        assert "Start reviewing" not in body and "Nothing is decided from a page of a past day" in body


def test_nobody_is_reminded_from_a_page_of_a_past_day(lived, client):
    client.force_login(lived.officer)
    body = client.get(at_day("/reporting/", DAYS[1])).content.decode()
    assert "Nobody is reminded, and no request is answered, from a page of a past day" in body
    assert 'name="chosen"' not in body and "/extensions/" not in body.partition('id="main"')[2] and "Select all" not in body
    onward = re.findall(r'href="(/[^"]+|\?[^"]+)"', body.partition('id="main"')[2].partition("</main>")[0])
    back_to_today = "/reporting/"
    assert [one for one in onward if f"known_on={DAYS[1].date()}" not in one and one != back_to_today] == []


def test_work_that_was_closed_since_or_was_closed_then_is_not_counted(cast, client):
    second_day_of_work = DUE - timedelta(days=2)
    first_day(cast, DAYS[0])
    change(cast, "two", "liaison2", second_day_of_work, handling=Handling.CONFIDENTIAL)  # closed since
    cast.work["opened"] = log(cast, "opened", "liaison2", handling=Handling.CONFIDENTIAL)
    change(cast, "opened", "liaison2", second_day_of_work, handling=Handling.PUBLIC)  # was closed then
    with time_machine.travel(TODAY, tick=True):
        for who, due in (("leader", "1"), ("auditor", "3"), ("liaison2", "3"), ("liaison", "1")):
            client.force_login(cast.people[who])
            [row] = [one for one in fetched(client, at_day("/bureaus/table.csv?period=2026-Q4", DAYS[0])) if one["bureau"] == "XB"]
            assert row["due"] == due, who


def test_only_reviewers_read_reporting_status_on_any_day(lived, client):
    for who, status in (("leader", 403), ("liaison2", 403), ("auditor", 200)):
        client.force_login(lived.people[who])
        for address in ("/reporting/", "/reporting/table.csv"):
            assert client.get(at_day(address, DAYS[1])).status_code == status


# where there is too much to count while somebody waits


def test_what_a_worker_counts_is_what_is_counted_at_once(lived, client, settings):
    client.force_login(lived.officer)
    at_once = everything(client, "officer", DAYS[2])
    settings.ANSWERS_AT_ONCE = 0
    for page in ("/", "/bureaus/", "/reporting/"):
        body = client.get(at_day(page, DAYS[2])).content.decode()
        asks = "Work the figures out" if page == "/bureaus/" else "Have them counted"  # there one button asks for both
        assert "has not been counted yet" in body and asks in body, page
    assert client.get(at_day("/reporting/table.csv", DAYS[2])).status_code == 409
    assert client.get(at_day("/bureaus/table.csv", DAYS[2])).status_code == 409
    answer = client.post(at_day("/reporting/figures/", DAYS[2]), {"page": "reporting"})
    assert answer.status_code == 302 and answer["Location"] == at_day("/reporting/", DAYS[2])
    assert "They are being counted" in client.get(at_day("/reporting/", DAYS[2])).content.decode()
    [job] = Job.objects.filter(kind="tally")
    assert jobs.work(job.pk) == "ready"
    counted = everything(client, "officer", DAYS[2])
    assert {key: _duties(rows) for key, rows in counted.items()} == {key: _duties(rows) for key, rows in at_once.items()}
    client.force_login(lived.leader)
    assert _duties(fetched(client, at_day(FILES[4], DAYS[2]))) == _duties(lived.seen[DAYS[2], "leader"][FILES[4]])
    page = client.get(at_day("/bureaus/", DAYS[2])).content.decode()
    assert "<th scope=\"col\">Status</th>" not in page and "All regions and bureaus in the heat map" in page


def test_what_was_closed_after_it_was_counted_is_counted_for_nobody_else(cast, client, settings):
    """What a worker counted is kept for good; who may see it is not."""
    first_day(cast, DAYS[0])
    settings.ANSWERS_AT_ONCE = -1  # even none are too many
    address = at_day("/bureaus/table.csv?period=2026-Q4", DAYS[0])
    people = ("leader", "auditor", "liaison2", "liaison")
    with time_machine.travel(TODAY, tick=True):
        job = tallies.TALLIES.ask_for(DAYS[0].date(), at=TODAY)
        assert jobs.work(job.pk) == "ready"
        assert [_due_of_the_other(cast, client, who, address) for who in people] == ["2", "2", "2", "2"]
        change(cast, "two", "liaison2", TODAY + timedelta(minutes=1), handling=Handling.CONFIDENTIAL)
        assert [_due_of_the_other(cast, client, who, address) for who in people] == ["1", "2", "2", "1"]


def test_what_was_being_closed_while_it_was_counted_is_counted_for_nobody_else(cast, client, settings):
    """The act was begun before the day was asked for and committed after it had been counted: its number is later, its moment is not."""
    first_day(cast, DAYS[0])
    settings.ANSWERS_AT_ONCE = -1
    address = at_day("/bureaus/table.csv?period=2026-Q4", DAYS[0])
    with time_machine.travel(TODAY, tick=True):
        assert jobs.work(tallies.TALLIES.ask_for(DAYS[0].date(), at=TODAY).pk) == "ready"
        change(cast, "two", "liaison2", TODAY - timedelta(seconds=5), handling=Handling.CONFIDENTIAL)
        assert [_due_of_the_other(cast, client, who, address) for who in ("leader", "auditor")] == ["1", "2"]


def test_a_count_that_was_kept_without_a_number_is_held_against_the_trail_by_its_moment(cast, client, settings):
    """What an older release counted goes on being right."""
    first_day(cast, DAYS[0])
    settings.ANSWERS_AT_ONCE = -1
    address = at_day("/bureaus/table.csv?period=2026-Q4", DAYS[0])
    with time_machine.travel(TODAY, tick=True):
        job = tallies.TALLIES.ask_for(DAYS[0].date(), at=TODAY)
        assert jobs.work(job.pk) == "ready"
        job.refresh_from_db()
        Job.objects.filter(pk=job.pk).update(result={"rows": job.result["rows"]})
        change(cast, "two", "liaison2", TODAY + timedelta(seconds=5), handling=Handling.CONFIDENTIAL)
        assert _due_of_the_other(cast, client, "leader", address) == "1"


def _due_of_the_other(cast, client, who: str, address: str) -> str:
    client.force_login(cast.people[who])
    return next(one["due"] for one in fetched(client, address) if one["bureau"] == "XB")


STANDING = ("plan", "status", "progress", "expected")


def _duties(rows: list) -> list:
    """The rows without how bureaus stand to their plan, which the heat map tells of such a day."""
    if rows and isinstance(rows[0], dict):
        return [{name: cell for name, cell in row.items() if name not in STANDING} for row in rows]
    return [re.sub(r" Status Results|(?<= Here) \D.*?(?= \d+ \d+ \d+ )", "", row) for row in rows]


def test_the_day_that_ended_is_counted_by_itself_where_nobody_could_wait(lived, settings):
    tallies.TALLIES.keep_yesterday(at=TODAY)
    assert not Job.objects.filter(kind="tally").exists()
    settings.ANSWERS_AT_ONCE = 0
    for _again in range(2):
        tallies.TALLIES.keep_yesterday(at=TODAY)
    [job] = Job.objects.filter(kind="tally")
    assert job.payload == {"day": (TODAY - timedelta(days=1)).date().isoformat()}


def test_the_number_of_questions_does_not_grow_with_the_work(lived, client):
    counts = []
    for more in (1, 12):
        for number in range(more):
            lived.work[f"more {more} {number}"] = log(lived, f"more {more} {number}", "liaison2")
        client.force_login(lived.officer)
        client.get("/method/")
        counts.append([_questions(client, at_day(one, DAYS[2])) for one in PAGES])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 33, counts  # half of them for how bureaus stood to their plan


def _questions(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)
