"""Every write leaves its record in the trail: who, when, what, why and by which request; without it nothing changes."""

from __future__ import annotations

import json
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from core import audit
from core.models import AuditRecord
from core.traces import DENIED, EXPORTED
from initiatives.models import Initiative
from tests.api import described
from tests.api.expectations import EVERYONE, OPERATIONS, World
from tests.cast import make_initiative

# The spare parts of the matrix may be the first of their plan, and the first one moved up stays where it is.
# What was before is a secret and what is now is nothing: the act and its target say all.
NAMED_BY_THE_ACT = {"people_invite", "people_reset_password"}
SECRETS = ("password", "pbkdf2", "argon2", "token_key", "digest")
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
                found = [row for row in rows if row.actor_id == world.cast.people[part].pk]
                transaction.set_rollback(True)
            assert answer.status_code < 300, (variant.path, answer.content)
            return found
    return None


def test_every_operation_that_changes_something_leaves_its_record(world, clients, capsys):
    without, tried = [], 0
    for name, operation in OPERATIONS.items():
        if operation.method == "GET" or "preview" in name or name in STAYS:
            continue
        found = trace_of(operation, world, clients)
        tried += found is not None
        if found is not None and not any(says_all(row, name in NAMED_BY_THE_ACT) for row in found):
            without.append(name)
        assert not any(secret in str([row.before, row.after]).lower() for row in found or () for secret in SECRETS), name
    with capsys.disabled():
        print(f"\nrecords: {tried} operations that change something, {len(without)} without a record")
    assert without == [], without
    assert tried >= 60


def says_all(row: AuditRecord, is_named: bool) -> bool:
    """Who, when, what, to which thing, and what it was or became."""
    is_told = bool(row.actor_label and row.at and row.action and row.target_type and row.target_id)
    return is_told and bool(is_named or row.before or row.after or row.reason)


def test_every_operation_that_refuses_somebody_leaves_its_record(world, clients, capsys):
    wrong, refused = [], 0
    for name, operation in OPERATIONS.items():
        told = refusal_of(operation, world, clients)
        if told is None:
            continue
        refused += 1
        part, path, status, rows = told
        seen = [(row.action, row.actor_id, row.after) for row in rows]
        wanted = [(DENIED, world.cast.people[part].pk, {"method": operation.method, "path": path.partition("?")[0]})]
        if status != 403 or seen != wanted or not rows[0].reason:
            wrong.append((name, part, status, seen))
    with capsys.disabled():
        print(f"\nrefusals: {refused} operations that refuse somebody, {len(wrong)} without their record")
    assert wrong == []
    assert refused >= 60


def refusal_of(operation, world, clients) -> tuple | None:
    """Who was refused first, where, how, and what the trail says of it; None where nobody is."""
    for variant in operation.variants(world):
        for part in sorted(EVERYONE):
            if operation.expect(part, variant) == 403:
                with transaction.atomic():
                    answer = call(clients[part], operation, variant)
                    rows = list(AuditRecord.objects.filter(request_id=answer.headers["X-Request-Id"]))
                    transaction.set_rollback(True)
                return part, f"/api/v1/{variant.path}", answer.status_code, rows
    return None


def test_every_file_of_the_api_that_is_taken_leaves_its_record(world, clients):
    files = {name for name, operation in described.operations().items() if is_file(operation)} | {"editions_snapshot"}
    for name in files:
        found = trace_of(OPERATIONS[name], world, clients)
        assert found, name
        assert {row.action for row in found} & {EXPORTED, "edition.downloaded"}, (name, [row.action for row in found])
    assert {"editions_file", "evidence_file"} <= files


def is_file(operation: dict) -> bool:
    return any("*/*" in each.get("content", {}) for each in operation["responses"].values())


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
