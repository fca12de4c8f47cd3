"""A bureau's file becomes its drafts: all of it or nothing, through the same services as the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, jobs, versions
from core.errors import Conflict, Invalid, Stale
from exchange.comparing import compare
from exchange.comparison import Comparison, Part
from exchange.models import State, Upload
from exchange.services import is_being_applied, lock_upload, put_away
from initiatives import life
from initiatives.models import Initiative, Update

JOB_KIND = "exchange.apply"
AT_ONCE = 10  # updates that are saved while their sender waits; more of them are a worker's
Progress = Callable[[str, int], None]


class Moved(Stale):
    """What stands changed since the preview was drawn: what would be applied is not what was seen."""

    code = "preview_moved"


@transaction.atomic
def take_word(
    *, upload_id: int, seen: str, by, at: datetime, picks: Mapping[str, str] | None = None, send: bool = False,
    version: int | None = None,
) -> Upload:
    """This will apply a file of a few updates at once, and have a worker apply a larger one. Asked twice it is done once.

    Raises what `apply_updates` raises, and Stale for another version than the one that is named; a worker's refusal
    stands in its job.
    """
    upload = lock_upload(upload_id=upload_id, by=by, version=version)
    if is_being_applied(upload):
        return upload
    found = _looked_at(upload, seen, by, at, picks)
    if len(found.changed) <= AT_ONCE:
        return _apply(upload, found, send, by, at, _in_silence)
    payload = {"upload": upload.pk, "seen": seen, "picks": dict(picks or {}), "send": send, "by": by.pk}
    key = f"{JOB_KIND}:{upload.public_id}:{upload.version}"
    versions.change(upload, at=at, job=jobs.enqueue(kind=JOB_KIND, key=key, payload=payload, at=at, by=by))
    audit.record(
        at=at, by=by, action="file.asked_to_apply", target=upload, bureau_id=upload.bureau_id,
        after={"cells": found.cells_changed, "updates": len(found.changed), "send": send},
    )  # fmt: skip
    return upload


@transaction.atomic
def apply_asked(*, upload_id: int, progress: Progress, **word) -> Upload:
    """This will do what `take_word` left to a worker. A second call finds it done."""
    upload = lock_upload(upload_id=upload_id, by=word["by"])
    if upload.state == State.APPLIED:
        return upload
    return apply_updates(upload_id=upload_id, progress=progress, **word)


def _in_silence(stage: str, percent: int) -> None:
    """For whoever waits for the answer anyway."""


@transaction.atomic
def apply_updates(
    *, upload_id: int, seen: str, by, at: datetime, picks: Mapping[str, str] | None = None, send: bool = False,
    progress: Progress = _in_silence,
) -> Upload:
    """This will save every change of the file as drafts, and with `send` send those that are complete; or nothing.

    `seen` is the digest of the comparison that the person looked at. Raises Moved when it is another by now, Invalid
    while there are problems or conflicts without a choice, and whatever the services of the form refuse.
    """
    progress("comparing", 1)
    upload = lock_upload(upload_id=upload_id, by=by)
    return _apply(upload, _looked_at(upload, seen, by, at, picks), send, by, at, progress)


def _looked_at(upload: Upload, seen: str, by, at, picks) -> Comparison:
    """The comparison as it is now, every record of it locked, if it is what the person saw."""
    if upload.state != State.READ:
        raise Conflict(_("This file is applied or put away already."), code="wrong_state")
    _lock_records(upload)
    found = compare(upload, user=by, at=at, picks=picks)
    _require_sound(found, seen)
    return found


def _apply(upload: Upload, found: Comparison, send: bool, by, at, progress: Progress) -> Upload:
    sent, parts = [], found.changed
    with audit.gathered():
        for done, part in enumerate(parts):
            if _save(part, found, send=send, by=by, at=at):
                sent.append(part)
            progress("saving", 5 + 90 * (done + 1) // len(parts))
    outcome = _told(found, sent)
    put_away(upload, at=at, state=State.APPLIED, applied_at=at, applied_by=by, outcome=outcome)
    audit.record(
        at=at, by=by, action="file.applied", target=upload, bureau_id=upload.bureau_id,
        after={"cells": found.cells_changed, "saved": outcome["saved"], "sent": outcome["sent"]},
    )  # fmt: skip
    return upload


def _lock_records(upload: Upload) -> None:
    """Every record of the bureau's period in one order, before the first word on the trail (decision 4)."""
    work = Initiative.objects.select_for_update(of=("self",)).led_by(upload.bureau).order_by("pk")
    ids = [one.pk for one in work.only("pk")]
    list(Update.objects.select_for_update(of=("self",)).filter(initiative__in=ids, period=upload.period).order_by("pk").only("pk"))


def _require_sound(found: Comparison, seen: str) -> None:
    if found.problems:
        raise Invalid(_("The file has problems. Mend them in the file, and upload it again."), code="problems")
    if found.digest != seen:
        raise Moved(_("Something changed since this page was drawn. Look at the changes again; nothing is saved yet."))
    if found.undecided:
        raise Invalid(_("Choose one version of each answer."), code="undecided")
    if not found.changed:
        raise Conflict(_("There is nothing to apply."), code="nothing_to_apply")


def _save(part: Part, found: Comparison, *, send: bool, by, at: datetime) -> bool:
    """Whether the update was sent as well."""
    entry = part.entry
    update = entry.update or life.open_update(
        initiative_id=entry.initiative.pk, period=found.book.period, by=by, at=at
    )
    kept = life.save_draft(
        update_id=update.pk, version=update.version, by=by, at=at, values=part.values, **part.fields
    )
    if not (send and part.is_ready):
        return False
    life.submit(update_id=kept.pk, version=kept.version, by=by, at=at)
    return True


def _told(found: Comparison, sent: list[Part]) -> dict:
    """What became of the file, for its page and the trail."""
    names = {id(part) for part in sent}
    return {
        "saved": [part.entry.initiative.code for part in found.changed if id(part) not in names],
        "sent": [part.entry.initiative.code for part in sent],
        "cells": found.cells_changed,
        "unchanged": found.unchanged,
    }
