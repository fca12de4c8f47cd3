"""Where the files of editions are kept: written beside their place, flushed, then moved in one step."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import uuid
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict

from . import faultpoints

LEAST_FREE = 32 * 1024 * 1024
FOLDER = "editions"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class NoRoom(Conflict):
    """The volume that keeps the editions is full; nothing was left half-written."""

    code = "no_room"


def key_for(edition, language: str, form: str, extension: str) -> str:
    """A key that says nothing about the content."""
    return f"{FOLDER}/{edition.public_id.hex}/{uuid.uuid5(edition.public_id, f'{language}.{form}').hex}.{extension}"


def path_of(key: str) -> Path:
    return Path(settings.MEDIA_ROOT) / key


def keep(key: str, content: bytes) -> str:
    """This will put the content at its place, whole or not at all, and answer its SHA-256. Raises NoRoom."""
    place = path_of(key)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(place.parent).free < LEAST_FREE + len(content):
            raise OSError(errno.ENOSPC, "too little is free")
        _write(place, content)
    except OSError as fault:
        if fault.errno in _FULL:
            raise NoRoom(_("There is no room left to keep the report. Free some space, then try again.")) from fault
        raise
    return hashlib.sha256(content).hexdigest()


def _write(place: Path, content: bytes) -> None:
    beside = place.with_name(f".{place.name}.{uuid.uuid4().hex}.part")
    try:
        with beside.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        faultpoints.reach("written")
        beside.replace(place)
        _flush_folder(place.parent)
    finally:
        beside.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(edition) -> None:
    """This will remove what a killed worker left half-written for the edition."""
    folder = path_of(f"{FOLDER}/{edition.public_id.hex}")
    for left in folder.glob(".*.part"):
        left.unlink(missing_ok=True)


def read(key: str) -> bytes | None:
    """The content, or None when the file is gone."""
    try:
        return path_of(key).read_bytes()
    except FileNotFoundError:
        return None
