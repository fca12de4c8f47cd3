"""What is to be reached, what was found, and the history of both."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

HISTORY = Path(__file__).with_name("history.jsonl")


@dataclass(frozen=True)
class Goal:
    """One line of the table: `limit` and `found` are ratios, or what `unit` says; less is better. None is measured for comparison."""

    name: str
    limit: float | None
    found: float
    unit: str = "x floor"
    said: str = ""

    @property
    def is_met(self) -> bool:
        return self.limit is not None and self.found <= self.limit

    @property
    def times(self) -> float:
        """How many times the limit was found."""
        return self.found / self.limit if self.limit else 0.0


def table(goals: list[Goal]) -> str:
    """The goals as lines for a person: goal, found, met or not."""
    lines = [f"{'what':44} {'goal':>9} {'found':>9}  {'unit':10} "]
    for goal in goals:
        met = "-" if goal.limit is None else "met" if goal.is_met else "NOT MET"
        limit = "-" if goal.limit is None else f"{goal.limit:g}"
        lines.append(f"{goal.name:44} {limit:>9} {goal.found:9g}  {goal.unit:10} {met:8}{goal.said}")
    reached, asked = sum(goal.is_met for goal in goals), sum(goal.limit is not None for goal in goals)
    return "\n".join([*lines, f"{reached} of {asked} goals met"])


def keep(goals: list[Goal], *, rows: dict, into: Path = HISTORY) -> None:
    """Adds one line to the history: when, on how many rows, and what was found."""
    found = {goal.name: goal.found for goal in goals}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    line = {"at": at, "python": platform.python_version(), "rows": rows, "found": found}
    with into.open("a") as history:
        history.write(json.dumps(line) + "\n")
