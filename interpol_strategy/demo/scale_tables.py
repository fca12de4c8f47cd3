"""Tables laid bare while very many rows come in: their indexes, keys and guards are made again, and checked, at the end.

A million rows that each look up their keys and find their place in eight indexes take many minutes; made once for all
of them, seconds. All of it happens in the caller's transaction: nobody ever sees a table without its rules, and a rule
that a row breaks takes everything back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TABLES = (
    "initiatives_initiative", "initiatives_contribution", "initiatives_initiative_indicators",
    "initiatives_initiative_crime_areas", "initiatives_initiative_partners", "initiatives_update",
    "initiatives_updatevalue", "outcomes_measurement",
)  # fmt: skip
# Others refer to the primary keys, so those stay. Keys of other tables come last: they rest on what is unique.
CONSTRAINTS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype
FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('u', 'f') ORDER BY contype DESC, conname"""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1"""
TOO_LARGE_SHARES = """
SELECT initiative_id FROM initiatives_contribution GROUP BY initiative_id HAVING sum(share) > 100 LIMIT 1"""


@contextmanager
def laid_bare() -> Iterator[None]:
    """This will take indexes, keys and triggers off the tables, and put them back over all rows at the end.

    Holds the tables for itself until the caller's transaction ends. Raises IntegrityError where a row breaks a rule.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        constraints, indexes = _listed(cursor, CONSTRAINTS), _listed(cursor, INDEXES)
        for table, name, _definition, _kind in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        _dress(cursor, constraints, indexes)


def _dress(cursor, constraints: list[tuple], indexes: list[tuple]) -> None:
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _name, definition in indexes:
        cursor.execute(definition)
    for table, name, definition, _kind in constraints:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    cursor.execute(TOO_LARGE_SHARES)
    if cursor.fetchone():
        raise ValueError("the shares of an initiative exceed 100 percent")


def _listed(cursor, sql: str) -> list[tuple]:
    cursor.execute(sql, [list(TABLES)])
    return cursor.fetchall()
