"""Questions by hand that the database plans once for a connection: planning one can take longer than answering it.

For what is asked with every change. Where connections are shared behind a pooler (Django's own switch for that is
DISABLE_SERVER_SIDE_CURSORS), nothing would stay prepared, and the words are sent as they are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections

from core import journeys

PLACE = re.compile(r"%\((\w+)\)s|%(s)|%(%)")
Values = Sequence[Any] | Mapping[str, Any]
# What the database connections of this process have planned: a connection that is opened anew has planned nothing.
_planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Prepared:
    """A question in SQL with places for its values as the driver knows them, `%s` or `%(name)s`; never both."""

    name: str
    words: str
    names: tuple[str, ...] = field(init=False)
    call: str = field(init=False)
    plan: str = field(init=False)

    def __post_init__(self):
        names, numbered = _numbered(self.words)
        called = f"{self.name}_{hashlib.sha256(self.words.encode()).hexdigest()[:8]}"
        places = ", ".join(["%s"] * len(names))
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "plan", f"PREPARE {called} AS {numbered}")
        object.__setattr__(self, "call", f"EXECUTE {called}({places})" if names else f"EXECUTE {called}")

    def run(self, values: Values, *, using: str = "default") -> int:
        """This will do it; answers how many rows it was about."""
        with self._done(values, using) as cursor:
            return cursor.rowcount

    def rows(self, values: Values, *, using: str = "default") -> list[tuple]:
        """The rows that it finds or gives back."""
        with self._done(values, using) as cursor:
            return cursor.fetchall()

    def later(self, values: Values) -> None:
        """This will do it with the next question of a shared journey (`core.journeys`)."""
        connections["default"].ensure_connection()
        journeys.later(*self._said(values, connections["default"]))

    def _done(self, values: Values, using: str):
        connection = connections[using]
        cursor = connection.cursor()
        cursor.execute(*self._said(values, connection))
        return cursor

    def _said(self, values: Values, connection) -> tuple[str, Values]:
        """The words and values as they are sent over a connection that stands."""
        if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            return self.words, values
        if self.call not in _planned.setdefault(connection.connection, set()):
            self._prepare(connection)
        return self.call, [values[name] for name in self.names] if isinstance(values, Mapping) else values

    def _prepare(self, connection) -> None:
        """Beside Django's own cursors: it is no question of anybody's, and nothing is undone by a rollback."""
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(self.plan)
        _planned[connection.connection].add(self.call)


def _numbered(words: str) -> tuple[tuple[str, ...], str]:
    """The names of the values in their order, one for each `%s`, and the words with numbers in their places."""
    names: list[str] = []

    def number(found: re.Match) -> str:
        name, plain, percent = found.groups()
        if percent:
            return "%"
        if plain or name not in names:
            names.append(name or f"value {len(names)}")
        return f"${len(names) if plain else names.index(name) + 1}"

    numbered = PLACE.sub(number, words)
    return tuple(names), numbered
