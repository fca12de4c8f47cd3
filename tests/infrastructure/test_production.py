"""What only production has: https alone, cookies bound to the host, static files by their hash."""

import json
import subprocess
import sys

import pytest

from tests.infrastructure.test_environment import SAFE

PROBE = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
def shown(answer):
    return {"status": answer.status_code, "headers": {k.lower(): v for k, v in answer.items()},
            "cookies": {k: v.OutputString() for k, v in answer.cookies.items()}}
host = {"HTTP_HOST": "strategy.example.org"}
client = Client(raise_request_exception=False)
print(json.dumps({
    "plain": shown(client.get("/healthy", **host)),
    "health": shown(client.get("/healthz", **host)),
    "secure": shown(client.get("/healthz", secure=True, **host)),
    "language": shown(client.post("/i18n/setlang/", {"language": "ar", "next": "/healthz"}, secure=True, **host)),
    "schema": shown(client.get("/api/schema/", secure=True, **host)),
    "forwarded": shown(client.get("/healthy", HTTP_X_FORWARDED_PROTO="https", **host)),
    "names": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME],
    "flags": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY],
    "mail": settings.EMAIL_BACKEND, "static": settings.STORAGES["staticfiles"]["BACKEND"],
}))
"""


@pytest.fixture(scope="module")
def production():
    environ = {
        **SAFE,
        "PATH": "/usr/bin:/bin",
        "DJANGO_SETTINGS_MODULE": "interpol_strategy.settings",
        "LOG_LEVEL": "ERROR",
    }
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", PROBE], env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_plain_http_is_sent_to_https(production):
    assert production["plain"]["status"] == 301
    assert production["plain"]["headers"]["location"] == "https://strategy.example.org/healthy"


def test_health_is_answered_on_the_inside_without_https(production):
    assert production["health"]["status"] == 200


def test_browsers_are_told_to_stay_with_https_for_two_years(production):
    assert (
        production["secure"]["headers"]["strict-transport-security"] == "max-age=63072000; includeSubDomains; preload"
    )


def test_a_forwarded_header_is_not_believed_unless_a_proxy_was_announced(production):
    assert production["forwarded"]["status"] == 301


def test_cookies_belong_to_the_host_and_travel_by_https_alone(production):
    assert production["names"] == ["__Host-session", "__Host-csrf"]
    assert production["flags"] == [True, True, True]
    cookie = production["language"]["cookies"]["__Host-language"]
    assert "Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie and "SameSite=Lax" in cookie


def test_the_apis_description_is_closed_to_strangers(production):
    assert production["schema"]["status"] in {401, 403}


def test_letters_go_by_smtp_and_files_by_their_hash(production):
    assert production["mail"].endswith("smtp.EmailBackend")
    assert production["static"].endswith("CompressedManifestStaticFilesStorage")
