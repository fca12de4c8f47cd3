"""Measuring one thing against its floor: in turn, in one process, by the processor's time; the median of the pairs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

PAIRS = 15


@dataclass(frozen=True)
class Found:
    """What was found: milliseconds of processor of the thing and of its floor, and the ratio of the pairs."""

    ms: float
    floor_ms: float
    ratio: float


def processor_time(act: Callable) -> float:
    """Milliseconds that this process worked."""
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


def against(floor: Callable, thing: Callable, pairs: int = PAIRS) -> Found:
    """The thing and its floor in turn, after one round that nobody counts."""
    thing(), floor()
    found = [(processor_time(thing), processor_time(floor)) for _pair in range(pairs)]
    return Found(
        round(median(one for one, _floor in found), 2),
        round(median(bare for _one, bare in found), 2),
        round(median(one / bare for one, bare in found), 2),
    )
