"""Review: odd ones first, each decided as it was seen, nobody decides on their own, and the head goes first where asked."""

import pytest

from initiatives import review
from initiatives.models import Update
from outcomes.models import Measurement
from tests.cast import make_initiative, make_update
from tests.pages.conftest import validated_last_time


@pytest.fixture
def waiting(cast):
    """Three that wait: two clean, one with a value that moves the wrong way."""
    made = []
    for place, before in enumerate((7, 50, 8)):
        work = make_initiative(cast, "other", title=f"Work {place}")
        validated_last_time(cast, work, value=before)
        made.append(make_update(cast, work, "submitted"))
    return made


def test_the_queue_shows_what_is_odd_first(cast, desk, waiting):
    page = desk(cast.officer).open("/review/")
    assert "3 updates wait for review." in page.text
    assert page.text.index("Work 1") < page.text.index("Work 0") < page.text.index("Work 2")
    assert "moves the wrong way" in page.text


def test_only_reviewers_see_the_queue_and_auditors_only_read(cast, desk, waiting):
    assert desk(cast.liaison).open("/review/").status == 403
    assert desk(cast.leader).open("/review/").status == 403
    page = desk(cast.auditor).open("/review/")
    assert page.status == 200
    assert "Validate" not in page.text


def test_what_a_reviewer_is_not_cleared_for_is_neither_shown_nor_counted(cast, desk):
    secret = make_update(cast, make_initiative(cast, "other", 3), "submitted")
    page = desk(cast.officer).open("/review/")
    assert "CANARY" not in page.text
    assert "Nothing waits for review." in page.text
    assert page.open(f"/review/{secret.pk}/").status == 404


def test_validating_goes_on_to_the_next(cast, desk, waiting):
    page = desk(cast.officer).open("/review/")
    page.open(f"/review/{waiting[1].pk}/")
    page.press(page.form("validate"))
    assert Update.objects.get(pk=waiting[1].pk).state == "validated"
    assert page.path == f"/review/{waiting[0].pk}/"
    assert Measurement.objects.filter(source_ref=f"update:{waiting[1].pk}").exists()


def test_the_last_one_leads_back_to_an_empty_queue(cast, desk, waiting):
    page = desk(cast.officer).open("/review/")
    for one in (waiting[1], waiting[0], waiting[2]):
        page.open(f"/review/{one.pk}/")
        page.press(page.form("validate"))
    assert page.path == "/review/"
    assert "All done" in page.text


def test_a_version_that_was_not_seen_is_not_validated(cast, desk, waiting):
    page = desk(cast.officer).open(f"/review/{waiting[0].pk}/")
    Update.objects.filter(pk=waiting[0].pk).update(version=9)
    page.press(page.form("validate"))
    assert page.status == 409
    assert "Look again before you decide" in page.text
    assert Update.objects.get(pk=waiting[0].pk).state == "submitted"


def test_returning_needs_a_reason_and_a_comment_and_the_author_sees_them(cast, desk, waiting):
    page = desk(cast.officer).open(f"/review/{waiting[0].pk}/")
    page.press(page.form("return").fill(comment="Which month?"))
    assert page.status == 400
    assert "Which month?" in page.text
    page.press(page.form("return").fill(reason_code="unclear", comment="Which month?"))
    assert Update.objects.get(pk=waiting[0].pk).state == "returned"
    assert "Which month?" in desk(cast.liaison2).open("/my-reporting/").text


def test_nobody_validates_what_they_wrote_and_the_button_says_so(cast, desk, waiting):
    Update.objects.filter(pk=waiting[0].pk).update(writer_ids=[cast.officer.pk])
    page = desk(cast.officer).open(f"/review/{waiting[0].pk}/")
    assert "Nobody validates what they wrote themselves." in page.text
    answer = page.client.post(f"/review/{waiting[0].pk}/validate/", {"version": "1"})
    assert answer.status_code == 403


def test_several_without_a_flag_are_validated_together_after_a_look(cast, desk, waiting):
    page = desk(cast.officer).open("/review/")
    form = page.form("validate")
    chosen = [f"{one.pk}-{one.version}" for one in waiting]
    page.press(form.fill(chosen=chosen))
    assert "Validate 2 updates" in page.text
    assert "1 of the chosen updates is left out" in page.text
    assert Update.objects.filter(state="submitted").count() == 3
    page.press(page.form("validate"))
    assert "2 updates are validated." in page.text
    assert Update.objects.get(pk=waiting[1].pk).state == "submitted"


def test_together_each_is_validated_only_as_it_was_seen(cast, desk, waiting):
    page = desk(cast.officer).open("/review/")
    page.press(page.form("/review/validate/").fill(chosen=[f"{one.pk}-{one.version}" for one in waiting]))
    Update.objects.filter(pk=waiting[0].pk).update(version=9)
    page.press(page.form("validate"))
    assert Update.objects.get(pk=waiting[0].pk).state == "submitted"
    assert Update.objects.get(pk=waiting[2].pk).state == "validated"
    assert waiting[0].initiative.code in page.text


@pytest.mark.parametrize("chosen", [["x"], ["1-x"], ["-"], ["99999999999999999999-1"], []])
def test_no_choice_breaks_the_page(cast, desk, waiting, chosen):
    answer = desk(cast.officer).client.post("/review/validate/", {"chosen": chosen})
    assert answer.status_code == 200


@pytest.mark.parametrize("key", ["x", "~", "2026-11-20T12:00:00~x", "2026-11-20T12:00:00~1", "9999~1"])
def test_no_key_breaks_the_queue(cast, desk, waiting, key):
    assert desk(cast.officer).open(f"/review/?after={key}").status == 200


def test_the_queue_goes_on_where_its_page_ended(cast, monkeypatch, waiting):
    monkeypatch.setattr(review, "PAGE", 2)
    first = review.queue(cast.officer)
    rest = review.queue(cast.officer, after=first.next_key)
    assert sorted(first.ids + rest.ids) == sorted(one.pk for one in waiting)
    assert rest.next_key == ""


def test_where_the_head_is_asked_the_queue_waits_for_them(cast, desk):
    made = make_update(cast, make_initiative(cast, "own", title="Ours"), "submitted")
    assert "Ours" not in desk(cast.officer).open("/review/").text
    page = desk(cast.head).open("/approvals/")
    assert "Ours" in page.text
    page.open(f"/approvals/{made.pk}/")
    page.press(page.form("approve"))
    assert Update.objects.get(pk=made.pk).state == "bureau_approved"
    assert "Ours" in desk(cast.officer).open("/review/").text


def test_the_head_returns_it_to_its_author(cast, desk):
    made = make_update(cast, make_initiative(cast, "own"), "submitted")
    page = desk(cast.head).open(f"/approvals/{made.pk}/")
    page.press(page.form("return").fill(reason_code="incomplete", comment="Add the second course."))
    assert Update.objects.get(pk=made.pk).state == "returned"
    assert page.path == "/approvals/"


def test_only_the_head_approves(cast, desk):
    made = make_update(cast, make_initiative(cast, "own"), "submitted")
    for person in (cast.liaison, cast.liaison2, cast.officer, cast.leader):
        answer = desk(person).client.post(f"/approvals/{made.pk}/approve/", {"version": made.version})
        assert answer.status_code in (403, 404), person
    assert Update.objects.get(pk=made.pk).state == "submitted"


def test_what_i_decided_is_listed(cast, desk, waiting):
    page = desk(cast.officer).open(f"/review/{waiting[0].pk}/")
    page.press(page.form("validate"))
    assert "Work 0" in page.open("/review/decided/").text


def test_the_single_keys_of_review_are_named_and_can_be_switched_off(cast, desk, waiting):
    text = desk(cast.officer).open("/review/").open(f"/review/{waiting[0].pk}/").text
    for key in "vrjk?":
        assert f'data-key="{key}"' in text or key in "jk"
    assert "data-keys-switch" in text


def test_what_was_validated_together_is_undone_with_one_button(cast, desk, waiting):
    page = desk(cast.officer).open("/review/")
    page.press(page.form("/review/validate/").fill(chosen=[f"{one.pk}-{one.version}" for one in waiting]))
    page.press(page.form("/review/validate/"))
    assert "You validated 2 updates together." in page.text
    page.press(page.form("/review/undo/"))
    assert "2 updates wait again." in page.text
    assert "3 updates wait for review." in page.open("/review/").text
    assert Update.objects.filter(state="submitted").count() == 3


def test_what_cannot_be_undone_is_said_before_and_no_undo_is_offered_for_it(cast, desk, waiting):
    """The period has closed meanwhile: what was sent in it may still be validated, and stands then."""
    cast.periods["open"].closed_at = cast.at
    cast.periods["open"].save()
    page = desk(cast.officer).open("/review/")
    page.press(page.form("/review/validate/").fill(chosen=[f"{waiting[0].pk}-{waiting[0].version}"]))
    assert "1 of these validations cannot be undone" in page.text
    assert "You can undo this for ten minutes" not in page.text
    page.press(page.form("/review/validate/"))
    assert "1 update is validated." in page.text
    assert "/review/undo/" not in page.text


def test_one_validation_is_taken_back_with_a_reason_and_says_so_to_the_next_reviewer(cast, desk, waiting):
    page = desk(cast.officer).open(f"/review/{waiting[0].pk}/")
    page.press(page.form("validate")).open("/review/decided/")
    page.press(page.form("take-back").fill(reason=" "))
    assert "Say why the validation is taken back." in page.text
    page.press(page.form("take-back").fill(reason="It was the wrong ship"))
    assert "It waits for review again" in page.text
    again = Update.objects.waiting().get(initiative=waiting[0].initiative)
    assert "Its validation was taken back" in desk(cast.officer2).open(f"/review/{again.pk}/").text


def test_a_closed_period_says_why_nothing_is_taken_back(cast, desk, waiting):
    page = desk(cast.officer).open(f"/review/{waiting[0].pk}/")
    page.press(page.form("validate"))
    cast.periods["open"].closed_at = cast.at
    cast.periods["open"].save()
    text = page.open("/review/decided/").text
    assert "is closed; a correction changes what was validated." in text
    assert "take-back" not in text
