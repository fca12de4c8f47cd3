"""What a report costs: worker time and memory per language, at 300 and at 3,000 initiatives, and 196 bureau reports."""

import os
import subprocess
import sys
import time
from statistics import median

import pytest
from django.utils import timezone

from core.models import Period
from reports import every_bureau, services
from reports.models import Edition
from reports.render import draw_all
from tests import demonstration
from tests.reports.fixture import snapshot
from tests.visits import Story

pytestmark = pytest.mark.skipif("tests/bench" not in " ".join(sys.argv), reason="a benchmark: make bench")
FORMS = ["pdf", "html", "xlsx", "csv"]
GOALS = {300: (1.5, 250), 3000: (6.0, 900)}
BUREAUS, GOAL_FOR_ALL = 196, 60
MAKE = """
import resource, sys, django
django.setup()
from core import jobs
from reports.render import typesetters
print(sum(jobs.work(int(pk)) == "ready" for pk in sys.argv[1:]))
for idle in typesetters._idle:
    idle.end()
spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(sum(one.ru_utime + one.ru_stime for one in spent))
"""


def cost(facts: dict, language: str) -> tuple[float, dict]:
    """Processor seconds of the worker and of its drawing process for every form in one language."""
    before = time.process_time()
    files = dict(draw_all(facts, language, FORMS))
    return time.process_time() - before + files["pdf"].seconds, files


@pytest.mark.parametrize("initiatives", GOALS)
def test_a_whole_report_in_one_language(initiatives):
    facts, (seconds, megabytes) = snapshot(initiatives=initiatives), GOALS[initiatives]
    cost(facts, "en")
    for language in ("ar", "fr"):
        rounds = [cost(facts, language) for _round in range(3)]
        took, files = median(took for took, _files in rounds), rounds[-1][1]
        peak = max(files["pdf"].peak_kb for _took, files in rounds) / 1024
        pages, size = files["pdf"].pages, len(files["pdf"].content) // 1024
        print(
            f"\n{initiatives} initiatives, {language}: {took:.2f} s of processor (goal {seconds}), {peak:.0f} MB "
            f"(goal {megabytes}), {pages} pages, {size} kB"
        )
        assert took < seconds * 3, "three times the goal: something is broken, not slow"
        assert peak < megabytes * 2


def test_a_report_for_every_bureau(django_db_setup, django_db_blocker):
    """Asked for in one go, made by two workers, one a core: frozen, drawn in four forms, kept, filed."""
    copy = demonstration.copied()
    with django_db_blocker.unblock(), demonstration.looked_at(copy):
        officer, now = Story.told().people["officer"], timezone.now()
        period = Period.objects.ended_by(now.date()).order_by("-end_on").first().code
        found = every_bureau.bureau_definitions(by=officer, at=now)[:BUREAUS]
        began = time.monotonic()
        asked = [
            services.request_report(definition=one, period_code=period, by=officer, at=timezone.now()).pk
            for one in found
        ]
        asking, began = time.monotonic() - began, time.monotonic()
        workers = [_worker(copy, asked[place::2]) for place in range(2)]
        said = [worker.communicate()[0].split() for worker in workers]
        made, spent = sum(int(one) for one, _spent in said), sum(float(one) for _made, one in said)
        took = time.monotonic() - began
        filed = Edition.objects.filter(pk__gt=0, definition__scope="bureau", state="filed", clearance=1).count()
    demonstration.drop(copy)
    print(
        f"\n{made} bureau reports by two workers: {took:.0f} s (goal {GOAL_FOR_ALL}) at a load of "
        f"{os.getloadavg()[0]:.1f}; {spent:.0f} s of processor, {spent / 2:.0f} s for each core; asked for in {asking:.1f} s"
    )
    assert made == len(asked) == filed


def _worker(copy, jobs: list[int]) -> subprocess.Popen:
    environment = {**os.environ, **copy.environment}
    argv = [sys.executable, "-c", MAKE, *map(str, jobs)]
    return subprocess.Popen(argv, cwd=demonstration.TOP, env=environment, stdout=subprocess.PIPE, text=True)
