"""Which reports are due, worked out from the database: each period of each definition exactly once, oldest first."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from core import jobs
from core.models import Job, JobState

from .models import Edition, ReportDefinition
from .services import JOB_KIND, job_key
from .spans import spans_due

MOST_AT_A_TIME = 20
UNFINISHED = (JobState.QUEUED, JobState.RUNNING)


def due_reports(on: date) -> list[tuple[ReportDefinition, object]]:
    """The oldest missing period of every definition, oldest first; none while one of its reports is still being made.

    A report that failed counts as asked for: somebody has to look at its reason before it is tried again.
    """
    made = set(Edition.objects.values_list("definition_id", "period_code"))
    states = dict(Job.objects.filter(kind=JOB_KIND).values_list("key", "state"))
    found = []
    for definition in ReportDefinition.objects.scheduled():
        span = _next_span(definition, on, made, states)
        if span is not None:
            found.append((definition, span))
    return sorted(found, key=lambda pair: (pair[1].end_on, pair[0].code))


def _next_span(definition, on: date, made: set, states: dict):
    for span in spans_due(definition.cadence, definition.starts_on, on):
        state = states.get(job_key(definition, span.code, 1))
        if state in UNFINISHED:
            return None
        if state is None and (definition.pk, span.code) not in made:
            return span
    return None


def request_due(*, at: datetime) -> int:
    """This will queue what is due, a bounded number at a time. The job's key makes a second scheduler harmless."""
    due = due_reports(at.date())[:MOST_AT_A_TIME]
    for definition, span in due:
        payload = {"definition": definition.pk, "period": span.code, "revision": 1}
        with transaction.atomic():
            jobs.enqueue(kind=JOB_KIND, key=job_key(definition, span.code, 1), payload=payload, at=at)
    return len(due)
