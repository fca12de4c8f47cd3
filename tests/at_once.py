"""Acts that begin in the same moment, each in a thread with a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

from django.db import connections

ALL_THERE_WITHIN = 60  # seconds


@contextmanager
def crowd(size: int) -> Iterator[Callable]:
    """Lends `together(*acts)`: runs up to `size` acts that start together, and answers what each answered, in order.

    What an act raises is raised here. The threads and their connections stay from one call to the next.
    """
    with ThreadPoolExecutor(size) as pool:

        def together(*acts: Callable) -> list:
            start = Barrier(len(acts))

            def run(act):
                start.wait(ALL_THERE_WITHIN)
                return act()

            return [done.result() for done in [pool.submit(run, act) for act in acts]]

        try:
            yield together
        finally:
            together(*[connections.close_all] * size)


def at_once(*acts: Callable) -> list:
    """Runs the acts together once; what each answered, in order."""
    with crowd(len(acts)) as together:
        return together(*acts)
