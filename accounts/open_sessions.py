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

# PostgreSQL never changes a row: it writes another one, in another place, and says which act wrote it. So this says of three
# rows that they are the same, without reading what stands in them; empty words for a row that there is not.
WRITTEN = "format('%%s%%s %%s%%s %%s%%s', session.xmin, session.ctid, person.xmin, person.ctid, bureau.xmin, bureau.ctid)"
BEFORE_THE_PERSON = 5  # columns of a row: what wrote it, the version of all data, the mark of periods, the session's data and end
Mark = tuple[str, int | None]  # two are equal only where a session, its person, their bureau and all data are as they were
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
    return asked_first(_whole_question(), [*last_change_values(), session_key, at])


def mark_of(row: tuple) -> Mark:
    """What wrote everything that the row says of the session, its person and their bureau; and the version of all data."""
    return row[:2]


def mark_of_periods(row: tuple) -> str:
    """What periods bore at that moment: `PERIODS.rows(mark=...)`."""
    return row[2]


def end_of(row: tuple) -> datetime:
    """When the session ends by itself."""
    return row[4]


def mark_now(session_key: str) -> Mark | None:
    """The mark of the key's row, until that ends (`end_of`), which is not asked here; None where there is none. One query.

    Raises core.straight.NotAsked where the thread has no connection that could be asked.
    """
    return _straight().first_row(session_key)


def session_of(row: tuple | None) -> ReadSession | None:
    """What a row says; None for none."""
    return None if row is None else ReadSession(row[3], _person(row[BEFORE_THE_PERSON:]), row[1] or 0)


@cache
def _straight() -> Straight:
    return Straight("session_mark", _question(), tuple(last_change_values()))


@cache
def _whole_question() -> str:
    people = [f"person.{one.column}" for one in _fields(User)] + [f"bureau.{one.column}" for one in _fields(Bureau)]
    return _question(PERIODS.mark_words, "session.session_data", "session.expire_date", *people) + " AND session.expire_date > %s"


def _question(*columns: str) -> str:
    """Only names of our own tables and columns are put together here; what is asked with comes as parameters."""
    return (
        f"SELECT {', '.join([WRITTEN, f'({LAST_CHANGE})', *columns])} "  # noqa: S608
        f"FROM {OpenSession._meta.db_table} session "
        f"LEFT JOIN {User._meta.db_table} person ON person.id = session.person_id "
        f"LEFT JOIN {Bureau._meta.db_table} bureau ON bureau.id = person.bureau_id "
        "WHERE session.session_key = %s"
    )


def _fields(model: type[models.Model]) -> list[models.Field]:
    return list(model._meta.concrete_fields)


def _person(row) -> User | None:
    many = len(_fields(User))
    person = record(User, row[:many])
    if person is not None:
        User._meta.get_field("bureau").set_cached_value(person, record(Bureau, row[many:]))
    return person
