"""A world that is made once and stands for a whole module, where making it costs more than what a test does to it.

Whatever a test changes is undone by its own transaction, inside the module's; nothing of either is ever committed. Only
for modules of which every test begins in that world, and none commits.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

import time_machine
from django.db import transaction

Made = TypeVar("Made")


@contextmanager
def standing(blocker, make: Callable[[], Made], *, at: datetime) -> Iterator[Callable[[], Made]]:
    """Lends what hands out the things that were made at the moment, to each test anew: no other sees what it does to them."""
    with blocker.unblock(), transaction.atomic():
        with time_machine.travel(at, tick=True):
            kept = pickle.dumps(make())
        yield lambda: pickle.loads(kept)
        transaction.set_rollback(True)
