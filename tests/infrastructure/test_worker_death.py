"""A real worker, a real scheduler, real signals: every job finishes once, and a poisonous one is parked."""

import os
import signal
import sys
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from core import jobs
from core.models import Job, JobState
from interpol_strategy.supervisor.processes import Child, Program, stop_all
from tests.infrastructure.running import TOP, WORKER, wait_for

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]


class Crew:
    """A worker and a scheduler on the test's own database."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.children: dict[str, Child] = {}

    def start(self, name: str) -> None:
        argv = [sys.executable, *(WORKER if name == "worker" else ["manage.py", "scheduler"])]
        self.children[name] = Child(Program(name, argv, self.folder / f"{name}.log", env=self._environment(), cwd=TOP))

    def _environment(self) -> dict[str, str]:
        found = connection.settings_dict
        url = f"postgres://{found['USER']}@/{found['NAME']}?host={found['HOST']}"
        return {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.infrastructure.drill_settings"}

    def kill_worker(self) -> None:
        os.kill(self.children["worker"].pid, signal.SIGKILL)
        self.children.pop("worker").kill_session()

    def stop(self) -> None:
        stop_all(list(self.children.values()), 3)


@pytest.fixture
def crew(tmp_path):
    import redis

    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    made = Crew(tmp_path)
    for name in ("worker", "scheduler"):
        made.start(name)
    yield made
    made.stop()


def _ask(tmp_path, key, kind="slow", seconds=3.0):
    payload = {"attempts": str(tmp_path / f"{key}.attempts"), "seconds": seconds}
    return jobs.enqueue(kind=kind, key=key, payload=payload, at=timezone.now())


def _attempts(job) -> list[int]:
    path = Path(job.payload["attempts"])
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def _is(job, state) -> bool:
    job.refresh_from_db()
    return job.state == state


def _explain(crew, *asked):
    rows = [(job.key, job.state, job.attempts, _attempts(job)) for job in asked]
    return f"{rows}\n" + "\n".join(log.read_text()[-1500:] for log in crew.folder.glob("*.log"))


def test_a_job_is_picked_up_and_done(crew, tmp_path):
    job = _ask(tmp_path, "plain", seconds=0.1)
    took = wait_for(lambda: _is(job, JobState.READY), 30, lambda: _explain(crew, job))
    print(f"\ndone after {took:.1f} s")
    assert len(_attempts(job)) == 1


def test_kill_9_of_the_runner_ten_times_loses_nothing(crew, tmp_path):
    asked = [_ask(tmp_path, f"child-{number}") for number in range(10)]
    for job in asked:
        wait_for(lambda job=job: _attempts(job), 60, lambda: _explain(crew, *asked))
        os.kill(_attempts(job)[0], signal.SIGKILL)
    took = wait_for(lambda: all(_is(job, JobState.READY) for job in asked), 150, lambda: _explain(crew, *asked))
    print(f"\n10 of 10 done, {took:.0f} s after the last kill")
    assert all(job.result["by"] == _attempts(job)[-1] and len(_attempts(job)) <= 3 for job in asked)


def test_kill_9_of_the_whole_worker_five_times_loses_nothing(crew, tmp_path):
    for number in range(5):
        job = _ask(tmp_path, f"worker-{number}", seconds=1.5)
        wait_for(lambda job=job: _attempts(job), 60, partial(_explain, crew, job))
        crew.kill_worker()
        crew.start("worker")
        took = wait_for(lambda job=job: _is(job, JobState.READY), 60, partial(_explain, crew, job))
        print(f"\ndone {took:.1f} s after kill -9 of the worker")
        assert len(_attempts(job)) == 2


def test_a_poisonous_job_is_parked_and_others_go_on(crew, tmp_path):
    poison = _ask(tmp_path, "poison", kind="deadly")
    wait_for(lambda: _is(poison, JobState.FAILED), 120, lambda: _explain(crew, poison))
    assert (poison.attempts, poison.failure_code) == (3, "runner_lost")
    healthy = _ask(tmp_path, "healthy", seconds=0.1)
    wait_for(lambda: _is(healthy, JobState.READY), 30, lambda: _explain(crew, healthy))


def test_messages_lost_with_the_broker_are_sent_again(crew, tmp_path):
    import redis

    crew.kill_worker()
    job = _ask(tmp_path, "flushed", seconds=0.1)
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    Job.objects.filter(pk=job.pk).update(requested_at=timezone.now() - jobs.WAKE_AGAIN_AFTER)
    crew.start("worker")
    wait_for(lambda: _is(job, JobState.READY), 60, lambda: _explain(crew, job))
    assert len(_attempts(job)) == 1


def test_a_scheduler_that_loses_its_leader_takes_over(crew, tmp_path):
    first = crew.children["scheduler"]
    leading = crew.folder / "scheduler.log"
    wait_for(lambda: "Done: drop ended sessions" in leading.read_text(), 60, leading.read_text)
    second = Crew(tmp_path / "second")
    second.folder.mkdir()
    second.start("scheduler")
    try:
        log = second.folder / "scheduler.log"
        wait_for(lambda: "Another scheduler leads" in log.read_text(), 60, log.read_text)
        assert "Done:" not in log.read_text()
        first.kill_session()
        wait_for(lambda: "Done: wake forgotten jobs" in log.read_text(), 20, log.read_text)
    finally:
        second.stop()
