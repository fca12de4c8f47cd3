"""Is it up, and can it serve?"""

import pytest
import redis
from django.db import OperationalError

from interpol_strategy import health, heartbeats


@pytest.fixture(autouse=True)
def nobody_alive():
    for kind in ("worker", "scheduler"):
        heartbeats.client().delete(f"strategy:alive:{kind}")
    heartbeats._last_said.clear()


def test_the_process_is_up_without_asking_anyone(client):
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_who_probes_by_address_alone_is_answered(client, settings, path):
    settings.ALLOWED_HOSTS = ["strategy.example.org"]
    heartbeats.beat("worker", "one")
    assert client.get(path, headers={"host": "10.0.0.7:8000"}).status_code == 200
    assert client.get("/sign-in/", headers={"host": "10.0.0.7:8000"}).status_code == 400


@pytest.mark.django_db
def test_ready_when_database_broker_and_a_worker_answer(client):
    heartbeats.beat("worker", "one")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "broker": "ok",
        "workers": "ok",
        "scheduler": "none seen",
    }


@pytest.mark.django_db
def test_not_ready_without_a_worker(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["workers"] == "none seen"


@pytest.mark.django_db
def test_a_worker_that_fell_silent_is_not_counted(monkeypatch):
    heartbeats.beat("worker", "one")
    later = heartbeats.time.time() + heartbeats.FORGOTTEN_AFTER_SECONDS + 1
    monkeypatch.setattr(heartbeats.time, "time", lambda: later)
    assert heartbeats.alive("worker") == 0


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("database", OperationalError("host 10.0.0.1")),
        ("broker", redis.ConnectionError("/run/x")),
        ("workers", OSError()),
    ],
)
def test_what_fails_is_named_and_nothing_more_is_told(client, monkeypatch, what, error):
    def fail():
        raise error

    monkeypatch.setattr(health, "CHECKS", {name: (fail if name == what else lambda: True) for name in health.CHECKS})
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()[what] == "failed"
    assert str(error) == "" or str(error) not in answer.content.decode()


def test_a_lost_redis_does_not_stop_who_says_that_they_live(monkeypatch):
    def lost():
        raise redis.ConnectionError

    monkeypatch.setattr(heartbeats, "client", lost)
    heartbeats.beat("worker", "one")


def test_health_takes_no_writes(client):
    assert client.post("/healthz").status_code == 405
