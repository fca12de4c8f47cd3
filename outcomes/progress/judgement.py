"""A responsible person's verdict beside the computed one: it has a reason and an end, and hides no value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from outcomes.progress.values import Status


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person decided on `set_on`; in force up to and including `expires_on`.

    Raises ValueError without a reason, or when it ends before it begins.
    """

    status: Status
    reason: str
    set_on: date
    expires_on: date
    by: str = ""
    source_ref: str = ""

    def __post_init__(self):
        if not self.reason.strip():
            raise ValueError("a judgement says why")
        if self.expires_on < self.set_on:
            raise ValueError(f"a judgement cannot end on {self.expires_on}, before it begins on {self.set_on}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Computed and judged status side by side on a day.

    `is_in_force` is false from the day after the judgement's end; `is_overtaken` says that a value came in
    after it was made, which asks for a new look and erases nothing; `leading` is the judged status while in
    force, else the computed.
    """

    computed: Status
    judgement: Judgement | None = None
    is_in_force: bool = False
    is_overtaken: bool = False

    @property
    def judged(self) -> Status | None:
        return self.judgement.status if self.judgement else None

    @property
    def leading(self) -> Status:
        return self.judgement.status if self.judgement and self.is_in_force else self.computed

    @property
    def differs(self) -> bool:
        return self.leading != self.computed


def side_by_side(
    computed: Status, judgement: Judgement | None, *, on: date, newest_value_on: date | None = None
) -> Verdict:
    """The two verdicts on a day. `newest_value_on` is the day that the newest value beneath became known."""
    if judgement is None or on < judgement.set_on:
        return Verdict(computed)
    is_overtaken = newest_value_on is not None and newest_value_on > judgement.set_on
    return Verdict(computed, judgement, on <= judgement.expires_on, is_overtaken)
