"""What is beyond a reader's clearance carries the word CANARY; it must never reach them, whatever door they knock at."""

from __future__ import annotations

import json

import pytest

from core.models import AuditRecord
from initiatives.models import Initiative
from outcomes.models import Measurement, RollUp
from tests.api.expectations import World
from tests.cast import make_initiative, make_update

CANARY = "CANARY"
READERS = ("liaison", "head", "liaison2", "leader", "admin")
LISTS = (
    "plans", "aims", "expected-results", "capabilities", "crosswalk", "indicators", "measurements", "weights",
    "judgements", "roll-ups", "initiatives", "updates", "people",
)  # fmt: skip
ORDERS = ("code", "-code", "title", "-title", "updated_at", "-updated_at", "starts_on", "ends_on")


@pytest.fixture
def world(cast):
    world = World(cast)
    # Nothing of a reader's own bureau is hidden from them: only others' work carries the mark for them.
    for (owner, level), work in cast.work.items():
        if level >= 2:
            Initiative.objects.filter(pk=work.pk).update(title=f"{CANARY}-{owner} {work.title}")
    return world


def strange(part: str, text: str) -> bool:
    """Whether the text holds a mark that is not of the reader's own bureau."""
    own = {"liaison": "own", "head": "own", "liaison2": "other"}.get(part)
    for mark in ("own", "other", "third"):
        text = text.replace(f"{CANARY}-{mark}", "") if mark == own else text
        text = text.replace(f"{CANARY} {mark}", "") if mark == own else text
    return CANARY in text


def all_rows(caller, path):
    found, path = [], path + ("&" if "?" in path else "?") + "page_size=200"
    while path:
        answer = caller.get(path)
        assert answer.status_code == 200, answer.data
        found += answer.data["results"]
        path = (answer.data["next"] or "").removeprefix("/api/v1/")
    return found


@pytest.mark.parametrize("part", READERS)
def test_no_list_shows_what_is_hidden(world, as_, part):
    caller = as_(world.cast.people[part])
    for name in LISTS:
        assert not strange(part, json.dumps(all_rows(caller, f"{name}/"))), name


@pytest.mark.parametrize("part", READERS)
def test_no_search_filter_order_or_count_knows_what_is_hidden(world, as_, part):
    caller, cast = as_(world.cast.people[part]), world.cast
    visible = {row["code"] for row in all_rows(caller, "initiatives/")}
    expected = set(Initiative.objects.visible_to(cast.people[part]).values_list("code", flat=True))
    assert visible == expected
    for order in ORDERS:
        assert {row["code"] for row in all_rows(caller, f"initiatives/?ordering={order}")} == expected
    counted = caller.get("initiatives/?count=true").data
    assert counted["count"] == len(expected)
    for level in ("restricted", "confidential"):
        found = all_rows(caller, f"initiatives/?handling={level}")
        assert {row["code"] for row in found} <= expected
    hidden = Initiative.objects.exclude(code__in=expected)
    for work in hidden:
        for query in (f"search={work.code}", f"search={work.title.replace(' ', '+')}"):
            found = caller.get(f"initiatives/?count=true&{query}").data
            assert found["count"] == len(found["results"])
            assert {row["code"] for row in found["results"]} <= expected
        assert caller.get(f"updates/?initiative={work.code}&count=true").data["count"] == 0
        assert caller.get(f"measurements/?initiative={work.code}&count=true").data["count"] == 0


@pytest.mark.parametrize("part", READERS)
def test_what_is_hidden_answers_like_what_does_not_exist(world, as_, part):
    caller, person = as_(world.cast.people[part]), world.cast.people[part]
    absent = body_of(caller.get("initiatives/IN-999999/"))
    assert absent["status"] == 404
    for work in Initiative.objects.exclude(pk__in=Initiative.objects.visible_to(person)):
        for answer in (
            caller.get(f"initiatives/{work.code}/"),
            caller.get(f"initiatives/{work.code}/", **{"If-None-Match": f'"{work.version}"'}),
            caller.patch(f"initiatives/{work.code}/", {"title": "x"}, version=work.version),
            caller.patch(f"initiatives/{work.code}/", {"nonsense": 1}),
        ):
            assert body_of(answer) == absent, work.code
    for (owner, level, state), update in world.cast.updates.items():
        if not type(update).objects.visible_to(person).filter(pk=update.pk).exists():
            nothing = body_of(caller.post("updates/999999999/validate/"))
            assert body_of(caller.post(f"updates/{update.pk}/validate/")) == nothing, (owner, level, state)


def body_of(answer) -> dict:
    """The body without what differs between any two requests."""
    return {name: value for name, value in answer.data.items() if name not in ("instance", "request_id")}


def test_naming_what_is_hidden_is_refused_like_naming_what_does_not_exist(world, as_):
    cast = world.cast
    caller, hidden = as_(cast.liaison), cast.work["other", 3]
    period = cast.periods["open"].code
    said = [
        caller.post("updates/", {"initiative": code, "period": period}, key=True).data["errors"][0]["detail"]
        for code in (hidden.code, "IN-999999")
    ]
    assert said[0].replace(hidden.code, "") == said[1].replace("IN-999999", "")
    day = str(cast.today)
    body = {
        "title": "x",
        "starts_on": day,
        "ends_on": day,
        "shares": [{"expected_result": cast.result.pk, "share": "1"}],
    }
    for field, secret, nothing in (
        ("indicators", "IND-CANARY", "IND-NOTHING"),
        ("responsible", cast.officer.pk, 999_999_999),
    ):
        first, second = (
            caller.post("initiatives/", {**body, field: [x] if field == "indicators" else x}, key=True).data
            for x in (secret, nothing)
        )
        assert str(first["errors"]).replace(str(secret), "") == str(second["errors"]).replace(str(nothing), "")
    for indicator in ("IND-CANARY", "IND-NOTHING"):
        assert caller.get(f"initiatives/?indicator={indicator}").data["results"] == []


def test_another_s_words_never_come_back_in_an_error(world, as_):
    cast = world.cast
    caller = as_(cast.liaison2)
    update = cast.updates["own", 1, "validated"]
    values = [{"indicator": "IND-CANARY", "state": "reported", "value": "1"}]
    mine = cast.updates["other", 1, "draft"]
    refused = caller.patch(f"updates/{mine.pk}/", {"values": values}, version=mine.version)
    assert refused.status_code == 400
    unknown = [{"indicator": "IND-NOTHING", "state": "reported", "value": "1"}]
    assert body_of(refused) == body_of(caller.patch(f"updates/{mine.pk}/", {"values": unknown}, version=mine.version))
    answer = caller.patch(f"updates/{update.pk}/", {"achieved": "x"}, version=99)
    assert answer.status_code == 403
    assert "current" not in answer.data


def test_a_summary_on_restricted_values_says_restricted_and_nothing_else(world, as_):
    RollUp.objects.update(actual=424242, progress="0.424242", leaves=42, counts={"on_track": 42})
    for part, own in (("leader", None), ("liaison", "own"), ("admin", None), ("officer", None)):
        rows = all_rows(as_(world.cast.people[part]), "roll-ups/")
        assert len(rows) == len(world.rollups)
        for row in rows:
            stored = RollUp.objects.select_related("bureau").get(pk=row["id"])
            own_code = world.cast.bureaus[own].code if own else None
            cleared = stored.highest_handling <= {"officer": 2}.get(part, 1)
            shown = stored.is_disclosable or cleared or row["bureau"] == own_code
            assert row["restricted"] is not shown
            assert (row["actual"] is None) is not shown
            assert ("42" in json.dumps({k: v for k, v in row.items() if k not in ("id", "node_id")})) is shown
    sought = as_(world.cast.leader).get("roll-ups/?status=on_track").data["results"]
    assert all(not row["restricted"] for row in sought)


def test_a_total_over_three_restricted_bureaus_is_for_everyone(world, as_):
    total = RollUp.objects.create(
        node_type="aim", node_id=world.cast.aim.pk, bureau=None, measure="results", status="on_track", actual=5,
        period=world.cast.periods["open"], highest_handling=3, is_disclosable=True, bureaus_known=3,
        computed_at=world.cast.at,
    )  # fmt: skip
    row = as_(world.cast.leader).get(f"roll-ups/{total.pk}/").data
    assert (row["restricted"], row["actual"]) == (False, "5")


def test_values_beyond_clearance_are_not_even_counted(world, as_):
    caller = as_(world.cast.leader)
    seen = caller.get("measurements/?indicator=IND-1&count=true").data
    assert seen["count"] == Measurement.objects.filter(handling__lte=1).count() < Measurement.objects.count()


@pytest.mark.parametrize("part", READERS)
def test_evidence_of_others_stays_with_them(world, as_, part):
    caller, cast = as_(world.cast.people[part]), world.cast
    for (owner, level, _state), proof in cast.evidence.items():
        own = {"liaison": "own", "head": "own", "liaison2": "other"}.get(part) == owner
        if level > 1 and not own:
            assert caller.get(f"evidence/{proof.public_id}/").status_code == 404
            assert caller.get(f"evidence/{proof.public_id}/file/").status_code == 404


def test_a_file_is_always_an_attachment(world, as_):
    proof = world.cast.evidence["own", 0, "draft"]
    answer = as_(world.cast.liaison).get(f"evidence/{proof.public_id}/file/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == b"proof"


def test_work_that_becomes_restricted_takes_its_values_along(small_cast, as_):
    cast = small_cast
    update = make_update(cast, make_initiative(cast, "other"), "submitted")
    assert as_(cast.officer).post(f"updates/{update.pk}/validate/", version=update.version).status_code == 200
    leader, code = as_(cast.leader), update.initiative.code
    assert leader.get(f"measurements/?initiative={code}").data["results"]
    work = Initiative.objects.get(pk=update.initiative_id)
    raised = as_(cast.liaison2).patch(f"initiatives/{code}/", {"handling": "confidential"}, version=work.version)
    assert raised.status_code == 200, raised.data
    for query in ("", "&all_revisions=true", f"&as_of={cast.today}"):
        assert leader.get(f"measurements/?initiative={code}{query}").data["results"] == []
    row = RollUp.objects.get(
        node_type="indicator", node_id=cast.indicator.pk, bureau=cast.bureaus["other"], period=cast.periods["open"],
        measure="results",
    )  # fmt: skip
    assert leader.get(f"roll-ups/{row.pk}/").data["restricted"] is True


def test_a_refusal_leaves_a_trace_and_a_flood_does_not(world, as_):
    leader = as_(world.cast.leader)
    for _ in range(35):
        assert leader.post("periods/nothing/close/", {"reason": "secret words"}).status_code in (403, 404)
        assert leader.get("audit-records/").status_code == 403
    said = AuditRecord.objects.filter(action="access.denied", actor_id=world.cast.leader.pk)
    assert said.count() == 30
    last = said.order_by("-seq").first()
    assert last.after == {"method": "GET", "path": "/api/v1/audit-records/"}
    assert "role" in last.reason
