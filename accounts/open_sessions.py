"""Who comes with a session, in one question: its data, the person, their bureau, and the version of all data beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import models

from accounts.models import Bureau, OpenSession, User
from core.freshness import LAST_CHANGE, last_change_values
from core.questions import asked_first, record


@dataclass(frozen=True)
class ReadSession:
    """A session that still opens the door: `data` as it is stored; `person` is None where it is nobody's yet."""

    data: str
    person: User | None
    data_version: int


def session_row(session_key: str | None, *, at: datetime) -> tuple | None:
    """The session of the key as it stands in the database, with its person and their bureau, column by column.

    Whoever finds an equal row later finds the same session, the same person with the same rights, and data of the same
    version. None where there is no such session, or it has ended by the moment. One query, or none.
    """
    if not session_key:
        return None
    return asked_first(_question(), [*last_change_values(), session_key, at])


def session_of(row: tuple | None) -> ReadSession | None:
    """What a row says; None for none."""
    return None if row is None else ReadSession(row[0], _person(row[2:]), row[1] or 0)


@cache
def _question() -> str:
    """Only names of our own tables and columns are put together here; what is asked with comes as parameters."""
    columns = [f"person.{one.column}" for one in _fields(User)] + [f"bureau.{one.column}" for one in _fields(Bureau)]
    return (
        f"SELECT session.session_data, ({LAST_CHANGE}), {', '.join(columns)} FROM {OpenSession._meta.db_table} session "  # noqa: S608
        f"LEFT JOIN {User._meta.db_table} person ON person.id = session.person_id "
        f"LEFT JOIN {Bureau._meta.db_table} bureau ON bureau.id = person.bureau_id "
        "WHERE session.session_key = %s AND session.expire_date > %s"
    )


def _fields(model: type[models.Model]) -> list[models.Field]:
    return list(model._meta.concrete_fields)


def _person(row) -> User | None:
    many = len(_fields(User))
    person = record(User, row[:many])
    if person is not None:
        User._meta.get_field("bureau").set_cached_value(person, record(Bureau, row[many:]))
    return person
