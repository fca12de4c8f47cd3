"""Whatever is sent, the answer is a refusal that can be read or a success; never a crash."""

from __future__ import annotations

import itertools
import json

import pytest
from django.db import connection, transaction

from tests.api import described, poison
from tests.api.expectations import OPERATIONS, World

WRITES = {
    "initiatives_create": ("POST", "liaison"),
    "initiatives_partial_update": ("PATCH", "liaison"),
    "updates_create": ("POST", "liaison"),
    "updates_partial_update": ("PATCH", "liaison"),
    "updates_submit": ("POST", "liaison"),
    "updates_return_to_author": ("POST", "officer"),
    "updates_comment": ("POST", "officer"),
    "indicators_set_target": ("POST", "officer"),
    "weights_create": ("POST", "officer"),
    "judgements_create": ("POST", "officer"),
    "report_definitions_create": ("POST", "officer"),
    "report_definitions_request_edition": ("POST", "officer"),
    "me_set_preferences": ("PATCH", "leader"),
    "tokens_create": ("POST", "leader"),
    "periods_close": ("POST", "officer"),
}


@pytest.fixture
def world(cast):
    return World(cast)


def properties(operation: dict) -> dict:
    return described.shape(operation["requestBody"]["content"]["application/json"]["schema"]).get("properties", {})


def whole_body(world, name: str) -> dict:
    """A body that is well but for what a test spoils in it."""
    for variant in OPERATIONS[name].variants(world):
        if variant.owner in ("", "own") and variant.state in ("", "draft", "submitted", "open"):
            return dict(variant.body or {}), variant
    raise AssertionError(name)


def sane(answer) -> bool:
    if answer.status_code >= 500:
        return False
    if answer.status_code >= 400:
        problem = json.loads(answer.content)
        return answer["Content-Type"] == "application/problem+json" and problem["status"] == answer.status_code
    return True


def spoiled(whole: dict, field: str, raw: str) -> str:
    rest = {name: value for name, value in whole.items() if name != field}
    return (
        "{"
        + ", ".join([*(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in rest.items()), f"{json.dumps(field)}: {raw}"])
        + "}"
    )


def test_no_poisoned_value_crashes_a_write(world, as_, capsys, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    assert len(poison.VALUES) + len(poison.BODIES) + len(poison.PARAMETERS) + len(poison.HEADERS) >= 300
    tried, crashed = 0, []
    for turn, (name, (method, part)) in enumerate(WRITES.items()):
        caller, (whole, variant) = as_(world.cast.people[part]), whole_body(world, name)
        fields = list(properties(described.operations()[name]))
        for place, raw in list(enumerate(poison.VALUES))[turn % 3 :: 3]:
            # Each value goes to one field of every third write, in turn, so that every field meets many of them.
            for field in {fields[(place * 7 + 3) % len(fields)]}:
                with transaction.atomic():
                    answer = caller.ask(
                        method, variant.path, spoiled(whole, field, raw), version=variant.version, key=True
                    )
                    if not connection.needs_rollback:
                        connection.check_constraints()
                    transaction.set_rollback(True)
                tried += 1
                if not sane(answer):
                    crashed.append((name, field, raw[:60], answer.status_code))
    with capsys.disabled():
        print(f"\npoison: {len(poison.VALUES)} values, {tried} bodies, {len(crashed)} crashes")
    assert crashed == []


def test_no_broken_body_crashes(world, as_, capsys, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    crashed, tried = [], 0
    for name, (method, part) in WRITES.items():
        caller, (_whole, variant) = as_(world.cast.people[part]), whole_body(world, name)
        for body in poison.BODIES:
            with transaction.atomic():
                answer = caller.ask(method, variant.path, body, version=variant.version, key=True)
                transaction.set_rollback(True)
            tried += 1
            if not sane(answer):
                crashed.append((name, body[:40], answer.status_code))
    with capsys.disabled():
        print(f"\nbroken bodies: {len(poison.BODIES)} of them, {tried} tries, {len(crashed)} crashes")
    assert crashed == []


def test_no_parameter_crashes_a_list(world, as_, capsys, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    caller, crashed, tried = as_(world.cast.auditor), [], 0
    for operation in described.operations().values():
        if operation["method"] != "GET" or "{" in operation["path"]:
            continue
        path = operation["path"].removeprefix("/api/v1/")
        names = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
        for place, name in enumerate([*names, "unheard_of"]):
            for value in itertools.islice(itertools.cycle(poison.PARAMETERS), place * 11, place * 11 + 8):
                with transaction.atomic():
                    answer = caller.get(f"{path}?{name}={value}")
                    transaction.set_rollback(True)
                tried += 1
                if not sane(answer):
                    crashed.append((path, name, value, answer.status_code))
                if name == "unheard_of":
                    assert answer.status_code == 400
    with capsys.disabled():
        print(f"\nparameters: {tried} tries, {len(crashed)} crashes")
    assert crashed == []


def test_no_address_or_header_crashes(world, as_, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    caller, work = as_(world.cast.liaison), world.cast.work["own", 1]
    for value in poison.PARAMETERS:
        for path in (f"initiatives/{value}/", f"updates/{value}/", f"evidence/{value}/file/", f"progress/aim/{value}/"):
            assert caller.get(path).status_code in (400, 404, 301), path
    assert caller.get("updates/\u0661/").status_code == 404
    for value in poison.HEADERS:
        for answer in (
            caller.patch(f"initiatives/{work.code}/", {"title": "x"}, **{"If-Match": value}),
            caller.get(f"initiatives/{work.code}/", **{"If-None-Match": value}),
            caller.post("updates/", {}, key=value),
            as_().get("me/", Authorization=f"Token {value}"),
            as_().get("me/", Authorization=value),
        ):
            assert sane(answer), value


def test_a_page_of_a_list_cannot_be_too_long_or_of_another_order(world, as_):
    caller = as_(world.cast.officer)
    for size in ("0", "1001", "-1", "x", "1.5", "٣"):
        assert caller.get(f"initiatives/?page_size={size}").status_code == 400
    following = caller.get("initiatives/?page_size=2&ordering=code").data["next"].removeprefix("/api/v1/")
    assert caller.get(following).status_code == 200
    assert caller.get(following.replace("ordering=code", "ordering=-code")).status_code == 400
    assert caller.get("initiatives/?cursor=" + "x" * 50).status_code == 400
    assert caller.get("initiatives/?ordering=budget_eur").status_code == 400


def test_methods_that_are_not_offered_are_refused_by_name(world, as_):
    caller = as_(world.cast.officer)
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"):
        answer = caller.ask(method, "initiatives/")
        assert answer.status_code == 405, method
        assert "GET" in answer.headers["Allow"]
    assert caller.ask("PROPFIND", "initiatives/").status_code == 405
