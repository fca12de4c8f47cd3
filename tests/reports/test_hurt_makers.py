"""A real worker, a real scheduler, real servers, really hurt: each report ends in one good edition, or fails and says why."""

import os
import signal
import time
from threading import Thread

import pytest

from tests.infrastructure.running import wait_for
from tests.reports.installation import Actor, Installation

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = Installation(tmp_path_factory.mktemp("hurt"))
    yield made
    made.stop()


def told(what: str, seconds: float) -> None:
    print(f"\n{what}: ready {seconds:.1f} s after")


@pytest.fixture(autouse=True)
def say_what_was_started_again(place):
    yield
    if place.started_again:
        print(f"\nended by itself and was started again: {', '.join(place.started_again)}")
        place.started_again.clear()


@pytest.mark.parametrize("period", ["2025-01", "2025-02"])
def test_the_whole_worker_is_killed_while_it_draws(place, period):
    job = place.ask(period)["job"]
    place.wait_until_drawing(job)
    place.end("worker")
    place.start("worker")
    told("kill -9 of the worker", place.wait_until(job, "ready"))
    place.assert_one_good_edition(period)


@pytest.mark.parametrize("period", ["2025-04", "2025-05"])
def test_the_workers_child_is_killed_while_it_draws(place, period):
    job = place.ask(period)["job"]
    place.wait_until_drawing(job)
    os.kill(place.runner(), signal.SIGKILL)
    told("kill -9 of the child", place.wait_until(job, "ready"))
    place.assert_one_good_edition(period)


def test_redis_is_gone_when_the_report_is_asked_for(place):
    place.server("redis").kill_session()
    asked = place.ask("2025-Q1")
    print(f"\nasked without a broker in {asked['took']:.1f} s")
    assert asked["took"] < 5
    time.sleep(2)
    place.start_server("redis")
    told("Redis came back", place.wait_until(asked["job"], "ready"))
    place.assert_one_good_edition("2025-Q1")


def test_redis_hangs_when_the_report_is_asked_for(place):
    redis = place.server("redis").pid
    os.kill(redis, signal.SIGSTOP)
    try:
        asked = place.ask("2025-Q2")
        print(f"\nasked with a hanging broker in {asked['took']:.1f} s")
        assert asked["took"] < 8
        time.sleep(4)
    finally:
        os.kill(redis, signal.SIGCONT)
    told("Redis answered again", place.wait_until(asked["job"], "ready"))
    place.assert_one_good_edition("2025-Q2")


def test_redis_is_lost_while_the_report_is_drawn(place):
    job = place.ask("2025-Q3")["job"]
    place.wait_until_drawing(job)
    place.server("redis").kill_session()
    time.sleep(2)
    place.start_server("redis")
    told("Redis was lost mid-report", place.wait_until(job, "ready"))
    place.assert_one_good_edition("2025-Q3")


def test_postgresql_restarts_at_once_while_the_report_is_drawn(place):
    job = place.ask("2025-Q4")["job"]
    place.wait_until_drawing(job)
    postgres = place.server("postgres")
    os.kill(postgres.pid, signal.SIGQUIT)  # what pg_ctl -m immediate does: no checkpoint, recovery at the start
    wait_for(lambda: not postgres.is_running(), 30)
    place.start_server("postgres")
    told("PostgreSQL restarted (immediate)", place.wait_until(job, "ready"))
    place.assert_one_good_edition("2025-Q4")


def test_a_report_that_kills_whoever_makes_it_is_parked_with_its_reason_and_can_be_tried_again(place):
    place.end("worker")
    place.start("worker", STRATEGY_DRILL_KILL_AT="frozen")
    job = place.ask("2026-Q1")["job"]
    seconds = place.wait_until(job, "failed")
    found = place.actor("look", job=job)
    print(f"\npoison: parked after {seconds:.0f} s and {found['attempts']} attempts: {found['failure_detail']}")
    assert (found["attempts"], found["failure_code"]) == (3, "runner_lost")
    place.end("worker")
    place.start("worker")
    place.actor("retry", job=job)
    told("tried again", place.wait_until(job, "ready"))
    place.assert_one_good_edition("2026-Q1")


def test_two_schedulers_make_each_period_of_an_absence_once_and_in_its_order(place):
    place.actor("schedule", code="absent", starts_on="2025-10-01", languages=["en", "fr"])
    periods = ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]
    actors = [Actor(place.environment) for _scheduler in range(2)]
    for actor in actors:
        actor("tick", seconds=0)

    def until_made():
        wait_for(lambda: place.actor("made", code="absent")["periods"][-1:] == periods[-1:], 300)

    waiting = Thread(target=until_made)
    waiting.start()
    while waiting.is_alive():
        for actor in actors:
            actor.send("tick", seconds=1)
        for actor in actors:
            actor.hear()
        place.tend()
    for actor in actors:
        actor.stop()
    found = place.actor("made", code="absent")
    assert found["periods"] == periods, "each once, oldest first"
    assert found["files"] == [[period, language] for period in periods for language in ("en", "fr")]
    assert found["jobs"] == len(periods)
