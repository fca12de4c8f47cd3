"""Headers that every answer carries, whatever it is."""

import pytest
from django.test import override_settings

pytestmark = [pytest.mark.urls("tests.infrastructure.urls"), pytest.mark.django_db]

ANSWERS = {
    "a page for everyone": ("get", "/sign-in/", 200),
    "a redirection to sign-in": ("get", "/test/private/", 302),
    "nothing here": ("get", "/nowhere/", 404),
    "an API path that leads nowhere": ("get", "/api/v1/nowhere/", 404),
    "an API refusal": ("get", "/api/v1/test/faulty/not-allowed/", 403),
    "a wrong method": ("delete", "/api/v1/test/faulty/none/", 405),
    "a stale version": ("get", "/api/v1/test/faulty/stale/", 412),
    "a damaged request": ("get", "/test/faulty/suspicious/", 400),
    "a crash": ("get", "/test/faulty/crash/", 500),
    "an API crash": ("get", "/api/v1/test/faulty/crash/", 500),
    "a lost database": ("get", "/test/faulty/database-away/", 503),
    "a stream": ("get", "/test/streamed/", 200),
    "health": ("get", "/healthz", 200),
    "the API's description": ("get", "/api/schema/", 200),
    "the API's page": ("get", "/api/docs/", 200),
    "a static file": ("get", "/static/css/app.css", 200),
}


@pytest.fixture(params=ANSWERS.values(), ids=ANSWERS.keys())
def answer(request, client):
    method, path, status = request.param
    client.raise_request_exception = False
    found = getattr(client, method)(path)
    assert found.status_code == status
    return found


def test_safe_on_every_answer(answer):
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in answer["Permissions-Policy"]
    assert len(answer["X-Request-Id"]) == 32


def test_only_our_own_files_may_run_or_style(answer):
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_nobody_on_the_way_keeps_what_is_not_a_static_file(answer):
    if not answer.request["PATH_INFO"].startswith("/static/"):
        assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))


def test_a_view_may_choose_to_be_asked_again_instead(rf):
    from django.http import HttpResponse

    from interpol_strategy.middleware import SafeHeaders

    chosen = HttpResponse(headers={"ETag": '"5"', "Cache-Control": "no-cache"})
    assert SafeHeaders(lambda request: chosen)(rf.get("/"))["Cache-Control"] == "no-cache, private"


def test_a_senders_request_id_is_kept_and_a_strange_one_is_not(client):
    assert client.get("/healthz", headers={"X-Request-Id": "abc-12345"})["X-Request-Id"] == "abc-12345"
    assert client.get("/healthz", headers={"X-Request-Id": "a b\tc" * 9})["X-Request-Id"] != "a b\tc" * 9


def test_a_foreign_host_name_is_refused(client):
    assert client.get("/sign-in/", headers={"host": "evil.example.org"}).status_code == 400


def test_no_page_has_script_or_style_within(client):
    for path in ("/sign-in/", "/nowhere/", "/api/docs/"):
        page = client.get(path).content.decode()
        assert "<style" not in page and " style=" not in page and "onclick=" not in page
        assert all("src=" in part.split(">")[0] for part in page.split("<script")[1:])


@override_settings(DEMO=False)
def test_the_apis_description_is_for_signed_in_readers_where_data_is_real(client):
    for path in ("/api/schema/", "/api/docs/"):
        assert client.get(path).status_code in {401, 403}
