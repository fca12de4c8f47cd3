"""A broker that is gone, or does not answer, costs the asking person a moment and the work nothing."""

import os
import signal
import subprocess
import sys
import time

import pytest

from interpol_strategy.supervisor.places import settle
from interpol_strategy.supervisor.processes import Child
from interpol_strategy.supervisor.servers import PrivateServers
from tests.infrastructure.running import TOP, wait_for

pytestmark = pytest.mark.drill
ASK = """
import django, time
django.setup()
from core import jobs
from django.core.cache import cache
from interpol_strategy import heartbeats
times = []
for act in (lambda: jobs.wake(1), lambda: jobs.wake(2), lambda: cache.get("a"), lambda: cache.set("a", 1)):
    began = time.monotonic(); act(); times.append(time.monotonic() - began)
print(*(f"{t:.2f}" for t in times))
"""


@pytest.fixture
def broker(open_folder):
    servers = PrivateServers(settle(open_folder), careless=True)
    child = Child(servers.programs()["redis"])
    wait_for(servers._redis_answers, 10)
    yield child, servers.environment["REDIS_URL"]
    child.kill_session()


def _times(url) -> list[float]:
    environ = {**os.environ, "REDIS_URL": url, "CACHE_URL": url}
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", ASK], env=environ, cwd=TOP, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    print(f"\nwake, wake, read, write: {done.stdout.strip()} s of {time.monotonic() - began:.1f} s")
    return [float(word) for word in done.stdout.split()]


def test_a_refusing_broker_costs_less_than_a_second(broker):
    child, url = broker
    child.kill_session()
    first, second, *cached = _times(url)
    assert first <= 1.0
    assert max(second, *cached) < 0.1


def test_a_silent_broker_costs_less_than_three_seconds_and_then_nothing(broker):
    child, url = broker
    os.kill(child.pid, signal.SIGSTOP)
    try:
        first, second, *cached = _times(url)
    finally:
        os.kill(child.pid, signal.SIGCONT)
    assert first <= 3.0
    assert second < 0.1
    assert max(cached) <= 1.5
