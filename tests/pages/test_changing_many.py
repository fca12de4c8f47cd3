"""One change to many initiatives: seen before it is made, refused by name where it cannot be, taken back for ten minutes."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import UndoableAct
from core.models import AuditRecord
from initiatives import bulk, delivery, services
from initiatives.models import CrimeArea, Initiative
from outcomes import rollup
from outcomes.models import ExpectedResult
from tests.cast import make_initiative, make_update, said
from tests.moments import NOON


@pytest.fixture
def works(cast):
    return [make_initiative(cast, "other", title=f"Work {place}", status="active") for place in range(4)]


def pairs(works):
    return [f"{one.pk}-{one.version}" for one in works]


def choose(desk, person, works, question=""):
    page = desk(person).open(f"/initiatives/?{question}")
    return page.press(page.form("/change/").fill(chosen=pairs(works)))


def ask(page, **answers):
    return page.press(page.form("/change/").fill(**answers))


def confirm(page):
    return page.press(page.form("/change/"), "confirmed", "1")


def statuses():
    return list(Initiative.objects.order_by("pk").values_list("status", flat=True))


def test_every_change_is_shown_before_it_is_made_with_the_exact_number(cast, desk, works):
    page = ask(choose(desk, cast.officer, works[:3]), kind="status", status="suspended")
    assert "Change 3 initiatives" in page.text
    assert page.text.count('data-head="Afterwards"') == 3
    assert statuses() == ["active"] * 4
    confirm(page)
    assert statuses() == ["suspended"] * 3 + ["active"]
    assert "3 initiatives are changed." in page.text


def test_each_change_leaves_its_own_record_with_the_reason(cast, desk, works):
    confirm(ask(choose(desk, cast.officer, works[:2]), kind="status", status="completed", reason="Closed in June"))
    told = AuditRecord.objects.filter(action="initiative.edited").order_by("seq")
    assert [(one.target_id, one.before["status"], one.after["status"], one.reason) for one in told] == [
        (str(one.pk), "active", "completed", "Closed in June") for one in works[:2]
    ]


def test_what_moved_on_since_it_was_chosen_is_refused_by_name(cast, desk, works):
    page = ask(choose(desk, cast.officer, works), kind="status", status="suspended")
    Initiative.objects.filter(pk=works[1].pk).update(version=7)
    confirm(page)
    assert statuses() == ["suspended", "active", "suspended", "suspended"]
    assert f"{works[1].code}: Somebody changed it since you chose it." in page.text


def test_all_that_match_are_changed_and_what_is_hidden_is_not(cast, desk, works, monkeypatch):
    monkeypatch.setattr("dashboard.finding.PAGE", 2)
    secret = make_initiative(cast, "other", 3, status="active")
    page = desk(cast.officer).open("/initiatives/?status=active")
    assert "Change all 4 that match" in page.text
    page.press(page.form("/change/"), "all", "1")
    assert "You chose 4 initiatives." in page.text
    confirm(ask(page, kind="status", status="cancelled"))
    assert Initiative.objects.get(pk=secret.pk).status == "active"
    assert statuses()[:4] == ["cancelled"] * 4


def test_the_way_back_leads_to_the_list_as_it_was_asked_for(cast, desk, works):
    page = choose(desk, cast.officer, works, question="status=active&ordering=title")
    assert "/initiatives/?status=active&amp;ordering=title" in page.text


@pytest.mark.parametrize(
    ("answers", "read"),
    [
        ({"kind": "ends_on", "ends_on": "2027-03-31"}, lambda one: one.ends_on.isoformat() == "2027-03-31"),
        ({"kind": "handling", "handling": "2"}, lambda one: one.handling == 2),
    ],
)
def test_days_and_levels_can_be_changed(cast, desk, works, answers, read):
    confirm(ask(choose(desk, cast.officer, works), **answers))
    assert all(read(one) for one in Initiative.objects.all())


def test_tags_are_added_to_those_that_are_there(cast, desk, works):
    works[0].crime_areas.set([cast.crime_area])
    page = ask(choose(desk, cast.officer, works), kind="crime_area", crime_area=cast.crime_area.pk)
    assert "Change 3 initiatives" in page.text
    assert "It is so already." in page.text
    confirm(page)
    confirm(ask(choose(desk, cast.officer, Initiative.objects.all()), kind="capability", capability=cast.capability.pk))
    for one in Initiative.objects.all():
        assert list(one.crime_areas.all()) == [cast.crime_area]
        assert list(one.capabilities.all()) == [cast.capability]


def test_what_one_of_them_cannot_take_leaves_that_one_alone(cast, desk, works):
    Initiative.objects.filter(pk=works[2].pk).update(starts_on="2027-06-01")
    page = ask(choose(desk, cast.officer, works), kind="ends_on", ends_on="2027-03-31")
    assert "Change 3 initiatives" in page.text
    assert "The last day is before the first." in page.text
    confirm(page)
    assert Initiative.objects.get(pk=works[2].pk).ends_on == works[2].ends_on


def test_a_day_outside_the_plan_is_refused_by_name_and_nothing_is_half_done(cast, desk, works):
    page = confirm(ask(choose(desk, cast.officer, works), kind="ends_on", ends_on="2099-01-01"))
    assert page.text.count("The plan runs from") == 4
    assert not UndoableAct.objects.exists()
    assert all(one.version == 1 for one in Initiative.objects.all())


def test_a_level_is_only_ever_raised_together(cast, desk, works):
    page = ask(choose(desk, cast.officer, works), kind="handling", handling="0")
    assert "None of the chosen initiatives would change." in page.text
    confirm(ask(choose(desk, cast.officer, works), kind="handling", handling="2"))
    assert not UndoableAct.objects.exists()


@pytest.mark.parametrize("answers", [{}, {"kind": "status"}, {"kind": "title", "title": "x"}, {"kind": "ends_on", "ends_on": "soon"}])
def test_no_answer_changes_nothing_and_is_asked_again(cast, desk, works, answers):
    page = choose(desk, cast.officer, works)
    form = page.form("/change/")
    page.press(form.fill(**{"kind": "", **answers}))
    assert page.status == 400
    assert page.text.count('name="chosen"') == 4
    assert statuses() == ["active"] * 4


# who may


def test_a_liaison_changes_their_own_bureaus_and_no_other(cast, desk, works):
    ours = make_initiative(cast, "own", title="Ours", status="active")
    page = desk(cast.liaison).open("/initiatives/")
    assert page.text.count('name="chosen"') == 1
    page.press(page.form("/change/").fill(chosen=pairs([ours, *works])))
    ask(page, kind="status", status="suspended")
    assert "Change 1 initiative" in page.text
    assert page.text.count("Only the bureau that leads this work may do this.") == 4
    confirm(page)
    assert Initiative.objects.get(pk=ours.pk).status == "suspended"
    assert set(statuses()[:4]) == {"active"}


@pytest.mark.parametrize("part", ["leader", "auditor", "admin"])
def test_who_only_reads_is_refused_with_the_reason(cast, desk, works, part):
    page = desk(cast.people[part]).open("/initiatives/")
    assert 'name="chosen"' not in page.text
    answer = page.client.post("/initiatives/change/", {"chosen": pairs(works), "kind": "status", "status": "active"})
    assert answer.status_code == 403


def test_hidden_work_is_not_chosen_by_guessing(cast, desk, works):
    secret = make_initiative(cast, "other", 3)
    page = desk(cast.officer).open("/initiatives/")
    page.press(page.form("/change/").fill(chosen=pairs([works[0], secret])))
    assert "You chose 1 initiative." in page.text
    assert secret.code not in page.text
    confirm(ask(page, kind="status", status="suspended"))
    assert Initiative.objects.get(pk=secret.pk).status == "active"


@pytest.mark.parametrize("chosen", [["x"], ["1-x"], ["-"], ["99999999999999999999-1"], ["٣-١"], []])
def test_no_choice_breaks_the_page(cast, desk, works, chosen):
    answer = desk(cast.officer).client.post("/initiatives/change/", {"chosen": chosen, "kind": "status", "status": "active"})
    assert answer.status_code == 200


# taking back


@pytest.fixture
def changed(cast, desk, works):
    page = confirm(ask(choose(desk, cast.officer, works), kind="status", status="suspended"))
    return page, UndoableAct.objects.get()


def test_it_is_taken_back_within_ten_minutes(cast, changed):
    page, _act = changed
    assert "Undo 4 changes" in page.text
    page.press(page.form("undo"))
    assert "4 initiatives are as they were." in page.text
    assert statuses() == ["active"] * 4
    assert AuditRecord.objects.filter(action="initiative.edited", reason__startswith="undo ").count() == 4


def test_the_list_offers_to_take_it_back_for_as_long_as_that_is_possible(cast, desk, changed):
    assert "Undo 4 changes" in desk(cast.officer).open("/initiatives/").text
    assert "Undo 4 changes" not in desk(cast.officer2).open("/initiatives/").text
    with time_machine.travel(NOON + timedelta(minutes=11)):
        assert "Undo 4 changes" not in desk(cast.officer).open("/initiatives/").text


def test_what_somebody_changed_since_stays_and_is_named(cast, works, changed):
    page, _act = changed
    Initiative.objects.filter(pk=works[0].pk).update(status="completed", version=9)
    page.press(page.form("undo"))
    assert statuses() == ["completed", "active", "active", "active"]
    assert works[0].code in page.text
    assert "3 initiatives are as they were." in page.text


def test_after_ten_minutes_it_is_too_late(cast, desk, changed):
    _page, act = changed
    with time_machine.travel(NOON + timedelta(minutes=11)):
        answer = desk(cast.officer).client.post(f"/initiatives/changed/{act.public_id}/undo/")
    assert answer.status_code == 409
    assert statuses() == ["suspended"] * 4


def test_it_is_taken_back_once(cast, desk, changed):
    page, act = changed
    page.press(page.form("undo"))
    assert page.client.post(f"/initiatives/changed/{act.public_id}/undo/").status_code == 409


def test_nobody_takes_back_what_another_did(cast, desk, changed):
    _page, act = changed
    for person in (cast.officer2, cast.liaison2, cast.leader):
        assert desk(person).client.post(f"/initiatives/changed/{act.public_id}/undo/").status_code in (403, 404)
        assert desk(person).open(f"/initiatives/changed/{act.public_id}/").status == 404
    assert statuses() == ["suspended"] * 4


def test_tags_and_days_come_back_as_they_were(cast, desk, works):
    from initiatives.models import CrimeArea

    other = CrimeArea.objects.create(code="other", name=cast.crime_area.name)
    works[0].crime_areas.set([other])
    page = confirm(ask(choose(desk, cast.officer, works[:1]), kind="crime_area", crime_area=cast.crime_area.pk))
    assert works[0].crime_areas.count() == 2
    page.press(page.form("undo"))
    assert list(works[0].crime_areas.all()) == [other]
    page = confirm(ask(choose(desk, cast.officer, Initiative.objects.filter(pk=works[0].pk)), kind="ends_on", ends_on="2027-03-31"))
    page.press(page.form("undo"))
    assert Initiative.objects.get(pk=works[0].pk).ends_on == works[0].ends_on


# expected results


@pytest.fixture
def second(cast):
    return ExpectedResult.objects.create(aim=cast.aim, number=2, text=said("A second change"))


def shares(work) -> dict:
    return {row.expected_result.number: row.share for row in Initiative.objects.get(pk=work.pk).contributions.all()}


def test_an_expected_result_is_added_where_there_is_room_and_refused_by_name_where_not(cast, desk, works, second):
    for one in works[:2]:
        one.contributions.update(share=60)
    page = ask(choose(desk, cast.officer, works[:3]), kind="result", result=second.pk, share="40")
    assert "Change 2 initiatives" in page.text
    assert "1.1: 60%, 1.2: 40%" in page.text
    assert "The shares add up to 140%, more than 100%." in page.text
    confirm(page)
    assert [shares(one) for one in works[:3]] == [{1: 60, 2: 40}, {1: 60, 2: 40}, {1: 100}]
    page = ask(choose(desk, cast.officer, Initiative.objects.filter(pk=works[0].pk)), kind="result", result=second.pk, share="1")
    assert "It contributes to this expected result already." in page.text


def test_one_expected_result_takes_the_place_and_the_share_of_another_and_gives_them_back(cast, desk, works, second):
    from initiatives import delivery

    make_update(cast, works[0], "validated")
    delivery.rebuild(at=NOON)
    works[1].contributions.update(expected_result=second)
    delivery.rebuild(at=NOON)
    page = ask(choose(desk, cast.officer, works[:2]), kind="swap", swap_from=cast.result.pk, swap_to=second.pk)
    assert "Change 1 initiative" in page.text
    assert "It contributes to this expected result already." in page.text
    page = confirm(page)
    assert [shares(one) for one in works[:2]] == [{2: 100}, {2: 100}]
    assert delivery.rebuild(at=NOON, check_only=True) == []
    page.press(page.form("undo"))
    assert [shares(one) for one in works[:2]] == [{1: 100}, {2: 100}]
    assert delivery.rebuild(at=NOON, check_only=True) == []
    told = AuditRecord.objects.filter(action="initiative.edited", target_id=str(works[0].pk)).order_by("seq")
    assert [one.after["shares"][0][0] for one in told] == [second.pk, cast.result.pk]


@pytest.mark.parametrize(
    "answers", [{"kind": "result", "share": "10"}, {"kind": "result"}, {"kind": "swap"}, {"kind": "result", "share": "much"}]
)
def test_half_an_answer_about_expected_results_is_asked_again(cast, desk, works, answers):
    page = ask(choose(desk, cast.officer, works[:1]), **answers)
    assert page.status == 400
    assert shares(works[0]) == {1: 100}


def test_a_share_that_is_no_share_is_refused_by_name(cast, desk, works, second):
    page = ask(choose(desk, cast.officer, works[:1]), kind="result", result=second.pk, share="-5")
    assert "None of the chosen initiatives would change." in page.text


def test_the_preview_of_many_asks_as_often_as_that_of_one(cast, desk, works, second, django_assert_max_num_queries):
    for place in range(30):
        make_initiative(cast, "other", title=f"More {place}")
    page = choose(desk, cast.officer, Initiative.objects.all())
    with django_assert_max_num_queries(20):
        ask(page, kind="swap", swap_from=cast.result.pk, swap_to=second.pk)


def test_the_figures_above_are_right_after_many_changes(cast, desk, works):
    from initiatives import delivery

    for place in range(25):
        make_update(cast, make_initiative(cast, "other", title=f"More {place}"), "validated")
    delivery.rebuild(at=NOON)
    confirm(ask(choose(desk, cast.officer, Initiative.objects.all()), kind="status", status="cancelled"))
    assert delivery.rebuild(at=NOON, check_only=True) == []
    assert Initiative.objects.filter(status="cancelled").count() > bulk.FEW


def asked_by_change(cast, works, area) -> int:
    """How many questions changing so many together asks, and what its undo leaves."""
    chosen = {one.pk: one.version for one in works}
    with CaptureQueriesContext(connection) as asked:
        done = bulk.change_many(chosen=chosen, change=bulk.Change("crime_area", area), by=cast.officer, at=NOON)
    assert len(done.changed) == len(works)
    bulk.undo(public_id=done.act.public_id, by=cast.officer, at=NOON)
    return len(asked)


def test_each_initiative_more_asks_few_questions_more(cast, works):
    """128 of them once took 17 questions each, and eleven seconds in which nobody else could validate."""
    rollup.rebuild(at=NOON)
    delivery.rebuild(at=NOON)
    area = CrimeArea.objects.create(code="sea", name=said("Crime at sea"))
    one = asked_by_change(cast, works[:1], area)
    works = list(Initiative.objects.order_by("pk"))
    four = asked_by_change(cast, works, area)
    assert (four - one) / 3 <= 5
    assert delivery.rebuild(at=NOON, check_only=True) == []


def test_what_was_changed_in_its_parts_is_told_as_it_was_and_as_it_is(cast, works):
    """Shares, milestones and tags were read beforehand: what stands afterwards is read anew."""
    other = ExpectedResult.objects.exclude(pk=cast.result.pk).first()
    one, area = works[0], CrimeArea.objects.create(code="sea", name=said("Crime at sea"))
    step = {"title": "Boats bought", "due_on": one.starts_on, "done_on": None, "weight": 1}
    services.edit_initiative(
        initiative_id=one.pk, version=one.version, by=cast.liaison2, at=NOON, shares=[(other or cast.result, 40)],
        milestones=[step], crime_areas=[area],
    )  # fmt: skip
    told = AuditRecord.objects.filter(action="initiative.edited").latest("seq")
    assert (told.before["milestones"], told.before["crime_areas"]) == ([], [])
    assert [title for title, *_rest in told.after["milestones"]] == ["Boats bought"]
    assert told.after["crime_areas"] == [area.pk]
    assert [[key, float(share)] for key, share in told.after["shares"]] == [[(other or cast.result).pk, 40.0]]
