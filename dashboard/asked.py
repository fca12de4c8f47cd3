"""What a reader asked for: who they are, which period, and as known on which day. Read once per request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import urlencode

from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.access import may
from accounts.open_sessions import PERIODS
from core.errors import Invalid, NotFound
from core.models import AuditRecord, Period
from core.together import Steps, only, side_by_side
from dashboard import counting
from dashboard.day_jobs import are_few
from outcomes.models import Measurement, RollUp, Target

FILES = (".csv", ".xlsx")


@dataclass
class Asked:
    """One reading request: the reader, the day it is, the reporting period and the day of knowledge.

    `today` is the day that the page speaks of: the day of knowledge, where one was asked for. `refused` is the form of a
    day that cannot be (dashboard.days): then the page is today's and says so.
    """

    user: object
    today: date
    period_code: str = ""
    known_on: date | None = None
    refused: object | None = None
    mark_of_periods: str | None = None  # what came with the reader's session; None where nobody said it
    bureaus_then: list | None = None  # those that there were on the day, where a page asked for them (dashboard.tallies)
    first_known: date | None = None  # the first day of which anything is known, where that was found out
    is_at_once: bool | None = None  # whether a past day is worked out at once (dashboard.day_jobs), where that was found out
    has_moved: bool = False  # whether figures of the past day were found to have been worked out again since (dashboard.kept_days)
    is_page: bool = True  # with a frame around it, which says to who reviews how many updates wait; files have none

    @cached_property
    def periods(self) -> list[Period]:
        """Every period that has begun, newest first."""
        return [one for one in PERIODS.rows(mark=self.mark_of_periods) if one.start_on <= self.today]

    @cached_property
    def period(self) -> Period | None:
        """The period that was asked for, else the one that the day lies in. Raises NotFound for an unknown one."""
        if not self.period_code:
            return self.periods[0] if self.periods else None
        found = next((one for one in self.periods if one.code == self.period_code), None)
        if found is None:
            raise NotFound(_("There is no reporting period %(code)s yet.") % {"code": self.period_code[:16]})
        return found

    @property
    def moment(self) -> datetime | None:
        """The end of the day that figures are asked for as known on; None is now."""
        return end_of(self.known_on) if self.known_on else None

    @property
    def kept(self) -> str:
        """What every link of a reading page carries on: the period and the day, if the reader chose them."""
        chosen = {"period": self.period_code, "known_on": self.known_on.isoformat() if self.known_on else ""}
        return urlencode({name: value for name, value in chosen.items() if value})

    @cached_property
    def waiting(self) -> int:
        """How many updates wait for review, of those the reader's clearance allows."""
        return counting.waiting(self.user)

    @cached_property
    def figures_at(self) -> datetime | None:
        """When any figure was last worked out."""
        return side_by_side(_last_worked_out())[0]

    def with_figures_at(self) -> Steps[None]:
        """This will find that out beside something else. One round."""
        self.figures_at = yield from _last_worked_out()

    @property
    def is_reviewer(self) -> bool:
        return may(self.user, "update.validate")

    def together(self, *parts: Steps) -> list:
        """What each part makes (`core.together`), and beside the first round of it the number in the page's frame."""
        if not (self.is_page and self.is_reviewer) or "waiting" in self.__dict__:
            return side_by_side(*parts)
        *made, self.waiting = side_by_side(*parts, counting.waiting_steps(self.user))
        return made

    def rows(self, *questions) -> list[list]:
        """The rows of each question, in one; beside them the number in the page's frame."""
        return self.together(*(only(one) for one in questions))


def _last_worked_out() -> Steps[datetime | None]:
    plans = RollUp.objects.filter(node_type="plan", bureau=None)  # every figure worked out moves its plan's
    rows = plans.order_by().values("node_type").annotate(at=Max("computed_at")).values_list("at", flat=True)
    return max((yield from only(rows)), default=None)


def asked(request) -> Asked:
    """The request's question, worked out once. Raises Invalid for a day that is none, or that nothing is known of."""
    if not hasattr(request, "asked"):
        today = timezone.localdate()
        known_on = past_day(request.GET.get("known_on") or request.GET.get("as_known_on", ""), today)
        period_code, mark = request.GET.get("period", "")[:16], mark_of_periods(request)
        is_page = not request.path.endswith(FILES)
        question = Asked(request.user, known_on or today, period_code, known_on, mark_of_periods=mark, is_page=is_page)
        if known_on is not None:
            _look_back(question)
        request.asked = question
    return request.asked


def _look_back(question: Asked) -> None:
    """This will check the past day that was asked for. Raises Invalid where nothing had been recorded yet. One query."""
    ((question.first_known, question.is_at_once),) = question.together(_what_is_known())
    if question.first_known is None or question.known_on < question.first_known:
        raise Invalid.on("known_on", _("Nothing had been recorded yet on that day: choose a later one."))


def mark_of_periods(request) -> str | None:
    """As they stood when the request came in; None in a request that may change them."""
    if request.method not in ("GET", "HEAD"):
        return None
    return getattr(getattr(request, "session", None), "mark_of_periods", None)


def day_of_knowledge(text: str, today: date, *, name: str = "known_on") -> tuple[date | None, bool | None]:
    """The day that was asked for, and whether it is worked out at once; None for none and for today.

    Raises Invalid beside the field of that name outside of what was ever known. One query.
    """
    day = past_day(text, today, name=name)
    if day is None:
        return None, None
    ((first, is_at_once),) = side_by_side(_what_is_known())
    if first is None or day < first:
        raise Invalid.on(name, _("Nothing had been recorded yet on that day: choose a later one."))
    return day, is_at_once


def past_day(text: str, today: date, *, name: str = "known_on") -> date | None:
    """The past day that was asked for; None for none and for today. Raises Invalid for one that has not been."""
    day = read_day(text, name)
    if day is None or day == today:
        return None
    if day > today:
        raise Invalid.on(name, _("Nobody knows yet what will be known on that day: choose one that has been."))
    return day


def read_day(text: str, name: str) -> date | None:
    """A day written as year-month-day; None where nothing was written. Raises Invalid beside the field."""
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Invalid.on(name, _("Give the day as year-month-day, for example 2026-06-30."))
    return day


def end_of(day: date) -> datetime:
    """The last moment of the day, in the organisation's own time."""
    return datetime.combine(day, time.max, UTC)


def first_day_known() -> date | None:
    """The day of the first record there is. One query."""
    return side_by_side(_what_is_known())[0][0]


def _what_is_known() -> Steps[tuple[date | None, bool]]:
    """The day of the first record there is, and whether there are few enough answers. One round, of one row of each of three tables."""
    *first, last = yield [
        AuditRecord.objects.order_by("at").values_list("at", flat=True)[:1],
        Target.objects.order_by("recorded_at").values_list("recorded_at", flat=True)[:1],
        Measurement.objects.order_by("-pk").values_list("pk", flat=True)[:1],
    ]
    days = [at for found in first for at in found]
    return min(days).date() if days else None, are_few(last)


def part_asked(request) -> dict[str, str]:
    """Which measure, and of which bureau, a figure is asked for; empty where neither is named."""
    return {name: request.GET.get(name, "") for name in ("measure", "bureau")}
