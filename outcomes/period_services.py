"""Reporting periods by hand: the next one, opening, closing and reopening, other days; each with its reason on record."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit, versions
from core.errors import Conflict, Invalid
from core.formats import day
from core.models import Period, PeriodState
from core.periods import Quarter, quarter_of

DAYS = ("due_on", "closes_on")


def next_quarter(on: date) -> Quarter:
    """The quarter after the last period that is kept; the one that the day lies in, where there is none."""
    last = Period.objects.order_by("-start_on").values_list("start_on", flat=True).first()
    return quarter_of(last).next() if last else quarter_of(on)


@transaction.atomic
def add_period(*, code: str, by, at) -> Period:
    """This will begin the next quarter as a reporting period with its usual days. Refused: any other than the next."""
    require(by, "period.manage")
    quarter = next_quarter(at.date())
    if code != quarter.code:
        words = _("The next period is %(period)s.") % {"period": quarter.code}
        raise Conflict(words, code="not_the_next")
    try:
        with transaction.atomic():
            made = Period.objects.create(code=code, created_at=at, updated_at=at, **quarter.dates())
    except IntegrityError as exc:
        raise Conflict(_("This period is there already."), code="not_the_next") from exc
    facts = audit.snapshot(made, ("code", "start_on", "end_on", "opens_on", *DAYS))
    audit.record(at=at, by=by, action="period.added", target=made, after=facts)
    return made


@transaction.atomic
def change_days(
    *, code: str, version: int, reason: str, by, at, due_on: date | None = None, closes_on: date | None = None
) -> Period:
    """This will move the day on which updates are due, or on which the period closes; None leaves a day as it is.

    Refused: a due date that has passed or lies outside the period's days of reporting, no reason.
    """
    period = _for_change(code, version, reason, by)
    due, closes = due_on or period.due_on, closes_on or period.closes_on
    faults: dict[str, list] = {}
    if due != period.due_on and due < at.date():
        faults["due_on"] = [_("This day has passed: nobody could meet it any more.")]
    elif due <= period.start_on or due < period.opens_on:
        faults["due_on"] = [_("Updates are due after the period opens on %(day)s.") % {"day": day(period.opens_on)}]
    if closes < due:
        faults["closes_on"] = [_("The period closes on its due date or later.")]
    if faults:
        raise Invalid(_("The days cannot be changed yet."), fields=faults)
    return _settle(period, "period.days_changed", reason, by, at, due_on=due, closes_on=closes)


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
    before = audit.snapshot(period, moments)
    if versions.change(period, at=at, **moments):
        audit.record(
            at=at, by=by, action=action, target=period, before=before, after=audit.snapshot(period, moments),
            reason=reason.strip(),
        )  # fmt: skip
    return period
