"""What every test of a process should find as it is: what one leaves otherwise, a later one stumbles over."""

from __future__ import annotations

import os
import threading
import time

import time_machine
from django.conf import settings
from django.utils import timezone

OF_PYTEST = ("PYTEST_CURRENT_TEST", "PYTEST_VERSION")
OTHERS_KEEP = ("DATABASES", "ENVIRON")  # the tests' own database, once it is made; the environment
MOMENT = 5.0  # seconds: a thread that is just ending may end


class Watch:
    """The process as it was when the watch was made."""

    def __init__(self):
        self.before, self.threads = _state(), set(threading.enumerate())

    def left_behind(self) -> list[str]:
        """What is otherwise now, by name, and the threads that are still at work after a moment."""
        now = _state()
        changed = [_told(name, self.before[name], now[name]) for name in now if self.before[name] != now[name]]
        return changed + _threads_beside(self.threads)


def _state() -> dict[str, object]:
    return {
        "environment": {name: value for name, value in os.environ.items() if name not in OF_PYTEST},
        "settings": {name: repr(value) for name, value in vars(settings._wrapped).items() if name not in OTHERS_KEEP},
        "clock": "set by hand" if time_machine.escape_hatch.is_travelling() else "real",
        "time zone": timezone.get_current_timezone_name(),
        "folder": os.getcwd(),
    }


def _told(name: str, before, after) -> str:
    if not isinstance(before, dict):
        return f"{name}: was {before!r}, is {after!r}"
    changed = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return f"{name}: " + ", ".join(f"{key} was {before.get(key)!r}, is {after.get(key)!r}"[:200] for key in changed)


def _threads_beside(those: set[threading.Thread]) -> list[str]:
    """Threads that are still at work after a moment, beside those that were there."""
    deadline = time.monotonic() + MOMENT
    while (left := [one for one in threading.enumerate() if one not in those and one.is_alive()]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return [f"the thread {one.name} is still at work" for one in left]
