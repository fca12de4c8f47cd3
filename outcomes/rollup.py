"""The summary of every node, period and bureau: gathered, computed by `outcomes.progress`, stored here and nowhere else.

Signatures agreed with the services that call them; each runs in the caller's transaction, after taking one advisory
lock (ROLLUP_LOCK, always before the audit trail's lock) so that branches are never computed from half a change.
"""

from __future__ import annotations

ROLLUP_LOCK = 4_203


def refresh_branches(indicators, period, *, at) -> None:
    """This will compute the indicators' rows for the period, and those of the results, aims and plans above them."""
    raise NotImplementedError


def refresh_indicator(indicator, *, at) -> None:
    """This will compute the indicator's branch anew for every period that it has values in: its definition changed."""
    raise NotImplementedError


def refresh_plan(plan, *, at) -> None:
    """This will compute the whole plan anew for every period: its weights or thresholds changed."""
    raise NotImplementedError


def rebuild(*, at, periods=None, check_only=False) -> list:
    """This will compute everything from the leaves, set-based, and report the rows that differed."""
    raise NotImplementedError
