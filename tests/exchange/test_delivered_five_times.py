"""Every task of ours is delivered five times, at once and one after another: a file is read once, saved once, taken over once."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from core import jobs
from core.models import AuditRecord, Job
from exchange import applying
from exchange.models import Origin, Upload
from initiatives.models import Initiative, Update
from tests.at_once import at_once
from tests.cast import make_initiative, settle_in
from tests.exchange.conftest import PLACE, SimpleUploadedFile, taken
from tests.exchange.test_lists import GOOD, HEADS, xlsx
from tests.moments import NOON
from tests.pages.paper import Paper

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 5


def delivered(job_id: int) -> Job:
    """Five workers get the message at once, and then each of them once more."""
    at_once(*[lambda: jobs.work(job_id)] * TIMES)
    for _time in range(TIMES):
        jobs.work(job_id)
    return Job.objects.get(pk=job_id)


def records(action: str) -> int:
    return AuditRecord.objects.filter(action=action).count()


def test_a_workbook_is_read_and_saved_once(transactional_db, monkeypatch):
    monkeypatch.setattr(applying, "AT_ONCE", 0)
    with time_machine.travel(NOON, tick=True):
        cast = settle_in(NOON.date(), with_work=False)
        work = make_initiative(cast, "other")
        page = Paper(Client(), cast.liaison2)
        content = taken(page).put("updates", "risks", "Once", work.code).saved()
        page.press(page.open(PLACE).form("workbook"), files={"file": SimpleUploadedFile("book.xlsx", content)})
        read = delivered(Upload.objects.get().job_id)
        assert (read.state, read.attempts, Upload.objects.get().version) == ("ready", 1, 2)
        page.press(page.open(page.path).form("apply"))
        saved = delivered(Job.objects.get(kind="exchange.apply").pk)
    assert (saved.state, saved.attempts) == ("ready", 1)
    assert [(one.risks, one.version) for one in Update.objects.all()] == [("Once", 2)]
    assert (records("file.applied"), records("update.saved")) == (1, 1)


def test_a_list_is_taken_over_once(transactional_db):
    with time_machine.travel(NOON, tick=True):
        cast = settle_in(NOON.date(), with_work=False)
        page = Paper(Client(), cast.officer)
        form = page.open("/import/").form("import").put("kind", "initiatives").put("plan", cast.plan.pk)
        page.press(form, files={"file": SimpleUploadedFile("list.xlsx", xlsx(HEADS["en"], GOOD))})
        delivered(Upload.objects.get().job_id)
        page.press(page.open(page.path).form("take"))
        done = delivered(Job.objects.get(kind="exchange.take_over").pk)
    assert (done.state, done.attempts) == ("ready", 1)
    assert Initiative.objects.count() == Origin.objects.count() == records("file.applied") == records("initiative.created") == 1
