"""What a worker does with a file that came in. The job's row is the record; running it again does nothing twice."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from core import audit, versions
from core.models import Job
from exchange import applying, reader, taking_over
from exchange.models import State, Upload
from exchange.services import put_away


def read_file(job: Job, progress) -> dict:
    """This will have the file read in a process of its own and keep its cells, or the reason why not.

    Raises ReaderEnded when that process was ended from outside; nothing is lost, and it may be run again.
    """
    upload = Upload.objects.get(pk=job.payload["upload"])
    if upload.state != State.WAITING:
        return {"state": upload.state}
    progress("reading", 1)
    with default_storage.open(upload.storage_key) as file:
        found = reader.read(file, upload.form, lambda percent: progress("reading", percent))
    with transaction.atomic():
        kept = _keep(upload.pk, found, timezone.now())
    return {"state": kept.state, "seconds": found.seconds, "megabytes": found.megabytes}


def _keep(upload_id: int, found: reader.Reading, at) -> Upload:
    upload = versions.lock(Upload.objects.all(), upload_id, version=None)
    if upload.state != State.WAITING:
        return upload
    if found.refusal:
        put_away(upload, at=at, state=State.REFUSED, refusal=found.refusal)
        audit.record(
            at=at, by=None, action="file.refused", target=upload, after=found.refusal, bureau_id=upload.bureau_id
        )
        return upload
    key = upload.storage_key
    versions.change(upload, at=at, state=State.READ, sheets=found.sheets, storage_key="")
    transaction.on_commit(lambda: default_storage.delete(key))
    return upload


def apply_file(job: Job, progress) -> dict:
    """This will apply a bureau's file on the word that was given; a second run finds it done.

    Raises what the services refuse, and nothing of the file is kept then.
    """
    asked = job.payload
    person = User.objects.get(pk=asked["by"])
    with translation.override(person.language):
        done = applying.apply_asked(
            upload_id=asked["upload"], seen=asked["seen"], picks=asked["picks"], send=asked["send"], by=person,
            at=timezone.now(), progress=progress,
        )  # fmt: skip
    return {"state": done.state, "cells": done.outcome["cells"]}


def take_over(job: Job, progress) -> dict:
    """This will take a list over as it was asked for; a second run finds it done.

    Raises what the services refuse, and nothing of the list is kept then.
    """
    asked = job.payload
    upload = Upload.objects.get(pk=asked["upload"])
    with translation.override(upload.language):
        done = taking_over.take_over_list(
            upload_id=upload.pk, seen=asked["seen"], only_good=asked["only_good"], at=timezone.now(),
            by=User.objects.get(pk=asked["by"]), progress=progress,
        )  # fmt: skip
    return {"state": done.state, **done.outcome["counts"]}
