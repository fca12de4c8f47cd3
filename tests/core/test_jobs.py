"""Long work is recorded first, done once, and never lost."""

from datetime import timedelta

import pytest

from core import jobs
from core.errors import Invalid
from core.models import Job, JobState
from tests.moments import NOON

pytestmark = pytest.mark.django_db
ACTS = []


def write_down(job, progress):
    progress("half way", 50)
    ACTS.append(job.payload["what"])
    return {"done": job.payload["what"]}


def refuse(job, progress):
    raise Invalid("There is nothing to report on.", code="empty_scope")


def break_down(job, progress):
    raise RuntimeError("secret detail")


@pytest.fixture(autouse=True)
def kinds(settings, monkeypatch):
    here = "tests.core.test_jobs"
    settings.JOB_KINDS = {"write": f"{here}.write_down", "refuse": f"{here}.refuse", "break": f"{here}.break_down"}
    ACTS.clear()
    woken = []
    monkeypatch.setattr(jobs, "wake", lambda job_id: bool(woken.append(job_id)) or True)
    return woken


def ask(kind="write", key="one", **more):
    return jobs.enqueue(kind=kind, key=key, payload={"what": key}, at=NOON, **more)


def at(**later):
    return lambda: NOON + timedelta(**later)


def test_a_worker_is_woken_after_the_commit(django_capture_on_commit_callbacks, kinds):
    with django_capture_on_commit_callbacks(execute=True):
        job = ask()
        assert kinds == []
    assert kinds == [job.pk]


def test_the_same_key_is_the_same_job():
    assert ask().pk == ask().pk


def test_a_job_is_done_and_says_what_came_of_it():
    job = ask()
    assert jobs.work(job.pk, at()) == JobState.READY
    job.refresh_from_db()
    assert (job.state, job.percent_done, job.result, job.attempts) == ("ready", 100, {"done": "one"}, 1)


def test_a_message_that_comes_five_times_has_one_effect():
    job = ask()
    assert [jobs.work(job.pk, at()) for _ in range(5)] == [JobState.READY] + ["not ours"] * 4
    assert ACTS == ["one"]


def test_a_job_under_a_lease_is_nobody_elses():
    job = ask()
    jobs.claim(job.pk, at=NOON)
    assert jobs.work(job.pk, at(seconds=29)) == "not ours"


def test_when_the_lease_runs_out_another_takes_over():
    job = ask()
    jobs.claim(job.pk, at=NOON)
    assert jobs.work(job.pk, at(seconds=31)) == JobState.READY


def test_the_outcome_of_a_runner_that_was_given_up_is_dropped():
    job = ask()
    slow = jobs.claim(job.pk, at=NOON)
    jobs.work(job.pk, at(seconds=31))
    assert jobs._end(slow, NOON, state=JobState.FAILED, failure_code="late") == "not ours"
    job.refresh_from_db()
    assert job.state == JobState.READY


def test_a_refusal_is_told_and_not_tried_again():
    job = ask("refuse")
    assert jobs.work(job.pk, at()) == JobState.FAILED
    job.refresh_from_db()
    assert (job.failure_code, job.failure_detail) == ("empty_scope", "There is nothing to report on.")


def test_a_crash_is_tried_three_times_then_parked_without_its_secrets():
    job = ask("break")
    assert [jobs.work(job.pk, at()) for _ in range(4)] == ["queued", "queued", "failed", "not ours"]
    job.refresh_from_db()
    assert (job.attempts, job.failure_code) == (3, "crashed")
    assert "secret" not in job.failure_detail


def test_a_job_that_ends_its_runner_each_time_is_parked():
    job = ask()
    for attempt in range(3):
        assert jobs.claim(job.pk, at=NOON + timedelta(minutes=attempt)) is not None
    jobs.sweep(at=NOON + timedelta(minutes=5))
    job.refresh_from_db()
    assert (job.state, job.failure_code) == (JobState.FAILED, "runner_lost")


def test_a_failed_job_is_asked_for_again_with_the_same_key():
    job = ask("refuse")
    jobs.work(job.pk, at())
    assert ask("refuse").state == JobState.QUEUED


def test_the_sweep_wakes_for_what_waits_and_for_what_lost_its_runner(kinds):
    waiting, lost, running, fresh = (ask(key=key) for key in ("waiting", "lost", "running", "fresh"))
    Job.objects.filter(pk=fresh.pk).update(requested_at=NOON + timedelta(seconds=30))
    jobs.claim(lost.pk, at=NOON)
    jobs.claim(running.pk, at=NOON + timedelta(seconds=20))
    assert jobs.sweep(at=NOON + timedelta(seconds=40)) == 2
    assert set(kinds) == {waiting.pk, lost.pk}


def test_a_lost_broker_undoes_nothing_and_is_asked_once(monkeypatch):
    monkeypatch.undo()
    asked = []

    def lost(*args, **kwargs):
        asked.append(1)
        raise ConnectionError

    monkeypatch.setattr(jobs.current_app, "send_task", lost)
    monkeypatch.setattr(jobs, "_broker_is_away_until", 0.0)
    assert [jobs.wake(1), jobs.wake(2)] == [False, False]
    assert len(asked) == 1
