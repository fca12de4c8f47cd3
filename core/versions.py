"""No edit is ever lost: every mutable record carries an integer version, checked under its row lock."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import writing
from core.errors import NotFound, Stale


class Versioned(models.Model):
    """A record that people change: `version` goes up by one with every change."""

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True


def lock(queryset: models.QuerySet, pk, *, version: int | None):
    """This will lock the row and hand it over as it stands now.

    `version` is the one the person saw; None is for the machine's own acts, which saw nothing.
    Raises NotFound when the row is absent or hidden, Stale when it has moved on.
    """
    return checked(queryset.select_for_update(of=("self",)).filter(pk=pk).first(), version=version)


def checked(current, *, version: int | None):
    """The record that was locked, if it is there and still the version that the person saw. Raises as `lock` does."""
    if current is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    if version is not None and current.version != version:
        raise Stale(
            _("Somebody changed this since you opened it. Nothing of yours is lost."), current=current
        )
    return current


def change(record: Versioned, *, at, **values) -> list[str]:
    """This will set the values on a locked record, move its version on and save just those columns.

    Returns the names of the fields whose value really changed; a change of nothing saves nothing.
    """
    changed = [name for name, value in values.items() if getattr(record, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(record, name, values[name])
    touch(record, at=at, fields=changed)
    return changed


def touch(record: Versioned, *, at, fields: list[str] | None = None) -> None:
    """This will move a locked record's version on, also when only its relations changed."""
    record.version += 1
    record.updated_at = at
    writing.update(record, [*(fields or []), "version", "updated_at"], is_locked=True)
