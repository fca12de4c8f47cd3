"""Pages for whoever asks the very same again and is still the very same: given before Django makes a request of what came in.

A page that may be given again (interpol_strategy.revalidation says which) is remembered under the request as it came in,
header by header, with the headers that it went out with and the mark of the database's row that says who asked: their
session, the person with all their rights, their bureau, and the version of all data. That mark is asked for anew for every
request, and only if it is the same is the page theirs. Whatever changes - somebody signs out, loses a right, a figure
moves - is another mark.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings

from accounts.open_sessions import Mark, mark_now
from core.straight import NotAsked
from interpol_strategy import kept_pages
from interpol_strategy.middleware import SEEN_EVERY_SECONDS, request_id

MOST_KNOWN = 1_000
HELD = "interpol_strategy.held"  # where a request carries what its page may be remembered by
# Headers that no page is made of: what is remembered holds whatever they say. All others count, letter by letter.
NOT_READ = frozenset({"HTTP_IF_NONE_MATCH", "HTTP_X_REQUEST_ID", "HTTP_REFERER", "HTTP_CACHE_CONTROL", "HTTP_PRAGMA"})
ADDRESS = ("wsgi.url_scheme", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
# Headers of one answer alone. Cookies that went out with a page (a form's, renewed for another year) are none of its own.
OF_ONE_ANSWER = frozenset({"content-type", "content-length", "content-encoding", "x-request-id", "set-cookie"})
HTML = ("Content-Type", "text/html; charset=utf-8")
PACKED = ("Content-Encoding", "gzip")

Headers = list[tuple[str, str]]


class Held(NamedTuple):
    """What a page that may be given again goes by: its tag, its reader's session with its mark, and until when (seconds)."""

    tag: str
    session_key: str
    mark: Mark
    until: float


@dataclass(frozen=True)
class Known:
    """A page that was given, and the headers that every answer with it has."""

    held: Held
    headers: Headers


known_pages = kept_pages.AtHand(MOST_KNOWN, weight=lambda known: 1)


class GivenAgain:
    """The way in for a web server: around Django, which answers whatever is not given here."""

    def __init__(self, application: Callable):
        self.application = application

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or not settings.PAGES_KEPT_SECONDS:
            return self.application(environ, start_response)
        asked = _asked(environ)
        known = known_pages.get(asked)
        given = _given(environ, known) if known is not None else None
        if given is None:
            return self.application(environ, _remembering(asked, environ, start_response))
        status, headers, content = given
        start_response(status, headers)
        return [content]


def hold(request, tag: str, until: float) -> None:
    """This will have the page remembered as long as it holds, and while its session need not be ended or written down again."""
    session = request.session
    if session.mark is None:
        return
    by_rule = (session.get("seen", 0) + SEEN_EVERY_SECONDS, session.get("began", 0) + settings.SESSION_ABSOLUTE_SECONDS)
    ends = (*by_rule, session.ends_at.timestamp())
    request.environ[HELD] = Held(tag, session.session_key, session.mark, min(until, *ends))


def _asked(environ: dict) -> tuple:
    """The request as it came in."""
    headers = [item for item in environ.items() if item[0].startswith("HTTP_") and item[0] not in NOT_READ]
    return (*headers, *map(environ.get, ADDRESS))


def _given(environ: dict, known: Known) -> tuple[str, Headers, bytes] | None:
    """What was given before, if they are who they were and nothing has changed. Else None: the long way tells them."""
    held = known.held
    if time.time() >= held.until:
        return None
    try:
        if mark_now(held.session_key) != held.mark:
            return None
    except NotAsked:
        return None
    if held.tag in environ.get("HTTP_IF_NONE_MATCH", ""):
        return "304 Not Modified", _headers(environ, known, b""), b""
    packed = kept_pages.find(held.tag)
    if packed is None:
        return None
    if kept_pages.is_unpacked_by(environ):
        return "200 OK", _headers(environ, known, packed, HTML, PACKED), packed
    content = kept_pages.unpacked(packed)
    return "200 OK", _headers(environ, known, content, HTML), content


def _headers(environ: dict, known: Known, content: bytes, *of_this_answer: tuple[str, str]) -> Headers:
    own = (("Content-Length", str(len(content))), ("X-Request-Id", request_id(environ)))
    return [*of_this_answer, *known.headers, *own]


def _remembering(asked: tuple, environ: dict, start_response: Callable) -> Callable:
    """Django's answer goes out as it is; a page that may be given again is remembered with the headers that it has by then."""

    def start(status: str, headers: Headers, exc_info=None):
        held = environ.get(HELD)
        if held is not None and ("ETag", f'W/"{held.tag}"') in headers:
            kept = [(name, value) for name, value in headers if name.lower() not in OF_ONE_ANSWER]
            known_pages.put(asked, Known(held, kept))
        return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

    return start
