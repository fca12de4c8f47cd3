"""Checking and sending: what is missing is said, what is odd is asked, and it is sent once, with what happens next."""

import pytest

from initiatives.models import Update, UpdateValue
from tests.cast import make_initiative, make_update
from tests.pages.conftest import address, validated_last_time


def test_from_the_link_to_sent_is_four_steps(cast, desk, work):
    validated_last_time(cast, work, value=7)
    make_update(cast, work, "draft")
    page = desk(cast.liaison2).open("/my-reporting/")
    page.open(address(work))
    page.press(page.form("updates"), "act", "check")
    assert "Check answers" in page.text
    page.press(_confirmed(page.form("send")))
    assert page.path == address(work, "sent/")
    assert Update.objects.get(period=cast.periods["open"]).state == "submitted"


def _confirmed(form, *indicators):
    for indicator in indicators:
        form.put(f"confirm.{indicator.pk}", "1")
    return form


def test_what_is_missing_is_listed_and_send_says_why_it_is_off(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates").fill(delivery_status="off_track"), "act", "check")
    for words in (
        "Say what was achieved, also when it is nothing.", "Say how much of the initiative is delivered.",
        "Give the reason for being off track.", "Give the value, or say why there is none.",
        "Fill in what is missing first.",
    ):  # fmt: skip
        assert words in page.text


def test_sending_what_is_not_ready_is_refused_with_the_same_words(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates").fill(achieved="Something"), "act", "check")
    page.press(page.form("send"))
    assert page.status == 400
    assert "Say how delivery stands." in page.text
    assert Update.objects.get().state == "draft"


@pytest.mark.parametrize("state", ["withheld", "not_reported"])
def test_a_value_that_is_none_needs_its_reason(cast, desk, state):
    work = make_initiative(cast, "other")
    make_update(cast, work, "draft")
    UpdateValue.objects.update(state=state, value=None, reason="")
    page = desk(cast.liaison2).open(address(work, "check/"))
    assert "why there is" in page.text
    UpdateValue.objects.update(reason="Collected twice a year")
    page.open(address(work, "check/"))
    page.press(page.form("send"))
    assert Update.objects.get().state == "submitted"


@pytest.mark.parametrize(
    ("before", "now", "question"),
    [
        (100, 10, "This moves away from what is wanted."),
        (3, 10, "This is far from the last value."),
        (10, 10, "This is exactly the last value."),
    ],
)
def test_an_odd_value_is_asked_about_and_not_refused(cast, desk, before, now, question):
    work = make_initiative(cast, "other")
    validated_last_time(cast, work, value=before)
    made = make_update(cast, work, "draft")
    made.values.update(value=now)
    page = desk(cast.liaison2).open(address(work, "check/"))
    assert question in page.text
    page.press(page.form("send"))
    assert page.status == 400
    assert "Please look again" in page.text
    page.press(_confirmed(page.form("send"), cast.indicator))
    made.refresh_from_db()
    assert made.state == "submitted"
    assert made.values.get().confirmed


def test_a_falling_total_is_asked_about(cast, desk):
    work = make_initiative(cast, "other")
    cast.indicator.__class__.objects.filter(pk=cast.indicator.pk).update(kind="cumulative")
    validated_last_time(cast, work, value=12)
    make_update(cast, work, "draft")
    assert "A cumulative value does not normally fall." in desk(cast.liaison2).open(address(work, "check/")).text


def test_changing_the_value_asks_anew(cast, desk):
    work = make_initiative(cast, "other")
    validated_last_time(cast, work, value=100)
    made = make_update(cast, work, "draft")
    made.values.update(confirmed=["against_direction"])
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates").put(f"values.{cast.indicator.pk}.value", "9"), "act", "check")
    assert "This moves away from what is wanted." in page.text


def test_the_sent_page_says_who_has_it_and_what_is_left(cast, desk, work):
    make_update(cast, work, "draft")
    make_initiative(cast, "other", title="The other duty")
    page = desk(cast.liaison2).open(address(work, "check/"))
    page.press(page.form("send"))
    assert "What happens next" in page.text
    assert "The strategy officers have it now" in page.text
    assert "The other duty" in page.text


def test_pressing_send_twice_is_sending_once(cast, desk, work):
    make_update(cast, work, "draft")
    page = desk(cast.liaison2).open(address(work, "check/"))
    form = page.form("send")
    page.press(form)
    sent_at = Update.objects.get().submitted_at
    page.press(form)
    assert page.path == address(work, "sent/")
    assert Update.objects.get().submitted_at == sent_at


def test_somebody_changing_it_meanwhile_is_checked_again(cast, desk, work):
    make_update(cast, work, "draft")
    page = desk(cast.liaison2).open(address(work, "check/"))
    form = page.form("send")
    Update.objects.update(version=5, achieved="Changed meanwhile")
    page.press(form)
    assert page.status == 409
    assert "Changed meanwhile" in page.text
    assert Update.objects.get().state == "draft"


def test_what_was_sent_can_be_taken_back_until_it_is_decided(cast, desk, work):
    make_update(cast, work, "submitted")
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("withdraw"))
    assert Update.objects.get().state == "draft"
    assert "not sent" in page.text


def test_what_was_validated_is_corrected_by_a_new_revision_with_its_reason(cast, desk, work):
    make_update(cast, work, "validated")
    page = desk(cast.liaison2).open(address(work, "correct/"))
    page.press(page.form("correct").fill(reason="  "))
    assert page.status == 400
    page.press(page.form("correct").fill(reason="Counted twice"))
    assert Update.objects.get(revision=2).correction_reason == "Counted twice"
    assert Update.objects.get(revision=1).state == "validated"
    assert "Counted twice" in page.text


def test_a_returned_update_shows_the_reason_and_is_sent_again(cast, desk, work):
    make_update(cast, work, "returned")
    page = desk(cast.liaison2).open(address(work))
    assert "Say more." in page.text
    page.press(page.form("updates").fill(achieved="Said more"), "act", "check")
    page.press(page.form("send"))
    assert Update.objects.get().state == "submitted"


def test_the_reporting_page_says_what_is_not_sent(cast, desk, work):
    make_update(cast, work, "draft")
    page = desk(cast.liaison2).open("/my-reporting/")
    assert "1 update is not sent yet" in page.text
    assert "ready to send" in page.text
    assert "Sent: 0 of 1. A saved draft is not sent." in page.text


def test_a_word_in_the_thread_reaches_the_other_side(cast, desk, work):
    made = make_update(cast, work, "submitted")
    officer = desk(cast.officer).open(f"/review/{made.pk}/")
    officer.press(officer.form("ask").fill(text="How many exactly?"))
    page = desk(cast.liaison2).open(address(work))
    assert "How many exactly?" in page.text
    page.press(page.form("comment").fill(text="Twelve."))
    assert "Twelve." in officer.open(f"/review/{made.pk}/").text
    assert "How many exactly?" in page.open("/my-reporting/").text


def test_less_delivered_and_last_times_words_are_questioned_and_not_refused(cast, desk, work):
    said_before = "Twelve officers were trained at two ports."
    validated_last_time(cast, work, achieved=said_before, delivery_percent=58)
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates").fill(achieved=said_before, delivery_percent="40"), "act", "check")
    for words in ("This is less than last time. Is this right?", "This is word for word what was said last time."):
        assert words in page.text
        assert words in page.open(address(work)).text
        page.open(address(work, "check/"))
    page.open(address(work))
    page.press(page.form("updates").fill(achieved="Fourteen officers were trained.", delivery_percent="58"), "act", "check")
    assert "Is this right?" not in page.text
