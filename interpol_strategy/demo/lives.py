"""What becomes of one update: when it was opened, sent, approved, returned and validated, as far as it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from initiatives.choices import UpdateState
from interpol_strategy.demo.dice import moment_between, office_hour


class Fate(StrEnum):
    """How the story of an update is meant to end."""

    MISSING = "missing"
    DRAFT = "draft"
    SENT = "sent"
    AWAITING_HEAD = "awaiting_head"
    RETURNED = "returned"
    REWORKED = "reworked"
    VALIDATED = "validated"


class Step(StrEnum):
    OPENED = "opened"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    RESUBMITTED = "resubmitted"
    REAPPROVED = "reapproved"
    VALIDATED = "validated"


STATE_AFTER = {
    Step.OPENED: UpdateState.DRAFT,
    Step.SUBMITTED: UpdateState.SUBMITTED,
    Step.APPROVED: UpdateState.BUREAU_APPROVED,
    Step.RETURNED: UpdateState.RETURNED,
    Step.RESUBMITTED: UpdateState.SUBMITTED,
    Step.REAPPROVED: UpdateState.BUREAU_APPROVED,
    Step.VALIDATED: UpdateState.VALIDATED,
}
STEPS = {
    Fate.MISSING: (),
    Fate.DRAFT: (Step.OPENED,),
    Fate.SENT: (Step.OPENED, Step.SUBMITTED, Step.APPROVED),
    Fate.AWAITING_HEAD: (Step.OPENED, Step.SUBMITTED),
    Fate.RETURNED: (Step.OPENED, Step.SUBMITTED, Step.APPROVED, Step.RETURNED),
    Fate.REWORKED: (
        Step.OPENED, Step.SUBMITTED, Step.APPROVED, Step.RETURNED, Step.RESUBMITTED, Step.REAPPROVED, Step.VALIDATED,
    ),
    Fate.VALIDATED: (Step.OPENED, Step.SUBMITTED, Step.APPROVED, Step.VALIDATED),
}  # fmt: skip
APPROVALS = {Step.APPROVED, Step.REAPPROVED}
CLOSED = ((Fate.VALIDATED, 90), (Fate.REWORKED, 8), (Fate.SENT, 3), (Fate.RETURNED, 0.5), (Fate.DRAFT, 1))
SETTLED = {Fate.SENT: Fate.VALIDATED, Fate.DRAFT: Fate.VALIDATED, Fate.RETURNED: Fate.REWORKED}  # in the long run
OPEN = ((Fate.MISSING, 38), (Fate.DRAFT, 18), (Fate.SENT, 24), (Fate.RETURNED, 6), (Fate.VALIDATED, 14))


@dataclass(frozen=True)
class Life:
    """The steps that an update has taken, each with its moment, in their order; at least one."""

    taken: tuple[tuple[Step, datetime], ...]

    @property
    def state(self) -> str:
        return STATE_AFTER[self.taken[-1][0]]

    @property
    def last_moment(self) -> datetime:
        return self.taken[-1][1]

    def when(self, *steps: Step) -> datetime | None:
        """The latest moment at which one of the steps was taken."""
        return max((moment for step, moment in self.taken if step in steps), default=None)


def draw_fate(rng: Random, *, is_open: bool, is_old: bool, silent: float, asks_head: bool) -> Fate:
    """A bureau that is often silent is so in every closed period; in an open one there is still time."""
    if not is_open and rng.random() < silent:
        return Fate.MISSING
    fates, weights = zip(*(OPEN if is_open else CLOSED), strict=True)
    fate = rng.choices(fates, weights)[0]
    if is_old:
        fate = SETTLED.get(fate, fate)
    return Fate.AWAITING_HEAD if fate == Fate.SENT and asks_head and rng.random() < 0.4 else fate


def live(fate: Fate, period, *, now: datetime, is_open: bool, asks_head: bool, late: float, rng: Random):
    """The life so far, or None where nobody has begun. Nothing happens after `now`."""
    steps = [step for step in STEPS[fate] if asks_head or step not in APPROVALS]
    moments = _in_open_period(steps, period, now, rng) if is_open else _after_period(steps, period, late, rng)
    taken = tuple((step, moment) for step, moment in zip(steps, moments, strict=True) if moment <= now)
    return Life(taken) if taken else None


def _after_period(steps, period, late: float, rng: Random) -> list[datetime]:
    """Opened near the end of the period, sent before the due date or after it, decided within days."""
    is_late = rng.random() < late
    sent_on = period.due_on + timedelta(days=rng.randint(1, 14) if is_late else -rng.randint(1, 11))
    opened_on = min(sent_on, period.end_on - timedelta(days=rng.randint(0, 6)))
    moments, day = [], sent_on
    for step in steps:
        if step == Step.OPENED:
            moments.append(office_hour(opened_on, rng))
            continue
        if step != Step.SUBMITTED:
            day += timedelta(days=rng.randint(1, 2) if step in APPROVALS else rng.randint(2, 7))
        moments.append(max(office_hour(day, rng), moments[-1] + timedelta(minutes=15)))
    return moments


def _in_open_period(steps, period, now: datetime, rng: Random) -> list[datetime]:
    """Spread over the part of the period that has passed, so that all of it has happened by now."""
    began = min(office_hour(period.opens_on, rng), now)
    shares = sorted(rng.uniform(0.15, 0.98) for _step in steps)
    return [moment_between(began, now, share) for share in shares]
