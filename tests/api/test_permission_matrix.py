"""Every operation of the description, tried by nine actors on everything it can be tried on, answers as declared."""

from __future__ import annotations

import json
import uuid

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests.api import described
from tests.api.expectations import ACTORS, OPERATIONS, World
from tests.cast import settle_in

FEWEST_CELLS = 4_000
SAFE = ("get", "head", "options")


def test_no_operation_is_without_a_declared_answer(db):
    known = set(described.operations())
    assert known - set(OPERATIONS) == set(), "declare in tests/api/expectations.py who may call these"
    assert set(OPERATIONS) - known == set(), "these are declared and do not exist"


def test_every_operation_says_who_may_call_it(db):
    for name, operation in described.operations().items():
        assert operation["x-roles"], name
        assert operation["x-act"], name


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """One world for all cells of a worker: each call is undone at once, and everything when the module is done."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = World(settle_in(timezone.now().date()))
        yield world, signed_in(world.cast)
        transaction.set_rollback(True)


def signed_in(cast) -> dict[str, Client]:
    found = {actor: Client() for actor in ACTORS}
    for actor, client in found.items():
        if actor != "nobody":
            client.force_login(cast.people[actor])
            client.get("/api/v1/me/")
    return found


def test_the_matrix_is_no_sample(standing, db, capsys):
    cells = sum(len(ACTORS) for operation in OPERATIONS.values() for _each in operation.variants(standing[0]))
    with capsys.disabled():
        print(f"\npermission matrix: {len(OPERATIONS)} operations, {cells} cells")
    assert cells >= FEWEST_CELLS


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_cell_of_the_matrix_answers_as_declared(standing, db, caplog, name):
    caplog.set_level("CRITICAL", logger="django.request")
    (world, clients), operation, wrong, tried = standing, OPERATIONS[name], [], 0
    assert described.operations()[name]["method"] == operation.method
    for variant in operation.variants(world):
        for actor in ACTORS:
            got = _try(clients[actor], operation, variant)
            tried += 1
            expected = operation.expect(actor, variant)
            if got.status_code != expected:
                about = (variant.owner, int(variant.level), variant.state, variant.path)
                wrong.append(f"{actor} {about}: {got.status_code}, not {expected} {_said(got)}")
    assert tried and wrong == [], "\n".join(wrong[:40])


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
