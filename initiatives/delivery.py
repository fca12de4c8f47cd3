"""Progress of delivery: what initiatives have done of what they planned, rolled up beside results and never blended."""

from __future__ import annotations


def refresh_initiative(initiative, *, at, period=None) -> None:
    """This will compute the delivery rows above the initiative for the period, or for all that it runs in."""
    raise NotImplementedError
