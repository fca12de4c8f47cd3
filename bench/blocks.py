"""What a page touches in the database: blocks, and tables read from end to end. The same on every machine."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

LARGE = 10_000
READS = ("SELECT", "(SELECT", "WITH", "\nWITH")  # a union begins with a bracket
AROUND = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass(frozen=True)
class Touched:
    """`blocks` of 8 kB, found in memory or not; `scanned` are tables of over 10,000 rows read from end to end."""

    queries: int
    blocks: int
    scanned: tuple[str, ...]


def touched_by(client, path: str) -> Touched:
    """The page's own questions, asked again with EXPLAIN; those about who is reading belong to them."""
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(path)
    if answer.status_code != 200:
        raise LookupError(f"{path}: {answer.status_code}")
    plans = [_explained(one["sql"]) for one in caught if one["sql"].startswith(READS)]
    large = _large_tables()
    scanned = {name for plan in plans for name in _scans(plan) if name in large}
    return Touched(len(caught), sum(map(_blocks, plans)), tuple(sorted(scanned)))


class _Undone(Exception):
    pass


def undone(act) -> None:
    """This will do it in a transaction and take it back."""
    try:
        with transaction.atomic():
            act()
            raise _Undone
    except _Undone:
        pass


def touched_by_act(act) -> Touched:
    """What a change asks and writes: its own statements, done once more with EXPLAIN; both times it is taken back."""
    undone(act)
    with CaptureQueriesContext(connection) as caught:
        undone(act)
    asked = [sql for one in caught for sql in one["sql"].split(";\n") if not sql.startswith(AROUND)]
    plans: list[dict] = []
    undone(lambda: plans.extend(_explained(sql) for sql in asked))
    large = _large_tables()
    scanned = {name for plan in plans for name in _scans(plan) if name in large}
    return Touched(sum(not one["sql"].startswith(AROUND) for one in caught), sum(map(_blocks, plans)), tuple(sorted(scanned)))


def blocks_of(sql: str) -> int:
    """The blocks that one question touches."""
    return _blocks(_explained(sql))


def _blocks(plan: dict) -> int:
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def _explained(sql: str) -> dict:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) " + sql)
        (found,) = cursor.fetchone()
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def _scans(plan: dict):
    """Tables read from end to end; a scan that stops after a page of rows is none."""
    read = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    if plan["Node Type"] == "Seq Scan" and read >= LARGE / 2:
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _scans(part)


def _large_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", [LARGE])
        return {name for (name,) in cursor.fetchall()}
