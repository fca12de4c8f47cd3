"""The API has one way to say no, and it names the field."""

import pytest

from tests.infrastructure.faults import FAULTS

pytestmark = [pytest.mark.urls("tests.infrastructure.urls"), pytest.mark.django_db]

STATUSES = {
    "invalid": 400,
    "not-allowed": 403,
    "not-found": 404,
    "conflict": 409,
    "stale": 412,
    "key-reused": 422,
    "version-required": 428,
    "http404": 404,
    "denied": 403,
    "suspicious": 400,
    "validation": 400,
    "database-away": 503,
    "data": 400,
    "integrity": 409,
    "depth": 400,
    "crash": 500,
}


@pytest.fixture
def calm(client):
    """A client that shows a crash as its reader sees it."""
    client.raise_request_exception = False
    return client


def test_every_fault_has_its_status():
    assert set(STATUSES) == set(FAULTS)


@pytest.mark.parametrize(("fault", "status"), STATUSES.items())
def test_the_api_answers_with_a_problem(calm, fault, status):
    answer = calm.get(f"/api/v1/test/faulty/{fault}/")
    body = answer.json()
    assert answer.status_code == body["status"] == status
    assert answer["Content-Type"] == "application/problem+json"
    assert body["type"].startswith("urn:problem:") and body["code"] and body["title"]
    assert body["instance"] == f"/api/v1/test/faulty/{fault}/"
    assert body["request_id"] == answer["X-Request-Id"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("door", ["/test/faulty", "/api/v1/test/faulty"])
def test_no_answer_tells_what_only_we_should_know(calm, door, fault):
    text = calm.get(f"{door}/{fault}/").content.decode()
    for secret in ("secret", "10.0.0.1", "x@y", "Traceback", "value too long"):
        assert secret not in text


@pytest.mark.parametrize(
    ("fault", "status"), [(f, s) for f, s in STATUSES.items() if f not in {"validation", "data", "integrity", "depth"}]
)
def test_a_page_answers_with_a_page(calm, fault, status):
    answer = calm.get(f"/test/faulty/{fault}/")
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")
    assert b"<h1>" in answer.content


def test_hidden_and_absent_are_the_same_answer(calm):
    hidden, absent, nowhere = (
        calm.get(f"/api/v1/test/{end}").json() for end in ("faulty/not-found/", "faulty/http404/", "nowhere")
    )
    for body in (hidden, absent, nowhere):
        body.pop("instance"), body.pop("request_id")
    assert hidden == absent == nowhere


def test_a_field_is_named_with_its_complaint(calm):
    body = calm.get("/api/v1/test/faulty/invalid/").json()
    assert body["errors"] == [{"field": "title", "detail": "Say what it is called.", "code": "invalid"}]


def test_a_field_within_a_list_is_named_by_its_path(calm):
    sent = {"lines": [{"value": 1}, {"value": 9}]}
    body = calm.post("/api/v1/test/faulty/none/", sent, content_type="application/json").json()
    assert {error["field"] for error in body["errors"]} == {"title", "lines.1.value"}


def test_a_body_that_is_not_json_is_a_problem(calm):
    answer = calm.post("/api/v1/test/faulty/none/", "{", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_another_kind_of_body_is_refused(calm):
    assert calm.post("/api/v1/test/faulty/none/", "a=1", content_type="text/plain").status_code == 415


def test_another_method_is_refused(calm):
    answer = calm.delete("/api/v1/test/faulty/none/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in answer["Allow"]


def test_a_stranger_is_asked_who_they_are(calm):
    answer = calm.get("/api/v1/test/guarded/")
    assert answer.status_code in {401, 403}
    assert answer.json()["code"] == "not_authenticated"


def test_a_lost_database_says_when_to_come_back(calm):
    for door in ("/test/faulty", "/api/v1/test/faulty"):
        answer = calm.get(f"{door}/database-away/")
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
