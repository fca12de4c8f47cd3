"""What a test left behind in its own database: a session in the middle of a transaction holds locks that a later test
waits for, and fails there. So it is found where it was left, told with its last question, and ended."""

from __future__ import annotations

import os
import time
from functools import cache

import psycopg2
from django.db import connection

SERVER = os.environ["DATABASE_URL"]  # a database that no test uses: watching keeps nobody from emptying or dropping theirs
PATIENCE = 5.0  # seconds: what is just ending may end
OPEN = """
SELECT pid, state, round(extract(epoch FROM clock_timestamp() - xact_start)::numeric, 1)::text, query
FROM pg_stat_activity
WHERE datname = %s AND pid <> %s AND backend_type = 'client backend' AND xact_start IS NOT NULL
"""


def open_transactions() -> list[str]:
    """Other sessions of the tests' own database that are within a transaction still after a moment; they are ended."""
    if not connection.settings_dict["NAME"].startswith("test_"):
        return []  # a copy of the demonstration, where a product may be at work
    deadline = time.monotonic() + PATIENCE
    while found := _ask(OPEN, [connection.settings_dict["NAME"], _our_session()]):
        if time.monotonic() > deadline:
            return [_ended(*one) for one in found]
        time.sleep(0.05)
    return []


def _our_session() -> int:
    try:
        return connection.connection.info.backend_pid if connection.connection else 0
    except psycopg2.InterfaceError:  # it was closed under Django's hands
        return 0


def _ended(pid: int, state: str, seconds: str, query: str) -> str:
    _ask("SELECT pg_terminate_backend(%s, 2000)", [pid])
    return f"session {pid} is {state}, in a transaction for {seconds} s, last: {query[:300]}"


def _ask(sql: str, values: list) -> list[tuple]:
    with _watcher().cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@cache
def _watcher():
    made = psycopg2.connect(SERVER)
    made.autocommit = True
    return made
