"""Somebody decides on an update: the bureau's head lets it go, an officer returns it or validates it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit, journeys, versions
from core.errors import Conflict, Invalid, NotAllowed
from initiatives import delivery
from initiatives.choices import ReturnReason, UpdateState
from initiatives.life.rows import lock, lock_with_values, require_state, state_of, trace, trail_line
from initiatives.models import Update
from outcomes.services import record_measurements


@transaction.atomic
def approve(*, update_id, version: int, by, at) -> Update:
    """This will let the update leave the bureau, by its head, where the bureau asks for that."""
    update = lock(update_id, version, by)
    require(by, "update.approve", bureau_id=update.initiative.lead_bureau_id)
    require_state(update, UpdateState.SUBMITTED)
    if not update.initiative.lead_bureau.requires_head_approval:
        raise Conflict(_("This bureau's updates go to review without its head."), code="no_approval_asked")
    before = state_of(update)
    versions.change(update, at=at, state=UpdateState.BUREAU_APPROVED, approved_at=at, approved_by=by)
    trace("update.approved", update, by, at, before=before, after=state_of(update))
    return update


@transaction.atomic
def return_to_author(*, update_id, version: int, reason_code: str, comment: str, by, at) -> Update:
    """This will send the update back with a comment and a reason code. Officers do it; heads before their approval."""
    update = lock(update_id, version, by)
    if not _is_head_before_approval(update, by):
        require(by, "update.return")
        _require_at_review(update)
    require_state(update, UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED)
    faults = {}
    if reason_code not in ReturnReason.values:
        faults["reason_code"] = [_("Choose a reason.")]
    if not comment.strip():
        faults["comment"] = [_("Say what the author should change.")]
    if faults:
        raise Invalid(_("The update cannot be returned yet."), fields=faults)
    before = state_of(update)
    versions.change(
        update,
        at=at,
        state=UpdateState.RETURNED,
        returned_at=at,
        returned_by=by,
        return_reason=reason_code,
        return_comment=comment.strip(),
        approved_at=None,
        approved_by=None,
    )
    trace("update.returned", update, by, at, before=before, after=state_of(update), reason=comment)
    return update


def _is_head_before_approval(update, by) -> bool:
    return (
        by.role == "head"
        and by.bureau_id == update.initiative.lead_bureau_id
        and update.state == UpdateState.SUBMITTED
        and update.initiative.lead_bureau.requires_head_approval
    )


def _require_at_review(update) -> None:
    if update.state == UpdateState.SUBMITTED and update.initiative.lead_bureau.requires_head_approval:
        raise Conflict(_("The head of the bureau has not approved it yet."), code="awaits_bureau")


@transaction.atomic
@journeys.shared()
def validate(*, update_id, version: int, by, at) -> Update:
    """This will accept the update: its values count from now on, and every figure above them moves.

    Refused: who wrote it (four eyes), what the bureau's head has not approved, a version that nobody looked at.
    """
    update, values = lock_with_values(update_id, version, by)
    require(by, "update.validate")
    if by.pk == update.author_id or by.pk in update.writer_ids:
        raise NotAllowed(_("Nobody validates what they wrote themselves."), code="four_eyes")
    require_state(update, UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED)
    _require_at_review(update)
    before = state_of(update)
    if update.revision > 1:
        _supersede_previous(update, at)
    versions.change(update, at=at, state=UpdateState.VALIDATED, validated_at=at, validated_by=by)
    entries = _record_values(update, values, by, at)
    indicators = [entry.target.indicator for entry in entries]
    delivery.refresh_after(update, indicators, at=at)
    audit.record_many([*entries, trail_line("update.validated", update, by, at, before, state_of(update))])
    return update


def _supersede_previous(update, at) -> None:
    Update.objects.current().filter(initiative=update.initiative, period=update.period).exclude(pk=update.pk).update(
        superseded_at=at
    )


def _record_values(update, values, by, at) -> list[audit.Entry]:
    handling = max(update.handling, update.initiative.handling)
    told = [
        {
            "indicator": row.indicator,
            "reason": row.reason,
            "state": row.state,
            "value": row.value,
            "numerator": row.numerator,
            "denominator": row.denominator,
            "observed_on": row.observed_on or min(update.period.end_on, update.submitted_at.date()),
            "handling": max(handling, row.indicator.handling),
            "source_ref": f"update:{update.pk}",
        }
        for row in values
    ]
    return record_measurements(
        told,
        period=update.period,
        bureau=update.initiative.lead_bureau,
        initiative_code=update.initiative.code,
        at=at,
        by=by,
    )
