"""The tests' own servers are the real thing."""

import pytest
import redis
from django.conf import settings
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_postgresql():
    assert connection.vendor == "postgresql"
    assert connection.pg_version >= 150000


def test_redis_is_a_real_server():
    server = redis.Redis.from_url(settings.REDIS_URL).execute_command("HELLO")
    said = server if isinstance(server, dict) else dict(zip(server[::2], server[1::2], strict=True))
    assert said[b"server"] in {b"redis", b"valkey"}
