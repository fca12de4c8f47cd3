"""A real worker saves a large workbook; ended by SIGKILL in the middle, at several shares of the way, it is saved once."""

from __future__ import annotations

import pytest
import redis
from django.conf import settings
from django.test import Client
from django.utils import timezone

from core.models import AuditRecord, Job
from initiatives.models import Update
from tests.cast import make_initiative, settle_in
from tests.exchange.conftest import brought, taken
from tests.infrastructure.running import wait_for
from tests.infrastructure.test_worker_death import Crew
from tests.pages.paper import Paper

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
MANY = 180


class Office(Crew):
    """A worker and a scheduler with our own kinds of jobs."""

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "DJANGO_SETTINGS_MODULE": "tests.exchange.drill_settings"}


@pytest.fixture
def office(tmp_path):
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    made = Office(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def page(transactional_db):
    """Somebody's word on a workbook of many updates was given, and there is no worker."""
    cast = settle_in(timezone.localdate(), with_work=False)
    many = [make_initiative(cast, "other", title=f"Work {number}") for number in range(MANY)]
    period = cast.periods["open"].code
    found = Paper(Client(), cast.liaison2)
    book = taken(found, period)
    for one in many:
        book.put("updates", "risks", f"Risk of {one.code}", one.code)
    brought(found, book.saved(), period=period)
    found.press(found.form("apply"))
    return found


def job() -> Job:
    return Job.objects.get(kind="exchange.apply")


@pytest.mark.parametrize("share", [6, 40, 85])
def test_a_worker_ended_in_the_middle_saves_nothing_and_the_next_one_all_of_it_once(page, office, share):
    def explain():
        return f"{job().__dict__} " + "".join(log.read_text()[-1500:] for log in office.folder.glob("*.log"))

    for name in ("worker", "scheduler"):
        office.start(name)
    wait_for(lambda: job().percent_done >= share, 60, explain)
    office.kill_worker()
    assert job().state == "running" and not Update.objects.exists(), "nothing is half done"
    assert "The answers are being saved" in page.open(page.path).text
    office.start("worker")
    took = wait_for(lambda: job().state == "ready", 90, explain)
    print(f"\nended at {share}%, saved {took:.0f} s after the next worker came")
    assert f"{MANY} answers were saved." in page.open(page.path).text
    assert [one.version for one in Update.objects.all()] == [2] * MANY
    assert AuditRecord.objects.filter(action="file.applied").count() == 1
    assert job().attempts == 2
