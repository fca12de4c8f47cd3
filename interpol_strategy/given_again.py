"""Pages for whoever asks the very same again and is still the very same: given before forms, languages and addresses are looked at.

A page that may be given again (interpol_strategy.revalidation says which) is remembered under the request as it came in,
header by header, together with the row of the database that says who asked: their session, the person with all their
rights, their bureau, and the version of all data. The row is read anew for every request, and only if it is equal,
column by column, is the page theirs. Whatever changes - somebody signs out, loses a right, a figure moves - is another row.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone

from accounts.open_sessions import session_row
from interpol_strategy import kept_pages
from interpol_strategy.middleware import SEEN_EVERY_SECONDS

MOST_KNOWN = 1_000
# Headers that no page is made of: what is remembered holds whatever they say. All others count, letter by letter.
NOT_READ = frozenset({"HTTP_IF_NONE_MATCH", "HTTP_X_REQUEST_ID", "HTTP_REFERER", "HTTP_CACHE_CONTROL", "HTTP_PRAGMA"})
ADDRESS = ("wsgi.url_scheme", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
OF_THE_BODY = frozenset({"Content-Type", "Content-Length", "Content-Encoding"})


@dataclass(frozen=True)
class Known:
    """A page that was given: to whom (`row`), under which tag, with which headers, and until when it holds (seconds)."""

    row: tuple
    tag: str
    headers: dict[str, str]
    until: float


known_pages = kept_pages.AtHand(MOST_KNOWN, weight=lambda known: 1)


class GivenAgain:
    """Outside of everything that a request goes through to become a page; inside of what every answer gets."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "GET" or not settings.PAGES_KEPT_SECONDS:
            return self.get_response(request)
        asked = _asked(request)
        known = known_pages.get(asked)
        answer = _given(request, known) if known is not None else None
        if answer is None:
            answer = self.get_response(request)
            _remember(asked, request, answer)
        return answer


def _asked(request) -> tuple:
    """The request as it came in."""
    meta = request.META
    headers = [item for item in meta.items() if item[0].startswith("HTTP_") and item[0] not in NOT_READ]
    return (*headers, *(meta.get(name) for name in ADDRESS))


def _given(request, known: Known) -> HttpResponse | None:
    """What was given before, if they are who they were and nothing has changed. What was read of them is not read twice."""
    if time.time() >= known.until:
        return None
    try:
        request.session_row = session_row(request.COOKIES.get(settings.SESSION_COOKIE_NAME), at=timezone.now())
    except (OperationalError, InterfaceError):
        return None  # on the long way this is met again, and told in the reader's language
    if request.session_row != known.row:
        return None
    if known.tag in request.META.get("HTTP_IF_NONE_MATCH", ""):
        answer = HttpResponseNotModified(headers=known.headers)
    elif (packed := kept_pages.find(known.tag)) is not None:
        answer = kept_pages.answer(request, packed, headers=known.headers)
    else:
        return None
    answer["Content-Length"] = str(len(answer.content))
    return answer


def _remember(asked: tuple, request, answer) -> None:
    """A page is remembered as long as it holds, and no longer than its session need not be ended or written down again.

    Cookies that went out with it (a form's, renewed for another year) are not headers of its, and are not given again.
    """
    page, session = getattr(request, "asked_page", None), getattr(request, "session", None)
    if page is None or answer.get("ETag") != f'W/"{page.tag}"' or session.row is None:
        return
    ends = (session.get("seen", 0) + SEEN_EVERY_SECONDS, session.get("began", 0) + settings.SESSION_ABSOLUTE_SECONDS)
    headers = {name: value for name, value in answer.items() if name not in OF_THE_BODY}
    known_pages.put(asked, Known(session.row, page.tag, headers, min(page.until, *ends)))
