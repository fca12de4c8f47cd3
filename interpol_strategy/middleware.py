"""What happens to every request and answer: an id, safe headers, the length of a session, the reader's language."""

from __future__ import annotations

import random
import re
import time
from functools import cache
from zoneinfo import ZoneInfo

from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import get_user, logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import SimpleLazyObject

from core import audit
from core.traces import record_denial, record_export

USUAL_ID = re.compile(r"[A-Za-z0-9-]{8,64}\Z")
SEEN_EVERY_SECONDS = 60
DJANGOS_OWN_PAGES = (404, 500)  # while the product is being written these tell what went wrong, with styles of their own
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"


def request_id(environ: dict) -> str:
    """The sender's id of the request where it looks like one, else an id of our own."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return given if USUAL_ID.match(given) else f"{random.getrandbits(128):032x}"  # it names a request and guards nothing


class RequestContext:
    """Gives each request an id that its audit records, its log lines and its answer carry."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.request_id = request_id(request.META)
        with audit.request(request.request_id):
            response = self.get_response(request)
        response["X-Request-Id"] = request.request_id
        return response


class SafeHeaders:
    """Headers that no view may forget; what a signed-in person sees is kept by nobody on the way."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not (settings.DEBUG and response.status_code in DJANGOS_OWN_PAGES):
            response.setdefault("Content-Security-Policy", _content_policy())
        response.setdefault("X-Content-Type-Options", "nosniff")
        response.setdefault("X-Frame-Options", "DENY")
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith(settings.STATIC_URL):
            _keep_private(response)
        return response


@cache
def _content_policy() -> str:
    """The settings' policy in words. It is the same for every answer, so it is put together once."""
    return build_policy()


def _keep_private(response) -> None:
    """`no-store` unless the view chose to be revalidated; private always."""
    if "ETag" in response and "Cache-Control" in response:
        patch_cache_control(response, private=True)
        return
    patch_cache_control(response, no_store=True, private=True)
    patch_vary_headers(response, ["Cookie"])


class Compression(GZipMiddleware):
    """Compresses what a reader waits for; leaves the API's strong ETags alone, which If-Match must equal."""

    def process_response(self, request, response):
        if request.path.startswith("/api/") and response.has_header("ETag"):
            return response
        return super().process_response(request, response)


class Reader(AuthenticationMiddleware):
    """Who is reading: Django's own checks, on the person who was read together with the session."""

    def process_request(self, request):
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _reader_of(request))


def _reader_of(request):
    if not hasattr(request, "_cached_user"):
        with request.session.with_its_person():
            request._cached_user = get_user(request)
    return request._cached_user


def _met(user):
    """The person behind a promise of one, that has been kept by now: asked a hundred times by a page, it costs as much again."""
    return user._wrapped if type(user) is SimpleLazyObject else user


class SessionLimits:
    """Ends a session after 30 minutes of silence, and after 12 hours in any case."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.session.session_key and request.user.is_authenticated:
            self._keep_or_end(request)
        return self.get_response(request)

    def _keep_or_end(self, request) -> None:
        now, session = int(time.time()), request.session
        began, seen = session.get("began", now), session.get("seen", now)
        if now - seen > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_ABSOLUTE_SECONDS:
            logout(request)
        elif "began" not in session or now - seen >= SEEN_EVERY_SECONDS:
            session["began"], session["seen"] = began, now


class Traces:
    """Leaves a record of pages that were refused and of files that were taken; the API records its own refusals.

    It stands outside the views, so that no view may forget, and inside the session, which says who asks.
    """

    ON_THEIR_OWN = {"reports:download", "api:editions-file"}  # an edition's download is recorded with the edition

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated:
            self._remember(request, response)
        return response

    def _remember(self, request, response) -> None:
        by, at = request.user, timezone.now()
        if hasattr(response, "refusal"):
            record_denial(by=by, method=request.method, path=request.path, reason=response.refusal, at=at)
        elif self._is_taken(request, response):
            kind, query = response["Content-Type"], request.META.get("QUERY_STRING", "")
            record_export(by=by, path=request.path, query=query, kind=kind, at=at)

    def _is_taken(self, request, response) -> bool:
        is_file = response.get("Content-Disposition", "").startswith("attachment")
        match = request.resolver_match
        return is_file and response.status_code == 200 and not (match and match.view_name in self.ON_THEIR_OWN)


class BrowserLocale:
    """The language that was chosen in this browser, else the one that it asks for. As Django's own, but that looks for a language
    at the beginning of each address as well, twice, and no address of ours begins with one.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Language"])
        response.setdefault("Content-Language", translation.get_language())
        return response


class ReaderLocale:
    """The language and clock that the person set for themselves; a choice made in this browser goes first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        user = request.user = _met(user)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and user.language in dict(settings.LANGUAGES):
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(ZoneInfo(user.time_zone or settings.TIME_ZONE)):
            return self.get_response(request)
