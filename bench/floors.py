"""The floor of a page or call: its own questions put to the database by hand, and its answer written with nothing around."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import escape, unescape

import orjson
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.blocks import READS


def questions_of(act: Callable) -> list[str]:
    """The SELECTs that the act asks, word for word, those about who is reading among them."""
    act()
    with CaptureQueriesContext(connection) as caught:
        act()
    return [one["sql"] for one in caught if one["sql"].startswith(READS)]


def fetched(sql: str) -> tuple[list[str], list[tuple]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [column.name for column in cursor.description], cursor.fetchall()


def page_floor(questions: list[str], html: str) -> Callable[[], str]:
    """The page's own questions, their rows fetched, and the page's own markup with all its words, by f-strings.

    The words are ready: nothing is formatted, translated, judged or addressed. So no page can be drawn for less.
    """
    pieces = [(markup, unescape(words)) for markup, words in _pieces(html)]

    def write() -> str:
        for sql in questions:
            fetched(sql)
        return "".join([f"{markup}{escape(words)}" for markup, words in pieces])

    return write


WORDS = re.compile(r'(?<=>)[^<]*[^<\s][^<]*(?=<)|(?<==")[^"]+(?=")')  # between tags, and in attributes


def _pieces(html: str):
    """The page as markup and the words after it, in turn."""
    end = 0
    for found in WORDS.finditer(html):
        yield html[end : found.start()], found.group()
        end = found.end()
    yield html[end:], ""


def rows_floor(questions: list[str]) -> Callable[[], str]:
    """Every row of every question as a row of a table, by f-strings: far less than any page has to say."""

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
