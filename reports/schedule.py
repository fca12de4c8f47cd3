"""Which reports are due, worked out from the database: each period of each definition exactly once, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from core import jobs
from core.models import Job, JobState

from .choices import PERIOD_CLOSED, EditionState
from .gather import Span
from .models import Edition, ReportDefinition
from .services import JOB_KIND, job_key
from .spans import spans_due

MOST_AT_A_TIME = 20
UNFINISHED = (JobState.QUEUED, JobState.RUNNING)
ASKED_OF_EDITIONS = ("definition_id", "period_code", "revision", "state", "as_of", "end_on")


@dataclass(frozen=True)
class Due:
    """A report to be asked for: `interim` is the filed edition of the period whose place it takes, or None."""

    definition: ReportDefinition
    span: Span
    interim: Edition | None = None

    @property
    def revision(self) -> int:
        return self.interim.revision + 1 if self.interim else 1

    @property
    def key(self) -> str:
        return job_key(self.definition, self.span.code, self.revision)

    @property
    def payload(self) -> dict:
        asked = {"definition": self.definition.pk, "period": self.span.code, "revision": self.revision}
        return asked | ({"corrects": self.interim.pk, "reason": PERIOD_CLOSED} if self.interim else {})


def due_reports(on: date) -> list[Due]:
    """The oldest missing period of every definition, oldest first; none while one of its reports is still being made.

    An edition that was made before the reporting of its period closed does not stand for the period: the one that is
    due takes its place. A report that failed counts as asked for: somebody has to look at its reason before it is
    tried again.
    """
    definitions = list(ReportDefinition.objects.scheduled())
    rows = Edition.objects.filter(definition__in=definitions).order_by("revision", "clearance")
    made = {(row.definition_id, row.period_code): row for row in rows.only(*ASKED_OF_EDITIONS)}
    states = dict(Job.objects.filter(kind=JOB_KIND).values_list("key", "state"))
    found = [_next(definition, on, made, states) for definition in definitions]
    return sorted((due for due in found if due), key=lambda due: (due.span.end_on, due.definition.code))


def _next(definition, on: date, made: dict, states: dict) -> Due | None:
    for span in spans_due(definition.cadence, definition.starts_on, on):
        last = made.get((definition.pk, span.code))
        is_interim = last is not None and last.is_interim and last.state != EditionState.FROZEN
        due = Due(definition, span, last if is_interim else None)
        state = states.get(due.key)
        if state in UNFINISHED:
            return None
        if state is None and (last is None or is_interim):
            return due
    return None


def request_due(*, at: datetime) -> int:
    """This will queue what is due, a bounded number at a time. The job's key makes a second scheduler harmless."""
    due = due_reports(at.date())[:MOST_AT_A_TIME]
    for one in due:
        with transaction.atomic():
            jobs.enqueue(kind=JOB_KIND, key=one.key, payload=one.payload, at=at)
    return len(due)
