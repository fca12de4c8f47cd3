"""A plan made, put in order, published and thinned out by the API alone, by the verbs that the pages use."""

from __future__ import annotations

import pytest

from core import audit
from core.models import AuditRecord, TextRevision
from core.translations import Translated
from goals.models import Aim, Plan
from objectives.models import Capability
from outcomes.models import ExpectedResult, RollUp


@pytest.fixture
def cast(small_cast):
    return small_cast


@pytest.fixture
def officer(cast, as_):
    return as_(cast.officer)


def said(english: str, **more) -> dict:
    return {"source": "en", "texts": {"en": english, **more}}


def fields(answer) -> set:
    return {error["field"] for error in answer.data["errors"]}


STRATEGY = {
    "kind": "strategy", "code": "cyber-2031", "title": said("Against cybercrime"), "start_on": "2031-01-01",
    "end_on": "2033-12-31", "predecessor": "framework",
}  # fmt: skip


def begin(officer, **more):
    made = officer.post("plans/", {**STRATEGY, **more}, key=True)
    assert made.status_code == 201, made.data
    return made.data


def test_a_strategy_is_made_filled_put_in_order_and_published_by_the_api_alone(officer, as_, cast):
    draft = begin(officer)
    assert (draft["status"], draft["version"], draft["predecessor"]) == ("draft", 1, "framework")
    assert draft["mandate"]["texts"] == {}
    assert draft["vision_title"] is None
    path = "plans/cyber-2031/"
    assert as_(cast.leader).get(path).status_code == 404
    refused = officer.post(f"{path}publish/", {"reason": "Adopted"}, version=1)
    assert refused.status_code == 400
    assert "at least one aim" in refused.data["detail"]
    first = officer.post("aims/", {"plan": "cyber-2031", "title": said("Second")}, key=True).data
    second = officer.post("aims/", {"plan": "cyber-2031", "title": said("First"), "text": said("Why")}, key=True).data
    assert (first["number"], second["number"]) == (1, 2)
    moved = officer.post(f"aims/{second['id']}/move/", {"up": True}, version=second["version"])
    assert (moved.status_code, moved.data["number"]) == (200, 1)
    assert officer.get(f"aims/{first['id']}/").data["number"] == 2
    result = officer.post("expected-results/", {"aim": second["id"], "text": said("A change")}, key=True)
    assert (result.status_code, result.data["origin"]) == (201, "source")
    made = officer.post("capabilities/", {"plan": "cyber-2031", "code": "labs", "name": said("Laboratories")}, key=True)
    assert (made.status_code, made.data["number"]) == (201, 1)
    worded = officer.patch(path, {"mandate": {"texts": {"en": "Given in 2030", "fr": "Donné en 2030"}}}, version=1)
    assert (worded.status_code, worded.data["mandate"]["texts"]["en"]) == (200, "Given in 2030")
    published = officer.post(f"{path}publish/", {"reason": "Adopted"}, version=worded.data["version"])
    assert (published.status_code, published.data["status"]) == (200, "in_force")
    assert as_(cast.leader).get(path).status_code == 200
    assert AuditRecord.objects.filter(action="plan.edited", reason="Adopted").exists()
    assert RollUp.objects.filter(node_type="aim", node_id=second["id"]).exists() is False  # its first period lies ahead
    assert audit.verify().is_intact


def test_a_plan_is_refused_with_every_field_that_is_at_fault(officer):
    wrong = {**STRATEGY, "code": "draft-plan", "end_on": "2030-01-01", "vision_title": said("Not of a strategy")}
    assert fields(officer.post("plans/", wrong, key=True)) == {"code", "end_on", "vision_title"}
    assert fields(officer.post("plans/", {**STRATEGY, "code": "-begins-badly"}, key=True)) == {"code"}
    assert fields(officer.post("plans/", {**STRATEGY, "start_on": "2001-01-01"}, key=True)) == {"predecessor"}
    assert Plan.objects.count() == 2


def test_the_same_request_twice_makes_one_plan_and_one_aim(officer):
    for _turn in range(2):
        officer.post("plans/", STRATEGY, key="plan")
        officer.post("aims/", {"plan": "cyber-2031", "title": said("Once")}, key="aim")
    assert Aim.objects.filter(plan__code="cyber-2031").count() == 1


def test_a_text_of_the_other_kind_is_refused_and_a_required_one_is_not_emptied(officer):
    begin(officer, mandate=said("Given"))
    path = "plans/cyber-2031/"
    assert fields(officer.patch(path, {"vision_text": {"texts": {"en": "x"}}}, version=1)) == {"vision_text"}
    assert fields(officer.patch(path, {"mandate": {"texts": {"en": ""}}}, version=1)) == {"mandate"}
    both = {"mandate": {"texts": {"en": "New"}}, "end_on": "2030-01-01", "reason": "x"}
    assert fields(officer.patch(path, both, version=1)) == {"end_on"}
    assert officer.get(path).data["mandate"]["texts"]["en"] == "Given"
    assert not TextRevision.objects.exists()


def test_what_a_required_text_said_before_is_kept(officer):
    changed = officer.patch("plans/framework/", {"vision_title": {"texts": {"en": "Clear sight"}}}, version=1)
    assert (changed.status_code, changed.data["vision_title"]["texts"]["en"]) == (200, "Clear sight")
    assert TextRevision.objects.get(field="vision_title").text.texts["en"] == "Vision"


def test_a_draft_that_lacks_something_is_not_published_by_the_way_of_a_change_either(officer):
    begin(officer)
    refused = officer.patch("plans/cyber-2031/", {"status": "in_force", "reason": "Adopted"}, version=1)
    assert refused.status_code == 400
    assert Plan.objects.get(code="cyber-2031").status == "draft"


def test_a_closed_plan_takes_nothing_more(officer):
    closed = officer.post("plans/framework/close/", {"reason": "Over"}, version=1)
    assert (closed.status_code, closed.data["status"]) == (200, "closed")
    assert officer.post("aims/", {"plan": "framework", "title": said("Late")}, key=True).data["code"] == "plan_closed"
    late = officer.post("capabilities/", {"plan": "framework", "code": "late", "name": said("Late")}, key=True)
    assert late.data["code"] == "plan_closed"
    assert officer.post("plans/framework/publish/", {"reason": "Again"}, version=closed.data["version"]).status_code == 409


def test_the_numbers_of_a_published_plan_stay(officer, cast):
    refused = officer.post(f"aims/{cast.aim.pk}/move/", {"up": True}, version=1)
    assert (refused.status_code, refused.data["code"]) == (409, "published")
    assert officer.post(f"capabilities/{cast.capability.pk}/move/", {"up": False}, version=1).data["code"] == "published"


def test_what_something_hangs_on_is_not_withdrawn_and_the_refusal_says_what(officer, cast):
    refused = officer.post(f"aims/{cast.aim.pk}/withdraw/", {"reason": "No longer"}, version=1)
    assert (refused.status_code, refused.data["code"]) == (409, "in_use")
    assert "1 expected result" in refused.data["detail"]
    assert officer.post(f"aims/{cast.aim.pk}/withdraw/", {"reason": "No longer"}, version=3).status_code == 412
    assert officer.post(f"aims/{cast.aim.pk}/withdraw/", {"reason": "No longer"}).status_code == 428


def test_a_part_of_a_published_plan_keeps_its_words_and_says_that_it_is_withdrawn(officer, cast):
    path = f"capabilities/{cast.capability.pk}/"
    assert officer.get(path).data["is_withdrawn"] is False
    assert officer.post(f"{path}withdraw/", {"reason": "Merged"}, version=1).status_code == 204
    after = officer.get(path).data
    assert (after["is_withdrawn"], after["name"]["texts"]["en"]) == (True, "Training")
    again = officer.post(f"{path}withdraw/", {"reason": "Merged"}, version=after["version"])
    assert (again.status_code, again.data["code"]) == (409, "withdrawn")


def test_a_part_of_a_draft_goes_altogether(officer, cast):
    begin(officer)
    aim = officer.post("aims/", {"plan": "cyber-2031", "title": said("Wrong")}, key=True).data
    result = officer.post("expected-results/", {"aim": aim["id"], "text": said("Wrong too")}, key=True).data
    assert officer.post(f"aims/{aim['id']}/withdraw/", {"reason": "x"}, version=1).data["code"] == "in_use"
    assert officer.post(f"expected-results/{result['id']}/withdraw/", {"reason": "x"}, version=1).status_code == 204
    assert officer.get(f"expected-results/{result['id']}/").status_code == 404
    assert officer.post(f"aims/{aim['id']}/withdraw/", {"reason": "x"}, version=1).status_code == 204
    assert not ExpectedResult.objects.filter(pk=result["id"]).exists()
    assert AuditRecord.objects.get(action="aim.removed").before["title"]["texts"]["en"] == "Wrong"


def test_a_capability_is_renamed_and_its_translations_are_stale(officer, cast):
    Capability.objects.filter(pk=cast.capability.pk).update(name=Translated.from_json(said("Training", fr="Formation")))
    named = officer.patch(f"capabilities/{cast.capability.pk}/", {"name": {"texts": {"en": "Skills"}}}, version=1)
    assert (named.status_code, named.data["name"]["states"]["fr"], named.data["version"]) == (200, "stale", 2)
    assert fields(officer.patch(f"capabilities/{cast.capability.pk}/", {"name": {"texts": {"en": ""}}}, version=2)) == {"name"}
    assert officer.post("capabilities/", {"plan": "framework", "code": "TRAINING", "name": said("x")}, key=True).status_code == 400
