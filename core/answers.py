"""Several questions in one journey, each answered in one text: what a page is made of, word for word, and so its key.

A page of rows read as Python values makes thousands of objects only to find that none has changed. A text is compared in one
go (core.fragments.kept); who finds that it is another one reads its rows, which are those that `core.questions.rows_of` gives.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from core.questions import question_of

MOST_KEPT = 2_000
AT_MOST = 90  # columns in one array: a function of PostgreSQL is given a hundred
DAY, MOMENT, NUMBER, FLOAT, NAME, TEXT, TEXTS, PLAIN = "day", "moment", "number", "float", "name", "text", "texts", ""
KINDS = (
    (models.DateTimeField, MOMENT), (models.DateField, DAY), (models.DecimalField, NUMBER), (models.FloatField, FLOAT),
    (models.UUIDField, NAME), (models.JSONField, TEXT),
)  # fmt: skip
CANNOT_TRAVEL = (models.BinaryField, models.DurationField, models.TimeField)
READ: dict[str, Callable[[Any], Any]] = {
    DAY: date.fromisoformat, MOMENT: datetime.fromisoformat, NUMBER: Decimal, FLOAT: float, NAME: uuid.UUID,
}  # fmt: skip
WRITTEN = {TEXT: "::text", TEXTS: "::text[]"}  # JSON is handed on as the text that it is stored as


class Answer(NamedTuple):
    """The rows that answer a question: all of them as one text, and by place what kind of value is in each column."""

    text: str
    kinds: tuple[str, ...] = ()

    @property
    def rows(self) -> list[tuple]:
        """The rows as the database gives them: days, moments and exact numbers; JSON as its text."""
        read = [(place, READ[kind]) for place, kind in enumerate(self.kinds) if kind in READ]
        rows = json.loads(self.text, parse_float=Decimal)
        if len(self.kinds) > AT_MOST:
            rows = [[cell for group in row for cell in group] for row in rows]
        return [_read(row, read) for row in rows]


NOTHING = Answer("[]")


class ByHand(NamedTuple):
    """A question in SQL of our own, with %s for each value; `kinds` says by place what each column holds."""

    words: str
    values: tuple
    kinds: tuple[str, ...]


def answers_of(*questions: tuple | ByHand) -> list[Answer]:
    """What each question finds, all of one moment. One query, or none where nothing could be found.

    A question is `ByHand`, or as for `core.questions.rows_of`: what makes a queryset of `values_list`, and its facts.
    """
    known = [one if isinstance(one, ByHand) else by_hand(*one) for one in questions]
    asked = [one for one in known if one]
    if not asked:
        return [NOTHING for _one in known]
    with connection.cursor() as cursor:
        cursor.execute(_together(tuple((one.words, one.kinds) for one in asked)), [value for one in asked for value in one.values])
        texts = iter(cursor.fetchone())
    return [Answer(next(texts), one.kinds) if one else NOTHING for one in known]


@lru_cache(maxsize=MOST_KEPT)
def by_hand(ask: Callable[..., models.QuerySet], *facts) -> ByHand | None:
    """The question of `core.questions.rows_of` as words with values; None for one that finds nothing. No query."""
    question = question_of(ask, *facts)
    return ByHand(question.words, question.values, tuple(map(kind_of, question.fields))) if question else None


def kind_of(field: models.Field) -> str:
    """What a column of the field holds. Raises TypeError for what would not come back as it is: bytes, intervals, times."""
    if isinstance(field, models.ForeignKey):
        return kind_of(field.target_field)
    if isinstance(field, CANNOT_TRAVEL):
        raise TypeError(f"A {type(field).__name__} cannot travel as JSON")
    if isinstance(field, ArrayField) and isinstance(field.base_field, models.JSONField):
        return TEXTS
    return next((kind for type_of, kind in KINDS if isinstance(field, type_of)), PLAIN)


@lru_cache(maxsize=MOST_KEPT)
def _together(asked: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """Only words that stand in this product, or are Django's own, are put together here; values come as parameters."""
    return f"SELECT {', '.join(_as_text(words, kinds) for words, kinds in asked)}"


def _as_text(words: str, kinds: tuple[str, ...]) -> str:
    names = [f"c{place}" for place in range(len(kinds))]
    cells = [name + WRITTEN.get(kind, "") for name, kind in zip(names, kinds, strict=True)]
    groups = [f"json_build_array({', '.join(cells[start : start + AT_MOST])})" for start in range(0, len(cells), AT_MOST)]
    told = groups[0] if len(groups) == 1 else f"json_build_array({', '.join(groups)})"
    return f"(SELECT coalesce(json_agg({told}), '[]')::text FROM ({words}) q({', '.join(names)}))"  # noqa: S608


def _read(row: list, read: list[tuple[int, Callable]]) -> tuple:
    for place, convert in read:
        if row[place] is not None:
            row[place] = convert(row[place])
    return tuple(row)
