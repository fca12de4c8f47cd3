"""What a reader asked for: who they are, which period, and as known on which day. Read once per request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from accounts.access import may, sight
from core.errors import Invalid, NotFound
from core.models import Period
from initiatives.models import Update


@dataclass
class Asked:
    """One reading request: the reader, the day it is, the reporting period and the moment of knowledge."""

    user: object
    today: date
    period_code: str = ""
    as_known_on: date | None = None

    @cached_property
    def periods(self) -> list[Period]:
        """Every period that has begun, newest first."""
        return list(Period.objects.started_by(self.today).order_by("-start_on"))

    @cached_property
    def period(self) -> Period | None:
        """The period that was asked for, else the one that the day lies in. Raises NotFound for an unknown one."""
        if not self.period_code:
            return self.periods[0] if self.periods else None
        found = next((one for one in self.periods if one.code == self.period_code), None)
        if found is None:
            raise NotFound(_("There is no reporting period %(code)s yet.") % {"code": self.period_code[:16]})
        return found

    @cached_property
    def previous_period(self) -> Period | None:
        older = [one for one in self.periods if self.period and one.start_on < self.period.start_on]
        return older[0] if older else None

    @property
    def moment(self) -> datetime | None:
        """The end of the day that figures are asked for as known on; None is now."""
        return datetime.combine(self.as_known_on, time.max, UTC) if self.as_known_on else None

    @cached_property
    def waiting(self) -> int:
        """How many updates wait for review, of those the reader's clearance allows."""
        return Update.objects.waiting().order_by().filter(sight(self.user).handled()).count()

    @property
    def is_reviewer(self) -> bool:
        return may(self.user, "update.validate")


def asked(request) -> Asked:
    """The request's question, worked out once. Raises Invalid for a day that is none."""
    if not hasattr(request, "asked"):
        request.asked = Asked(
            request.user,
            timezone.localdate(),
            request.GET.get("period", "")[:16],
            _read_day(request.GET.get("as_known_on", "")),
        )
    return request.asked


def _read_day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Invalid.on("as_known_on", _("Give the day as year-month-day, for example 2026-06-30."))
    return day
