"""The description and the API agree: what it generates never crashes the API and every answer has the described shape."""

from __future__ import annotations

import os
import re
import uuid
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import hypothesis
import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from knox.models import AuthToken
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.expectations import EVERYONE, OPERATIONS, World
from tests.cast import settle_in

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))  # for each operation and person; `make fuzz` asks for more
IS_NIGHTLY = "FUZZ_EXAMPLES" in os.environ
SEED = os.environ.get("FUZZ_SEED")  # none: the same calls each time
ACTORS = ("liaison", "officer", "auditor")
NO_CHECKS = list(HealthCheck)
CHECKS = [content_type_conformance, response_schema_conformance, status_code_conformance]


@pytest.fixture
def world(cast):
    return World(cast)


@pytest.fixture
def one_connection():
    """Calls from outside the test client stay in the test's own transaction."""
    moments = signals.request_started, signals.request_finished
    for moment in moments:
        moment.disconnect(close_old_connections)
    yield
    for moment in moments:
        moment.connect(close_old_connections)


@pytest.fixture
def described(world, one_connection):
    return schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())


def seeded(test):
    return test if SEED is None else hypothesis.seed(int(SEED))(test)


def actors_of(number: int) -> tuple[str, ...]:
    """Who calls the operation: one person in turn, or everyone at night."""
    return tuple(sorted(EVERYONE)) if IS_NIGHTLY else (ACTORS[number % len(ACTORS)],)


def try_operation(operation, token: str) -> tuple[int, list]:
    """Calls it with what its description generates; how often, and what was wrong."""
    statuses, wrong = [], []

    @seeded
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=SEED is None, suppress_health_check=NO_CHECKS
    )
    @given(case=operation.as_strategy())
    def try_it(case):
        case.headers = {**(case.headers or {}), "Authorization": f"Token {token}", "Accept-Encoding": "identity"}
        if "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = uuid.uuid4().hex
        with transaction.atomic():
            answer = case.call()
            transaction.set_rollback(True)
        statuses.append(answer.status_code)
        if answer.status_code >= 500:
            wrong.append((case.method, case.path, answer.status_code, answer.content[:200]))
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as failures:
            wrong.extend((case.method, case.path, answer.status_code, str(each)[:400]) for each in failures.exceptions)

    try_it()
    return len(statuses), wrong


def test_generated_calls_never_crash_and_answers_have_the_described_shape(world, described, capsys, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    tokens = {part: AuthToken.objects.create(world.cast.people[part])[1] for part in EVERYONE}
    calls, wrong, operations = 0, [], 0
    for found in described.get_all_operations():
        operation = found.ok()
        if operation.path.startswith("/api/schema"):
            continue
        for part in actors_of(operations):
            tried, faults = try_operation(operation, tokens[part])
            calls, wrong = calls + tried, wrong + [(part, *fault) for fault in faults]
        operations += 1
    with capsys.disabled():
        print(f"\nschemathesis: {operations} operations, {calls} calls, {len(wrong)} wrong")
    assert wrong == [], "\n\n".join(str(each) for each in wrong[:20])


def case_of(operation, variant, token: str):
    """The variant of the matrix as a call that schemathesis can check."""
    pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", operation.path)
    address = urlsplit(f"/api/v1/{variant.path}")
    headers = {"Authorization": f"Token {token}", "Accept-Encoding": "identity", "Idempotency-Key": uuid.uuid4().hex}
    if variant.version is not None:
        headers["If-Match"] = f'"{variant.version}"'
    body = {} if variant.body is None else {"body": variant.body, "media_type": "application/json"}
    return operation.Case(
        path_parameters=re.fullmatch(pattern, address.path).groupdict(),
        query=dict(parse_qsl(address.query)),
        headers=headers,
        **body,
    )


def test_every_success_of_the_matrix_has_the_described_shape(world, described, caplog, capsys):
    caplog.set_level("CRITICAL", logger="django.request")
    tokens = {part: AuthToken.objects.create(world.cast.people[part])[1] for part in EVERYONE}
    by_name = {found.ok().definition.raw["operationId"]: found.ok() for found in described.get_all_operations()}
    wrong, tried = [], set()
    for name, operation in OPERATIONS.items():
        for variant in operation.variants(world):
            able = [part for part in sorted(EVERYONE) if operation.expect(part, variant) < 300]
            if not able or isinstance(variant.body, bytes) or name in tried or name == "tokens_destroy":
                continue
            case = case_of(by_name[name], variant, tokens[able[0]])
            with transaction.atomic():
                answer = case.call()
                transaction.set_rollback(True)
            tried.add(name)
            assert answer.status_code < 300, (name, answer.content)
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as failures:
                wrong.extend((name, str(each)[:600]) for each in failures.exceptions)
    with capsys.disabled():
        print(f"\nshapes: {len(tried)} operations answered with success, {len(wrong)} not as described")
    assert wrong == [], "\n\n".join(str(each) for each in wrong[:20])
    with_files = {"updates_add_evidence", "workbooks_bring", "workbook_files_apply"}
    assert set(OPERATIONS) - tried == {*with_files, "tokens_destroy"}


@pytest.mark.parametrize("part", [None, "leader"])
def test_the_description_and_its_page_are_open_where_data_is_invented(db, part, settings):
    client = Client()
    assert client.get("/api/schema/").status_code == 200
    assert client.get("/api/docs/").status_code == 200
    settings.DEMO = False
    if part:
        client.force_login(settle_in(date(2026, 11, 20), with_work=False).people[part])
    expected = 200 if part else (401, 403, 302)
    for path in ("/api/schema/", "/api/docs/"):
        status = client.get(path).status_code
        assert status == expected if part else status in expected
