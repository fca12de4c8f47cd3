"""Whether anything has changed: the version of all data, and the release of the code that draws it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from core.traces import DENIED, EXPORTED

# Acts that the trail remembers and that change nothing anybody reads on a page.
CHANGES_NOTHING = (DENIED, EXPORTED, "session.began", "session.ended", "session.refused", "edition.downloaded")
LAST_CHANGE = "SELECT seq FROM core_auditrecord WHERE action <> ALL(%s) ORDER BY seq DESC LIMIT 1"
MADE_OF = ("*.py", "*.html", "*.mo", "*.css", "*.js")
NOT_OURS = {".venv", ".git", ".run", "node_modules", "staticfiles", "media"}


def data_version() -> int:
    """The number of the last act on the trail that changed something. One query, which reads a few rows of one index.

    Every change leaves its record in its own transaction, and records are appended one after another, so whoever sees
    this number sees everything up to it. It costs writers nothing: no row of its own is fought over.
    """
    with connection.cursor() as cursor:
        cursor.execute(LAST_CHANGE, last_change_values())
        found = cursor.fetchone()
    return found[0] if found else 0


def last_change_values() -> list:
    """What `LAST_CHANGE` is asked with, for whoever asks it beside another question."""
    return [list(CHANGES_NOTHING)]


@cache
def release() -> str:
    """The code, templates and translations that this process runs, as a checksum; worked out once."""
    return checksum(settings.BASE_DIR)


def checksum(folder: Path) -> str:
    """A checksum of every file that pages are made of, wherever the folder stands."""
    digest = hashlib.sha256()
    for path in sorted(_files(folder)):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(folder: Path) -> Iterable[Path]:
    for part in folder.iterdir():
        if part.is_dir() and part.name not in NOT_OURS and not part.is_symlink():
            for pattern in MADE_OF:
                yield from part.rglob(pattern)
