"""Where sessions are kept: in the database, with whose they are, so that people can list and end their own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as StoreInDatabase
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import comings
from accounts.models import OpenSession, User
from accounts.open_sessions import Mark, end_of, mark_of, mark_of_periods, session_of, session_row
from core.errors import NotFound

AGENT = "agent"
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")


_read_beside: ContextVar[User | None] = ContextVar("read_beside", default=None)


class SessionStore(StoreInDatabase):
    """Writes beside the session's data whose it is, in which browser, since when and last when.

    Reads beside it the person, their bureau and the version of all data (None before it was read): every page needs them.
    """

    person: User | None = None
    data_version: int | None = None
    mark: Mark | None = None  # of everything that was read with it (`accounts.open_sessions`)
    ends_at: datetime | None = None  # by itself, as it was read
    mark_of_periods: str | None = None  # as they stood when it was read

    def load(self):
        """The session's data; none where the key opens nothing, and the key is forgotten then."""
        row = session_row(self.session_key, at=timezone.now())
        found = session_of(row)
        if found is None:
            self._session_key = None
            return {}
        self.mark, self.ends_at, self.mark_of_periods = mark_of(row), end_of(row), mark_of_periods(row)
        self.person, self.data_version = found.person, found.data_version
        return self.decode(found.data)

    def decode(self, session_data):
        """The data of a stored session, each time anew; nothing where it was not signed here."""
        return json.loads(_opened(session_data))

    @contextmanager
    def with_its_person(self) -> Iterator[None]:
        """Inside, the door finds the person who was read beside the session, instead of asking again."""
        self.get(SESSION_KEY)  # reads the session, if nobody has yet
        token = _read_beside.set(self.person)
        try:
            yield
        finally:
            _read_beside.reset(token)

    @classmethod
    def get_model_class(cls):
        return OpenSession

    def create_model_instance(self, data):
        made = super().create_model_instance(data)
        person = str(data.get(SESSION_KEY, ""))
        made.person_id = int(person) if person.isdecimal() else None
        made.agent = str(data.get(AGENT, ""))[:80]
        made.began_at, made.seen_at = _moment(data.get("began")), _moment(data.get("seen"))
        return made


@lru_cache(maxsize=1_000)
def _opened(session_data: str) -> str:
    """Django's own reading of it, signature and all; the same words with the same signature always say the same."""
    return json.dumps(StoreInDatabase().decode(session_data))


def read_beside(person_id: int) -> User | None:
    """The person of that number, if a session that is being opened brought them along."""
    found = _read_beside.get()
    return found if found is not None and found.pk == person_id else None


def _moment(seconds) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None


def agent_words(header: str) -> str:
    """A browser's long name for itself as people know it: "Firefox, Windows"; empty where it says neither."""
    browser = next((name for mark, name in BROWSERS if re.search(rf"{mark}\w*/", header)), "")
    system = next((name for name in SYSTEMS if name in header), "")
    return ", ".join(part for part in (browser, system) if part)


def name_of(session_key: str) -> str:
    """A name for the session that opens nothing: the key itself never leaves the server."""
    return salted_hmac("accounts.sessions", session_key).hexdigest()[:24]


def sessions_of(person, *, at, present: str = "") -> list[dict]:
    """The person's sessions that still open the door, the present one first, then the last used."""
    rows = OpenSession.objects.filter(person_id=person.pk, expire_date__gt=at)
    found = [
        {"name": name_of(row.session_key), "agent": row.agent, "began_at": row.began_at, "seen_at": row.seen_at,
         "is_present": row.session_key == present}
        for row in rows.order_by("-seen_at", "session_key")[:50]
    ]  # fmt: skip
    return sorted(found, key=lambda one: not one["is_present"])


@transaction.atomic
def end_session(*, name: str, by, at) -> None:
    """This will end one of the person's own sessions at once, wherever it is open. Raises NotFound for another's."""
    rows = OpenSession.objects.select_for_update().filter(person_id=by.pk)
    found = next((row for row in rows if name_of(row.session_key) == name), None)
    if found is None:
        raise NotFound
    found.delete()
    comings.record_ended(person=by, at=at)


@transaction.atomic
def end_other_sessions(*, present: str, by, at) -> int:
    """This will end all of the person's sessions but the present one, and say how many those were."""
    others = OpenSession.objects.filter(person_id=by.pk, expire_date__gt=at).exclude(session_key=present)
    ended = others.delete()[0]
    if ended:
        comings.record_ended(person=by, at=at)
    return ended
