"""One who asks and looks, in a process of its own: a line of JSON in, a line of JSON out. Used by the drills."""

from __future__ import annotations

import json
import sys
import time
from datetime import date

import django


def settle(**_given) -> dict:
    """A cast, and a report in one language with one recipient."""
    from django.utils import timezone

    from tests import cast as company
    from tests.reports.conftest import define

    cast = company.settle_in(timezone.localdate())
    define(cast, languages=["en"], handling=1)
    return {}


def schedule(*, code: str, starts_on: str, languages: list[str]) -> dict:
    """A report that the calendar finds due from that day on."""
    from accounts.models import User
    from reports import services
    from reports.models import ReportDefinition
    from tests.reports.conftest import AT, TITLE

    values = {
        "code": code, "title": TITLE, "scope": "all", "cadence": "quarterly", "languages": languages, "handling": 1,
        "starts_on": date.fromisoformat(starts_on), "is_active": True,
    }  # fmt: skip
    officer = User.objects.get(email="officer@test.invalid")
    services.define_report(values=values, recipients=[], by=officer, at=AT)
    return {"definitions": ReportDefinition.objects.count()}


def ask(*, period: str) -> dict:
    from django.utils import timezone

    from accounts.models import User
    from reports import services
    from reports.models import ReportDefinition

    began = time.monotonic()
    job = services.request_report(
        definition=ReportDefinition.objects.get(code="progress"), period_code=period,
        by=User.objects.get(email="officer@test.invalid"), at=timezone.now(),
    )  # fmt: skip
    return {"job": job.pk, "took": time.monotonic() - began}


def retry(*, job: int) -> dict:
    from django.utils import timezone

    from accounts.models import User
    from reports import services

    services.retry_report(job_id=job, by=User.objects.get(email="officer@test.invalid"), at=timezone.now())
    return {}


def look(*, job: int) -> dict:
    from core.models import Job

    names = ("state", "stage", "percent_done", "attempts", "failure_code", "failure_detail", "result")
    return Job.objects.values(*names).get(pk=job)


def edition(*, period: str, code: str = "progress") -> dict:
    """Everything that there is of the period: it must be one good edition or nothing."""
    from reports import store
    from reports.making import faults_of
    from reports.models import Edition, EditionNotice

    found = list(Edition.objects.filter(definition__code=code, period_code=period))
    return {
        "editions": [(one.number, one.state, one.files.count()) for one in found],
        "faults": [fault for one in found for fault in faults_of(one, redraw=True)],
        "notices": EditionNotice.objects.filter(edition__in=found).count(),
        "left": [str(path) for path in store.path_of("editions").rglob("*.part")],
    }


def tick(*, seconds: float) -> dict:
    """A scheduler that never rests."""
    from django.utils import timezone

    from reports.schedule import request_due

    until, asked = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        asked += request_due(at=timezone.now())
        time.sleep(0.05)
    return {"asked": asked}


def made(*, code: str) -> dict:
    from core.models import Job
    from reports.models import Edition, EditionFile, ReportDefinition

    definition = ReportDefinition.objects.get(code=code)
    rows = Edition.objects.filter(definition=definition, state="filed").order_by("number")
    files = EditionFile.objects.filter(edition__in=rows, form="pdf").order_by("edition__number", "language")
    return {
        "periods": list(rows.values_list("period_code", flat=True)),
        "files": [list(pair) for pair in files.values_list("edition__period_code", "language")],
        "jobs": Job.objects.filter(payload__definition=definition.pk).count(),
    }


def main() -> None:
    django.setup()
    from django.db import connections

    for line in sys.stdin:
        given = json.loads(line)
        connections.close_all()
        try:
            answer = globals()[given.pop("act")](**given)
        except Exception as fault:  # whatever broke is what the drill wants to hear
            answer = {"error": f"{type(fault).__name__}: {fault}"}
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
