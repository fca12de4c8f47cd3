"""What happens by the clock. Each duty works out from the database what is due, so a missed tick is made good."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.management import call_command
from django.db import connection, transaction

from core.turns import Turn

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Duty:
    """Something to do again and again: `act(at=moment)` must bear being done twice and being late."""

    name: str
    every_seconds: float
    act: Callable


def _sweep_jobs(*, at: datetime) -> None:
    from core import jobs

    jobs.sweep(at=at)


def _keep_checkpoint(*, at: datetime) -> None:
    from core.checkpoints import keep_checkpoint

    keep_checkpoint(at=at)


def _request_due_reports(*, at: datetime) -> None:
    from reports.notices import tell_forgotten
    from reports.schedule import request_due

    request_due(at=at)
    tell_forgotten(at=at)


def _write_letters(*, at: datetime) -> None:
    from initiatives.tasks import write_and_wake

    write_and_wake(at=at)


def _begin_periods(*, at: datetime) -> None:
    """A period begins without anybody's act; its summary then starts from what is known until then."""
    from core import audit
    from initiatives import delivery
    from outcomes import rollup

    for period in rollup.periods_without_rows(at.date()):
        with transaction.atomic():
            made = rollup.rebuild(at=at, periods=[period])
            made += delivery.rebuild(at=at, periods=[period])
            audit.record(at=at, by=None, action="period.begun", target=period, after={"figures": len(made)})


def _keep_yesterday(*, at: datetime) -> None:
    from dashboard import pictures, tallies

    pictures.PICTURES.keep_yesterday(at=at)
    tallies.TALLIES.keep_yesterday(at=at)


def _count_work(*, at: datetime) -> None:
    from dashboard import counting

    counting.settle(at=at)


def _clear_sessions(*, at: datetime) -> None:
    call_command("clearsessions")


DUTIES: tuple[Duty, ...] = (
    Duty("wake forgotten jobs", 10, _sweep_jobs),
    Duty("ask for the reports that are due, send their messages", 30, _request_due_reports),
    Duty("write the letters that are due", 60, _write_letters),
    Duty("count the work that has changed", 20, _count_work),
    Duty("begin the summary of a new period", 600, _begin_periods),
    Duty("keep the figures of the day that has ended", 600, _keep_yesterday),
    Duty("sign a checkpoint of the audit trail", 3_600, _keep_checkpoint),
    Duty("drop ended sessions", 6 * 3_600, _clear_sessions),
)


class Scheduler:
    """Does the duties that are due, one after another; a broken one is logged and tried at its next time."""

    def __init__(self, duties: Sequence[Duty] = DUTIES, clock: Callable[[], float] = time.monotonic):
        self.duties = duties
        self.clock = clock
        self.done_at: dict[str, float] = {}
        self.waits = False

    def tick(self, at: datetime) -> list[str]:
        """This will do what is due if no other scheduler leads. Answers the names of what was done."""
        if not is_leader():
            self._wait()
            return []
        self.waits = False
        return [duty.name for duty in self.duties if self._is_due(duty) and self._do(duty, at)]

    def _wait(self) -> None:
        if not self.waits:
            logger.info("Another scheduler leads; this one waits to take over")
        self.waits = True

    def _is_due(self, duty: Duty) -> bool:
        last = self.done_at.get(duty.name)
        return last is None or self.clock() - last >= duty.every_seconds

    def _do(self, duty: Duty, at: datetime) -> bool:
        self.done_at[duty.name] = self.clock()
        try:
            duty.act(at=at)
        except Exception:
            logger.exception("The duty '%s' failed; it is tried again in its turn", duty.name)
            return False
        return True


def is_leader() -> bool:
    """Takes the leader's lock, which lasts as long as this process's connection to the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [Turn.SCHEDULER])
        return cursor.fetchone()[0]
