"""What is computed anew when a plan changes its shape: the summary here, and what upper floors keep beside it."""

from __future__ import annotations

from collections.abc import Callable

from goals.models import Plan
from outcomes import rollup

# An upper floor that keeps rows of its own for every node puts its refresh here when it starts: refresh(plan, at=moment).
KEPT_ABOVE: list[Callable] = []


def refresh_shape(plan: Plan, *, at) -> None:
    """This will bring every summary of the plan to its present parts, in the caller's transaction."""
    rollup.refresh_plan(plan, at=at)
    for refresh in KEPT_ABOVE:
        refresh(plan, at=at)
