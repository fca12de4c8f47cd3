"""Files that come in: received, read, discarded, tried again. What they change is in `applying` and `taking_over`."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import may, require
from core import audit, jobs, versions
from core.errors import Conflict, Invalid, NotFound
from core.models import Job, JobState
from exchange.gather import Book
from exchange.models import Kind, State, Upload
from exchange.reading import limits
from exchange.reading.archive import OLD_OR_LOCKED
from initiatives.evidence import clean_name

JOB_KIND = "exchange.read"
FORMS = ("xlsx", "csv")
ACTS = {Kind.UPDATES: "update.write", Kind.INITIATIVES: "initiative.import", Kind.INDICATORS: "indicator.edit"}
NOWHERE = _("There is nothing here, or nothing that you may see.")


@transaction.atomic
def note_taken(*, book: Book, name: str, by) -> None:
    """This will keep on record who took the bureau's workbook, or a table of it, along."""
    audit.record(
        at=book.at, by=by, action="workbook.taken", target=book.bureau, bureau_id=book.bureau.pk,
        after={"period": book.period.code, "name": name, "rows": len(book.entries)},
    )  # fmt: skip


def receive_file(
    *, file, kind: str, by, at: datetime, bureau=None, period=None, plan=None
) -> tuple[Upload, bool]:
    """This will keep the file and have it read by a worker. Answers the upload, and whether it is new.

    A file that was applied already, or that still waits for somebody's word, is found by its content and not read
    again. Raises Invalid beside `file` for what is too large, empty, or not what its name says.
    """
    require(by, ACTS[Kind(kind)], bureau_id=bureau.pk if bureau else None)
    name = clean_name(file.name)
    form = _form_of(name)
    digest = _checked(file, form)
    with transaction.atomic():
        whose = {"kind": kind, "bureau": bureau, "period": period, "plan": plan}
        if known := _known(digest, whose):
            return known, False
        made = Upload.objects.create(
            **whose, name=name, form=form, size=file.size, sha256=digest, language=by.language, uploaded_by=by,
            uploaded_at=at, storage_key=default_storage.save(f"exchange/{uuid.uuid4().hex}", file), created_at=at,
            updated_at=at,
        )  # fmt: skip
        made.job = jobs.enqueue(
            kind=JOB_KIND, key=f"{JOB_KIND}:{made.public_id}", payload={"upload": made.pk}, at=at, by=by
        )
        made.save(update_fields=["job"])
        _trace("file.received", made, by, at, {"name": name, "size": file.size, "sha256": digest, "kind": kind})
    return made, True


def _form_of(name: str) -> str:
    form = name.rpartition(".")[2].lower()
    if form not in FORMS:
        raise Invalid.on("file", _("Bring a workbook (.xlsx) or a table in plain text (.csv)."))
    return form


def _checked(file, form: str) -> str:
    """The checksum of the file, once its size and its first bytes fit its name."""
    if file.size > limits.LARGEST_FILE:
        raise Invalid.on("file", _("The file is larger than %(size)s MB.") % {"size": limits.LARGEST_FILE // 1024**2})
    if not file.size:
        raise Invalid.on("file", _("The file is empty."))
    digest, head = hashlib.sha256(), b""
    for chunk in file.chunks():
        head = head or chunk[:8]
        digest.update(chunk)
    file.seek(0)
    is_archive = head.startswith((b"PK\x03\x04", OLD_OR_LOCKED))
    if is_archive != (form == "xlsx"):
        raise Invalid.on("file", _("The content of the file is not what its name says (%(type)s).") % {"type": form})
    return digest.hexdigest()


def _known(digest: str, whose: dict) -> Upload | None:
    """The same file of the same people for the same thing, if it is applied or on its way."""
    there = Upload.objects.filter(**whose, sha256=digest, state__in=[State.APPLIED, State.WAITING, State.READ])
    return there.select_related("applied_by", "uploaded_by").order_by("-applied_at").first()


def find_upload(*, public_id, kinds, by) -> Upload:
    """The upload, for whoever may see it: a bureau's files are its own, lists of what exists are the officers'.

    Raises NotFound for absent and hidden alike.
    """
    people = ("bureau", "period", "plan", "job", "uploaded_by", "applied_by")
    found = Upload.objects.filter(public_id=public_id, kind__in=kinds).select_related(*people).first()
    if found is None or not may_see(found, by):
        raise NotFound(NOWHERE)
    return found


def may_see(upload: Upload, by) -> bool:
    return may(by, ACTS[Kind(upload.kind)], bureau_id=upload.bureau_id)


def is_being_applied(upload: Upload) -> bool:
    """Whether a worker was given the person's word and has not ended."""
    job = upload.job
    is_asked = upload.state == State.READ and job is not None and job.kind != JOB_KIND
    return is_asked and job.state in (JobState.QUEUED, JobState.RUNNING)


def lock_upload(*, upload_id: int, by, version: int | None = None) -> Upload:
    """The row, locked, for whoever may act on it. Raises NotFound, or Stale when it moved on."""
    found = versions.lock(Upload.objects.select_related("bureau", "period", "plan", "job"), upload_id, version=version)
    if not may_see(found, by):
        raise NotFound(NOWHERE)
    return found


@transaction.atomic
def discard_upload(*, upload_id: int, by, at: datetime, version: int | None = None) -> Upload:
    """This will put the file away with nothing changed. Refused for one that is applied."""
    upload = lock_upload(upload_id=upload_id, by=by, version=version)
    if upload.state == State.APPLIED:
        raise Conflict(_("This file is applied already."), code="applied")
    if upload.state == State.DISCARDED:
        return upload
    put_away(upload, at=at, state=State.DISCARDED)
    _trace("file.discarded", upload, by, at, {"name": upload.name})
    return upload


def put_away(upload: Upload, *, at: datetime, **values) -> None:
    """This will move a locked upload to its last state and forget what it held; the file goes after the commit."""
    key = upload.storage_key
    versions.change(upload, at=at, sheets=[], storage_key="", **values)
    if key:
        transaction.on_commit(lambda: default_storage.delete(key))


@transaction.atomic
def read_again(*, upload_id: int, by, at: datetime) -> Job:
    """This will have a file read again whose reading was ended. Raises Conflict when it has not failed."""
    upload = lock_upload(upload_id=upload_id, by=by)
    job = Job.objects.select_for_update().get(pk=upload.job_id)
    if upload.state not in (State.WAITING, State.READ) or job.state != JobState.FAILED:
        raise Conflict(_("Only what failed can be tried again."), code="not_failed")
    _trace("file.read_again", upload, by, at, {"job": job.pk})
    return jobs.retry(job, at=at)


def _trace(action: str, upload: Upload, by, at, after: dict) -> None:
    audit.record(at=at, by=by, action=action, target=upload, after=after, bureau_id=upload.bureau_id)
