"""A report of each bureau, asked for by one act: however many bureaus there are, with the same number of questions."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from accounts.access import require
from accounts.models import Bureau
from core import audit, jobs
from core.errors import Conflict
from core.models import Job
from core.translations import Translated

from .models import Edition, ReportDefinition
from .services import DEFINITION_FIELDS, JOB_KIND, begins_on, job_wanted, span_to_report

BUREAU_TITLE = Translated(
    source="en",
    texts={
        "en": "Progress report of a bureau", "fr": "Rapport d’avancement d’un bureau",
        "es": "Informe de progreso de una oficina", "ar": "تقرير التقدم المحرز لمكتب",
    },
    states={language: {"state": "approved", "of_version": 1} for language in ("fr", "es", "ar")},
)  # fmt: skip


@transaction.atomic
def request_for_bureaus(*, period_code: str, by, at: datetime) -> list[Job]:
    """This will ask for one report of the period for each active bureau, and answers the jobs.

    Bureaus whose edition of the period is there already are left; whoever asks again gets the same jobs. Officers only;
    raises Invalid for a period that is none, has not begun or was over before any plan began.
    """
    require(by, "report.request")
    span = span_to_report(period_code, begins=begins_on(), at=at)
    rows, entries = _defined(by, at)
    definitions = {row.pk: row for row in rows}
    list(ReportDefinition.objects.select_for_update().filter(pk__in=definitions).order_by("pk"))
    editions = Edition.objects.filter(definition__in=definitions, period_code=span.code)
    last = {one.definition_id: one for one in editions.order_by("revision", "clearance")}
    wanted = {}
    for row in definitions.values():
        try:
            key, payload = job_wanted(row, span, last.get(row.pk))
        except Conflict:
            continue  # it is there
        wanted[key] = payload
    found = jobs.enqueue_many(kind=JOB_KIND, wanted=wanted, at=at, by=by)
    for key, job in found.items():
        about = definitions[wanted[key]["definition"]]
        entries.append(audit.Entry(at, by, "report.requested", about, {}, {"period": span.code, "job": job.pk}))
    audit.record_many(entries)
    return list(found.values())


@transaction.atomic
def bureau_definitions(*, by, at: datetime) -> list[ReportDefinition]:
    """This will answer one definition for each active bureau, adding those that are missing. Officers only."""
    found, entries = _defined(by, at)
    audit.record_many(entries)
    return found


def _defined(by, at: datetime) -> tuple[list[ReportDefinition], list[audit.Entry]]:
    """The definitions, and what the trail is to be told of those that are new: last of all, in the order of locks."""
    require(by, "report.define")
    active = list(Bureau.objects.filter(is_active=True).select_for_update(no_key=True).order_by("pk"))  # one asks at a time
    rows = ReportDefinition.objects.filter(scope="bureau", code__startswith="bureau-")
    there = {row.bureau_id: row for row in rows}
    missing = sorted((bureau for bureau in active if bureau.pk not in there), key=lambda bureau: bureau.code)
    made = ReportDefinition.objects.bulk_create([_of_bureau(bureau, at) for bureau in missing])
    entries = [
        audit.Entry(at, by, "report.defined", one, {}, {**audit.snapshot(one, DEFINITION_FIELDS), "recipients": []})
        for one in made
    ]
    return sorted([*there.values(), *made], key=lambda row: row.code), entries


def _of_bureau(bureau: Bureau, at: datetime) -> ReportDefinition:
    return ReportDefinition(
        code=f"bureau-{slugify(bureau.code)}", title=BUREAU_TITLE, scope="bureau", bureau=bureau, cadence="quarterly",
        languages=[bureau.language], handling=1, is_active=True, created_at=at, updated_at=at,
    )  # fmt: skip
