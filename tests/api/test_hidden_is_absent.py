"""For every operation on one thing: what is hidden answers as what is not there, whatever is sent with the question; and orders."""

from __future__ import annotations

import json
import re

import pytest
from django.db import transaction
from django.test import Client

from interpol_strategy.api import router
from tests.api import described
from tests.api.expectations import ACTORS, NOT_SIGNED_IN, OPERATIONS, World

ABSENT = ("IN-999999", "999999999", "nothing", "00000000-0000-0000-0000-000000000000", "ZZ", "0" * 8)
# Sent with a question: nothing, what a reader may have of it already, and a version that they would have to know.
CONDITIONS = ({}, {"If-None-Match": '"1"'}, {"If-None-Match": "*"}, {"If-Match": '"1"'})
LEFT_OUT = ("instance", "request_id")


@pytest.fixture
def world(cast):
    return World(cast)


@pytest.fixture
def doors(cast) -> dict[str, Client]:
    found = {actor: Client() for actor in ACTORS if actor not in NOT_SIGNED_IN}
    for actor, client in found.items():
        client.force_login(cast.people[actor])
        client.get("/api/v1/me/")
    return found


def absent_path(name: str, path: str) -> str:
    """The same address about something that there is none of."""
    template = described.operations()[name]["path"]
    pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template))
    parts = pattern.fullmatch(f"/api/v1/{path.partition('?')[0]}").groupdict()
    key, value = next(iter(parts.items()))
    wanted = next(one for one in ABSENT if _is_like(one, value))
    return template.format(**{**parts, key: wanted}) + ("?" + path.partition("?")[2] if "?" in path else "")


def _is_like(one: str, value: str) -> bool:
    shape = r"IN-\d+|\d+|[0-9a-f]{8}(?:-[0-9a-f]+){4}"
    return bool(re.fullmatch(shape, one)) == bool(re.fullmatch(shape, value)) and (
        one.isdigit() == value.isdigit() and one.startswith("IN-") == value.startswith("IN-") and one.count("-") == value.count("-")
        or not re.fullmatch(shape, one)
    )


def told(client, operation, path: str, variant, headers: dict) -> tuple:
    body = variant.body if isinstance(variant.body, bytes) else "" if variant.body is None else json.dumps(variant.body)
    if operation.has_key:
        headers = {**headers, "Idempotency-Key": "the same for both"}
    with transaction.atomic():
        answer = client.generic(operation.method, path, body, content_type=variant.content_type, headers=headers)
        transaction.set_rollback(True)
    words = json.loads(answer.content) if answer.content and "json" in answer["Content-Type"] else answer.content
    if isinstance(words, dict):
        words = {name: value for name, value in words.items() if name not in LEFT_OUT}
    return answer.status_code, words, answer.get("ETag")


def test_what_is_hidden_answers_as_what_is_not_there(world, doors, capsys, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    tried, wrong = set(), []
    for name, operation in OPERATIONS.items():
        if "{" not in described.operations()[name]["path"]:
            continue
        for variant in operation.variants(world):
            for actor, client in doors.items():
                if operation.expect(actor, variant) != 404 or (name, actor) in tried:
                    continue
                tried.add((name, actor))
                for condition in CONDITIONS:
                    hidden = told(client, operation, f"/api/v1/{variant.path}", variant, condition)
                    absent = told(client, operation, absent_path(name, variant.path), variant, condition)
                    if hidden != absent or hidden[0] not in (404, 428):
                        wrong.append((name, actor, condition, hidden, absent))
    with capsys.disabled():
        print(f"\nhidden as absent: {len(tried)} operations x readers, {len(CONDITIONS)} conditions each, {len(wrong)} told apart")
    assert wrong == [], "\n".join(map(str, wrong[:20]))
    assert len(tried) >= 60


def lists() -> dict[str, type]:
    known = {prefix: resource for prefix, resource, _name in router.registry if "list" in resource.POLICY}
    return {prefix: resource for prefix, resource in known.items() if getattr(resource, "filterset_class", None)}


@pytest.mark.parametrize("part", ["liaison", "leader", "officer"])
def test_no_order_brings_up_another_row(world, doors, part):
    """Turned round or not, by any name that a list is ordered by, the rows are the same ones."""
    tried = 0
    for prefix, resource in lists().items():
        if OPERATIONS[f"{prefix.replace('-', '_')}_list"].expect(part, None) != 200:
            continue
        usual = rows(doors[part], f"/api/v1/{prefix}/?page_size=1000")
        for order in resource.filterset_class.ORDERS:
            for turned in (order, f"-{order}"):
                assert rows(doors[part], f"/api/v1/{prefix}/?page_size=1000&ordering={turned}") == usual, (prefix, turned)
                tried += 1
    assert tried >= 60


def rows(client, address: str) -> set[str]:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.content)
    return {json.dumps(row, sort_keys=True) for row in answer.json()["results"]}


@pytest.mark.parametrize("column", ["handling", "lead_bureau__handling", "author", "password", "updates__achieved", "?", "pk"])
def test_nothing_is_ordered_by_what_a_list_does_not_offer(world, doors, column):
    """An order by a hidden column would tell its values one comparison at a time."""
    for prefix, resource in lists().items():
        if column in resource.filterset_class.ORDERS:
            continue
        answer = doors["officer"].get(f"/api/v1/{prefix}/?ordering={column}")
        assert answer.status_code in (400, 403), (prefix, column)


FILTERS_OF_WORK = ("initiative__title", "initiative__handling", "search__achieved", "author__email", "handling__gte", "handling__in")


@pytest.mark.parametrize("name", FILTERS_OF_WORK)
def test_nothing_is_asked_for_by_what_a_list_does_not_offer(world, doors, name):
    for prefix in ("initiatives", "updates", "measurements", "roll-ups", "people"):
        assert doors["leader"].get(f"/api/v1/{prefix}/?{name}=CANARY").status_code == 400
