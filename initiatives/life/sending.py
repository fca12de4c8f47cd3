"""An update leaves its author: what it still lacks, sending it, and taking it back before anybody decided."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import versions
from core.errors import Invalid
from core.formats import day
from initiatives.choices import DeliveryStatus, UpdateState
from initiatives.clocks import today_at
from initiatives.life.rows import NUMBERS, lock, require_editable, require_state, require_time, state_of, trace
from initiatives.models import NARRATIVE_CHARACTERS, Update
from outcomes.choices import ValueState
from outcomes.services import check_value


@transaction.atomic
def submit(*, update_id, version: int, by, at, confirmed=None) -> Update:
    """This will send the update to review, or first to the bureau's head where the bureau asks for that.

    A head who sends their own bureau's update has approved it by that. `confirmed` maps an indicator's id to what
    was questioned about its value and confirmed. Raises Invalid with all that is missing.
    """
    update = lock(update_id, version, by)
    require(by, "update.submit", bureau_id=update.initiative.lead_bureau_id)
    require_editable(update)
    require_time(update, at)
    faults = missing_before_submission(update, today_at(update.initiative.lead_bureau, at))
    if faults:
        raise Invalid(_("The update is not ready to be sent."), fields=faults)
    for indicator_id, codes in (confirmed or {}).items():
        update.values.filter(indicator=indicator_id).update(confirmed=sorted(codes))
    approved = update.initiative.lead_bureau.requires_head_approval and by.role == "head"
    before = state_of(update)
    versions.change(
        update,
        at=at,
        first_sent_at=update.first_sent_at or at,
        submitted_at=at,
        submitted_by=by,
        state=UpdateState.BUREAU_APPROVED if approved else UpdateState.SUBMITTED,
        **({"approved_at": at, "approved_by": by} if approved else {}),
    )
    trace("update.submitted", update, by, at, before=before, after=state_of(update))
    return update


def missing_before_submission(update, on, rows=None) -> dict:
    """What still has to be said before the update can be sent, by field; empty when it is ready.

    `rows` are its values with their indicators, where the caller has read them already.
    """
    faults: dict[str, list] = {name: [_("This could not be read.")] for name in update.unfinished}
    if not update.achieved.strip():
        faults["achieved"] = [_("Say what was achieved, also when it is nothing.")]
    length = sum(len(getattr(update, name)) for name in ("achieved", "obstacle", "next_steps"))
    if length > NARRATIVE_CHARACTERS:
        faults.setdefault("achieved", []).append(
            _("The three answers have %(length)s characters in all; %(limit)s is the most.")
            % {"length": length, "limit": NARRATIVE_CHARACTERS}
        )
    if update.delivery_percent is None and "delivery_percent" not in faults:
        faults["delivery_percent"] = [_("Say how much of the initiative is delivered.")]
    if not update.delivery_status:
        faults["delivery_status"] = [_("Say how delivery stands.")]
    if update.delivery_status == DeliveryStatus.OFF_TRACK and not update.off_track_reason.strip():
        faults["off_track_reason"] = [_("Give the reason for being off track.")]
    for row in update.values.select_related("indicator") if rows is None else rows:
        found = _value_missing(row, update, on)
        faults = {f"values.{row.indicator_id}.{name}": words for name, words in found.items()} | faults
    return faults


def _value_missing(row, update, on) -> dict:
    if row.state == ValueState.NOT_REPORTED and not row.reason.strip():
        return {"state": [_("Give the value, or say why there is none.")]}
    if row.state == ValueState.WITHHELD and not row.reason.strip():
        return {"reason": [_("Say why there is no value.")]}
    if row.state != ValueState.REPORTED:
        return {}
    faults = check_value(indicator=row.indicator, state=row.state, **{name: getattr(row, name) for name in NUMBERS})
    latest = min(update.period.end_on, on)
    if row.observed_on is not None and not update.period.start_on <= row.observed_on <= latest:
        faults["observed_on"] = [
            _("The day of observation lies in the period, from %(start)s to %(end)s.")
            % {"start": day(update.period.start_on), "end": day(latest)}
        ]
    return faults


@transaction.atomic
def withdraw(*, update_id, version: int, by, at) -> Update:
    """This will take a sent update back to its author, as long as nobody has decided on it."""
    update = lock(update_id, version, by)
    require(by, "update.submit", bureau_id=update.initiative.lead_bureau_id)
    require_state(update, UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED)
    before = state_of(update)
    first_sent_at = update.first_sent_at if update.returned_at else None
    versions.change(
        update, at=at, state=UpdateState.DRAFT, approved_at=None, approved_by=None, first_sent_at=first_sent_at
    )
    trace("update.withdrawn", update, by, at, before=before, after=state_of(update))
    return update
