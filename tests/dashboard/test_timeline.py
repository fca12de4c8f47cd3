"""The timeline: what is late, ending and starting, in its order, page by page, as list and file; nothing hidden in it."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from initiatives.models import Initiative, Milestone
from tests.cast import make_initiative, settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


@pytest.fixture
def cast(noon):
    cast = settle_in(TODAY, with_work=False)
    for title, starts, ends, more in (
        ("Overdue", -90, -1, {}),
        ("Ending", -90, 30, {}),
        ("Starting", 10, 200, {"status": "planned"}),
        ("Missed step", -90, 400, {}),
        ("Done", -90, -1, {"status": "completed"}),
    ):
        work = make_initiative(
            cast, "own", 1, title=title, starts_on=TODAY + timedelta(starts), ends_on=TODAY + timedelta(ends), **more
        )
        due = TODAY + timedelta(-5 if title == "Missed step" else 5)
        Milestone.objects.create(initiative=work, title=f"Step of {title}", due_on=due)
    make_initiative(cast, "other", 3, ends_on=TODAY - timedelta(1))  # a CANARY
    return cast


def listed(client, query: str = "") -> list[str]:
    answer = client.get(f"/timeline/?{query}")
    assert answer.status_code == 200
    return re.findall(r'</bdi> <span lang="en" dir="auto">([^<]+)</span></a></th>', answer.content.decode())


def sent(client, query: str = "") -> list[dict]:
    body = client.get(f"/timeline/table.csv?{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


@pytest.mark.parametrize(
    ("show", "titles"),
    [
        ("open", ["Overdue", "Ending", "Starting", "Missed step"]),
        ("late", ["Overdue", "Missed step"]),
        ("ending", ["Ending"]),
        ("starting", ["Starting"]),
    ],
)
def test_each_sort_holds_its_work_by_the_last_day_and_the_file_the_same(cast, client, show, titles):
    client.force_login(cast.leader)
    assert listed(client, f"show={show}") == titles
    assert [row["title"] for row in sent(client, f"show={show}")] == titles


def test_the_sentence_counts_what_is_late_ending_and_starting(cast, client):
    client.force_login(cast.leader)
    page = re.sub(r"<[^>]+>", " ", client.get("/timeline/").content.decode())
    said = "4 initiatives are planned or under way; 2 are late; 1 ends within 90 days; 1 starts within 90 days."
    assert said in " ".join(unescape(page).split())


def test_the_sentence_leaves_out_what_does_not_happen(cast, client):
    Initiative.objects.exclude(title="Done").filter(handling__lte=1).exclude(title="Missed step").delete()
    Milestone.objects.update(done_on=TODAY)
    client.force_login(cast.leader)
    page = " ".join(unescape(re.sub(r"<[^>]+>", " ", client.get("/timeline/").content.decode())).split())
    assert "1 initiative is planned or under way; none is late." in page


def test_the_drawing_marks_milestones_and_today_and_mirrors_in_arabic(cast, client):
    client.force_login(cast.leader)
    english = client.get("/timeline/").content.decode()
    assert english.count("-5 5l-5 -5z") == 4 and ">today<" in english
    client.cookies["language"] = "ar"
    arabic = client.get("/timeline/").content.decode()
    first = [re.search(r'<polyline points="([0-9.]+),', page.partition('class="drawn"')[2])[1] for page in (english, arabic)]
    assert first[0] != first[1]


def test_every_page_of_it_follows_the_one_before(cast, client):
    for number in range(40):
        make_initiative(cast, "own", 1, title=f"More {number:02}", ends_on=TODAY + timedelta(500 + number // 3))
    client.force_login(cast.leader)
    seen, query = [], "show=open"
    while query:
        body = client.get(f"/timeline/?{query}").content.decode()
        seen += re.findall(r"<bdi>(IN-\d+)</bdi> <span lang", body)
        onward = re.search(r'href="/timeline/\?([^"]+)" rel="next"', body)
        query = unescape(onward[1]) if onward else ""
    assert len(seen) == len(set(seen)) == 44


def test_filters_live_in_the_address(cast, client):
    client.force_login(cast.leader)
    assert len(listed(client, "region=here&search=Overdue")) == 1
    assert listed(client, "region=nowhere") == []
    assert listed(client, "bureau=XB") == []


def test_work_beyond_the_readers_clearance_is_not_drawn_counted_or_filed(cast, client):
    client.force_login(cast.leader)
    assert "CANARY" not in client.get("/timeline/?show=late").content.decode() + str(sent(client, "show=all"))
    client.force_login(cast.auditor)
    assert "CANARY" in client.get("/timeline/?show=late").content.decode()


@pytest.mark.parametrize("query", ["show=soon", "cursor=bent"])
def test_what_cannot_be_asked_is_refused(cast, client, query):
    client.force_login(cast.leader)
    assert client.get(f"{reverse('dashboard:timeline')}?{query}").status_code == 400


def test_a_file_that_holds_the_first_rows_alone_says_so_in_its_last_line(cast, client, monkeypatch):
    client.force_login(cast.leader)
    monkeypatch.setattr("dashboard.timeline.MOST_IN_A_FILE", 3)
    *first, last = sent(client, "show=open")
    assert [row["title"] for row in first] == ["Overdue", "Ending", "Starting"]
    assert (last["code"], last["title"]) == ("", "There are more: these are the first.")
    monkeypatch.setattr("dashboard.timeline.MOST_IN_A_FILE", 4)
    assert [row["title"] for row in sent(client, "show=open")] == ["Overdue", "Ending", "Starting", "Missed step"]
