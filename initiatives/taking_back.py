"""Taking a validation back: nothing that was believed is erased, and the update waits for review again as it was sent.

A validated update never changes, so taking it back closes its revision and opens the next one with the same words,
values and files, sent by the same person at the same time. What was known in between can still be read as known then.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts import undoable
from accounts.access import require
from core import audit, versions
from core.errors import Conflict, DomainError, Invalid, NotAllowed
from initiatives import delivery, life
from initiatives.choices import UpdateState
from initiatives.models import Evidence, Update, UpdateValue
from outcomes.choices import ValueState
from outcomes.models import Measurement
from outcomes.services import record_measurement

KIND = "updates.validated"
SENT = ("submitted_at", "submitted_by", "approved_at", "approved_by")
VALUE = ("indicator_id", "state", "value", "numerator", "denominator", "observed_on", "reason", "confirmed")


def with_others(updates):
    """Each with whether another revision of it is open, and whether its validation replaced an earlier one."""
    others = Update.objects.filter(initiative=OuterRef("initiative"), period=OuterRef("period")).exclude(
        pk=OuterRef("pk")
    )
    return updates.annotate(
        has_open_other=Exists(others.exclude(state=UpdateState.VALIDATED)),
        replaced_one=Exists(others.filter(superseded_at=OuterRef("validated_at"))),
    )


def refusal_to_take_back(update: Update, by, at) -> str:
    """Why the person cannot take this validation back; empty where they can. The update comes `with_others`.

    Only who validated it, only until the period closes, only the revision that stands and replaced none before it.
    """
    if update.state != UpdateState.VALIDATED or update.validated_by_id != by.pk:
        return str(_("Only who validated an update can take that back."))
    if not update.period.is_open(at.date()):
        return str(_("The period %(period)s is closed; a correction changes what was validated.")
                   % {"period": update.period.code})  # fmt: skip
    if update.superseded_at is not None:
        return str(_("A later revision stands, or it was taken back already."))
    if update.has_open_other:
        return str(_("A correction of it is open."))
    if update.replaced_one:
        return str(_("It replaced an earlier revision, which cannot stand again; its bureau can correct it."))
    return ""


@transaction.atomic
def take_back(*, update_id, version: int, reason: str, by, at) -> Update:
    """This will have the update wait for review again; its values no longer count from now on, and figures move.

    Refused: anyone but who validated it, a closed period, a later revision, a correction, no reason.
    """
    update = versions.lock(
        with_others(Update.objects.visible_to(by).select_related("initiative__lead_bureau", "period")),
        update_id, version=version,
    )  # fmt: skip
    require(by, "update.validate")
    if words := refusal_to_take_back(update, by, at):
        is_anothers = update.state == UpdateState.VALIDATED and update.validated_by_id != by.pk
        raise NotAllowed(words) if is_anothers else Conflict(words, code="cannot_be_taken_back")
    if not reason.strip():
        raise Invalid.on("reason", _("Say why the validation is taken back."))
    versions.change(update, at=at, superseded_at=at)
    made = _sent_again(update, reason.strip(), at)
    entries = _uncount(update, reason, by, at)
    indicators = [entry.target.indicator for entry in entries]
    delivery.refresh_after(update, indicators, at=at)
    facts = {"revision": made.revision, "state": made.state, "taken_back": update.pk}
    audit.record_many([
        *entries,
        audit.Entry(at, by, "update.validation_taken_back", made, {"state": "validated", "revision": update.revision},
                    facts, reason, update.initiative.lead_bureau_id),
    ])  # fmt: skip
    return made


def _sent_again(update: Update, reason: str, at) -> Update:
    """The next revision with the same words, values and files, brought to where the validated one was before."""
    copied = {name: getattr(update, name) for name in (*life.DRAFT_FIELDS, "writer_ids", "author")}
    made = Update.objects.create(
        initiative=update.initiative, period=update.period, revision=update.revision + 1, correction_reason=reason,
        created_at=at, updated_at=at, **copied,
    )  # fmt: skip
    UpdateValue.objects.bulk_create(
        [UpdateValue(update=made, **{name: getattr(row, name) for name in VALUE}) for row in update.values.all()]
    )
    _copy_files(update, made)
    state = UpdateState.BUREAU_APPROVED if update.approved_at else UpdateState.SUBMITTED
    versions.change(made, at=at, state=state, **{name: getattr(update, name) for name in SENT})
    return made


def _copy_files(update: Update, made: Update) -> None:
    """Each file under a key of its own: what supports one revision is never taken off another."""
    for file in update.evidence.filter(removed_at=None):
        if not default_storage.exists(file.storage_key):
            continue
        with default_storage.open(file.storage_key, "rb") as content:
            key = default_storage.save(f"evidence/{made.created_at:%Y/%m}/{uuid.uuid4().hex}", content)
        Evidence.objects.create(
            update=made, storage_key=key, name=file.name, media_type=file.media_type, size=file.size,
            sha256=file.sha256, handling=file.handling, uploaded_by=file.uploaded_by, uploaded_at=file.uploaded_at,
        )  # fmt: skip


def _uncount(update: Update, reason: str, by, at) -> list[audit.Entry]:
    """Each value that still counts is replaced by "not reported" until somebody validates again."""
    counting = Measurement.objects.current().filter(source_ref=f"update:{update.pk}").values("indicator")
    rows = update.values.filter(indicator__in=counting).select_related("indicator")
    return [
        record_measurement(
            indicator=row.indicator, period=update.period, bureau=update.initiative.lead_bureau, at=at, by=by,
            initiative_code=update.initiative.code, reason=reason, state=ValueState.NOT_REPORTED,
            observed_on=row.observed_on or min(update.period.end_on, update.submitted_at.date()),
            handling=max(update.handling, update.initiative.handling, row.indicator.handling),
            source_ref=f"update:{update.pk}",
        )[1]
        for row in rows
    ]  # fmt: skip


# many at once, for ten minutes


@dataclass
class TakenBack:
    """The names of the updates that wait again, and of those that do not, each with the reason."""

    done: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def lasting(updates, *, at) -> int:
    """How many of these waiting updates could not be taken back once they are validated, whoever does it."""
    earlier = Update.objects.filter(
        initiative=OuterRef("initiative"), period=OuterRef("period"), state=UpdateState.VALIDATED, superseded_at=None
    )
    found = Update.objects.filter(pk__in=[one.pk for one in updates]).annotate(replaces_one=Exists(earlier))
    return sum(one.replaces_one or not one.period.is_open(at.date()) for one in found.select_related("period"))


@transaction.atomic
def remember_many(updates, *, by, at):
    """This will let the officer take these validations back together for ten minutes, but for those that none may.

    None where that is every one of them.
    """
    rows = with_others(Update.objects.filter(pk__in=[one.pk for one in updates])).select_related("initiative", "period")
    items = [
        {"id": one.pk, "code": one.initiative.code, "period": one.period.code, "version": one.version}
        for one in rows.order_by("pk") if not refusal_to_take_back(one, by, at)
    ]  # fmt: skip
    return undoable.remember(kind=KIND, items=items, by=by, at=at) if items else None


def take_back_many(*, public_id, reason: str, by, at) -> TakenBack:
    """This will take each validation of the act back in its own transaction; what cannot be is named and stays."""
    with transaction.atomic():
        act = undoable.claim(public_id=public_id, kind=KIND, by=by, at=at)
    told = TakenBack()
    for item in act.items:
        name = f"{item['code']} {item['period']}"
        try:
            take_back(update_id=item["id"], version=item["version"], reason=reason, by=by, at=at)
            told.done.append(name)
        except DomainError as refused:
            told.refused.append((name, str(refused)))
    return told


def open_acts(*, by, at):
    """What the person validated together lately and may still take back."""
    return list(undoable.open_acts(kind=KIND, by=by, at=at)[:5])
