"""Every operation of the description, tried by nine actors on everything it can be tried on, answers as declared."""

from __future__ import annotations

import json
import os
import uuid
from collections import Counter

import pytest
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from tests.api.expectations import ACTORS, OPERATIONS, World

FEWEST_CELLS = 4_000
SAFE = ("get", "head", "options")


def described_operations() -> dict[str, dict]:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return {
        operation["operationId"]: {**operation, "path": path, "method": method.upper()}
        for path, methods in schema["paths"].items()
        if path.startswith("/api/v1/")
        for method, operation in methods.items()
    }


def test_no_operation_is_without_a_declared_answer(db):
    described = set(described_operations())
    assert described - set(OPERATIONS) == set(), "declare in tests/api/expectations.py who may call these"
    assert set(OPERATIONS) - described == set(), "these are declared and do not exist"


def test_every_operation_says_who_may_call_it(db):
    for name, operation in described_operations().items():
        assert operation["x-roles"], name
        assert operation["x-act"], name


@pytest.fixture
def world(cast):
    return World(cast)


@pytest.fixture
def clients(cast):
    found = {actor: Client() for actor in ACTORS}
    for actor, client in found.items():
        if actor != "nobody":
            client.force_login(cast.people[actor])
            client.get("/api/v1/me/")
    return found


def test_every_cell_of_the_matrix_answers_as_declared(world, clients, capsys, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    cells, wrong, methods = Counter(), [], described_operations()
    only = os.environ.get("MATRIX_ONLY", "")
    for name, operation in OPERATIONS.items():
        if not name.startswith(only):
            continue
        assert methods[name]["method"] == operation.method, name
        for variant in operation.variants(world):
            for actor in ACTORS:
                got = _try(clients[actor], operation, variant)
                expected = operation.expect(actor, variant)
                cells[name] += 1
                if got.status_code != expected:
                    about = (variant.owner, int(variant.level), variant.state, variant.path)
                    wrong.append(f"{name} {actor} {about}: {got.status_code}, not {expected} {_said(got)}")
    total = sum(cells.values())
    with capsys.disabled():
        print(f"\npermission matrix: {len(cells)} operations, {total} cells, {len(wrong)} wrong")
    assert wrong == [], "\n".join(wrong[:40])
    assert total >= FEWEST_CELLS or only


def _said(answer) -> str:
    return "a file" if answer.streaming else answer.content.decode()[:200]


def _try(client, operation, variant):
    """One call, and nothing of it stays."""
    headers = {"Idempotency-Key": uuid.uuid4().hex} if operation.has_key else {}
    if variant.version is not None:
        headers["If-Match"] = f'"{variant.version}"'
    body = (
        variant.body
        if isinstance(variant.body, bytes)
        else json.dumps(variant.body)
        if variant.body is not None
        else ""
    )
    with transaction.atomic():
        answer = client.generic(
            operation.method, f"/api/v1/{variant.path}", body, content_type=variant.content_type, headers=headers
        )
        if answer.streaming:
            b"".join(answer)
        transaction.set_rollback(True)
    return answer
