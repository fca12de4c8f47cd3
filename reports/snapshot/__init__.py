"""The frozen picture of a plan on a date: its format, its canonical bytes and the check that it is well formed.

A snapshot is plain JSON. Everything that a report shows is drawn from it and from nothing else, so what is
written here must be complete: figures are decimal *strings* (never floats), days are ISO dates, moments are
ISO date-times in UTC, and every text carries the language it was written in. `None` always means "not known".

`FORMAT` grows by one when a reader of the old form could misread the new one. An edition keeps the format it
was filed with for ever; `reports.render` must go on drawing every format that was ever filed.
"""

from __future__ import annotations

from .check import SnapshotFault, validate
from .marks import LANGUAGES, STATUSES, VALUE_STATES
from .seal import canonical_bytes, check_code, sha256_of
from .whole import FORMAT, Snapshot

__all__ = [
    "FORMAT", "LANGUAGES", "STATUSES", "VALUE_STATES", "Snapshot", "SnapshotFault", "canonical_bytes", "check_code",
    "sha256_of", "validate",
]  # fmt: skip
