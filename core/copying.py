"""Rows as the database itself writes CSV: a hundred thousand in a second, and none of them passes through Python one by one."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import IO

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat, Left, NullIf
from django.db.models.lookups import In, Regex

from core.inert import MARK

# How long the database may write at one file. Longer than any other question (settings): a hundred thousand rows take half a
# minute on a busy machine, and whoever asked for a file waits for it. Shorter than the proxy waits (deploy/nginx.conf: 65 s),
# so that "it takes too long" is said by us.
LONGEST = "60s"
IN_MEMORY = 4 * 1024 * 1024  # bytes; what is longer waits on the disk until it is sent
BEGINS = "\N{ZERO WIDTH NO-BREAK SPACE}"  # tells spreadsheets that the file is UTF-8
RISKY = ("=", "+", "-", "@", "\t", "\r")
NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"
EMPTY = Value("", output_field=TextField())


def copied(question: tuple[str, tuple] | None, head: Sequence[str]) -> IO[bytes]:
    """A file of UTF-8 with the heading and the rows of the question, SQL with its values, read to its end before a byte is sent.

    So a database that fails or takes too long is an answer that says so, and never half a file. The caller closes it.
    """
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    file.write(f"{BEGINS}{','.join(head)}\n".encode())
    if question is not None:
        _write(question, file)
    file.seek(0)
    return file


@transaction.atomic
def _write(question: tuple[str, tuple], file: IO[bytes]) -> None:
    """In a transaction of its own: the longer limit ends with it, and no other question inherits it."""
    with connection.wrap_database_errors, connection.cursor() as cursor:
        asked = cursor.mogrify(*question).decode()
        cursor.execute("SET LOCAL statement_timeout = %s", [LONGEST])
        cursor.copy_expert(f"COPY ({asked}) TO STDOUT WITH (FORMAT csv)", file)


def in_words(rows: QuerySet) -> tuple[str, tuple] | None:
    """The question of a queryset in SQL with its values; None where it can find nothing."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return None


def typed(column: str):
    """What a person typed into the column: text that a spreadsheet would run as a formula gets an apostrophe, in SQL."""
    is_live = Q(In(Left(column, 1), RISKY)) & ~Q(Regex(F(column), NUMBER))
    written = Case(When(is_live, then=Concat(Value(MARK), column)), default=F(column), output_field=TextField())
    return NullIf(written, EMPTY)


def said(expression):
    """Text of our own choosing; an empty one is an empty cell."""
    return NullIf(Cast(expression, TextField()), EMPTY)
