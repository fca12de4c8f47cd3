"""The floor of a page or call: its own questions put to the database by hand, and its rows written with nothing around."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import orjson
from django.db import connection
from django.test.utils import CaptureQueriesContext


def questions_of(act: Callable) -> list[str]:
    """The SELECTs that the act asks, word for word, those about who is reading among them."""
    act()
    with CaptureQueriesContext(connection) as caught:
        act()
    return [one["sql"] for one in caught if one["sql"].startswith("SELECT")]


def fetched(sql: str) -> tuple[list[str], list[tuple]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [column.name for column in cursor.description], cursor.fetchall()


def page_floor(questions: list[str]) -> Callable[[], str]:
    """Every row of every question as a row of a table, by f-strings."""

    def write() -> str:
        parts = []
        for sql in questions:
            for row in fetched(sql)[1]:
                parts.append(f"<tr>{''.join([f'<td>{cell}</td>' for cell in row])}</tr>")
        return f"<!doctype html><table>{''.join(parts)}</table>"

    return write


def call_floor(questions: list[str]) -> Callable[[], bytes]:
    """Every row of every question as an object of JSON."""

    def write() -> bytes:
        every = []
        for sql in questions:
            names, rows = fetched(sql)
            every.append([dict(zip(names, row, strict=False)) for row in rows])
        return orjson.dumps(every, default=str)

    return write


def copy_floor(sql: str) -> Callable[[], bytes]:
    """The rows as the database itself writes CSV."""

    def write() -> bytes:
        into = io.BytesIO()
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY ({sql}) TO STDOUT WITH (FORMAT csv, HEADER)", into)
        return into.getvalue()

    return write


def rows_of_csv(content: bytes) -> int:
    return sum(1 for _row in csv.reader(io.StringIO(content.decode())))
