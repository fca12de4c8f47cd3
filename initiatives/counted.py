"""How much there is of which kind, counted as it changes on a floor above: what is kept there is handed down when the product starts."""

from __future__ import annotations

from collections.abc import Callable

# By name, each with who reads as its first argument: `open_counts`, `of_a_period` and `waiting_steps` of dashboard.counting.
HANDED_DOWN: dict[str, Callable] = {}
