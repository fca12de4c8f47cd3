"""Questions that pages ask again and again, put into words once: for a short one that costs more than its answer.

A question is a function that makes a queryset of the facts that it is given, and of nothing else: the facts are also what its
words are kept under. Who is reading comes in as `accounts.access.Reader`, so a question cannot be kept without its sight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import InterfaceError, OperationalError, connection, models

from core.prepared import Prepared

MOST_KEPT = 2_000


def rows_of(ask: Callable[..., models.QuerySet], *facts) -> list[tuple]:
    """The rows of `ask(*facts)`, a queryset of `values_list`, as the database gives them: JSON comes as its text. One query.

    Facts can be compared and kept: words, numbers, days, a Reader, tuples of them.
    """
    question = _in_words(ask, facts)
    return question.asked() if question else []


def values_of(ask: Callable[..., models.QuerySet], *facts) -> list[tuple]:
    """The rows of `ask(*facts)` as that queryset of `values_list` would give them: what needs it is read as Python. One query."""
    question = _in_words(ask, facts)
    if question is None:
        return []
    return [question.read(row) for row in question.asked()] if question.readers else question.asked()


def count_of(ask: Callable[..., models.QuerySet], *facts) -> int:
    """How many rows `ask(*facts)` has. One query."""
    question = _in_words(ask, facts)
    if question is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({question.words}) counted", question.values)  # noqa: S608 - Django's own words
        return cursor.fetchone()[0]


def words_of(ask: Callable[..., models.QuerySet], *facts) -> tuple[str, tuple] | None:
    """The question in SQL with its values, for who asks it in another way; None for one that finds nothing. No query."""
    question = question_of(ask, *facts)
    return (question.words, question.values) if question else None


def question_of(ask: Callable[..., models.QuerySet], *facts) -> Question | None:
    """The question in words, put together once for the same facts; None for one that finds nothing. No query."""
    return _in_words(ask, facts)


def records_of(ask: Callable[..., models.QuerySet], *facts) -> list:
    """The records of `ask(*facts)`, a queryset of whole records without anything beside them. One query."""
    model = _model(ask, facts)
    return [record(model, row) for row in rows_of(ask, *facts)]


class Blank(models.Expression):
    """A value that is not known yet when a question is put into words: a key, say, which is another one every time."""

    output_field = models.BigIntegerField()

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        return "%s", [self]


def locked_row_of(ask: Callable[..., models.QuerySet], *facts, key) -> tuple | None:
    """The one row of `ask(*facts)`, whose `Blank` is the key, with its record locked; None where there is none. One query.

    What is joined to the record is not locked. The values come as they are stored, for `record`.
    """
    question = _in_words(ask, facts)
    if question is None:
        return None
    values = [key if isinstance(value, Blank) else value for value in question.values]
    found = _locking(ask, facts).rows(values)
    return found[0] if found else None


def rows_by_key(ask: Callable[..., models.QuerySet], *facts, key) -> list[tuple]:
    """The rows of `ask(*facts)`, whose `Blank` is the key, planned once for a connection. One query.

    The values come as they are stored, for `record`.
    """
    question = _in_words(ask, facts)
    if question is None:
        return []
    return _planned(ask, facts).rows([key if isinstance(value, Blank) else value for value in question.values])


@lru_cache(maxsize=MOST_KEPT)
def _planned(ask: Callable, facts: tuple) -> Prepared:
    return Prepared(f"{_model(ask, facts)._meta.db_table}_by_key", _in_words(ask, facts).words)


@lru_cache(maxsize=MOST_KEPT)
def _locking(ask: Callable, facts: tuple) -> Prepared:
    table = _model(ask, facts)._meta.db_table
    return Prepared(f"{table}_locked", f"{_in_words(ask, facts).words} FOR UPDATE OF {connection.ops.quote_name(table)}")


@dataclass(frozen=True)
class Question:
    """A question in SQL with its values; by place, what reads those columns of its rows that do not come as they are meant.

    `fields` say by place what a column holds.
    """

    words: str
    values: tuple
    readers: dict[int, tuple]
    fields: tuple[models.Field, ...]

    def asked(self) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(self.words, self.values)
            return cursor.fetchall()

    def read(self, row: tuple) -> tuple:
        values = list(row)
        for place, (converters, expression) in self.readers.items():
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return tuple(values)


@lru_cache(maxsize=MOST_KEPT)
def _in_words(ask: Callable, facts: tuple) -> Question | None:
    """Raises TypeError where a question could know more than its facts say: of a record only its key would be told apart."""
    if ask.__closure__ or any(isinstance(fact, models.Model) for fact in facts):
        raise TypeError("A question is made of plain facts alone")
    compiler = ask(*facts).query.get_compiler(connection=connection)
    try:
        words, values = compiler.as_sql()
    except EmptyResultSet:
        return None
    columns = [column for column, *_as in compiler.select]
    return Question(words, tuple(values), compiler.get_converters(columns), tuple(column.output_field for column in columns))


def asked_first(words: str, values: list) -> tuple | None:
    """The row of the question that a request begins with, which also finds out whether the connection still stands.

    Django would ask "SELECT 1" before it. A connection that was lost since the last request is opened anew, once; whatever
    else goes wrong is raised as it is.
    """
    if connection.connection is None or connection.health_check_done or connection.in_atomic_block:
        return _one_row(words, values)
    connection.health_check_done = True
    try:
        return _one_row(words, values)
    except (OperationalError, InterfaceError):
        if connection.is_usable():
            raise
        connection.close()
        return _one_row(words, values)


def _one_row(words: str, values: list) -> tuple | None:
    with connection.cursor() as cursor:
        cursor.execute(words, values)
        return cursor.fetchone()


@lru_cache(maxsize=MOST_KEPT)
def _model(ask: Callable, facts: tuple) -> type[models.Model]:
    return ask(*facts).model


def columns_of(model: type[models.Model], path: str = "") -> list[str]:
    """All columns of a record, for `values_list`; `path` leads to it from the one that is asked for."""
    return [path + field.attname for field in model._meta.concrete_fields]


def record(model: type[models.Model], row) -> Any:
    """The record of all its columns, as a queryset would have made it; None for the empty side of a join."""
    names, read = _columns(model)
    values = list(row)
    for place, convert in read:
        values[place] = convert(values[place], None, connection)
    made = model.from_db(connection.alias, names, values)
    return None if made.pk is None else made


@cache
def _columns(model: type[models.Model]) -> tuple[list[str], list[tuple[int, Callable]]]:
    fields = model._meta.concrete_fields
    read = [(place, convert) for place, field in enumerate(fields) for convert in field.get_db_converters(connection)]
    return [field.attname for field in fields], read
