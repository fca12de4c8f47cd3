"""Opening, closing and reopening a reporting period by hand, each with its reason on record."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit, versions
from core.errors import Conflict, Invalid
from core.models import Period, PeriodState

MOMENTS = ("closed_at", "reopened_at", "reopen_reason")


@transaction.atomic
def close_period(*, code: str, version: int, reason: str, by, at) -> Period:
    """This will end reporting for the period before its last day, or again after it was reopened.

    Refused: a period that is not open, no reason.
    """
    period = _for_change(code, version, reason, by)
    if not period.is_open(at.date()):
        raise Conflict(_("Only an open period can be closed."), code="not_open")
    return _settle(period, "period.closed", reason, by, at, closed_at=at)


@transaction.atomic
def reopen_period(*, code: str, version: int, reason: str, by, at) -> Period:
    """This will let updates in again after the period has closed, until somebody closes it."""
    period = _for_change(code, version, reason, by)
    if period.state(at.date()) != PeriodState.CLOSED:
        raise Conflict(_("Only a closed period can be reopened."), code="not_closed")
    return _settle(
        period, "period.reopened", reason, by, at, closed_at=None, reopened_at=at, reopen_reason=reason.strip()
    )


@transaction.atomic
def open_period(*, code: str, version: int, reason: str, by, at) -> Period:
    """This will let updates in before the period's first day of reporting."""
    period = _for_change(code, version, reason, by)
    if period.state(at.date()) != PeriodState.UPCOMING:
        raise Conflict(_("Only a period that is not open yet can be opened early."), code="not_upcoming")
    return _settle(period, "period.opened", reason, by, at, reopened_at=at, reopen_reason=reason.strip())


def _for_change(code, version, reason, by) -> Period:
    require(by, "period.manage")
    if not reason.strip():
        raise Invalid.on("reason", _("Say why it changes."))
    pk = Period.objects.filter(code=code).values_list("pk", flat=True).first()
    return versions.lock(Period.objects.all(), pk, version=version)


def _settle(period, action, reason, by, at, **moments) -> Period:
    before = audit.snapshot(period, MOMENTS)
    versions.change(period, at=at, **moments)
    audit.record(
        at=at, by=by, action=action, target=period, before=before, after=audit.snapshot(period, MOMENTS),
        reason=reason.strip(),
    )  # fmt: skip
    return period
