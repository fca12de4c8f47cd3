"""Health of one process, for a container engine: `python -m interpol_strategy.probe web|worker|scheduler`."""

from __future__ import annotations

import os
import sys
import time
import urllib.request

import redis

from interpol_strategy import environment
from interpol_strategy.heartbeats import FORGOTTEN_AFTER_SECONDS, key_of


def web() -> bool:
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
    host = environment.words(os.environ, "ALLOWED_HOSTS", "localhost")[0].lstrip(".")
    request = urllib.request.Request(address, headers={"Host": host})
    with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310  our own address
        return answer.status == 200


def _was_alive(kind: str) -> bool:
    client = redis.Redis.from_url(environment.redis_url(os.environ), socket_timeout=4, socket_connect_timeout=4)
    return client.zcount(key_of(kind), time.time() - FORGOTTEN_AFTER_SECONDS, "+inf") > 0


PROBES = {"web": web, "worker": lambda: _was_alive("worker"), "scheduler": lambda: _was_alive("scheduler")}

if __name__ == "__main__":
    sys.exit(0 if PROBES[sys.argv[1]]() else 1)
