"""The headers of every address of the product, for each class of answer: as production sends them, over https.

Every route is asked for real (by everybody, read, written, removed). What class of answer that does not bring about, it
is made to give, through everything that stands before its view: a success, a redirection, a refusal, a crash.
"""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from itertools import product

import pytest
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.test import Client, override_settings
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from tests.visits import NO_PAGES, VISITS

CLASSES = (2, 3, 4, 5)
YEAR = 365 * 24 * 3600
READERS = ("", "liaison", "officer")
# Probes are answered before anything that could redirect or crash; without a worker the product is not ready.
PROBES = {"healthz": {2, 4}, "readyz": {4, 5}}
NOT_DATA = {"reports:styles"}  # the same file for everybody
AS_PRODUCTION = {
    "PRODUCTION": True, "SECURE_SSL_REDIRECT": True, "SECURE_HSTS_SECONDS": 2 * YEAR, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True, "LANGUAGE_COOKIE_SECURE": True,
    "SESSION_COOKIE_NAME": "__Host-session", "CSRF_COOKIE_NAME": "__Host-csrf", "LANGUAGE_COOKIE_NAME": "__Host-language",
}  # fmt: skip
MADE = {
    2: lambda: HttpResponse("made"),
    3: lambda: HttpResponseRedirect("/"),
}
RAISED = {4: Http404, 5: RuntimeError}


def every_route(patterns=None, space="") -> dict[str, URLPattern]:
    """Everything that the product answers to, by name."""
    found = {}
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLPattern):
            found[f"{space}{one.name or one.pattern}"] = one
        else:
            within = f"{space}{one.namespace}:" if one.namespace else space
            found |= every_route(one.url_patterns, within)
    return found


ROUTES = every_route()


# What a part of an address may look like, whatever it is called.
WORDS = ("987654", "none", "IN-999999", "open", "plan", "en", "pdf", "XX", "2026-Q4", "updates", str(uuid.UUID(int=7)), "a" * 16, "a" * 64)


def invented(name: str, pattern: URLPattern) -> str:
    """An address of the route, about something that is not there."""
    parts = list(re.compile(str(pattern.pattern.regex.pattern)).groupindex)
    for words in product(WORDS, repeat=len(parts)):
        try:
            return reverse(name, kwargs=dict(zip(parts, words, strict=True)))
        except NoReverseMatch:
            continue
    raise AssertionError(f"{name}: no word fits {pattern.pattern}")


@pytest.fixture(scope="module")
def addresses(demo) -> dict[str, str]:
    """Where each route is: the example that the tests of pages visit, else something invented."""
    found = {name: invented(name, pattern) for name, pattern in ROUTES.items()}
    return found | {name: visit.address(name, demo) for name, visit in VISITS.items()}


@pytest.fixture(scope="module")
def as_production():
    with override_settings(**AS_PRODUCTION):
        yield


@pytest.fixture(scope="module")
def people(demo, as_production):
    made = {}
    for who in READERS:
        made[who] = Client(raise_request_exception=False)
        if who:
            made[who].force_login(demo.people[who])
    return made


@pytest.fixture(scope="module")
def answers(people, addresses):
    """Every answer with the route and what was done, real ones first."""
    found = []
    for name, address in addresses.items():
        for who, client in people.items():
            found.append((name, f"GET as {who or 'nobody'}", client.get(address, secure=True)))
        found.append((name, "DELETE as officer", people["officer"].delete(address, secure=True)))
        found.append((name, "in plain http", people[""].get(address)))
        found += [(name, f"made to give {each}xx", _made(people["officer"], address, each)) for each in CLASSES]
    return found


def _made(client, address: str, answer_class: int):
    """The route's answer where its view would give one of the class; whatever stands before the view stays."""
    resolve = BaseHandler.resolve_request

    def view(*args, **kwargs):
        if answer_class in RAISED:
            raise RAISED[answer_class]("made")
        return MADE[answer_class]()

    view.login_required = False

    def resolved(handler, request):
        found = resolve(handler, request)
        found.func = view
        return found

    BaseHandler.resolve_request = resolved
    try:
        return client.get(address, secure=True)
    finally:
        BaseHandler.resolve_request = resolve


def test_every_route_gave_an_answer_of_every_class(answers, capsys):
    seen = defaultdict(set)
    for name, _how, answer in answers:
        seen[name].add(answer.status_code // 100)
    api = sum(name.startswith("api:") for name in ROUTES)
    with capsys.disabled():
        print(f"\nheaders: {len(ROUTES)} routes ({api} of the API) x {len(CLASSES)} classes, {len(answers)} answers looked at")
    assert set(seen) == set(ROUTES) and set(VISITS) | set(NO_PAGES) <= set(ROUTES)
    missing = {name: PROBES.get(name, set(CLASSES)) - found for name, found in seen.items()}
    assert not {name: classes for name, classes in missing.items() if classes}


def test_no_real_answer_is_a_crash(answers):
    crashed = [(name, how) for name, how, answer in answers if answer.status_code == 500 and not how.startswith("made")]
    assert not crashed


def test_every_answer_carries_what_keeps_it_safe(answers):
    assert not [(name, how, answer.status_code, fault) for name, how, answer in answers for fault in _unsafe(how, answer)]


def _unsafe(how: str, answer) -> list[str]:
    policy = dict(part.strip().partition(" ")[::2] for part in answer.get("Content-Security-Policy", "").split(";"))
    wanted = {
        "script and style from ourselves alone": policy.get("script-src") == policy.get("style-src") == "'self'",
        "nothing else": policy.get("default-src") == "'none'" and "unsafe" not in answer.get("Content-Security-Policy", ""),
        "in no frame": policy.get("frame-ancestors") == "'none'" and answer.get("X-Frame-Options") == "DENY",
        "no guessing": answer.get("X-Content-Type-Options") == "nosniff",
        "opener": answer.get("Cross-Origin-Opener-Policy") == "same-origin",
        "referrer": answer.get("Referrer-Policy") == "same-origin",
        "https for a year": how == "in plain http" or _seconds_of_https(answer) >= YEAR,
    }
    return [name for name, holds in wanted.items() if not holds]


def _seconds_of_https(answer) -> int:
    """A browser believes this only over https, so that it is not said without."""
    found = re.search(r"max-age=(\d+)", answer.get("Strict-Transport-Security", ""))
    return int(found[1]) if found else 0


def test_nobody_on_the_way_keeps_data(answers):
    """`no-store`; or, where a page may be asked again with its tag, private and asked again every time."""
    kept = []
    for name, how, answer in answers:
        said = set(answer.get("Cache-Control", "").split(", "))
        is_revalidated = {"private", "no-cache"} <= said and "ETag" in answer
        if not ({"private", "no-store"} <= said or is_revalidated or (name in NOT_DATA and answer.status_code < 300)):
            kept.append((name, how, answer.status_code, answer.get("Cache-Control")))
    assert not kept


def test_every_cookie_is_the_hosts_own(answers):
    cookies = [(name, cookie) for name, _how, answer in answers for cookie in answer.cookies.values()]
    assert cookies
    for name, cookie in cookies:
        assert cookie.key.startswith("__Host-"), name
        assert cookie["secure"] and cookie["httponly"] and cookie["path"] == "/" and not cookie["domain"], name
        assert cookie["samesite"] == "Lax", name
    assert settings.CSRF_COOKIE_NAME in {cookie.key for _name, cookie in cookies}
