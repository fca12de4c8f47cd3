"""Rows that are few, change seldom and are needed on every page: kept by this process for as long as their mark stands.

The mark is what the database says of them: every change makes a new version of a row, at a new place or by another
transaction. It comes along with a question that is asked anyway (`accounts.open_sessions`), or with the rows themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from core.questions import columns_of, record


@dataclass(frozen=True)
class FewRows:
    """All rows of the model in an order that Django knows. They are to be read, never to be changed."""

    model: type[models.Model]
    order: tuple[str, ...]
    _kept: dict[tuple, tuple[str, Sequence[Any]]] = field(default_factory=dict, compare=False)

    @property
    def mark_words(self) -> str:
        """The SQL of their mark, to be asked beside something else: one word, which is another one after any change."""
        table = connection.ops.quote_name(self.model._meta.db_table)
        version = "hashtextextended(ctid::text || ' ' || xmin::text, 0)"
        return f"(SELECT count(*) || ' ' || coalesce(sum({version}), 0) FROM {table})"  # noqa: S608 - a name of our own

    def rows(self, *, mark: str | None = None) -> Sequence[Any]:
        """The rows. No query where they bore the `mark` when this process read them last, else one."""
        mark_then, found = self._kept.get(_place(), (None, ()))
        if mark is None or mark != mark_then:
            mark_then, found = self._kept[_place()] = self._read()
        return found

    def _read(self) -> tuple[str, Sequence[Any]]:
        rows = self.model.objects.order_by(*self.order).values_list(*columns_of(self.model))
        words, values = rows.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {self.mark_words}, found.* FROM ({words}) found", values)  # noqa: S608 - Django's own words
            found = cursor.fetchall()
        return (found[0][0], tuple(record(self.model, row[1:]) for row in found)) if found else ("", ())


def _place() -> tuple:
    known = connection.settings_dict
    return known["HOST"], known["PORT"], known["NAME"]
