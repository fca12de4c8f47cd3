"""What the environment says, in settings' own shapes, and what in it would be unsafe. No Django in here."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver"})
TRUE = frozenset({"1", "true", "yes", "on"})
SHORTEST_KEY = 50
FEWEST_CHARACTERS = 10
SAMPLE_KEY_MARKS = ("django-insecure", "change-me", "changeme", "secret_key", "for tests alone", "example")


def flag(environ: Mapping[str, str], name: str, default: bool = False) -> bool:
    value = environ.get(name, "").strip().lower()
    return value in TRUE if value else default


def words(environ: Mapping[str, str], name: str, default: str = "") -> list[str]:
    """A list that is written with commas."""
    return [word.strip() for word in environ.get(name, default).split(",") if word.strip()]


def whole_number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "").strip() or str(default)
    if not text.isascii() or not text.isdigit():
        raise ValueError(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def database(url: str) -> dict:
    """Django's description of a PostgreSQL database; a Unix socket's folder may stand in `?host=`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with postgres:// or postgresql://: no other database will do.")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def broker_url(environ: Mapping[str, str]) -> str:
    """Celery's address for Redis: CELERY_BROKER_URL, else REDIS_URL in Celery's spelling."""
    url = environ.get("CELERY_BROKER_URL") or environ.get("REDIS_URL", "redis://localhost:6379/0")
    if not url.startswith("unix://"):
        return url
    return url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")


def redis_url(environ: Mapping[str, str]) -> str:
    """The same Redis in the client library's spelling."""
    url = environ.get("REDIS_URL") or environ.get("CELERY_BROKER_URL", "redis://localhost:6379/0")
    return url.replace("redis+socket://", "unix://", 1).replace("?virtual_host=", "?db=")


def unsafe_values(environ: Mapping[str, str]) -> list[str]:
    """Every value that must not serve people, by name and with what to do. Empty means safe.

    Debugging and demonstration data are for this machine alone; an installation with neither is in production
    and needs keys of its own, real host names and addresses for its database and broker.
    """
    found = _unsafe_hosts(environ)
    for name in ("DEBUG", "DEMO"):
        if flag(environ, name) and not set(words(environ, "ALLOWED_HOSTS", "localhost")) <= LOCAL_HOSTS:
            found.append(f"{name} is on, and ALLOWED_HOSTS names more than this machine: switch {name} off.")
    if is_production(environ):
        found += _unsafe_keys(environ) + _missing_addresses(environ) + _unsafe_addresses(environ)
    return found


def is_production(environ: Mapping[str, str]) -> bool:
    return not flag(environ, "DEBUG") and not flag(environ, "DEMO")


def _unsafe_hosts(environ: Mapping[str, str]) -> list[str]:
    hosts = words(environ, "ALLOWED_HOSTS")
    if any(host.strip(".") in {"*", ""} for host in hosts):
        return ["ALLOWED_HOSTS must not hold *: name the hosts that people use."]
    if not hosts and is_production(environ):
        return ["ALLOWED_HOSTS is empty: name the hosts that people use, with commas between them."]
    return []


def _unsafe_keys(environ: Mapping[str, str]) -> list[str]:
    found = [said for name in ("SECRET_KEY", "AUDIT_KEY") if (said := _unsafe_key(environ, name))]
    if not found and environ["SECRET_KEY"] == environ["AUDIT_KEY"]:
        found.append("AUDIT_KEY must not be the same as SECRET_KEY: whoever has one must not have both.")
    fallbacks = words(environ, "SECRET_KEY_FALLBACKS")
    found += ["SECRET_KEY_FALLBACKS holds a weak key: drop it." for key in fallbacks if _is_weak(key)][:1]
    return found


def _unsafe_key(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        return f"{name} is missing: give at least {SHORTEST_KEY} random characters."
    if _is_weak(value):
        return f"{name} is short, plain or a sample: give at least {SHORTEST_KEY} random characters."
    return ""


def _is_weak(key: str) -> bool:
    is_sample = any(mark in key.lower() for mark in SAMPLE_KEY_MARKS)
    return is_sample or len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS


def _unsafe_addresses(environ: Mapping[str, str]) -> list[str]:
    """Letters carry links, and forms are believed from origins: both by https alone, and by name."""
    found = []
    if not environ.get("SITE_URL", "").startswith("https://"):
        found.append("SITE_URL must be the product's address with https://: letters lead people there.")
    if any(not origin.startswith("https://") or "*" in origin for origin in words(environ, "CSRF_TRUSTED_ORIGINS")):
        found.append("CSRF_TRUSTED_ORIGINS must name each origin with https://, and none by *.")
    return found


def _missing_addresses(environ: Mapping[str, str]) -> list[str]:
    found = [] if environ.get("DATABASE_URL") else ["DATABASE_URL is missing: say where PostgreSQL is."]
    if not environ.get("CELERY_BROKER_URL") and not environ.get("REDIS_URL"):
        found.append("CELERY_BROKER_URL (or REDIS_URL) is missing: say where Redis is.")
    return found
