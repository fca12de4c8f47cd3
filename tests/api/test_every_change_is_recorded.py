"""Every write leaves its record in the trail: who, when, what, why and by which request; without it nothing changes."""

from __future__ import annotations

import json
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from core import audit
from core.models import AuditRecord
from initiatives.models import Initiative
from tests.api.expectations import EVERYONE, OPERATIONS, World
from tests.cast import make_initiative

# The spare parts of the matrix may be the first of their plan, and the first one moved up stays where it is.
STAYS = {"aims_move", "capabilities_move", "expected_results_move"}


@pytest.fixture
def world(cast):
    return World(cast)


@pytest.fixture
def clients(cast):
    found = {part: Client() for part in EVERYONE}
    for part, client in found.items():
        client.force_login(cast.people[part])
        client.get("/api/v1/me/")
    return found


def call(client, operation, variant):
    headers = {"Idempotency-Key": uuid.uuid4().hex} if operation.has_key else {}
    headers |= {"If-Match": f'"{variant.version}"'} if variant.version is not None else {}
    body = variant.body if isinstance(variant.body, bytes) else "" if variant.body is None else json.dumps(variant.body)
    return client.generic(
        operation.method, f"/api/v1/{variant.path}", body, content_type=variant.content_type, headers=headers
    )


def trace_of(operation, world, clients) -> list | None:
    """The records of the first call that is answered with success; None where nobody may."""
    for variant in operation.variants(world):
        for part in sorted(EVERYONE):
            if operation.expect(part, variant) >= 300:
                continue
            with transaction.atomic():
                answer = call(clients[part], operation, variant)
                rows = AuditRecord.objects.filter(request_id=answer.headers["X-Request-Id"])
                found = [(row.actor_id, row.action, bool(row.at)) for row in rows]
                transaction.set_rollback(True)
            assert answer.status_code < 300, (variant.path, answer.content)
            return [one for one in found if one[0] == world.cast.people[part].pk]
    return None


def test_every_operation_that_changes_something_leaves_its_record(world, clients, capsys):
    without, tried = [], 0
    for name, operation in OPERATIONS.items():
        if operation.method == "GET" or "preview" in name or name in STAYS:
            continue
        found = trace_of(operation, world, clients)
        tried += found is not None
        if found == []:
            without.append(name)
    with capsys.disabled():
        print(f"\nrecords: {tried} operations that change something, {len(without)} without a record")
    assert without == [], without
    assert tried >= 60


def test_where_the_trail_cannot_be_written_nothing_is_changed(small_cast, as_, monkeypatch):
    """Fail closed: a change that could not be recorded is no change."""
    work = make_initiative(small_cast, "own")

    def refuse(*_args, **_kwargs):
        raise DatabaseError("the trail is full")

    liaison = as_(small_cast.liaison)
    liaison.client.raise_request_exception = False
    monkeypatch.setattr(audit.writing, "insert", refuse)
    answer = liaison.patch(f"initiatives/{work.code}/", {"title": "Unseen"}, version=1)
    assert answer.status_code == 500
    assert Initiative.objects.get(pk=work.pk).title != "Unseen"
