"""What was promised of an indicator in its own unit: where it starts, where it should end, and where it should be by a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from outcomes.progress import Kind
from outcomes.progress.rule import Rule
from outcomes.tree import rule_of

from .gather import Gathered
from .groups import is_held_to_target


@dataclass(frozen=True)
class Promise:
    """`start` is the baseline and `targets` are the dated targets, each a value with its day.

    What is counted per period is promised as a sum: its end is the sum of all targets, and by a day it should have
    come to the sum of those that were due by then. Its baseline is the count of one period.
    """

    rule: Rule
    start: tuple[Decimal, date] | None = None
    targets: tuple[tuple[Decimal, date], ...] = ()

    @property
    def is_counted(self) -> bool:
        return self.rule.kind == Kind.PER_PERIOD and not self.rule.is_maintained

    @property
    def end(self) -> tuple[Decimal, date] | None:
        if not self.targets:
            return None
        last, on = self.targets[-1]
        return (sum(value for value, _on in self.targets) if self.is_counted else last), on

    def by_then(self, share: Decimal | str | None, on: date | None) -> Decimal | None:
        """The value that was expected by the day: `share` of the way, or what its kind asks for; None is unknown."""
        if share is None or on is None or self.end is None:
            return None
        if self.is_counted:
            return sum((value for value, due_on in self.targets if due_on <= on), Decimal(0))
        if self.rule.is_maintained:
            return next((value for value, due_on in self.targets if due_on >= on), self.end[0])
        start = self._start
        return None if start is None else start + (self.end[0] - start) * Decimal(share)

    @property
    def _start(self) -> Decimal | None:
        """A yes-or-no milestone starts from "no" without being told."""
        if self.start is not None:
            return self.start[0]
        return Decimal(0) if self.rule.kind == Kind.MILESTONE else None


def promise_of(found: Gathered, indicator) -> Promise:
    """Baseline and targets; none in a report about a part where the bureaus add up to the target together."""
    rule = rule_of(indicator)
    if found.is_part and not is_held_to_target(rule):
        return Promise(rule)
    row = found.baselines.get(indicator.pk)
    targets = tuple((target.value, target.due_on) for target in found.targets.get(indicator.pk, ()))
    return Promise(rule, (row.value, row.on) if row else None, targets)
