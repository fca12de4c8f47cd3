"""A question that is asked straight, past Django, and planned once (core.prepared is for those within a request).

For the door alone, where a page is given before Django makes a request of what came in.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakSet

import psycopg2
from django.db import connection
from psycopg2.extensions import AsIs


class NotAsked(Exception):
    """No connection stands, or it does not do what it is asked to: ask in the usual way, which finds out why."""


@dataclass(frozen=True)
class Straight:
    """`words` in SQL with %s for each value: first those that never change (`fixed`), then one of each type of `types`.

    It is asked on the thread's own connection, past Django: nothing here opens, mends or closes one.
    """

    name: str
    words: str
    fixed: tuple
    types: tuple[str, ...]
    known_to: WeakSet = field(default_factory=WeakSet, compare=False)
    refused_by: WeakSet = field(
        default_factory=WeakSet, compare=False
    )

    def first_row(self, *values: str | datetime) -> tuple | None:
        """The first row of the answer; None where there is none. One query. Raises NotAsked."""
        raw = connection.connection
        if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            raise NotAsked  # connections are shared behind a pooler: nothing would stay planned
        if raw is None or raw.closed or raw in self.refused_by or _is_old(connection):
            raise NotAsked
        try:
            with raw.cursor() as cursor:
                if raw not in self.known_to:
                    self._tell(raw, cursor)
                cursor.execute(self._asking, values)
                return cursor.fetchone()
        except psycopg2.Error as error:
            self.refused_by.add(raw)
            connection.errors_occurred = True  # Django looks at the connection before it is used again
            raise NotAsked from error

    @property
    def _asking(self) -> str:
        return f"EXECUTE {self.name} ({', '.join(['%s'] * len(self.types))})"

    def _tell(self, raw, cursor) -> None:
        """Only names of our own are put into words here; values come as parameters."""
        places = [AsIs(f"${place}") for place in range(1, len(self.types) + 1)]
        cursor.execute(f"PREPARE {self.name} ({', '.join(self.types)}) AS {self.words}", [*self.fixed, *places])
        self.known_to.add(raw)


def _is_old(wrapped) -> bool:
    """Whether Django would look at the connection, or close it, before the next request."""
    return wrapped.errors_occurred or (wrapped.close_at is not None and time.monotonic() >= wrapped.close_at)
