"""Production starts on safe values alone, and says by name which one is not."""

import subprocess
import sys

import pytest

from interpol_strategy import environment

KEY = "vG8-2pLw_9QxTz4rB7nM1kYc5dHfJs3aUeXo6iNqRtZbWmEaPlKjHg"
OTHER_KEY = "Zx3-cV7b_N1mQ9wE5rT2yUoP8aSdFgHjKl4iXzBnMvCqWeRtYuIo"
SAFE = {
    "SECRET_KEY": KEY,
    "AUDIT_KEY": OTHER_KEY,
    "ALLOWED_HOSTS": "strategy.example.org",
    "DATABASE_URL": "postgres://strategy@db/strategy",
    "REDIS_URL": "redis://redis:6379/0",
    "SITE_URL": "https://strategy.example.org",
}
UNSAFE = [
    ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
    ({"SECRET_KEY": KEY[:49]}, "SECRET_KEY is short"),
    ({"SECRET_KEY": "django-insecure-" + KEY}, "SECRET_KEY is short, plain or a sample"),
    ({"SECRET_KEY": "change-me-" + KEY}, "SECRET_KEY is short, plain or a sample"),
    ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY is short, plain"),
    ({"SECRET_KEY_FALLBACKS": "old"}, "SECRET_KEY_FALLBACKS"),
    ({"AUDIT_KEY": ""}, "AUDIT_KEY is missing"),
    ({"AUDIT_KEY": "short"}, "AUDIT_KEY is short"),
    ({"AUDIT_KEY": KEY}, "AUDIT_KEY must not be the same"),
    ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is empty"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must not hold *"),
    ({"ALLOWED_HOSTS": "strategy.example.org,*"}, "ALLOWED_HOSTS must not hold *"),
    ({"ALLOWED_HOSTS": "."}, "ALLOWED_HOSTS must not hold *"),
    ({"DEBUG": "1"}, "DEBUG is on"),
    ({"DEMO": "1"}, "DEMO is on"),
    ({"DEMO": "yes", "ALLOWED_HOSTS": "localhost,strategy.example.org"}, "DEMO is on"),
    ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
    ({"REDIS_URL": ""}, "CELERY_BROKER_URL"),
    ({"SITE_URL": ""}, "SITE_URL must be"),
    ({"SITE_URL": "http://strategy.example.org"}, "SITE_URL must be"),
    ({"CSRF_TRUSTED_ORIGINS": "https://*.example.org"}, "CSRF_TRUSTED_ORIGINS"),
    ({"CSRF_TRUSTED_ORIGINS": "https://a.example.org,http://b.example.org"}, "CSRF_TRUSTED_ORIGINS"),
]


def test_safe_values_are_safe():
    assert environment.unsafe_values(SAFE) == []


def test_one_broker_address_of_the_two_is_enough():
    by_other_name = {**SAFE, "REDIS_URL": "", "CELERY_BROKER_URL": "redis://redis:6379/0"}
    assert environment.unsafe_values(by_other_name) == []


@pytest.mark.parametrize(
    ("change", "said"), UNSAFE, ids=[f"{next(iter(c))}={next(iter(c.values()))[:16]}" for c, _ in UNSAFE]
)
def test_an_unsafe_value_is_named(change, said):
    found = environment.unsafe_values({**SAFE, **change})
    assert any(said in line for line in found)


def test_every_fault_is_told_at_once():
    assert len(environment.unsafe_values({})) == 6


def test_demonstration_and_debugging_are_for_this_machine():
    for name in ("DEMO", "DEBUG"):
        assert environment.unsafe_values({name: "1", "ALLOWED_HOSTS": "localhost,127.0.0.1"}) == []


def test_no_complaint_repeats_a_key():
    found = environment.unsafe_values({**SAFE, "SECRET_KEY": "django-insecure-" + KEY, "AUDIT_KEY": "tiny-and-telling"})
    assert not any(KEY in line or "tiny-and-telling" in line for line in found)


def _manage(environ):
    bare = {"PATH": "/usr/bin:/bin", "RUN_DIR": "/nonexistent", **environ}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, env=bare, capture_output=True, text=True)


def test_nothing_starts_on_an_empty_environment():
    done = _manage({})
    assert done.returncode != 0
    assert "SECRET_KEY is missing" in done.stderr


def test_djangos_own_deployment_checks_pass_in_production():
    done = _manage({**SAFE, "EMAIL_HOST": "mail.example.org"})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("url", "host", "name", "options"),
    [
        (
            "postgres://me:p%40ss@db.example.org:6432/strategy?sslmode=require",
            "db.example.org",
            "strategy",
            {"sslmode": "require"},
        ),
        ("postgresql://me@/strategy?host=/run/sockets", "/run/sockets", "strategy", {}),
    ],
)
def test_a_database_address_is_read(url, host, name, options):
    found = environment.database(url)
    assert (found["HOST"], found["NAME"], found["OPTIONS"]) == (host, name, options)


def test_a_password_may_hold_any_character():
    assert environment.database("postgres://me:p%40ss@db/x")["PASSWORD"] == "p@ss"


def test_no_other_database_will_do():
    with pytest.raises(ValueError, match="postgres://"):
        environment.database("sqlite:///db.sqlite3")


@pytest.mark.parametrize(
    ("given", "broker", "client"),
    [
        ({"REDIS_URL": "redis://r:6379/2"}, "redis://r:6379/2", "redis://r:6379/2"),
        ({"REDIS_URL": "unix:///run/r.sock"}, "redis+socket:///run/r.sock", "unix:///run/r.sock"),
        ({"CELERY_BROKER_URL": "redis+socket:///run/r.sock"}, "redis+socket:///run/r.sock", "unix:///run/r.sock"),
    ],
)
def test_redis_is_named_once_for_both_libraries(given, broker, client):
    assert environment.broker_url(given) == broker
    assert environment.redis_url(given) == client


def test_a_number_must_be_one():
    with pytest.raises(ValueError, match="EMAIL_PORT"):
        environment.whole_number({"EMAIL_PORT": "twenty-five"}, "EMAIL_PORT", 25)
