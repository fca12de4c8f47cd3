"""What a worker does about letters, and how the clock wakes it. The letters' rows are the record; doing it again sends nothing twice."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from core import jobs
from core.models import Job
from initiatives.chasing import post, writing
from initiatives.chasing.records import Letter

KIND = "letters"


def write_and_wake(*, at: datetime) -> int:
    """This will write what is due and, where something waits to be sent, ask a worker for a round of it."""
    written = writing.write_due(at=at)
    post.note_cut_off(at=at)
    if Letter.objects.due(at).exists():
        jobs.enqueue(kind=KIND, key=f"letters:{at:%Y-%m-%dT%H:%M}", payload={}, at=at)
    return written


def send_letters(job: Job, progress) -> dict:
    """This will send one round."""
    progress("sending", 10)
    done = post.send_due(at=timezone.now())
    return {"sent": done.sent, "left": done.left}
