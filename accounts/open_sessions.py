"""Who comes with a session, in one question: its data, the person, their bureau, and the version of all data beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import models

from accounts.models import Bureau, OpenSession, User
from core.few_rows import FewRows
from core.freshness import LAST_CHANGE, last_change_values
from core.models import Period
from core.questions import asked_first, record
from core.straight import Straight

# A row as text says every column apart from every other; the checksum of that is its mark.
MARK = "encode(sha256(convert_to(found::text, 'UTF8')), 'hex')"
BEFORE_THE_PERSON = 4  # columns of a row: its mark, that of all periods, the session's data, the version of all data
PERIODS = FewRows(Period, ("-start_on",))  # every page needs them: whether they are still the same is asked with the session


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
    return asked_first(_question(f"{MARK}, {PERIODS.mark_words}, found.*"), [*last_change_values(), session_key, at])


def mark_of(row: tuple) -> str:
    """The checksum of everything that the row says of the session, as the database made it."""
    return row[0]


def mark_of_periods(row: tuple) -> str:
    """What periods bore at that moment: `PERIODS.rows(mark=...)`."""
    return row[1]


def mark_now(session_key: str, *, at: datetime) -> str | None:
    """The mark of the row that the key has at the moment; None where it opens nothing. One query.

    Raises core.straight.NotAsked where the thread has no connection that could be asked.
    """
    found = _straight().first_row(session_key, at)
    return found[0] if found else None


def session_of(row: tuple | None) -> ReadSession | None:
    """What a row says; None for none."""
    return None if row is None else ReadSession(row[2], _person(row[BEFORE_THE_PERSON:]), row[3] or 0)


@cache
def _straight() -> Straight:
    return Straight("session_mark", _question(MARK), tuple(last_change_values()), ("text", "timestamptz"))


@cache
def _question(asked: str) -> str:
    """Only names of our own tables and columns are put together here; what is asked with comes as parameters."""
    columns = [f"person.{one.column} AS person_{one.column}" for one in _fields(User)]
    columns += [f"bureau.{one.column} AS bureau_{one.column}" for one in _fields(Bureau)]
    return (
        f"SELECT {asked} FROM (SELECT session.session_data, ({LAST_CHANGE}) AS last_change, {', '.join(columns)} "  # noqa: S608
        f"FROM {OpenSession._meta.db_table} session "
        f"LEFT JOIN {User._meta.db_table} person ON person.id = session.person_id "
        f"LEFT JOIN {Bureau._meta.db_table} bureau ON bureau.id = person.bureau_id "
        "WHERE session.session_key = %s AND session.expire_date > %s OFFSET 0) found"  # 0: what was read is not read twice
    )


def _fields(model: type[models.Model]) -> list[models.Field]:
    return list(model._meta.concrete_fields)


def _person(row) -> User | None:
    many = len(_fields(User))
    person = record(User, row[:many])
    if person is not None:
        User._meta.get_field("bureau").set_cached_value(person, record(Bureau, row[many:]))
    return person
