"""Who was alive a moment ago: workers and the scheduler say so in Redis, and readiness asks."""

from __future__ import annotations

import logging
import time
from functools import cache

import redis
from django.conf import settings

EVERY_SECONDS = 5
FORGOTTEN_AFTER_SECONDS = 30
_last_said: dict[tuple[str, str], float] = {}

logger = logging.getLogger(__name__)


@cache
def client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1.0, socket_connect_timeout=1.0)


def beat(kind: str, name: str) -> None:
    """This will note that `name` is alive, at most every few seconds; a lost Redis is no reason to stop."""
    now = time.monotonic()
    if now - _last_said.get((kind, name), -EVERY_SECONDS) < EVERY_SECONDS:
        return
    try:
        client().zadd(key_of(kind), {name: time.time()})
        client().zremrangebyscore(key_of(kind), 0, time.time() - 10 * FORGOTTEN_AFTER_SECONDS)
        _last_said[kind, name] = now
    except (redis.RedisError, OSError) as error:
        logger.warning("The heartbeat of %s was not noted: %s", name, error)


def alive(kind: str) -> int:
    """How many of the kind were alive within the last half minute."""
    return client().zcount(key_of(kind), time.time() - FORGOTTEN_AFTER_SECONDS, "+inf")


def key_of(kind: str) -> str:
    return f"strategy:alive:{kind}"
