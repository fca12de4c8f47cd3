"""Bringing a table of reference data to what a file says, again and again, with a trace of every change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models

from core import audit


@dataclass(frozen=True)
class Brought:
    """What it took: how many rows were added, changed, or were as they should be."""

    added: int = 0
    changed: int = 0
    kept: int = 0

    def __str__(self) -> str:
        return f"{self.added} added, {self.changed} changed, {self.kept} unchanged"


def bring_rows(model, key: str, wanted: Mapping[str, dict], *, at, by=None, keeping=()) -> Brought:
    """This will add the rows that are missing and change those that differ; it deletes nothing.

    `wanted` maps the key's value to the other fields. Fields named in `keeping` are set on new rows only,
    because people change them here. The caller holds the transaction.
    """
    present = {getattr(row, key): row for row in model.objects.filter(**{f"{key}__in": list(wanted)})}
    added = [model(**{key: code}, **fields) for code, fields in wanted.items() if code not in present]
    model.objects.bulk_create(added)
    changed = [
        entry
        for code, row in present.items()
        if (entry := _bring_row(row, wanted[code], at=at, by=by, keeping=keeping)) is not None
    ]
    names = [key, *next(iter(wanted.values()), {})]
    made = [_entry("added", row, at, by, after=audit.snapshot(row, names)) for row in added]
    audit.record_many([*made, *changed])
    return Brought(len(added), len(changed), len(present) - len(changed))


def _bring_row(row: models.Model, fields: dict, *, at, by, keeping) -> audit.Entry | None:
    """The trace of the change, or None where nothing had to change."""
    wanted = {name: value for name, value in fields.items() if name not in keeping}
    differing = [name for name, value in wanted.items() if getattr(row, name) != value]
    if not differing:
        return None
    before = audit.snapshot(row, differing)
    for name in differing:
        setattr(row, name, fields[name])
    row.save(update_fields=differing)
    return _entry("changed", row, at, by, before=before, after=audit.snapshot(row, differing))


def _entry(act, row, at, by, *, before=None, after=None) -> audit.Entry:
    action = f"{row._meta.model_name}.{act}"
    return audit.Entry(at, by, action, row, before or {}, after or {}, "reference data")
