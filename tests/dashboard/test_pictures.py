"""A past day's figures where there are too many answers to wait for: asked for once, made by a worker, compared then."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from core import jobs
from core.models import Job
from dashboard import day_jobs, pictures
from outcomes import rollup
from tests.dashboard.test_changes import SINCE, moved, sent, words  # noqa: F401  the same three days
from tests.dashboard.test_known_on import LATER, cast, measure  # noqa: F401
from tests.moments import NOON

pytestmark = pytest.mark.django_db
DAYS = {"since": NOON.date().isoformat(), "until": LATER.date().isoformat()}


@pytest.fixture
def very_many(moved, settings):  # noqa: F811
    """As if there were more answers than a reader could wait for."""
    settings.ANSWERS_AT_ONCE = 0
    return moved


def ask(client):
    return client.post("/changes/figures/", DAYS)


def test_a_page_that_lacks_figures_says_so_and_compares_none(very_many, client):
    client.force_login(very_many.leader)
    page = words(client)
    assert "the figures are not compared yet" in page and "Work the figures out" in page
    assert "progress of results went from" not in page and "the value went from" not in page
    assert "from 100 to 400" in page and "New: IN-" in page  # what was decided is told all the same
    assert sent(client)[0]["kind"] == "not_compared"


def test_what_a_worker_made_is_what_would_have_been_worked_out_at_once(very_many, client, settings):
    client.force_login(very_many.leader)
    settings.ANSWERS_AT_ONCE = 50_000
    at_once = sent(client)
    settings.ANSWERS_AT_ONCE = 0
    assert ask(client).status_code == 302 and "They are being worked out" in words(client)
    [job] = Job.objects.filter(kind="picture")
    assert jobs.work(job.pk) == "ready"
    assert sent(client) == at_once and "Work the figures out" not in words(client)


def test_it_is_asked_for_once_and_by_few_at_a_time(very_many, client):
    client.force_login(very_many.leader)
    ask(client), ask(client)
    assert Job.objects.filter(kind="picture").count() == 1
    for back in range(1, day_jobs.MOST_WAITING):
        pictures.PICTURES.ask_for(NOON.date() - timedelta(days=back), at=LATER)
    Job.objects.filter(key__contains=DAYS["since"]).delete()
    pictures.PICTURES.ask_for(NOON.date() - timedelta(days=9), at=LATER)
    assert "still being worked out" in words(client) or "still being worked out" in client.get(ask(client).url).content.decode()
    assert not Job.objects.filter(key__contains=DAYS["since"]).exists()


def test_one_that_failed_says_why_and_can_be_asked_for_again(very_many, client):
    client.force_login(very_many.leader)
    ask(client)
    Job.objects.filter(kind="picture").update(state="failed", failure_code="crashed", failure_detail="The volume was full.")
    page = words(client)
    assert "The volume was full." in page and "Work the figures out" in page
    ask(client)
    assert Job.objects.get(kind="picture").state == "queued"


def test_a_picture_shows_nobody_more_than_they_may_see(very_many, client):
    measure(very_many, "own", 777_001, at=NOON, handling=3)
    rollup.rebuild(at=LATER)
    client.force_login(very_many.leader)
    ask(client)
    jobs.work(Job.objects.get(kind="picture").pk)
    assert "777" not in words(client, SINCE + "&all=1") and not re.search(r"259\D?0", words(client, SINCE + "&all=1"))


def test_the_day_that_has_ended_is_kept_by_itself_from_the_summary_alone(very_many, django_assert_max_num_queries):
    midnight = datetime.combine(LATER.date() + timedelta(days=1), time(0, 5), UTC)
    with time_machine.travel(midnight):
        pictures.PICTURES.keep_yesterday(at=midnight), pictures.PICTURES.keep_yesterday(at=midnight)
        [job] = Job.objects.filter(kind="picture")
        assert job.payload == {"day": LATER.date().isoformat()}
        with django_assert_max_num_queries(15):
            made = pictures.make_picture(job, lambda stage, percent: None)
    assert made["rows"]


def test_a_small_installation_keeps_no_pictures(moved, client):  # noqa: F811
    pictures.PICTURES.keep_yesterday(at=LATER)
    client.force_login(moved.leader)
    ask(client)
    assert not Job.objects.filter(kind="picture").exists()
