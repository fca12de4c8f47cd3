"""What a worker does when a report was asked for. The job's row is the record; running it again completes the rest."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import User
from core.models import Job

from . import faultpoints, making, notices
from .models import Edition, ReportDefinition
from .spans import span_named


def make_report(job: Job, progress) -> dict:
    """This will freeze, draw, file and announce the edition that the job asks for; done steps are found and left."""
    asked = job.payload
    definition = ReportDefinition.objects.select_related("plan", "aim", "region", "bureau").get(pk=asked["definition"])
    progress("collecting", 2)
    faultpoints.reach("before_freezing")
    editions = making.freeze(
        definition, span_named(asked["period"]), revision=asked["revision"], corrects=_corrected(asked),
        reason=asked.get("reason", ""), by=User.objects.filter(pk=job.requested_by_id).first(), at=timezone.now(),
    )  # fmt: skip
    faultpoints.reach("frozen")
    for place, edition in enumerate(editions):
        share = (10 + 80 * place // len(editions), 10 + 80 * (place + 1) // len(editions))
        making.draw_files(edition, at=timezone.now(), progress=progress, share=share)
    faultpoints.reach("drawn")
    progress("filing", 92)
    making.file_editions(editions, at=timezone.now())
    faultpoints.reach("filed")
    progress("telling", 96)
    told = notices.tell_recipients(editions, at=timezone.now())
    return {"number": editions[0].number, "editions": [edition.pk for edition in editions], "told": told}


def _corrected(asked: dict) -> Edition | None:
    return Edition.objects.filter(pk=asked["corrects"]).first() if asked.get("corrects") else None
