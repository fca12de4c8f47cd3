"""A cache that may be away: a lost Redis costs time, never an answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError


def _or(fallback: Callable) -> Callable:
    """Calls through, and answers as an empty cache would when Redis does not."""

    def decorate(method: Callable) -> Callable:
        @wraps(method)
        def call(self, *args, **kwargs):
            try:
                return method(self, *args, **kwargs)
            except (RedisError, OSError):
                return fallback(*args, **kwargs)

        return call

    return decorate


def _default(key, default=None, version=None):
    return default


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; reads miss and writes are dropped while Redis is away."""

    get = _or(_default)(RedisCache.get)
    get_many = _or(lambda *_, **__: {})(RedisCache.get_many)
    set = _or(lambda *_, **__: None)(RedisCache.set)
    set_many = _or(lambda data, *_, **__: list(data))(RedisCache.set_many)
    add = _or(lambda *_, **__: True)(RedisCache.add)
    touch = _or(lambda *_, **__: False)(RedisCache.touch)
    delete = _or(lambda *_, **__: False)(RedisCache.delete)
    delete_many = _or(lambda *_, **__: None)(RedisCache.delete_many)
    has_key = _or(lambda *_, **__: False)(RedisCache.has_key)
    clear = _or(lambda *_, **__: False)(RedisCache.clear)
