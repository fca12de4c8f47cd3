"""Measuring one thing against its floor: in turn, in one process, by the processor's time; the median of the pairs."""

from __future__ import annotations

import gc
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


def spent(act: Callable, clock: Callable[[], float] = time.process_time) -> float:
    """Milliseconds that this process worked; by another clock, milliseconds of that.

    The young garbage of what ran before is taken away first: else chance decides which of two things pays for it, up to a tenth.
    """
    gc.collect(1)
    began = clock()
    act()
    return (clock() - began) * 1000


def against(
    floor: Callable,
    thing: Callable,
    pairs: int = PAIRS,
    clock: Callable[[], float] = time.process_time,
    before: Callable = lambda: None,
) -> Found:
    """The thing and its floor in turn, after one round that nobody counts; `before` is done before each, and not measured.

    Where the work is the database's, only the clock on the wall (`time.perf_counter`) sees it.
    """
    before(), thing(), floor()
    found = [(before(), spent(thing, clock), spent(floor, clock))[1:] for _pair in range(pairs)]
    return Found(
        round(median(one for one, _floor in found), 2),
        round(median(bare for _one, bare in found), 2),
        round(median(one / bare for one, bare in found), 2),
    )
