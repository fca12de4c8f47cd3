"""Writing an update: nothing typed is lost, numbers are read as people write them, odd is asked and never refused."""

from decimal import Decimal

import pytest

from core.models import AuditRecord
from initiatives.models import Update
from outcomes.models import Indicator
from tests.cast import make_initiative, make_update, said
from tests.pages.conftest import address, ratio, validated_last_time

ANSWERS = {
    "achieved": "Twelve officers trained",
    "obstacle": "Rain",
    "next_steps": "Train the others",
    "delivery_percent": "40",
    "delivery_status": "on_track",
}


def value(indicator, part="value"):
    return f"values.{indicator.pk}.{part}"


def test_looking_at_an_empty_form_writes_nothing(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    assert page.status == 200
    assert not Update.objects.exists()


def test_the_first_saved_word_opens_the_update(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates").fill(achieved="A word"), "act", "save")
    kept = Update.objects.get()
    assert (kept.achieved, kept.state, kept.author) == ("A word", "draft", cast.liaison2)
    assert "Saved" in page.text
    assert "Not sent yet" in page.text


def test_last_times_answer_and_value_stand_beside_each_field(cast, desk, work):
    validated_last_time(cast, work, value=17, achieved="Nine officers trained")
    page = desk(cast.liaison2).open(address(work))
    assert "Nine officers trained" in page.text
    assert "Last value" in page.text
    assert "17" in page.text


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("fr", "1 234,5", "1234.5"),
        ("en", "1,234.5", "1234.5"),
        ("es", "1.234,5", "1234.5"),
        ("ar", "١٬٢٣٤٫٥", "1234.5"),
        ("ar", "٤٥", "45"),
        ("en", "0", "0"),
    ],
)
def test_a_number_is_read_as_its_writer_writes_it(cast, desk, work, language, typed, meant):
    page = desk(cast.liaison2, language).open(address(work))
    page.press(page.form("updates").fill(**ANSWERS).put(value(cast.indicator), typed), "act", "save")
    assert Update.objects.get().values.get(indicator=cast.indicator).value == Decimal(meant)


def test_the_number_is_echoed_in_the_writers_own_form(cast, desk, work):
    page = desk(cast.liaison2, "fr").open(address(work))
    page.press(page.form("updates").put(value(cast.indicator), "1234,5"), "act", "save")
    assert page.form("updates").value(value(cast.indicator)) == "1\u202f234,5"


def test_what_is_no_number_is_said_beside_the_field_and_kept_with_everything_else(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates").fill(**ANSWERS).put(value(cast.indicator), "about ten"), "act", "save")
    assert page.status == 400
    assert "Write a number, in digits." in page.text
    assert page.form("updates").value(value(cast.indicator)) == "about ten"
    assert Update.objects.get().achieved == ANSWERS["achieved"]
    again = desk(cast.liaison2).open(address(work))
    assert again.form("updates").value(value(cast.indicator)) == "about ten"


def test_putting_it_right_clears_what_was_left_over(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates").put(value(cast.indicator), "about ten"), "act", "save")
    page.press(page.form("updates").put(value(cast.indicator), "10"), "act", "save")
    kept = Update.objects.get()
    assert kept.unfinished == {}
    assert kept.values.get(indicator=cast.indicator).value == 10


def test_what_could_be_two_numbers_is_asked_about(cast, desk, work):
    page = desk(cast.liaison2, "fr").open(address(work))
    page.press(page.form("updates").put(value(cast.indicator), "1.234"), "act", "save")
    assert page.status == 400
    assert page.form("updates").value(value(cast.indicator)) == "1.234"


def test_half_a_ratio_stays_with_the_draft(cast, desk, work):
    share = ratio(cast)
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates").put(value(share, "numerator"), "3"), "act", "save")
    again = desk(cast.liaison2).open(address(work))
    assert again.form("updates").value(value(share, "numerator")) == "3"


def test_a_part_larger_than_its_whole_is_refused_beside_the_field_and_kept(cast, desk, work):
    share = ratio(cast)
    page = desk(cast.liaison2).open(address(work))
    form = page.form("updates").put(value(share, "numerator"), "9").put(value(share, "denominator"), "4")
    page.press(form, "act", "save")
    assert page.status == 400
    assert "A part cannot be larger than its whole." in page.text
    assert page.form("updates").value(value(share, "denominator")) == "4"
    again = desk(cast.liaison2).open(address(work)).form("updates")
    assert (again.value(value(share, "numerator")), again.value(value(share, "denominator"))) == ("9", "4")


def test_more_than_all_of_it_is_refused_beside_the_field(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates").fill(**{**ANSWERS, "delivery_percent": "140"}), "act", "save")
    assert page.status == 400
    assert "Delivery is between 0 and 100 percent." in page.text
    assert page.form("updates").value("delivery_percent") == "140"


def test_zero_is_a_value_and_empty_is_not(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates").put(value(cast.indicator), "0"), "act", "save")
    kept = {one.indicator_id: one for one in Update.objects.get().values.all()}
    assert kept[cast.indicator.pk].state == "reported"
    assert kept[ratio(cast).pk].state == "not_reported"


def test_one_question_at_a_time_keeps_the_other_answers(cast, desk, work):
    made = make_update(cast, work, "draft")
    page = desk(cast.liaison2).open(address(work) + "?way=one")
    assert "question 1 of" in page.text
    page.press(page.form("updates").fill(achieved="Only this"), "go", "obstacle")
    made.refresh_from_db()
    assert (made.achieved, made.obstacle, made.next_steps) == ("Only this", "None", "Go on")
    assert "question 2 of" in page.text


def test_the_chosen_way_of_asking_stays_chosen(cast, desk, work):
    page = desk(cast.liaison2).open(address(work) + "?way=one")
    assert "question 1 of" in page.open(address(work)).text
    page.open(address(work) + "?way=all")
    assert "question 1 of" not in page.open(address(work)).text


def test_saving_by_script_answers_the_version_and_the_hour(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    form = page.form("updates").fill(achieved="By script")
    answer = page.client.post(
        address(work, "save/"), {k: v for k, v in form.fields.items() if k != "csrfmiddlewaretoken"}
    )
    assert answer.status_code == 200
    assert answer.json()["version"] == Update.objects.get().version
    assert answer.json()["saved_at"].count(":") == 1


def test_saving_by_script_keeps_what_it_can_and_names_the_rest(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    form = page.form("updates").fill(achieved="Kept").put(value(cast.indicator), "many")
    answer = page.client.post(address(work, "save/"), dict(form.fields)).json()
    assert list(answer["errors"]) == [value(cast.indicator)]
    assert Update.objects.get().achieved == "Kept"


def test_saving_by_script_on_an_old_version_is_a_conflict_and_writes_nothing(cast, desk, work):
    make_update(cast, work, "draft")
    answer = desk(cast.liaison2).client.post(address(work, "save/"), {"version": "0", "achieved": "Mine"})
    assert answer.status_code == 412
    assert Update.objects.get().achieved != "Mine"


def test_every_save_leaves_its_trace(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates").fill(achieved="A word"), "act", "save")
    assert set(AuditRecord.objects.values_list("action", flat=True)) >= {"update.opened", "update.saved"}


def test_other_peoples_work_may_be_seen_and_not_written(cast, desk, work):
    page = desk(cast.liaison).open(address(work))
    assert page.status == 403
    assert "Only the bureau that leads this work may do this." in page.text


def test_hidden_work_is_the_same_as_none(cast, desk):
    secret = make_initiative(cast, "other", 3)
    stranger = desk(cast.liaison)
    hidden, absent = stranger.open(address(secret)), None
    body = hidden.text
    assert hidden.status == 404
    assert "CANARY" not in body
    absent = stranger.open("/updates/IN-999999/2026-Q4/")
    assert absent.status == 404


def test_a_period_that_is_not_open_takes_nothing_and_says_who_can_open_it(cast, desk, work):
    closed = cast.periods["closed"].code
    page = desk(cast.liaison2).open(address(work, period=closed))
    assert "A strategy officer can reopen it" in page.text
    answer = page.client.post(address(work, period=closed), {"version": "0", "achieved": "Late"})
    assert answer.status_code == 409
    assert not Update.objects.exists()


@pytest.mark.parametrize(
    "words", ["\x00", "<script>alert(1)</script>", "\u202e abc", "a" * 9000, "🚢", "'; drop table"]
)
def test_no_words_break_the_page(cast, desk, work, words):
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates").fill(achieved=words).put(value(cast.indicator), words), "act", "save")
    assert page.status in (200, 400)
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "1.5", "٣"])
def test_no_version_breaks_the_page(cast, desk, work, version):
    make_update(cast, work, "draft")
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates").fill(version=version, achieved="Mine"), "act", "save")
    assert page.status == 409
    assert "Mine" in page.text


def test_the_summary_of_problems_says_which_indicator_each_is_about(cast, desk, work):
    Indicator.objects.filter(pk=cast.indicator.pk).update(kind="cumulative")
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates").fill(**{f"values__{cast.indicator.pk}__value": "-5"}), "act", "save")
    assert page.status == 400
    assert f"{cast.indicator.name}</span>: Value: A count cannot be below zero." in " ".join(page.text.split())


def test_a_unit_of_counted_bureaus_is_not_said_of_one_bureaus_value(cast, desk, work):
    Indicator.objects.filter(pk=cast.indicator.pk).update(
        combine_bureaus="count_meeting", bureau_threshold=3, unit_label=said("bureaus in all")
    )
    validated_last_time(cast, work, value=2)
    page = desk(cast.liaison2).open(address(work))
    assert page.text.count("bureaus in all") == 1, "beside the target, which is the count's"
