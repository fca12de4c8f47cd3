"""Fewer journeys to the database: a statement whose answer nobody reads waits, and goes with the next question.

Each is still a statement of its own, in its place: it sees what those before it did, and what others had done when it
began. So a lock that waits its turn is followed by a question that sees what the turn was waited for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

Statement = tuple[str, object]
_waiting: ContextVar[list[Statement] | None] = ContextVar("waiting", default=None)


@contextmanager
def shared() -> Iterator[None]:
    """What is said `later` inside goes with the next question that is asked, and at the end at the latest.

    Inside a transaction, for one act: where it fails, what still waits is left out, as all of it is taken back.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Journeys are shared within one transaction.")
    if are_shared():
        yield
        return
    token = _waiting.set([])
    try:
        with connection.execute_wrapper(_with_what_waits):
            yield
            _send()
    finally:
        _waiting.reset(token)


def are_shared() -> bool:
    return _waiting.get() is not None


def later(words: str, values=None) -> None:
    """This will do it before the next question of a shared journey is answered; at once where none is shared.

    The values must not be changed afterwards.
    """
    if (waiting := _waiting.get()) is not None:
        waiting.append((words, values))
        return
    with connection.cursor() as cursor:
        cursor.execute(words, values)


def _send() -> None:
    """What still waits, without a question."""
    if waiting := _waiting.get():
        words, values = waiting.pop()
        with connection.cursor() as cursor:
            cursor.execute(words, values)


def _with_what_waits(execute, words, values, many, context):
    waiting = _waiting.get()
    if not waiting or context["connection"].alias != connection.alias:
        return execute(words, values, many, context)
    told, cursor = list(waiting), context["cursor"]
    waiting.clear()
    if words.startswith("ROLLBACK TO"):
        return execute(words, values, many, context)  # all that waits was said since, and is taken back with the rest
    if many or cursor.name:
        raise NotImplementedError("Neither a list of values nor a cursor that stays open can share a journey.")
    first = ";\n".join([cursor.mogrify(*one).decode() for one in told])
    return execute(f"{first if values is None else first.replace('%', '%%')};\n{words}", values, many, context)
