"""A question that is asked straight, past Django, and planned once (core.prepared is for those within a request).

For the door alone, where a page is given before Django makes a request of what came in.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import lru_cache
from weakref import WeakSet

import psycopg2
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg2.extensions import AsIs, adapt


class NotAsked(Exception):
    """No connection stands, or it does not do what it is asked to: ask in the usual way, which finds out why."""


@dataclass(frozen=True)
class Straight:
    """`words` in SQL with %s for each value: first those that never change (`fixed`), then a text.

    It is asked on the thread's own connection, past Django: nothing here opens, mends or closes one.
    """

    name: str
    words: str
    fixed: tuple
    known_to: WeakSet = field(default_factory=WeakSet, compare=False)
    refused_by: WeakSet = field(default_factory=WeakSet, compare=False)

    def first_row(self, value: str) -> tuple | None:
        """The first row of the answer for the text, in ASCII; None where there is none. One query. Raises NotAsked."""
        wrapped = connections[DEFAULT_DB_ALIAS]  # `django.db.connection` would look for it again at each word
        raw = wrapped.connection
        if wrapped.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            raise NotAsked  # connections are shared behind a pooler: nothing would stay planned
        if raw is None or raw.closed or raw in self.refused_by or _is_old(wrapped):
            raise NotAsked
        try:
            with raw.cursor() as cursor:
                if raw not in self.known_to:
                    self._tell(raw, cursor)
                cursor.execute(_asking(self.name, value))
                return cursor.fetchone()
        except psycopg2.Error as error:
            self.refused_by.add(raw)
            wrapped.errors_occurred = True  # Django looks at the connection before it is used again
            raise NotAsked from error

    def _tell(self, raw, cursor) -> None:
        """Only names of our own are put into words here; values come as parameters."""
        cursor.execute(f"PREPARE {self.name} (text) AS {self.words}", [*self.fixed, AsIs("$1")])
        self.known_to.add(raw)


@lru_cache(maxsize=1_000)
def _asking(name: str, value: str) -> str:
    """The words that ask it, made ready once for a value: to have the driver do so each time is a third of the asking."""
    return f"EXECUTE {name} ({adapt(value).getquoted().decode('ascii')})"


def _is_old(wrapped) -> bool:
    """Whether Django would look at the connection, or close it, before the next request."""
    return wrapped.errors_occurred or (wrapped.close_at is not None and time.monotonic() >= wrapped.close_at)
