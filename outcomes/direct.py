"""Values that come from no update, put in force: statistics of the General Secretariat and the like.

One officer proposes such a value and another confirms it (`outcomes.proposing`); what is here is done on confirmation.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require, sight
from core import audit
from core.errors import Conflict, Invalid, NotFound, Stale
from core.handling import Handling
from outcomes import rollup
from outcomes.models import Measurement
from outcomes.services import record_measurement

DIRECT = "direct"
NUMBERS = ("value", "numerator", "denominator")


@transaction.atomic
def record_directly(
    *, indicator, period, bureau, state: str, observed_on, source_note: str, handling: int = Handling.INTERNAL, reason: str = "",
    by, at, **numbers,
) -> Measurement:  # fmt: skip
    """This will record a value that comes from no update, with what it rests on.

    `bureau` None is the organisation's own. Refused: a value that is there already (it is corrected instead), or that
    a bureau's update gave; a day outside of what the period can know; no source note.
    """
    require(by, "measurement.record")
    require_well_said(period, observed_on, source_note, handling, by, at)
    require_free(indicator, period, bureau)
    return _record(
        indicator=indicator, period=period, bureau=bureau, state=state, observed_on=observed_on,
        source_note=source_note.strip(), handling=max(handling, indicator.handling), reason=reason.strip(), by=by, at=at,
        **numbers,
    )  # fmt: skip


@transaction.atomic
def correct_directly(
    *, measurement_id: int, seen: int, state: str, observed_on, source_note: str, reason: str, by, at, **numbers
) -> Measurement:
    """This will put the next revision in place of a value that was recorded directly, with a reason.

    Raises Stale when it was corrected since it was seen, Conflict for a value that came from an update.
    """
    require(by, "measurement.record")
    found = lock(measurement_id, seen, by)
    require_well_said(found.period, observed_on, source_note, found.handling, by, at, reason=reason)
    return _record(
        indicator=found.indicator, period=found.period, bureau=found.bureau, state=state, observed_on=observed_on,
        source_note=source_note.strip(), handling=found.handling, by=by, at=at, reason=reason.strip(), **numbers,
    )  # fmt: skip


def is_direct(measurement: Measurement) -> bool:
    """Whether the value came from no update, so that officers correct it."""
    return not measurement.source_ref.startswith("update:")


def require_well_said(
    period, observed_on, source_note, handling, by, at, *, reason: str | None = None, late_reason: str | None = None
) -> None:
    """Raises Invalid by field. `reason` None is for a value that nothing was there before; `late_reason` None for a period
    that is not closed."""
    faults = _faults(period, observed_on, source_note, handling, by, at)
    if reason is not None and not reason.strip():
        faults["reason"] = [_("Say why it changes.")]
    if late_reason is not None and not late_reason.strip():
        faults["reason"] = [_("This period is closed: say why the value comes now.")]
    if faults:
        raise Invalid(_("The value cannot be recorded."), fields=faults)


def _faults(period, observed_on, source_note, handling, by, at) -> dict:
    faults: dict[str, list] = {}
    if not source_note.strip():
        faults["source_note"] = [_("Say where the value comes from.")]
    if observed_on > at.date():
        faults["observed_on"] = [_("A value is observed today or before.")]
    elif observed_on > period.end_on:
        faults["observed_on"] = [_("The day lies after the period.")]
    if period.start_on > at.date():
        faults["period"] = [_("This period has not begun.")]
    if handling > sight(by).clearance:
        faults["handling"] = [_("This is above your own clearance.")]
    return faults


def require_free(indicator, period, bureau) -> None:
    """A value that was given already is corrected where it came from, and never counted twice."""
    rows = Measurement.objects.current().select_for_update()
    standing = rows.filter(indicator=indicator, period=period, bureau=bureau).order_by("pk").first()
    if standing is None:
        return
    if is_direct(standing):
        raise Conflict(_("There is a value for this period already: correct it."), code="has_value")
    raise Conflict(_("A bureau's update gave this value: it is corrected there."), code="from_an_update")


def lock(measurement_id: int, seen: int, by) -> Measurement:
    """The value as it was seen, locked. Raises NotFound, Stale, and Conflict for what came from an update."""
    rows = Measurement.objects.visible_to(by).select_for_update(of=("self",))
    found = rows.select_related("indicator__expected_result__aim", "period").filter(pk=measurement_id).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    if not is_direct(found):
        raise Conflict(_("A bureau's update gave this value: it is corrected there."), code="from_an_update")
    if not found.is_current or found.revision != seen:
        raise Stale(_("Somebody changed this since you opened it. Nothing of yours is lost."), current=found)
    return found


def _record(*, indicator, period, bureau, by, at, reason="", **values) -> Measurement:
    made, entry = record_measurement(
        indicator=indicator, period=period, bureau=bureau, at=at, by=by, reason=reason, source_ref=DIRECT, **values
    )
    rollup.refresh_branches([indicator], period, at=at, bureaus=[bureau], works=[""])
    audit.record_many([entry])
    return made
