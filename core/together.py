"""Querysets that are asked together: each then holds what it would give alone, and all of it is of one moment.

A page that needs seven lists waits for the database once. What makes of the rows the records is Django itself.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from core.answers import ByHand, answers_of, by_hand, kind_of

Thing = TypeVar("Thing")
# What needs several rounds of questions, each with what the last round answered: it yields questions, and is sent their rows.
Steps = Generator[Sequence[QuerySet | ByHand], list[list], Thing]


def answered(*questions: QuerySet | ByHand) -> list[list]:
    """The rows of each question; a queryset holds its own from now on, with what it prefetches. One query, or none.

    What was answered before is not asked again. Raises TypeError for a column that cannot travel (`core.answers.kind_of`).
    """
    words = [_in_words(one) for one in questions]
    answers = iter(answers_of(*[hand for hand, _compiler in words if hand]))
    return [
        _rows(question, compiler, next(answers).rows if hand else None)
        for question, (hand, compiler) in zip(questions, words, strict=True)
    ]


def side_by_side(*parts: Steps[Any]) -> list[Any]:
    """What each of the parts makes; what they ask in the same round is asked in one. As many queries as the longest has rounds."""
    steps, answers = beside(*parts), None
    while True:
        try:
            questions = steps.send(answers)
        except StopIteration as end:
            return end.value
        answers = answered(*questions)


def beside(*parts: Steps[Any]) -> Steps[list[Any]]:
    """The parts as one, which has as many rounds as the longest of them."""
    made: list[Any] = [None] * len(parts)
    asking: dict[int, Sequence[QuerySet | ByHand]] = {}
    for place in range(len(parts)):
        _go_on(parts, place, None, asking, made)
    while asking:
        round_, asking = asking, {}
        answers = iter((yield [one for questions in round_.values() for one in questions]))
        for place, questions in round_.items():
            _go_on(parts, place, [next(answers) for _one in questions], asking, made)
    return made


def only(question: QuerySet | ByHand) -> Steps[list]:
    """The rows of one question, to be asked beside others. One round."""
    (rows,) = yield [question]
    return rows


def rows_steps(ask: Callable[..., QuerySet], *facts) -> Steps[list[tuple]]:
    """The rows of `core.questions.rows_of`, to be asked beside others. One round."""
    words = by_hand(ask, *facts)
    return (yield from only(words)) if words else []


def _go_on(parts, place: int, answers, asking: dict, made: list) -> None:
    try:
        asking[place] = parts[place].send(answers)
    except StopIteration as end:
        made[place] = end.value


def _in_words(question: QuerySet | ByHand) -> tuple[ByHand | None, Any]:
    """The question as SQL with what reads its rows; nothing of one that is answered, or that finds nothing."""
    if isinstance(question, ByHand):
        return question, None
    if question._result_cache is not None:
        return None, None
    compiler = question.query.get_compiler(connection=connection)
    try:
        words, values = compiler.as_sql()
    except EmptyResultSet:
        return None, None
    if compiler.has_extra_select:
        raise TypeError("What is ordered by what it does not ask for cannot be asked together")
    kinds = tuple(kind_of(column.output_field) for column, *_as in compiler.select)
    return ByHand(words, tuple(values), kinds), compiler


def _rows(question: QuerySet | ByHand, compiler: Any, rows: list[tuple] | None) -> list:
    if isinstance(question, ByHand):
        return rows or []
    if question._result_cache is None:
        question._result_cache = [] if rows is None else _made(question, compiler, rows)
        question._fetch_all()  # what it prefetches
    return question._result_cache


def _made(question: QuerySet, compiler: Any, rows: list[tuple]) -> list:
    """What Django makes of the rows, as if it had asked for them itself."""
    asked = question._chain()
    compiler.execute_sql = lambda *_how, **_named: [rows]
    asked.query.get_compiler = lambda *_how, **_named: compiler
    return list(asked._iterable_class(asked))
