"""Makes the report of a period, here and now, and says how far it is."""

from __future__ import annotations

import threading
import time

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from accounts.models import User
from core import jobs
from core.errors import DomainError
from core.models import Job, JobState, Period
from reports.every_bureau import bureau_definitions
from reports.models import ReportDefinition
from reports.services import request_report

UNFINISHED = (JobState.QUEUED, JobState.RUNNING)


class Command(BaseCommand):
    help = "Makes the edition of a report for a period and prints its progress; exits non-zero when it fails."

    def add_arguments(self, parser):
        parser.add_argument("definition", nargs="?", help="code of the report definition")
        parser.add_argument(
            "--period", help="2026, 2026-H2, 2026-Q3 or 2026-09; the last quarter that has ended, unless told"
        )
        parser.add_argument(
            "--by", default="", help="e-mail address of the officer in whose name it is made; the system's unless told"
        )
        parser.add_argument(
            "--correct", metavar="REASON", default="", help="make a correction of the edition that is there"
        )
        parser.add_argument("--every-bureau", action="store_true", help="one report for each active bureau instead")

    def handle(self, *args, definition, period, by, correct, every_bureau, **options):
        officer = User.objects.active().filter(email__iexact=by).first() if by else None
        if by and officer is None:
            raise CommandError(f"There is no active person with the address {by}.")
        code = period or _last_ended()
        asked = [
            job
            for found in self._definitions(definition, every_bureau, officer)
            for job in self._ask(found, code, correct, officer)
        ]
        if not asked:
            raise CommandError("No report was asked for.")
        failed = [job for job in asked if self._make(job) != JobState.READY]
        if failed:
            raise CommandError(f"{len(failed)} of {len(asked)} reports were not made.")

    def _definitions(self, code, every_bureau, officer) -> list[ReportDefinition]:
        if every_bureau:
            if officer is None:
                raise CommandError("--every-bureau adds definitions: say --by whom.")
            return bureau_definitions(by=officer, at=timezone.now())
        rows = list(ReportDefinition.objects.filter(code=code))
        if not rows:
            known = ", ".join(ReportDefinition.objects.values_list("code", flat=True)[:20]) or "none"
            raise CommandError(f"There is no report definition {code!r}. There are: {known}.")
        return rows

    def _ask(self, definition, code, correct, officer) -> list[Job]:
        try:
            job = request_report(
                definition=definition, period_code=code, by=officer, at=timezone.now(), correction_reason=correct
            )
        except DomainError as refused:
            self.stderr.write(f"{definition.code} {code}: {refused}")
            return []
        self.stdout.write(f"{definition.code} {code}: asked for (job {job.pk})")
        return [job]

    def _make(self, job: Job) -> str:
        """Works on the job in this process, or watches the worker that has it; both end in the job's row."""
        while job.state in UNFINISHED:
            self._attempt(job)
        self.stdout.write(self._outcome(job))
        return job.state

    def _attempt(self, job: Job) -> None:
        worker = threading.Thread(target=_work, args=[job.pk])
        worker.start()
        said = ""
        while worker.is_alive():
            worker.join(timeout=0.2)
            job.refresh_from_db()
            words = f"  {job.percent_done:3} % {job.stage or job.state}"
            if words != said:
                self.stdout.write(words)
                said = words
        time.sleep(0.2)
        job.refresh_from_db()

    def _outcome(self, job: Job) -> str:
        if job.state == JobState.READY:
            return self.style.SUCCESS(f"Ready: edition {job.result['number']}.")
        return self.style.ERROR(f"Failed ({job.failure_code}): {job.failure_detail}")


def _work(job_id: int) -> None:
    try:
        jobs.work(job_id)
    finally:
        connection.close()


def _last_ended() -> str:
    ended = Period.objects.ended_by(timezone.localdate()).order_by("-end_on").first()
    if ended is None:
        raise CommandError("No reporting period has ended yet: name one with --period.")
    return ended.code
