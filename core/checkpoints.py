"""Signed checkpoints of the trail, one line each in a file that the database cannot reach."""

from __future__ import annotations

import json
import os
from pathlib import Path

from django.conf import settings

from core import audit


def checkpoint_file() -> Path:
    return Path(settings.AUDIT_CHECKPOINTS)


def keep_checkpoint(*, at) -> dict:
    """This will append a checkpoint of the trail as it stands, and make sure that it is on the disk."""
    made = audit.make_checkpoint(at)
    path = checkpoint_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(made, sort_keys=True) + "\n")
        lines.flush()
        os.fsync(lines.fileno())
    return made


def last_checkpoint(path: Path | None = None) -> dict | None:
    """The newest checkpoint that was kept, or None when there is none."""
    path = path or checkpoint_file()
    if not path.exists():
        return None
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return json.loads(lines[-1]) if lines else None
