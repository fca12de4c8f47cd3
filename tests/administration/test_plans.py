"""A plan from nothing to publication and closing, by its pages; what is frozen, what is refused, what stays on the trail."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from core import audit
from core.models import AuditRecord
from goals.models import Aim, Plan, StrategicGoal, Withdrawal
from objectives.models import Capability, Strategy
from outcomes import rollup
from outcomes.models import ExpectedResult, RollUp
from tests.cast import make_initiative, said

HOME = "/administration/plans/"


def drafted(cast, desk, **answers):
    """An officer's page of a new draft."""
    page = desk(cast.officer).open(f"{HOME}new/")
    given = {
        "kind": "framework", "title": "Framework 2031-2035", "language": "en", "code": "framework-2031-2035",
        "start_on": "2031-01-01", "end_on": "2035-12-31", **answers,
    }  # fmt: skip
    return page.press(page.form("new").fill(**given))


def part(page, address, **answers):
    page.open(address)
    return page.press(page.form(address).fill(**answers))


def written(page, plan, field, words, kind="framework"):
    return part(page, f"/administration/texts/{kind}/{plan.pk}/{field}/", words=words)


def test_a_plan_comes_from_nothing_to_publication(cast, desk):
    page = drafted(cast, desk, predecessor=str(cast.plan.pk))
    assert page.path == f"{HOME}framework-2031-2035/"
    plan = Plan.objects.get(code="framework-2031-2035")
    assert (plan.status, plan.predecessor_id) == ("draft", cast.plan.pk)
    assert "title of the vision, vision, title of the mission, mission, at least one aim" in page.text
    part(page, f"{HOME}{plan.code}/aims/new/", title="Goal one", text="First paragraph.\n\nSecond.")
    aim = Aim.objects.get(plan=plan)
    assert StrategicGoal.objects.filter(pk=aim.pk).exists()
    part(page, f"{HOME}{plan.code}/aims/{aim.pk}/results/new/", text="More of it")
    part(page, f"{HOME}{plan.code}/capabilities/new/", name="Training", code="training")
    for field in ("vision_title", "vision_text", "mission_title", "mission_text"):
        written(page, plan, field, f"Our {field}")
    assert "A draft that is ready to be published." in page.text
    assert desk(cast.leader).open("/strategy/framework-2031-2035/").status == 404
    part(page, f"{HOME}{plan.code}/move-on/", reason="Adopted by the assembly")
    plan.refresh_from_db()
    assert plan.status == "in_force"
    assert desk(cast.leader).open("/strategy/framework-2031-2035/").status == 200
    actions = set(AuditRecord.objects.values_list("action", flat=True))
    assert {"plan.created", "aim.added", "result.added", "capability.added", "text.rewritten", "plan.edited"} <= actions
    assert audit.verify().is_intact


def test_the_summary_needs_no_rebuilding_after_a_part_came_or_went(cast, desk):
    call_command("rebuild_rollups")
    page = desk(cast.officer)
    part(page, f"{HOME}framework/aims/new/", title="Aim two")
    aim = Aim.objects.get(number=2)
    assert RollUp.objects.filter(node_type="aim", node_id=aim.pk, measure="results").exists()
    part(page, f"{HOME}framework/aims/{aim.pk}/results/new/", text="A new change")
    call_command("rebuild_rollups", "--check")
    result = ExpectedResult.objects.get(aim=aim)
    part(page, f"/administration/parts/result/{result.pk}/withdraw/", reason="A slip")
    call_command("rebuild_rollups", "--check")
    assert not RollUp.objects.filter(node_type="result", node_id=result.pk).exists()


def test_a_draft_sent_twice_is_one(cast, desk):
    page = desk(cast.officer).open(f"{HOME}new/")
    form = page.form("new").fill(
        kind="strategy", title="S", language="fr", code="s-1", start_on="2031-01-01", end_on="2032-01-01"
    )
    page.press(form)
    page.press(form)
    assert page.status == 200
    assert Strategy.objects.filter(code="s-1").count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("title", " ", "This field is required."),
        ("code", "Two words", "A code has letters, digits and hyphens"),
        ("code", "FRAMEWORK", "A plan with this code is there already."),
        ("end_on", "2030-01-01", "The last day is not after the first."),
        ("code", "New", "This word is the address of another page."),
        ("start_on", "soon", "Write the day as year-month-day"),
        ("start_on", "0001-01-01", "A day lies between 1900 and 2199."),
        ("end_on", "9999-12-31", "A day lies between 1900 and 2199."),
        ("kind", "poem", "Select a valid choice."),
    ],
)
def test_what_cannot_be_a_plan_is_refused_and_what_was_typed_kept(cast, desk, field, typed, words):
    before = Plan.objects.count()
    page = drafted(cast, desk, **{field: typed})
    assert page.status == 400
    assert words in page.text
    assert field == "title" or 'value="Framework 2031-2035"' in page.text
    assert Plan.objects.count() == before


def test_a_plan_does_not_come_before_the_one_that_it_follows(cast, desk):
    page = drafted(cast, desk, start_on="2001-01-01", predecessor=str(cast.plan.pk))
    assert page.status == 400
    assert "The plan before it begins earlier." in page.text


def test_an_incomplete_draft_is_not_published(cast, desk):
    page = drafted(cast, desk)
    page.open(f"{HOME}framework-2031-2035/move-on/")
    assert "It still needs: title of the vision, vision, title of the mission, mission, at least one aim." in page.text
    plan = Plan.objects.get(code="framework-2031-2035")
    page.client.post(f"{HOME}{plan.code}/move-on/", {"version": plan.version, "reason": "Now"})
    plan.refresh_from_db()
    assert plan.status == "draft"


def test_a_first_text_is_saved_without_a_word_of_translations_that_there_are_not(cast, desk):
    drafted(cast, desk)
    page = written(desk(cast.officer), Plan.objects.get(code="framework-2031-2035"), "vision_title", "Safer")
    assert "Saved." in page.text and "marked as stale" not in page.text


def test_parts_of_a_draft_change_places_and_those_of_a_published_plan_do_not(cast, desk):
    other = Aim.objects.create(plan=cast.draft_plan, number=2, title=said("Second"))
    page = desk(cast.officer).open(f"{HOME}draft-plan/")
    form = page.form(f"aim/{other.pk}/move/")
    page.press(form, "way", "up")
    assert page.status == 200
    assert list(Aim.objects.filter(plan=cast.draft_plan).order_by("number")) == [other, cast.draft_aim]
    again = desk(cast.officer).open(f"{HOME}draft-plan/")
    again.press(form, "way", "up")
    assert again.status == 412  # the page is from before
    answer = again.client.post(f"/administration/parts/aim/{cast.aim.pk}/move/", {"version": 1, "way": "up"})
    assert answer.status_code == 409


def test_what_something_hangs_on_is_not_withdrawn_and_the_page_says_what(cast, desk):
    make_initiative(cast, "own")
    page = desk(cast.officer).open(f"/administration/parts/result/{cast.result.pk}/withdraw/")
    assert "2 indicators" in page.text and "1 initiative" in page.text
    answer = page.client.post(
        f"/administration/parts/result/{cast.result.pk}/withdraw/", {"version": cast.result.version, "reason": "x"}
    )
    assert answer.status_code == 400
    assert "1 initiative" in answer.content.decode()
    assert not Withdrawal.objects.exists()
    assert "1 expected result" in desk(cast.officer).open(f"/administration/parts/aim/{cast.aim.pk}/withdraw/").text


def test_what_was_published_is_withdrawn_with_its_words_kept(cast, desk):
    capability = Capability.objects.create(plan=cast.plan, code="other", number=2, name=said("Other means"))
    page = part(desk(cast.officer), f"/administration/parts/capability/{capability.pk}/withdraw/", reason="Given up")
    assert "Other means" in page.text and "Given up" in page.text
    assert Capability.objects.filter(pk=capability.pk).exists()
    assert not Capability.objects.standing().filter(pk=capability.pk).exists()
    assert AuditRecord.objects.get(action="capability.withdrawn").reason == "Given up"


def test_a_part_of_a_draft_goes_and_the_trail_keeps_it(cast, desk):
    part(desk(cast.officer), f"/administration/parts/aim/{cast.draft_aim.pk}/withdraw/", reason="Not needed")
    assert not Aim.objects.filter(pk=cast.draft_aim.pk).exists()
    trace = AuditRecord.objects.get(action="aim.removed")
    assert (trace.reason, trace.before["number"]) == ("Not needed", 1)


def test_a_plan_is_closed_once_with_a_reason_and_then_stays_as_it_is(cast, desk):
    page = desk(cast.officer).open(f"{HOME}framework/move-on/")
    page.press(page.form("move-on"))
    assert page.status == 400 and "This field is required." in page.text
    part(page, f"{HOME}framework/move-on/", reason="Its time is over")
    assert Plan.objects.get(code="framework").status == "closed"
    assert page.open(f"{HOME}framework/move-on/").status == 409
    page.open(f"{HOME}framework/aims/new/")
    page.press(page.form("aims/new").fill(title="Late"))
    assert page.status == 400 and "This plan is closed" in page.text


def test_days_change_with_a_reason_and_not_over_somebody_elses_change(cast, desk):
    page, other = desk(cast.officer).open(f"{HOME}framework/days/"), desk(cast.officer2).open(f"{HOME}framework/days/")
    mine = page.form("days").fill(end_on="2030-06-30", reason="Longer")
    other.press(other.form("days").fill(end_on="2031-06-30", reason="Much longer"))
    assert other.path == f"{HOME}framework/"
    page.press(mine)
    assert page.status == 409
    assert "Somebody changed this while you were writing" in page.text and "Jun 2031" in page.text
    assert page.form("days").value("end_on") == "2030-06-30"
    page.press(page.form("days"))
    assert str(Plan.objects.get(code="framework").end_on) == "2030-06-30"


@pytest.mark.parametrize("who", ["liaison", "head", "leader", "admin"])
def test_the_rooms_of_the_plans_are_closed_to_others(cast, desk, who):
    for path in (HOME, f"{HOME}new/", f"{HOME}framework/", "/administration/translations/", "/administration/crosswalk/"):
        assert desk(cast.people[who]).open(path).status == 403, path


def test_an_auditor_reads_and_changes_nothing(cast, desk):
    page = desk(cast.auditor).open(f"{HOME}framework/")
    assert page.status == 200 and "aims/new" not in page.text
    assert desk(cast.auditor).open("/administration/translations/").status == 200
    for path in (f"{HOME}new/", f"{HOME}framework/days/", f"{HOME}framework/move-on/", f"{HOME}framework/aims/new/"):
        assert desk(cast.auditor).open(path).status == 403, path
    answer = page.client.post(f"/administration/texts/aim/{cast.aim.pk}/title/", {"version": 1, "words": "X", "reason": "x"})
    assert answer.status_code == 403


def test_unknown_places_are_not_there(cast, desk):
    page = desk(cast.officer)
    for path in (
        f"{HOME}nowhere/", "/administration/texts/aim/999999/title/", f"/administration/texts/aim/{cast.aim.pk}/plan/",
        f"/administration/texts/poem/{cast.aim.pk}/title/", "/administration/parts/aim/999999/withdraw/",
        f"/administration/parts/bureau/{cast.aim.pk}/withdraw/",
        f"/administration/translations/aim/{cast.aim.pk}/title/en/",
        f"/administration/translations/aim/{cast.aim.pk}/title/xx/",
        "/administration/crosswalk/?from=framework&to=nowhere",
    ):  # fmt: skip
        assert page.open(path).status == 404, path


def test_a_withdrawn_part_still_stood_when_it_was_known_then(cast):
    assert rollup.load_tree([cast.plan.pk]).results_of[cast.aim.pk] == [cast.result.pk]
