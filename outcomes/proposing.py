"""Four eyes on the officers' own values: one officer proposes, another confirms, and only then does it count."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit, versions
from core.errors import Conflict, Invalid, NotAllowed, Stale
from core.handling import Handling
from core.models import PeriodState
from outcomes import direct
from outcomes.models import Measurement, ProposalStage, ProposedValue
from outcomes.services import VALUE_FIELDS, check_value

ACT = "measurement.record"
SAID = tuple(name for name in VALUE_FIELDS if name != "source_ref")
KEPT = ("indicator", "period", "bureau", *SAID, "source_note")
NUMBERS = ("value", "numerator", "denominator")


@transaction.atomic
def propose_value(
    *, indicator, period, bureau, state: str, observed_on, source_note: str, handling: int = Handling.INTERNAL, reason: str = "",
    by, at, **numbers,
) -> ProposedValue:  # fmt: skip
    """This will keep a value that comes from no update until another officer confirms it.

    Refused: what `direct.record_directly` refuses, a value that waits already, and a value of a closed period for which
    nobody says why it comes late.
    """
    require(by, ACT)
    is_late = period.state(at.date()) == PeriodState.CLOSED
    direct.require_well_said(period, observed_on, source_note, handling, by, at, late_reason=reason if is_late else None)
    direct.require_free(indicator, period, bureau)
    return _keep(
        indicator=indicator, period=period, bureau=bureau, state=state, observed_on=observed_on, source_note=source_note,
        handling=max(handling, indicator.handling), reason=reason.strip(), by=by, at=at, **numbers,
    )  # fmt: skip


@transaction.atomic
def propose_correction(
    *, measurement_id: int, seen: int, state: str, observed_on, source_note: str, reason: str, by, at, **numbers
) -> ProposedValue:
    """This will keep the next revision of a value that was recorded directly until another officer confirms it.

    Raises Stale when it was corrected since it was seen, Conflict for a value that came from an update.
    """
    require(by, ACT)
    found = direct.lock(measurement_id, seen, by)
    direct.require_well_said(found.period, observed_on, source_note, found.handling, by, at, reason=reason)
    return _keep(
        indicator=found.indicator, period=found.period, bureau=found.bureau, corrects=found, seen=seen, state=state,
        observed_on=observed_on, source_note=source_note, handling=found.handling, reason=reason.strip(), by=by, at=at,
        **numbers,
    )  # fmt: skip


def _keep(*, indicator, by, at, source_note, **values) -> ProposedValue:
    given = {"source_note": source_note.strip(), **values}
    if faults := check_value(indicator=indicator, state=given["state"], **{name: given.get(name) for name in NUMBERS}):
        raise Invalid(_("The value cannot be recorded."), fields=faults)
    facts = {"proposed_by": by, "proposed_at": at, "created_at": at, "updated_at": at}
    try:
        with transaction.atomic():
            made = ProposedValue.objects.create(indicator=indicator, **given, **facts)
    except IntegrityError as error:
        raise Conflict(_("A value for this period waits for an officer already."), code="waits_already") from error
    before = audit.snapshot(made.corrects, SAID) if made.corrects else {}
    return _trace("value.proposed", made, by, at, before=before, after=audit.snapshot(made, KEPT), reason=made.reason)


@transaction.atomic
def confirm_value(*, proposal_id: int, version: int, by, at) -> Measurement:
    """This will let a proposed value count, and every figure above it with it.

    Refused: one's own; what was decided already; what somebody else gave or corrected meanwhile.
    """
    found = _lock(proposal_id, version, by)
    if found.proposed_by_id == by.pk:
        raise NotAllowed(_("You recorded this value yourself: another officer confirms it."))
    with audit.gathered():
        made = _put_in_force(found, by, at)
        _settle(found, ProposalStage.CONFIRMED, by, at, measurement=made)
        _trace("value.confirmed", found, by, at, after={"stage": found.stage})
    return made


def _put_in_force(found: ProposedValue, by, at) -> Measurement:
    numbers = {name: getattr(found, name) for name in NUMBERS if getattr(found, name) is not None}
    said = {"state": found.state, "observed_on": found.observed_on, "source_note": found.source_note, **numbers}
    if found.corrects_id is None:
        whose = {"indicator": found.indicator, "period": found.period, "bureau": found.bureau}
        return direct.record_directly(**whose, **said, handling=found.handling, reason=found.reason, by=by, at=at)
    try:
        return direct.correct_directly(
            measurement_id=found.corrects_id, seen=found.seen, **said, reason=found.reason, by=by, at=at
        )
    except Stale as stale:
        words = _("Somebody corrected the value since this was proposed: decline it, or ask for it again.")
        raise Conflict(words, code="corrected_meanwhile") from stale


@transaction.atomic
def decline_value(*, proposal_id: int, version: int, reason: str, by, at) -> ProposedValue:
    """This will keep a proposed value out of the figures for good, with the reason. One's own is taken back instead."""
    found = _lock(proposal_id, version, by)
    if found.proposed_by_id == by.pk:
        raise Conflict(_("You recorded this value yourself: take it back."), code="own")
    if not reason.strip():
        raise Invalid.on("reason", _("Say why, so that whoever recorded it can mend it."))
    _settle(found, ProposalStage.DECLINED, by, at, decision_reason=reason.strip())
    return _trace("value.declined", found, by, at, after={"stage": found.stage}, reason=reason.strip())


@transaction.atomic
def take_back_value(*, proposal_id: int, version: int, by, at) -> ProposedValue:
    """This will take back a value that the person recorded and nobody has decided on."""
    found = _lock(proposal_id, version, by)
    if found.proposed_by_id != by.pk:
        raise NotAllowed(_("Whoever recorded the value takes it back; others decline it."))
    _settle(found, ProposalStage.TAKEN_BACK, by, at)
    return _trace("value.taken_back", found, by, at, after={"stage": found.stage})


def _lock(proposal_id: int, version: int, by) -> ProposedValue:
    require(by, ACT)
    found = versions.lock(ProposedValue.objects.visible_to(by), proposal_id, version=version)
    if found.stage != ProposalStage.WAITING:
        raise Conflict(_("This was decided already."), code="decided")
    return found


def _settle(found: ProposedValue, stage: str, by, at, **more) -> None:
    versions.change(found, at=at, stage=stage, decided_by=by, decided_at=at, **more)


def _trace(action: str, found: ProposedValue, by, at, *, before=None, after=None, reason: str = "") -> ProposedValue:
    audit.record(
        at=at, by=by, action=action, target=found, before=before, after=after, reason=reason, bureau_id=found.bureau_id
    )
    return found
