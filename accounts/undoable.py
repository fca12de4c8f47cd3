"""Taking back what was done to many records at once: remembered for ten minutes, once, by the person who did it."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import UndoableAct
from core.errors import Conflict, NotFound

UNDO_FOR = timedelta(minutes=10)


def remember(*, kind: str, items: list[dict], by, at) -> UndoableAct:
    """This will keep what taking the act back needs. The caller holds the transaction of the act itself."""
    return UndoableAct.objects.create(person=by, kind=kind, items=items, made_at=at, ends_at=at + UNDO_FOR)


def claim(*, public_id, kind: str, by, at) -> UndoableAct:
    """This will hand over the act once, under its lock; the caller takes it back in the same transaction.

    Raises NotFound for another's act, Conflict when it was taken back already or its ten minutes are over.
    """
    found = UndoableAct.objects.select_for_update().filter(public_id=public_id, kind=kind, person=by).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    if found.undone_at is not None:
        raise Conflict(_("This was undone already."), code="undone")
    if at >= found.ends_at:
        raise Conflict(_("The ten minutes to undo this are over."), code="too_late")
    found.undone_at = at
    found.save(update_fields=["undone_at"])
    return found


def open_acts(*, kind: str, by, at):
    """What the person may still take back, newest first."""
    return UndoableAct.objects.filter(person=by, kind=kind, undone_at=None, ends_at__gt=at)
