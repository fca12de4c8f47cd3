"""The one message there is: look at this job."""

from __future__ import annotations

from celery import shared_task

from core import jobs


@shared_task(name=jobs.TASK)
def work_on(job_id: int) -> None:
    jobs.work(job_id)
