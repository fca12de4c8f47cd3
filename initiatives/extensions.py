"""More time: a bureau asks for it with a reason, an officer grants or declines it with one, and everyone sees the new day."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.models import Bureau
from core import audit, versions
from core.errors import Conflict, Invalid
from core.formats import day
from core.models import Period, PeriodState
from core.questions import rows_of
from initiatives.chasing.records import Extension, ExtensionState
from initiatives.clocks import due_day, today_at

FACTS = ("state", "until_on", "granted_until", "reason", "decision_reason", "contact")


def due_days(periods) -> dict[tuple[int, int], date]:
    """Until when bureaus were given more time in the periods, by the ids of bureau and period. One query."""
    return latest_days(rows_of(granted_in, tuple(sorted(getattr(one, "pk", one) for one in periods))))


def latest_days(rows) -> dict[tuple[int, int], date]:
    """The latest day of each bureau and period that rows of `granted_in` name."""
    found: dict[tuple[int, int], date] = {}
    for bureau, period, until in rows:
        found[bureau, period] = max(until, found.get((bureau, period), until))
    return found


def granted_in(periods: tuple[int, ...]):
    """Whom more time was granted in the periods: bureau, period, until when."""
    rows = Extension.objects.granted().filter(period__in=periods)
    return rows.values_list("bureau_id", "period_id", "granted_until")


@transaction.atomic
def ask_for_time(*, bureau: Bureau, period: Period, until_on: date, reason: str, by, at) -> Extension:
    """This will put the bureau's request before the officers.

    Refused: another bureau's, a period that is closed there, a day that is not later than the present due date or
    lies after the period's last day (one that was reopened has none), no reason, a request while another waits.
    """
    require(by, "extension.ask", bureau_id=bureau.pk)
    if period.state(today_at(bureau, at)) == PeriodState.CLOSED:
        raise Conflict(_("The period %(period)s is closed.") % {"period": period.code}, code="period_closed")
    faults = _faults(period, bureau, until_on, at)
    if not reason.strip():
        faults["reason"] = [_("Say why more time is needed.")]
    if faults:
        raise Invalid(_("This cannot be asked for yet."), fields=faults)
    try:
        with transaction.atomic():
            made = Extension.objects.create(
                bureau=bureau, period=period, until_on=until_on, reason=reason.strip(), asked_by=by, contact=by,
                asked_at=at, created_at=at, updated_at=at,
            )  # fmt: skip
    except IntegrityError as exc:
        raise Conflict(_("A request of this bureau for this period waits already."), code="already_asked") from exc
    _trace("extension.asked", made, by, at, {}, made.reason)
    return made


def _faults(period, bureau, until_on, at) -> dict:
    present = due_day(period, Extension.objects.granted_until(bureau.pk, period.pk))
    if until_on <= present:
        return {"until_on": [_("It is due on %(day)s already; ask for a later day.") % {"day": day(present)}]}
    if until_on < today_at(bureau, at):
        return {"until_on": [_("This day has passed.")]}
    if period.reopened_at is None and until_on > period.closes_on:
        words = _("The period closes on %(day)s; a strategy officer can move that day.")
        return {"until_on": [words % {"day": day(period.closes_on)}]}
    return {}


@transaction.atomic
def grant(*, extension_id: int, version: int, reason: str, by, at, until_on: date | None = None) -> Extension:
    """This will move the bureau's due date to the day asked for, or to another one, with the officer's reason."""
    found = _for_decision(extension_id, version, reason, by)
    day_given = until_on or found.until_on
    if faults := _faults(found.period, found.bureau, day_given, at):
        raise Invalid(_("This day cannot be granted."), fields=faults)
    return _settle(
        found, "extension.granted", by, at, reason, state=ExtensionState.GRANTED, granted_until=day_given,
        decided_by=by, decided_at=at, decision_reason=reason.strip(),
    )  # fmt: skip


@transaction.atomic
def decline(*, extension_id: int, version: int, reason: str, by, at) -> Extension:
    """This will leave the due date as it is, with the officer's reason."""
    found = _for_decision(extension_id, version, reason, by)
    return _settle(
        found, "extension.declined", by, at, reason, state=ExtensionState.DECLINED, decided_by=by, decided_at=at,
        decision_reason=reason.strip(),
    )  # fmt: skip


@transaction.atomic
def withdraw(*, extension_id: int, version: int, by, at) -> Extension:
    """This will take the bureau's request back, as long as nobody has answered it."""
    found = _lock(extension_id, version, by)
    require(by, "extension.ask", bureau_id=found.bureau_id)
    _require_waiting(found)
    return _settle(found, "extension.withdrawn", by, at, "", state=ExtensionState.WITHDRAWN)


def _for_decision(extension_id, version, reason, by) -> Extension:
    found = _lock(extension_id, version, by)
    require(by, "extension.decide")
    _require_waiting(found)
    if not reason.strip():
        raise Invalid.on("reason", _("Give the bureau your reason."))
    return found


def _lock(extension_id, version, by) -> Extension:
    rows = Extension.objects.visible_to(by).select_related("bureau", "period")
    return versions.lock(rows, extension_id, version=version)


def _require_waiting(found: Extension) -> None:
    if found.state != ExtensionState.ASKED:
        words = _("This request is answered already: %(state)s.")
        raise Conflict(words % {"state": found.get_state_display()}, code="already_answered")


def _settle(found: Extension, action: str, by, at, reason: str, **values) -> Extension:
    before = audit.snapshot(found, FACTS)
    versions.change(found, at=at, **values)
    _trace(action, found, by, at, before, reason)
    return found


def _trace(action, found, by, at, before, reason) -> None:
    audit.record(
        at=at, by=by, action=action, target=found, before=before, after=audit.snapshot(found, FACTS), reason=reason,
        bureau_id=found.bureau_id,
    )  # fmt: skip
