"""What officers change in plans and indicators, what it leaves behind, and what is refused."""

from __future__ import annotations

import re

import pytest

from core import audit
from core.models import AuditRecord, Period, TextRevision
from core.translations import Translated
from goals.models import Plan
from outcomes.models import Measurement
from tests.cast import make_initiative


@pytest.fixture
def cast(small_cast):
    return small_cast


@pytest.fixture
def officer(cast, as_):
    return as_(cast.officer)


def fields(answer) -> set:
    return {error["field"] for error in answer.data["errors"]}


def test_a_rewritten_source_text_is_kept_and_its_translations_are_stale(cast, officer):
    aim = cast.aim
    text = Translated(
        source="fr", texts={"fr": "But", "en": "Goal"}, states={"en": {"state": "approved", "of_version": 1}}
    )
    type(aim).objects.filter(pk=aim.pk).update(title=text)
    changed = officer.patch(f"aims/{aim.pk}/", {"title": {"texts": {"fr": "But neuf"}}, "reason": "Typo"}, version=1)
    assert changed.status_code == 200, changed.data
    assert changed.data["title"]["texts"] == {"fr": "But neuf", "en": "Goal"}
    assert changed.data["title"]["states"] == {"ar": "missing", "en": "stale", "es": "missing", "fr": "source"}
    kept = TextRevision.objects.get()
    assert (kept.target_id, kept.field, kept.version, kept.text.texts["fr"]) == (str(aim.pk), "title", 1, "But")
    approved = officer.patch(f"aims/{aim.pk}/", {"title": {"texts": {"en": "New goal"}, "approved": ["en"]}}, version=2)
    assert approved.data["title"]["states"]["en"] == "approved"
    trace = AuditRecord.objects.filter(action="aim.edited").order_by("seq").first()
    assert trace.before["title"]["texts"]["fr"] == "But"
    assert trace.reason == "Typo"
    assert audit.verify().is_intact


def test_a_change_of_nothing_moves_no_version(cast, officer):
    same = officer.patch(f"aims/{cast.aim.pk}/", {"title": {"texts": {"en": "Aim one"}}}, version=1)
    assert (same.status_code, same.data["version"]) == (200, 1)
    assert not AuditRecord.objects.filter(action="aim.edited").exists()


def test_a_source_text_cannot_be_emptied(cast, officer):
    for emptied in ({"en": ""}, {"en": "", "fr": "Une traduction de rien"}):
        assert fields(officer.patch(f"aims/{cast.aim.pk}/", {"title": {"texts": emptied}}, version=1)) == {"title"}


def test_a_plan_goes_forward_with_a_reason(cast, officer):
    path = "plans/draft-plan/"
    assert fields(officer.patch(path, {"status": "in_force"}, version=1)) == {"reason"}
    assert officer.patch(path, {"status": "closed", "reason": "x"}, version=1).status_code == 409
    forward = officer.patch(path, {"status": "in_force", "reason": "Adopted"}, version=1)
    assert forward.data["status"] == "in_force"
    assert officer.patch(path, {"status": "draft", "reason": "x"}, version=2).status_code == 409
    late = officer.patch(path, {"end_on": "1999-01-01", "reason": "x"}, version=2)
    assert fields(late) == {"end_on"}


def test_an_indicator_is_proposed_adopted_and_keeps_its_meaning(cast, officer):
    body = {
        "expected_result": cast.result.pk, "code": "NEW-1", "kind": "level",
        "name": {"source": "en", "texts": {"en": "Number"}},
    }  # fmt: skip
    made = officer.post("indicators/", body, key=True)
    assert made.status_code == 201, made.data
    assert (made.data["state"], made.data["handling"]) == ("proposed", "internal")
    assert fields(officer.post("indicators/", {**body, "code": "new-1"}, key=True)) == {"code"}
    assert fields(officer.post("indicators/", {**body, "code": "X", "kind": "maintain"}, key=True)) == {"direction"}
    assert fields(officer.post("indicators/", {**body, "code": "X/Y"}, key=True)) == {"code"}
    adopted = officer.patch("indicators/NEW-1/", {"state": "adopted"}, version=1)
    assert adopted.data["state"] == "adopted"
    assert fields(officer.patch("indicators/NEW-1/", {"owner": "X"}, version=2)) == {"reason"}
    assert officer.patch("indicators/NEW-1/", {"owner": "X", "reason": "Moved"}, version=2).status_code == 200


def test_a_unit_does_not_change_under_values(cast, officer):
    Measurement.objects.create(
        indicator=cast.indicator, period=cast.periods["open"], state="reported", value=1, observed_on=cast.today,
        recorded_at=cast.at,
    )  # fmt: skip
    refused = officer.patch("indicators/IND-1/", {"unit": "percent"}, version=1)
    assert (refused.status_code, refused.data["code"]) == (409, "has_values")


def test_a_derived_result_keeps_its_passage(cast, officer):
    body = {"aim": cast.aim.pk, "text": {"source": "en", "texts": {"en": "More"}}, "source_passage": "The words"}
    made = officer.post("expected-results/", body, key=True)
    assert (made.data["number"], made.data["origin"], made.data["source_passage"]) == (2, "derived", "The words")
    Plan.objects.filter(pk=cast.plan.pk).update(source_name="framework.pdf")
    assert fields(officer.post("expected-results/", {**body, "source_passage": ""}, key=True)) == {"source_passage"}


def test_a_link_between_plans_is_proposed_once_and_then_approved(cast, officer):
    body = {"kind": "continued", "from_aim": cast.draft_aim.pk, "to_aim": cast.aim.pk}
    made = officer.post("crosswalk/", body, key=True)
    assert (made.status_code, made.data["state"]) == (201, "proposed")
    assert officer.post("crosswalk/", body, key=True).status_code == 409
    assert officer.patch(f"crosswalk/{made.data['id']}/", {"state": "approved"}, version=1).data["state"] == "approved"
    for wrong in (
        {"kind": "dropped", **body, "kind_": 0},
        {"kind": "split", "from_aim": cast.aim.pk},
        {"kind": "merged"},
    ):
        assert officer.post("crosswalk/", {k: v for k, v in wrong.items() if k != "kind_"}, key=True).status_code in (
            400,
            409,
        )


def test_a_revised_target_says_why_and_both_stay(cast, officer):
    path, day = "indicators/IND-1/targets/", str(cast.plan.end_on)
    assert fields(officer.post(path, {"due_on": day, "value": "80"}, key=True)) == {"reason"}
    assert fields(officer.post(path, {"due_on": day, "value": "0", "reason": "x"}, key=True)) == {"value"}
    assert fields(officer.post(path, {"due_on": "1999-01-01", "value": "80"}, key=True)) == {"due_on"}
    assert officer.post(path, {"due_on": day, "value": "80", "reason": "Budget"}, key=True).data["revision"] == 2
    rows = officer.get(path).data
    assert [(row["value"], row["superseded_at"] is None) for row in rows] == [("100", False), ("80", True)]


def test_a_period_is_closed_and_reopened_with_its_reason_on_record(cast, officer, as_):
    code = cast.periods["open"].code
    assert officer.get(f"periods/{code}/").data["state"] == "open"
    assert fields(officer.post(f"periods/{code}/close/", {"reason": " "}, version=1)) == {"reason"}
    closed = officer.post(f"periods/{code}/close/", {"reason": "Early"}, version=1)
    assert closed.data["state"] == "closed"
    reopened = officer.post(f"periods/{code}/reopen/", {"reason": "Late answers"}, version=2)
    assert (reopened.data["state"], reopened.data["reopen_reason"]) == ("open", "Late answers")
    assert officer.post(f"periods/{code}/close/", {"reason": "Done"}, version=2).status_code == 412
    upcoming = officer.post(f"periods/{cast.periods['upcoming'].code}/open/", {"reason": "Pilot"}, version=1)
    assert upcoming.data["state"] == "open"
    said = set(AuditRecord.objects.values_list("action", flat=True))
    assert {"period.closed", "period.reopened", "period.opened"} <= said


def test_the_database_and_the_model_agree_on_the_state_of_a_period(cast):
    for period in Period.objects.with_state(cast.today):
        assert period.state_on == period.state(cast.today)


def test_a_token_opens_the_door_until_it_is_ended(cast, as_):
    leader = as_(cast.leader)
    made = leader.post("tokens/", {"days": 3}).data
    bearer = {"Authorization": f"Token {made['token']}"}
    assert as_().get("me/", **bearer).data["email"] == cast.leader.email
    assert "token" not in leader.get("tokens/").data["results"][0]
    type(cast.leader).objects.filter(pk=cast.leader.pk).update(is_active=False)
    assert as_().get("me/", **bearer).status_code == 401
    type(cast.leader).objects.filter(pk=cast.leader.pk).update(is_active=True)
    assert as_().delete(f"tokens/{made['key']}/", **bearer).status_code == 204
    assert as_().get("me/", **bearer).status_code == 401
    said = AuditRecord.objects.filter(action__startswith="token.").values_list("action", "after")
    assert [action for action, _after in said.order_by("seq")] == ["token.created", "token.ended"]
    assert made["token"] not in str(list(said))


def test_a_change_by_session_needs_the_page_s_own_mark(cast):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.liaison)
    sent = client.post("/api/v1/tokens/", {}, content_type="application/json")
    assert sent.status_code == 403


def test_a_page_of_ours_creates_by_its_session_and_mark(cast):
    """As a browser does it, with the checks that the test client leaves out: the body is read once and held twice."""
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.liaison)
    mark = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/").content.decode())[1]
    body = {"initiative": make_initiative(cast, "own").code, "period": cast.periods["open"].code}
    headers = {"X-CSRFToken": mark, "Idempotency-Key": "from-a-page"}
    first, again = (
        client.post("/api/v1/updates/", body, content_type="application/json", headers=headers) for _time in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert again.headers["Idempotent-Replay"] == "true"


def test_a_body_without_end_is_refused_before_it_is_read(cast, as_, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = as_(cast.liaison).post("updates/", {"initiative": "x" * 2000}, key=True)
    assert (answer.status_code, answer.data["code"]) == (413, "too_large")


def test_a_judgement_stands_beside_the_computed_status(cast, officer):
    code = cast.periods["open"].code
    body = {
        "node_type": "aim", "node_id": cast.aim.pk, "status": "at_risk", "reason": "Funding",
        "expires_on": str(cast.plan.end_on),
    }  # fmt: skip
    assert officer.post("judgements/", body, key=True).status_code == 201
    shown = officer.get(f"progress/aim/{cast.aim.pk}/?period={code}").data
    assert (shown["judgement"]["status"], shown["judgement"]["reason"]) == ("at_risk", "Funding")
    assert shown["explanation"]["inputs"] is not None
    assert officer.get(f"progress/aim/{cast.aim.pk}/").status_code == 400
    past = officer.get(f"progress/aim/{cast.aim.pk}/?period={code}&as_of=2020-01-01")
    assert past.data["judgement"] is None
