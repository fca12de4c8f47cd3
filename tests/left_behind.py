"""What a test left behind in its own database: a session in the middle of a transaction, or with a lock by number, holds what
a later test waits for, and fails there. So it is found where it was left, told with its last question, and ended."""

from __future__ import annotations

import os
import time
from functools import cache

import psycopg2
from django.db import connection

SERVER = os.environ["DATABASE_URL"]  # a database that no test uses: watching keeps nobody from emptying or dropping theirs
PATIENCE = 5.0  # seconds: what is just ending may end
OTHERS = """
SELECT pid, state, coalesce(round(extract(epoch FROM clock_timestamp() - xact_start)::numeric, 1)::text, ''), query
FROM pg_stat_activity
WHERE datname = %s AND pid <> %s AND backend_type = 'client backend'
"""
OPEN = f"{OTHERS} AND xact_start IS NOT NULL"
LOCKS = """
SELECT pid, objid::bigint FROM pg_locks
WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = %s) AND granted AND pid
"""
LOCKS_OF_OTHERS, LOCKS_OF_OURS = f"{LOCKS} <> %s", f"{LOCKS} = %s"
SET_BY_HAND = "SELECT name, setting FROM pg_settings WHERE source = 'session' ORDER BY name"


# in the database


def open_transactions() -> list[str]:
    """Other sessions of the tests' own database that are within a transaction still after a moment; they are ended."""
    return [f"{_ended(pid)} {state}, in a transaction for {seconds} s, last: {query[:300]}"
            for pid, state, seconds, query in _after_a_moment(OPEN)]  # fmt: skip


def sessions() -> list[str]:
    """Other sessions of the tests' own database still after a moment; they are ended."""
    return [f"{_ended(pid)} connected, {state}, last: {query[:300]}" for pid, state, _seconds, query in _after_a_moment(OTHERS)]


def locks_by_number() -> list[str]:
    """Who holds a lock that stands for no row, and for longer than a transaction; our own session holds none afterwards."""
    held = [] if _is_within() else _after_a_moment(LOCKS_OF_OTHERS)
    held += [] if _is_within() or not _is_ours() else _ask(LOCKS_OF_OURS, [connection.settings_dict["NAME"], _our_session()])
    if any(pid == _our_session() for pid, _number in held):
        _ask_here("SELECT pg_advisory_unlock_all()")
    return [f"session {pid}{' (the tests’ own)' * (pid == _our_session())} holds the lock {number}" for pid, number in held]


def session_settings() -> list[str]:
    """What was set by hand for the tests' own session, for as long as that lasts."""
    found = [] if _is_within() or not _is_ours() else _ask_here(SET_BY_HAND)
    return [f"the setting {name} of the tests’ own session is {value}" for name, value in found]


def _after_a_moment(question: str) -> list[tuple]:
    if not _is_ours():
        return []
    deadline = time.monotonic() + PATIENCE
    while (found := _ask(question, [connection.settings_dict["NAME"], _our_session()])) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _is_ours() -> bool:
    """No copy of the demonstration, where a product may be at work."""
    return connection.settings_dict["NAME"].startswith("test_")


def _is_within() -> bool:
    """Whether our own session is within a transaction, of a module's for instance."""
    return connection.connection is not None and (connection.in_atomic_block or not connection.autocommit)


def _our_session() -> int:
    try:
        return connection.connection.info.backend_pid if connection.connection else 0
    except psycopg2.InterfaceError:  # it was closed under Django's hands
        return 0


def _ended(pid: int) -> str:
    _ask("SELECT pg_terminate_backend(%s, 2000)", [pid])
    return f"session {pid} is"


def _ask(sql: str, values: list) -> list[tuple]:
    with _watcher().cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _ask_here(sql: str) -> list[tuple]:
    """By the tests' own session, also where a test may ask nothing; nothing where it is not connected."""
    try:
        with connection.connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()
    except (AttributeError, psycopg2.Error):
        return []


@cache
def _watcher():
    made = psycopg2.connect(SERVER)
    made.autocommit = True
    return made
