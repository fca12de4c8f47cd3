"""Records written by words that are put together once: composing them anew costs more than the database needs to write them.

For what many people do many times a day. Nothing else happens here: whoever calls has checked, and leaves the trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache

from django.db import DatabaseError, connection, connections, models

from core import journeys

AT_ONCE = 2_000
MISSING = object()  # a column that was not read: the record fetches it itself


def insert(model: type[models.Model], records: Sequence[models.Model]) -> None:
    """This will insert the records, which get the keys that the database gave them. One query for up to 2,000.

    Raises TypeError where a value is left to the database: it would not be known afterwards.
    """
    for start in range(0, len(records), AT_ONCE):
        _insert(model, records[start : start + AT_ONCE])


def _insert(model: type[models.Model], records: Sequence[models.Model]) -> None:
    fields, words, is_numbered = _words_of_insert(model)
    into = connections[connection.alias]
    values = [_value(field, record, into, is_new=True) for record in records for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(words % ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(records)), values)
        keys = [key for (key,) in cursor.fetchall()] if is_numbered else [record.pk for record in records]
    for record, key in zip(records, keys, strict=True):
        record.pk, record._state.adding, record._state.db = key, False, connection.alias


@cache
def _words_of_insert(model: type[models.Model]) -> tuple[list[models.Field], str, bool]:
    """The fields that are given, the words with a place for the rows, and whether the database numbers them."""
    meta, quoted = model._meta, connection.ops.quote_name
    is_numbered = isinstance(meta.pk, models.AutoField | models.BigAutoField)
    fields = [field for field in meta.concrete_fields if not (is_numbered and field.primary_key)]
    columns = ", ".join(quoted(field.column) for field in fields)
    words = f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES %s"  # noqa: S608 - names of our own tables
    return fields, words + (f" RETURNING {quoted(meta.pk.column)}" if is_numbered else ""), is_numbered


def update(record: models.Model, names: Iterable[str], *, is_locked: bool = False) -> None:
    """This will save these fields of a record that is there. One query, and one more for each table that it inherits
    fields from; raises DatabaseError where it is gone.

    A record that the caller has locked cannot be gone: in a shared journey nobody waits for that answer.
    """
    into = connections[connection.alias]
    by_table: dict[type[models.Model], dict[models.Field, None]] = {}
    for field in (record._meta.get_field(name) for name in names):
        by_table.setdefault(field.model, {})[field] = None
    for model, fields in by_table.items():
        values = [_value(field, record, into, is_new=False) for field in fields]
        if is_locked and journeys.are_shared():
            journeys.later(_words_of_update(model, tuple(fields)), [*values, record.pk])
            continue
        with connection.cursor() as cursor:
            cursor.execute(_words_of_update(model, tuple(fields)), [*values, record.pk])
            if cursor.rowcount != 1:
                raise DatabaseError("The record to be saved is not there.")


@cache
def _words_of_update(model: type[models.Model], fields: tuple[models.Field, ...]) -> str:
    meta, quoted = model._meta, connection.ops.quote_name
    columns = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    return f"UPDATE {quoted(meta.db_table)} SET {columns} WHERE {quoted(meta.pk.column)} = %s"  # noqa: S608


# Columns whose values of just this type, and none at all, are handed to the driver as they are: preparing them changes nothing.
PLAIN: dict[type[models.Field], type] = {
    models.CharField: str, models.TextField: str, models.BooleanField: bool, models.DecimalField: Decimal,
    models.ForeignKey: int, models.BigIntegerField: int, models.IntegerField: int, models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
}  # fmt: skip


def _value(field: models.Field, record: models.Model, into, *, is_new: bool):
    """The value as the driver takes it. `into` is the connection itself: to look it up for every value takes longer."""
    if (plain := PLAIN.get(type(field))) is not None:
        value = record.__dict__.get(field.attname, MISSING)
        if value is None or type(value) is plain:
            return value
    value = field.pre_save(record, is_new)
    if hasattr(value, "resolve_expression"):
        raise TypeError(f"{field.name} is left to the database")
    return field.get_db_prep_save(value, into)
