"""Long work: the database keeps what was asked and how far it is; a message only wakes somebody to look.

A job is run under a short lease that its runner keeps renewing. Whoever loses the lease has lost the right to write
the outcome, so a job that was started twice has one effect. What a job does is in `settings.JOB_KINDS`
(kind -> dotted path of `act(job, progress) -> dict`); every such function must bear being run again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.models import Job, JobState

WAKE_AGAIN_AFTER = timedelta(seconds=20)
MOST_AT_A_TIME = 100
BROKER_PAUSE_SECONDS = 10.0
TASK = "core.tasks.work_on"

Progress = Callable[[str, int], None]
logger = logging.getLogger(__name__)
_broker_is_away_until = 0.0


def enqueue(*, kind: str, key: str, payload: dict, at: datetime, by=None, max_attempts: int = 3) -> Job:
    """This will record the job, once per key, and wake a worker after the commit.

    The same key again answers with the job that is there; one that failed is queued again.
    """
    job, is_new = Job.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "payload": payload,
            "requested_at": at,
            "requested_by_id": getattr(by, "pk", None),
            "max_attempts": max_attempts,
        },
    )
    if not is_new and job.state == JobState.FAILED:
        return retry(job, at=at)
    transaction.on_commit(lambda: wake(job.pk))
    return job


def enqueue_many(*, kind: str, wanted: dict[str, dict], at: datetime, by=None, max_attempts: int = 3) -> dict[str, Job]:
    """As `enqueue`, for many at once: `wanted` is each one's payload by its key, and so are the jobs that come back."""
    values = {"kind": kind, "requested_at": at, "requested_by_id": getattr(by, "pk", None), "max_attempts": max_attempts}
    Job.objects.bulk_create([Job(key=key, payload=payload, **values) for key, payload in wanted.items()], ignore_conflicts=True)
    found = {job.key: job for job in Job.objects.filter(key__in=wanted)}
    for key in wanted:
        if found[key].state == JobState.FAILED:
            found[key] = retry(found[key], at=at)
        else:
            transaction.on_commit(partial(wake, found[key].pk))
    return {key: found[key] for key in wanted}


def retry(job: Job, *, at: datetime) -> Job:
    """This will give a failed job its attempts back and queue it again."""
    Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(
        state=JobState.QUEUED, attempts=0, requested_at=at, lease_until=None, finished_at=None, percent_done=0, stage=""
    )
    transaction.on_commit(lambda: wake(job.pk))
    job.refresh_from_db()
    return job


def wake(job_id: int) -> bool:
    """This will send the message. A lost broker costs a moment: the sweep sends it again."""
    global _broker_is_away_until
    if time.monotonic() < _broker_is_away_until:
        return False
    try:
        current_app.send_task(TASK, [job_id])
    except Exception as error:  # the broker's libraries raise many kinds; none may undo what was asked
        _broker_is_away_until = time.monotonic() + BROKER_PAUSE_SECONDS
        logger.warning("Nobody was woken for job %s: %s", job_id, error)
        return False
    return True


def claim(job_id: int, *, at: datetime) -> Job | None:
    """This will take the job's lease, or answer None when it is done, or another's, or beyond its last attempt."""
    with transaction.atomic():
        job = Job.objects.claimable(at).select_for_update(skip_locked=True).filter(pk=job_id).first()
        if job is None:
            return None
        if job.attempts >= job.max_attempts:
            _park(job, at)
            return None
        job.state, job.lease_until, job.attempts = JobState.RUNNING, at + _lease(), job.attempts + 1
        job.started_at = at
        job.save(update_fields=["state", "lease_until", "attempts", "started_at"])
        return job


def work(job_id: int, now: Callable[[], datetime] = timezone.now) -> str:
    """This will run the job if it may be had, and record how it ended. Answers the state it left the job in."""
    job = claim(job_id, at=now())
    if job is None:
        return "not ours"
    try:
        with _Keeper(job, now) as keeper:
            result = import_string(settings.JOB_KINDS[job.kind])(job, _progress_of(job, keeper))
    except DomainError as refusal:
        return _end(job, now(), state=JobState.FAILED, failure_code=refusal.code, failure_detail=str(refusal))
    except Exception as error:
        logger.exception("Job %s (%s) broke in attempt %s", job.pk, job.kind, job.attempts)
        return _end_broken(job, now(), error)
    return _end(job, now(), state=JobState.READY, result=result or {}, percent_done=100, stage="")


def sweep(*, at: datetime) -> int:
    """This will wake somebody again for every job that waits too long or whose runner is gone. Answers how many."""
    forgotten = Q(requested_at__lt=at - WAKE_AGAIN_AFTER) | Q(state=JobState.RUNNING)
    waiting = Job.objects.claimable(at).filter(forgotten).order_by("requested_at")
    for job in waiting.filter(attempts__gte=F("max_attempts"), state=JobState.RUNNING)[:MOST_AT_A_TIME]:
        claim(job.pk, at=at)
    found = list(waiting.filter(attempts__lt=F("max_attempts")).values_list("pk", flat=True)[:MOST_AT_A_TIME])
    return sum(wake(job_id) for job_id in found)


def _park(job: Job, at: datetime) -> None:
    job.state, job.finished_at, job.lease_until = JobState.FAILED, at, None
    job.failure_code = job.failure_code or "runner_lost"
    job.failure_detail = job.failure_detail or _("Whoever ran it was ended each time. Ask for it again later.")
    job.save(update_fields=["state", "finished_at", "lease_until", "failure_code", "failure_detail"])
    logger.error("Job %s (%s) is parked after %s attempts", job.pk, job.kind, job.attempts)


def _end_broken(job: Job, at: datetime, error: Exception) -> str:
    detail = _("Something went wrong on our side (%(kind)s).") % {"kind": type(error).__name__}
    if job.attempts >= job.max_attempts:
        return _end(job, at, state=JobState.FAILED, failure_code="crashed", failure_detail=detail)
    return _end(job, at, state=JobState.QUEUED, failure_code="crashed", failure_detail=detail)


def _end(job: Job, at: datetime, *, state: str, **values) -> str:
    """Writes the outcome if the lease is still this attempt's; a late runner's outcome is dropped."""
    finished_at = None if state == JobState.QUEUED else at
    values |= {"failure_code": "", "failure_detail": ""} if state == JobState.READY else {}
    ours = _ours(job).update(state=state, finished_at=finished_at, lease_until=None, **values)
    if not ours:
        logger.warning("Job %s was taken over; the outcome of attempt %s is dropped", job.pk, job.attempts)
    return state if ours else "not ours"


def _lease() -> timedelta:
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _ours(job: Job):
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)


def _progress_of(job: Job, keeper: _Keeper) -> Progress:
    """Says how far the work is, at once; inside a transaction, which nobody else sees into, the keeper says it."""

    def progress(stage: str, percent: int) -> None:
        said = {"stage": stage[:80], "percent_done": max(0, min(100, percent))}
        keeper.say(said, alone=connection.in_atomic_block)
        if not connection.in_atomic_block:
            _ours(job).update(**said)

    return progress


class _Keeper:
    """Keeps the lease while this process lives, and says how far it is, both over a connection of its own.

    A killed process stops renewing, and another takes over.
    """

    SAYS_EVERY_SECONDS = 0.2

    def __init__(self, job: Job, now: Callable[[], datetime]):
        self.job, self.now = job, now
        self.said: dict = {}
        self.is_news, self.is_over = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._keep, daemon=True, name=f"lease-{job.pk}")

    def __enter__(self) -> _Keeper:
        self.thread.start()
        return self

    def __exit__(self, *_error) -> None:
        self.is_over.set()
        self.is_news.set()
        self.thread.join(timeout=2)

    def say(self, said: dict, *, alone: bool) -> None:
        """With `alone`, nobody else can say it."""
        is_new, self.said = said != self.said, said
        if is_new and alone:
            self.is_news.set()

    def _keep(self) -> None:
        while not self.is_over.is_set():
            self.is_news.wait(_lease().total_seconds() / 3)
            self.is_news.clear()
            if not self.is_over.is_set():
                self._write()
            self.is_over.wait(self.SAYS_EVERY_SECONDS)
        connection.close()

    def _write(self) -> None:
        try:
            _ours(self.job).update(lease_until=self.now() + _lease(), **self.said)
        except Exception as error:  # a lost database ends the lease by itself
            logger.warning("The lease of job %s was not renewed: %s", self.job.pk, error)
