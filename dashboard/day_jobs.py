"""What a worker makes of a day in the past, once, where there is too much of it to be made while somebody waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import jobs
from core.errors import Conflict
from core.models import Job, JobState
from core.together import Steps, only, side_by_side
from outcomes.models import Measurement

MOST_WAITING = 3


def is_at_once() -> bool:
    """Whether what is asked of any past day is worked out while the reader waits. One query of one row.

    Numbers of answers are never given twice, so the last one says how many there are at most.
    """
    return side_by_side(at_once_steps())[0]


def at_once_steps() -> Steps[bool]:
    """The same, to be read beside something else. One round."""
    last = yield from only(Measurement.objects.order_by("-pk").values_list("pk", flat=True)[:1])
    return are_few(last)


def are_few(last: Iterable[int]) -> bool:
    """Whether so many are worked out at once; none are."""
    return max(last, default=0) <= settings.ANSWERS_AT_ONCE


class DayJobs:
    """The jobs of one kind, one for each day. `mark` says of a day what else a result depends on: another mark is another job.

    `period` is the code of a reporting period, where a day has a job for each.
    """

    def __init__(self, kind: str, mark: Callable[[date], str] | None = None):
        self.kind, self._mark = kind, mark

    def of(self, day: date) -> Job | None:
        """The job that made, makes or could not make it; None where nobody has asked."""
        return self.all_of(day).first()

    def all_of(self, day: date, period: str = "") -> QuerySet[Job]:
        """The same as a question, which finds one or none."""
        return Job.objects.filter(key=self._key(day, period))

    def standing(self, day: date, period: str = "") -> dict:
        """A day that nobody has made yet: whether it is being made and how far (out of a hundred), and why not where that failed."""
        made = self.all_of(day, period).defer("result").first()
        return {
            "day": day,
            "done": made.percent_done if made else 0,
            "is_under_way": made is not None and made.state in (JobState.QUEUED, JobState.RUNNING),
            "failure": made.failure_detail if made is not None and made.state == JobState.FAILED else "",
        }

    def ask_for(self, day: date, *, at: datetime, by=None, period: str = "") -> Job:
        """This will have the day made, once. Raises Conflict while a reader asks and three others are still being made."""
        waiting = Job.objects.filter(kind=self.kind, state__in=(JobState.QUEUED, JobState.RUNNING))
        if by is not None and waiting.exclude(key=self._key(day, period)).count() >= MOST_WAITING:
            raise Conflict(_("The figures of other days are still being worked out. Ask again when they are done."))
        payload = {"day": day.isoformat(), **({"period": period} if period else {})}
        return jobs.enqueue(kind=self.kind, key=self._key(day, period), payload=payload, at=at, by=by)

    def keep_yesterday(self, *, at: datetime) -> None:
        """This will have the day made that has just ended, where no reader could wait for it later."""
        if not is_at_once():
            self.ask_for(at.astimezone(UTC).date() - timedelta(days=1), at=at)

    def _key(self, day: date, period: str = "") -> str:
        mark = self._mark(day) if self._mark else ""
        return ":".join(filter(None, (self.kind, day.isoformat(), period, mark)))
