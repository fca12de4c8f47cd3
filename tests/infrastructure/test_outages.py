"""What readers see while a part is away."""

import logging

import pytest
import redis
from django.core.cache import cache
from django.db import OperationalError

from accounts.sessions import SessionStore
from interpol_strategy import logs


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "kind"), [("/sign-in/", "text/html"), ("/api/v1/initiatives/", "application/problem+json")]
)
def test_a_database_that_is_lost_before_the_view_is_503_too(client, monkeypatch, path, kind):
    def lost(self):
        raise OperationalError("connection to 10.0.0.1 refused")

    monkeypatch.setattr(SessionStore, "load", lost)
    client.raise_request_exception = False
    client.cookies["session"] = "abcdefghijklmnopqrstuvwxyz012345"
    answer = client.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"].startswith(kind)
    assert "10.0.0.1" not in answer.content.decode()
    assert answer["X-Frame-Options"] == "DENY"


CALLS = {
    "get": (("a",), None),
    "get_many": ((["a"],), {}),
    "set": (("a", 1), None),
    "add": (("a", 1), True),
    "touch": (("a",), False),
    "delete": (("a",), False),
    "has_key": (("a",), False),
    "set_many": (({"a": 1},), ["a"]),
    "delete_many": ((["a"],), None),
    "clear": ((), False),
}


@pytest.mark.parametrize(("name", "call"), CALLS.items(), ids=CALLS)
def test_a_lost_cache_is_an_empty_one(monkeypatch, name, call):
    def lost(*args, **kwargs):
        raise redis.ConnectionError

    monkeypatch.setattr(redis.connection.ConnectionPool, "get_connection", lost)
    arguments, answer = call
    assert getattr(cache, name)(*arguments) == answer


def test_a_cache_that_is_there_remembers():
    cache.set("a", {"b": 1})
    assert cache.get("a") == {"b": 1}
    assert cache.get("nothing", "else") == "else"


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("password=hunter2&next=/", "hunter2"),
        ("{'password': 'hunter two', 'email': 'a@b'}", "hunter two"),
        ("Authorization: Token 0123456789abcdef", "0123456789abcdef"),
        ('{"token": "0123456789"}', "0123456789"),
        ("csrfmiddlewaretoken=abcdef", "abcdef"),
        ("SECRET_KEY is set; secret=tell", "tell"),
    ],
)
def test_a_log_line_keeps_no_secret(said, secret):
    record = logging.LogRecord("x", logging.INFO, "x", 1, said, (), None)
    logs.WithoutSecrets().filter(record)
    assert secret not in record.getMessage()
    assert "[removed]" in record.getMessage()


def test_a_log_line_is_one_line():
    record = logging.LogRecord("x", logging.INFO, "x", 1, "visited %s", ("/a\r\nERROR forged",), None)
    logs.WithoutSecrets().filter(record)
    assert "\n" not in record.getMessage()


def test_logs_for_a_collector_are_json_with_the_requests_id():
    import json

    from core import audit

    record = logging.LogRecord("x", logging.INFO, "x", 1, "done", (), None)
    with audit.request("abc-123"):
        logs.WithoutSecrets().filter(record)
    line = json.loads(logs.AsJson().format(record))
    assert (line["message"], line["request_id"], line["level"]) == ("done", "abc-123", "INFO")
