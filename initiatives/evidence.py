"""Files that support an update: what may come in, where it is kept, and who may fetch it.

A file is believed by its content, not by its name: both must say the same allowed type. It is stored under a random
key that says nothing, with its checksum in the database, and is only ever handed out as an attachment.
"""

from __future__ import annotations

import codecs
import hashlib
import unicodedata
import uuid
from dataclasses import dataclass
from pathlib import PurePosixPath

import filetype
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import require, sight
from core import audit, versions
from core.errors import Conflict, Invalid, NotFound
from initiatives.models import Evidence, Update

LARGEST_BYTES = 10 * 1024 * 1024
MOST_FILES = 10
HEAD_BYTES = 8192
OPEN_XML = "application/vnd.openxmlformats-officedocument."
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": OPEN_XML + "wordprocessingml.document",
    "xlsx": OPEN_XML + "spreadsheetml.sheet",
    "txt": "text/plain",
    "csv": "text/csv",
}
PLAIN_TEXT = {"txt", "csv"}


@dataclass(frozen=True)
class Checked:
    """What is known of a file after reading it once."""

    name: str
    media_type: str
    size: int
    sha256: str


def check_file(file) -> Checked:
    """This will read the file once and say what it is.

    Raises Invalid beside `file`: empty, larger than 10 MiB, of a type that is not allowed, or not what its name says.
    """
    name = clean_name(file.name)
    extension = PurePosixPath(name).suffix.lower().lstrip(".")
    if extension not in TYPES:
        raise Invalid.on(
            "file", _("Files of these types can be added: %(types)s.") % {"types": ", ".join(sorted(TYPES))}
        )
    digest, size, head, is_text = _read(file)
    if size == 0:
        raise Invalid.on("file", _("The file is empty."))
    if not _content_fits(extension, head, is_text):
        raise Invalid.on(
            "file", _("The content of the file is not what its name says (%(type)s).") % {"type": extension}
        )
    return Checked(name, TYPES[extension], size, digest)


def clean_name(name: str) -> str:
    """The last part of the name, in one normal form, without control characters or marks that turn its direction."""
    last = unicodedata.normalize("NFC", str(name or "")).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(ch for ch in last if unicodedata.category(ch)[0] != "C").strip(" .")
    stem, dot, extension = kept.rpartition(".")
    return f"{stem[:150]}.{extension[:10]}" if dot else kept[:150]


def _read(file) -> tuple[str, int, bytes, bool]:
    digest, size, head, is_text = hashlib.sha256(), 0, b"", True
    for chunk in file.chunks():
        size += len(chunk)
        if size > LARGEST_BYTES:
            raise Invalid.on(
                "file", _("The file is larger than %(size)s MB.") % {"size": LARGEST_BYTES // 1024**2}
            )
        head = head or chunk[:HEAD_BYTES]
        is_text = is_text and b"\x00" not in chunk
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest(), size, head, is_text


def _content_fits(extension: str, head: bytes, is_text: bool) -> bool:
    guess = filetype.guess(head)
    if extension in PLAIN_TEXT:
        return is_text and guess is None and head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] != b"<"
    return guess is not None and guess.mime == TYPES[extension]


def add_evidence(*, update_id, version: int, file, by, at) -> Evidence:
    """This will keep the file with the update, which moves the update's version on. Only while it can be edited."""
    checked = check_file(file)
    key = f"evidence/{at:%Y/%m}/{uuid.uuid4().hex}"
    stored = default_storage.save(key, file)
    try:
        return _keep(update_id, version, checked, stored, by, at)
    except BaseException:
        default_storage.delete(stored)
        raise


@transaction.atomic
def _keep(update_id, version, checked, stored, by, at) -> Evidence:
    update = _editable(update_id, version, by)
    present = update.evidence.filter(removed_at=None)
    if present.count() >= MOST_FILES:
        raise Invalid.on("file", _("An update has at most %(most)s files.") % {"most": MOST_FILES})
    if present.filter(sha256=checked.sha256).exists():
        raise Invalid.on("file", _("This file is here already."))
    made = Evidence.objects.create(
        update=update,
        storage_key=stored,
        name=checked.name,
        media_type=checked.media_type,
        size=checked.size,
        sha256=checked.sha256,
        handling=update.handling,
        uploaded_by=by,
        uploaded_at=at,
    )
    versions.touch(update, at=at)
    facts = audit.snapshot(made, ("name", "media_type", "size", "sha256", "handling"))
    audit.record(
        at=at,
        by=by,
        action="evidence.added",
        target=made,
        after={**facts, "update": update.pk},
        bureau_id=update.initiative.lead_bureau_id,
    )
    return made


def _editable(update_id, version, by) -> Update:
    found = versions.lock(
        Update.objects.visible_to(by).select_related("initiative"), update_id, version=version
    )
    require(by, "update.write", bureau_id=found.initiative.lead_bureau_id)
    if not found.is_editable:
        raise Conflict(
            _("Files can be added or removed only while the update can be edited."), code="not_editable"
        )
    return found


@transaction.atomic
def remove_evidence(*, public_id, version: int, by, at) -> Evidence:
    """This will take the file off the update; the file itself and the fact that it was there stay on record."""
    evidence = _visible(public_id, by)
    update = _editable(evidence.update_id, version, by)
    evidence.removed_at = at
    evidence.save(update_fields=["removed_at"])
    versions.touch(update, at=at)
    audit.record(
        at=at,
        by=by,
        action="evidence.removed",
        target=evidence,
        before={"name": evidence.name},
        bureau_id=update.initiative.lead_bureau_id,
    )
    return evidence


def open_evidence(*, public_id, by):
    """The record and its open file, for whoever may see both the update and the file. Raises NotFound otherwise."""
    evidence = _visible(public_id, by)
    if not default_storage.exists(evidence.storage_key):
        raise NotFound(_("The file is missing from the store; an administrator has to be told."))
    return evidence, default_storage.open(evidence.storage_key, "rb")


def visible_evidence(by):
    """Files of updates that the person may see, as far as clearance allows; their own bureau's all."""
    updates = Update.objects.visible_to(by)
    seen = sight(by).handled()
    if sight(by).bureau_id:
        seen |= Q(update__initiative__lead_bureau=sight(by).bureau_id)
    return Evidence.objects.filter(seen, update__in=updates, removed_at=None)


def _visible(public_id, by) -> Evidence:
    found = visible_evidence(by).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found
