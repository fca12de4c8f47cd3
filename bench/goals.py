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
    """One line of the table: `limit` and `found` are ratios, or what `unit` says; less is better."""

    name: str
    limit: float
    found: float
    unit: str = "x floor"
    said: str = ""

    @property
    def is_met(self) -> bool:
        return self.found <= self.limit


def table(goals: list[Goal]) -> str:
    """The goals as lines for a person: goal, found, met or not."""
    lines = [f"{'what':44} {'goal':>9} {'found':>9}  {'unit':10} "]
    for goal in goals:
        met = "met" if goal.is_met else "NOT MET"
        lines.append(f"{goal.name:44} {goal.limit:9g} {goal.found:9g}  {goal.unit:10} {met:8}{goal.said}")
    reached = sum(goal.is_met for goal in goals)
    return "\n".join([*lines, f"{reached} of {len(goals)} goals met"])


def keep(goals: list[Goal], *, rows: dict[str, int]) -> None:
    """Adds one line to the history: when, on how many rows, and what was found."""
    found = {goal.name: goal.found for goal in goals}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    line = {"at": at, "python": platform.python_version(), "rows": rows, "found": found}
    with HISTORY.open("a") as history:
        history.write(json.dumps(line) + "\n")
