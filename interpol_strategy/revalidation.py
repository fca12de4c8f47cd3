"""Reading pages that a reader has already: 304 where nothing has changed, else the page as it was drawn for them before.

A page's tag is a keyed checksum of everything that it may depend on: the reader with all that decides what they see,
their session, the address, the language, the clock and day, the version of the data and the release of the code. So a
page is never given to anybody but the session that it was drawn for, and never after something changed.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import NamedTuple

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpResponseNotModified
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

from accounts.access import clearance_of
from core.freshness import data_version, release
from interpol_strategy import given_again, kept_pages

# Pages whose every word comes from what the trail records. A page that tells of anything else does not belong here.
KEPT = frozenset(
    f"dashboard:{name}"
    for name in (
        "home", "overview", "plan", "aim", "result", "indicator", "bureaus", "bureau", "initiatives",
        "initiative", "reporting", "method", "heat_map", "changes", "timeline",
    )
)  # fmt: skip
# Of these, the pages on which something ends by the clock (an undo, a pause between reminders): kept for the minute.
BY_THE_MINUTE = frozenset({"dashboard:initiatives", "dashboard:reporting"})
READER = ("pk", "version", "full_name", "role", "bureau_id", "is_active", "language", "time_zone")
ASKED_WITH = ("HX-Request", "HX-Target", "HX-Boosted", "HX-History-Restore-Request")
RANDOM_BYTES = 100  # against guessing the length of what is compressed


class Page(NamedTuple):
    """The page that a request asks for, by its tag, and the second (since 1970) at which it may say something else."""

    tag: str
    until: float


class Revalidation:
    """Answers from what the reader, or the cache, has. Innermost: who reads, and in which language, is settled by now."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response, page = self.get_response(request), getattr(request, "asked_page", None)
        if page is None or "ETag" in response or response.status_code != 200 or response.streaming or response.cookies:
            return response
        if settings.PAGES_KEPT_SECONDS and request.method == "GET" and "Content-Encoding" not in response:
            kept_pages.keep(page.tag, compress_string(response.content, max_random_bytes=RANDOM_BYTES))
        return self._given(request, response, page)

    def process_view(self, request, view, args, kwargs):
        if not _may_be_kept(request):
            return None
        moment, until = _moment(request)
        tag = tag_of(request, version=_version_of(request), code=release(), moment=moment)
        request.asked_page = page = Page(tag, until)
        if tag in request.headers.get("If-None-Match", ""):
            return self._given(request, HttpResponseNotModified(), page)
        kept = kept_pages.find(tag)
        return None if kept is None else self._given(request, kept_pages.answer(request, kept), page)

    def _given(self, request, response, page: Page):
        given_again.hold(request, page.tag, page.until)
        return _tagged(response, page.tag)


def _may_be_kept(request) -> bool:
    """A reading page, asked for by somebody to whom nothing else has to be said on it."""
    return (
        request.method in ("GET", "HEAD")
        and request.resolver_match.view_name in KEPT
        and request.user.is_authenticated
        and request.META.get("CSRF_COOKIE")
        and not settings.DEBUG
        and not len(get_messages(request))
    )


def _version_of(request) -> int:
    """The version of the data that was read with the session: the page is drawn from that one, or from a later one."""
    found = request.session.data_version
    return data_version() if found is None else found


def _moment(request) -> tuple[str, float]:
    """For how long the page holds, and when that ends: days begin on the half hours of the world's clocks."""
    now = timezone.now().timestamp()
    length = 60 if request.resolver_match.view_name in BY_THE_MINUTE else 1800
    begins = now - now % length
    return str(begins), begins + length


def tag_of(request, *, version: int, code: str, moment: str) -> str:
    """The tag of the page that the request asks for."""
    user = request.user
    parts = [
        *(getattr(user, name) for name in READER), clearance_of(user), user.clearance,
        request.session.session_key, request.META.get("CSRF_COOKIE"), request.get_host(), request.get_full_path(),
        *(request.headers.get(name) for name in ASKED_WITH), translation.get_language(),
        timezone.get_current_timezone_name(), timezone.localdate(), version, code, moment,
    ]  # fmt: skip
    return hmac.new(settings.SECRET_KEY.encode(), repr(parts).encode(), sha256).hexdigest()[:40]


def _tagged(response, tag: str):
    response["ETag"] = f'W/"{tag}"'
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Cookie", "Accept-Language", "Accept-Encoding"])
    return response
