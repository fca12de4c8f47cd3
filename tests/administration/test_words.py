"""The words of plans: versions side by side, translations that fall behind and are looked at again, links of the crosswalk."""

from __future__ import annotations

import pytest

from core.differences import words_changed
from core.models import AuditRecord, TextRevision
from core.translations import Translated
from goals.models import Plan
from outcomes.models import Crosswalk, ExpectedResult
from tests.cast import said


@pytest.fixture
def french(cast):
    """The aim's title as a source has it: French, with an approved translation and a draft."""
    approved, draft = {"state": "approved", "of_version": 1}, {"state": "draft", "of_version": 1}
    cast.aim.title = Translated(
        "fr", 1, {"fr": "Un but ancien", "en": "An old goal", "es": "Un objetivo"}, {"en": approved, "es": draft}
    )
    cast.aim.save()
    Plan.objects.filter(pk=cast.plan.pk).update(source_name="framework.txt")
    return cast.aim


def text_page(french):
    return f"/administration/texts/aim/{french.pk}/title/"


def translation_page(french, language):
    return f"/administration/translations/aim/{french.pk}/title/{language}/"


def titled(aim) -> Translated:
    aim.refresh_from_db()
    return aim.title


def test_words_are_compared_one_by_one():
    pieces = [(one.kind, one.words) for one in words_changed("The old goal, here", "The new goal, here")]
    assert pieces == [("same", "The "), ("gone", "old"), ("new", "new"), ("same", " goal, here")]
    assert words_changed("", "") == []
    assert "".join(one.words for one in words_changed("هدف قديم", "هدف جديد") if one.kind != "gone") == "هدف جديد"


def test_a_frozen_text_becomes_a_new_version_and_its_translations_wait(cast, desk, french):
    page = desk(cast.officer).open(text_page(french))
    assert "A change departs from the source." in page.text
    page.press(page.form("texts").fill(words="Un but nouveau", reason="Corrected"))
    assert titled(french).texts["fr"] == "Un but nouveau"
    assert {one: str(french.title.state(one)) for one in ("en", "es", "ar")} == {
        "en": "stale", "es": "stale", "ar": "missing",
    }  # fmt: skip
    page.open(text_page(french))
    assert "<del>ancien</del>" in page.text and "<ins>nouveau</ins>" in page.text
    assert TextRevision.objects.get().text.texts["fr"] == "Un but ancien"


def test_a_frozen_text_changes_with_a_reason_only_and_keeps_what_was_typed(cast, desk, french):
    page = desk(cast.officer).open(text_page(french))
    page.press(page.form("texts").fill(words="Neuf"))
    assert page.status == 400 and "Say why it changes." in page.text
    assert page.form("texts").value("words") == "Neuf"
    page.press(page.form("texts").fill(words=" ", reason="x"))
    assert page.status == 400 and "Give the text in its source language." in page.text


def test_words_that_belong_to_the_framework_alone_are_rewritten_too(cast, desk):
    page = desk(cast.officer).open(f"/administration/texts/framework/{cast.plan.pk}/vision_text/")
    before = cast.plan.version
    page.press(page.form("texts").fill(words="A safer world", reason="Corrected"))
    cast.plan.refresh_from_db()
    assert (page.status, cast.plan.vision_text.texts["en"], cast.plan.version) == (200, "A safer world", before + 1)


def test_two_who_rewrite_the_same_text_lose_nothing(cast, desk, french):
    page, other = desk(cast.officer).open(text_page(french)), desk(cast.officer2).open(text_page(french))
    other.press(other.form("texts").fill(words="Le leur", reason="First"))
    page.press(page.form("texts").fill(words="Le mien", reason="Second"))
    assert page.status == 409
    assert "Le leur" in page.text and page.form("texts").value("words") == "Le mien"
    assert titled(french).texts["fr"] == "Le leur"
    page.press(page.form("texts"))
    assert titled(french).texts["fr"] == "Le mien"


def test_a_stale_translation_shows_what_changed_and_is_approved_again(cast, desk, french):
    page = desk(cast.officer).open(text_page(french))
    page.press(page.form("texts").fill(words="Un but nouveau", reason="Corrected"))
    page = desk(cast.officer2).open(translation_page(french, "en"))
    assert "What changed in the source since this translation" in page.text and "<ins>nouveau</ins>" in page.text
    assert 'lang="fr"' in page.text
    page.press(page.form("translations").fill(words="A new goal"), "act", "approve")
    assert str(titled(french).state("en")) == "approved"
    assert page.path != translation_page(french, "en")  # the next one
    trace = AuditRecord.objects.get(action="text.translation_approved")
    assert (trace.actor_id, trace.after["title"]["texts"]["en"]) == (cast.officer2.pk, "A new goal")


def test_a_translation_is_first_a_draft_that_somebody_else_may_approve(cast, desk, french):
    page = desk(cast.officer).open(translation_page(french, "ar"))
    assert 'dir="rtl"' in page.text
    page.press(page.form("translations").fill(words="هدف"), "act", "save")
    assert str(titled(french).state("ar")) == "draft"
    other = desk(cast.officer2).open(translation_page(french, "ar"))
    other.press(other.form("translations"), "act", "approve")
    assert str(titled(french).state("ar")) == "approved"
    empty = desk(cast.officer).open(translation_page(french, "ar"))
    empty.press(empty.form("translations").fill(words=""), "act", "approve")
    assert empty.status == 400 and titled(french).texts["ar"] == "هدف"


def test_two_who_translate_the_same_text_lose_nothing(cast, desk, french):
    page, other = (desk(one).open(translation_page(french, "ar")) for one in (cast.officer, cast.officer2))
    other.press(other.form("translations").fill(words="لهم"), "act", "save")
    page.press(page.form("translations").fill(words="لي"), "act", "save")
    assert page.status == 409
    assert "لهم" in page.text and page.form("translations").value("words") == "لي"


def test_every_text_is_counted_by_language_and_found_by_state(cast, desk, french):
    page = desk(cast.officer).open("/administration/translations/")
    assert "texts lack an approved translation in some language." in page.text
    page.open("/administration/translations/?language=es&state=draft")
    assert "Un but ancien" in page.text and "Aim 1, title" in page.text
    page.open("/administration/translations/?language=en&state=stale")
    assert "Nothing matches these filters" in page.text
    assert page.open("/administration/translations/?after=²").status == 200
    hidden = desk(cast.officer).open("/administration/translations/").text
    assert "IND-CANARY" not in hidden


def test_a_draft_of_a_plan_is_corrected_without_a_reason(cast, desk):
    page = desk(cast.officer).open(f"/administration/texts/strategy/{cast.draft_plan.pk}/mandate/")
    page.press(page.form("texts").fill(words="A better mandate"))
    cast.draft_plan.refresh_from_db()
    assert cast.draft_plan.mandate.texts["en"] == "A better mandate"


# the crosswalk

PAIR = "/administration/crosswalk/?from=draft-plan&to=framework"


def test_parts_without_a_link_are_marked_until_they_have_one(cast, desk):
    page = desk(cast.officer).open(PAIR)
    assert "1 of 1 part of the earlier plan does not say yet what became of it." in page.text
    page.press(page.form("crosswalk").fill(start=f"aim-{cast.draft_aim.pk}", kind="continued", end=f"aim-{cast.aim.pk}", note="As before"))
    link = Crosswalk.objects.get()
    assert (link.from_aim, link.to_aim, link.state, link.note.texts) == (cast.draft_aim, cast.aim, "proposed", {"en": "As before"})
    assert "Every part of the earlier plan has a link. 1 link waits to be approved." in page.text
    page.press(page.form("approve"))
    assert "Every part of the earlier plan says what became of it." in page.text
    link.refresh_from_db()
    assert link.state == "approved"


def test_an_approved_link_is_taken_away_with_a_reason_and_the_trail_keeps_it(cast, desk):
    link = Crosswalk.objects.create(kind="dropped", from_aim=cast.draft_aim, state="approved")
    page = desk(cast.officer).open(PAIR)
    assert "leads nowhere" in page.text
    page.press(page.form("remove"))
    assert page.status == 400 and Crosswalk.objects.exists()
    assert "What became of it" in page.text and f'href="#reason-{link.pk}">Say why it is taken away: it was approved.' in page.text
    page.press(page.form("remove").fill(reason="Wrong plan"))
    assert not Crosswalk.objects.exists()
    assert AuditRecord.objects.get(action="crosswalk.removed").before["from_aim"] == link.from_aim_id


def test_a_note_is_reworded_and_neither_an_empty_one_nor_a_later_change_is_run_over(cast, desk):
    link = Crosswalk.objects.create(kind="dropped", from_aim=cast.draft_aim, note=said("Done in 2025"))
    page = desk(cast.officer).open(PAIR)
    first, second = page.form("note"), desk(cast.officer2).open(PAIR)
    page.press(first.fill(note="Done in 2024"))
    assert "The note is saved." in page.text and page.answer.redirect_chain[0][0].endswith(f"#aim-{cast.draft_aim.pk}")
    link.refresh_from_db()
    assert (link.note.texts["en"], link.note.version) == ("Done in 2024", 2)
    assert AuditRecord.objects.get(action="crosswalk.edited").before["note"]["texts"]["en"] == "Done in 2025"
    second.press(second.form("note").fill(note="Done in 2023"))
    assert second.status == 409 and "Done in 2023" in second.text and "Somebody changed this" in second.text
    page.press(page.form("note").fill(note="  "))
    assert page.status == 400 and "Write what the note is to say." in page.text
    link.refresh_from_db()
    assert link.note.texts["en"] == "Done in 2024"


def test_a_note_may_come_later_and_an_auditor_rewords_none(cast, desk):
    link = Crosswalk.objects.create(kind="dropped", from_aim=cast.draft_aim)
    page = desk(cast.officer).open(PAIR)
    page.press(page.form("note").fill(note="Nothing follows it"))
    link.refresh_from_db()
    assert link.note.texts == {"en": "Nothing follows it"}
    auditor = desk(cast.auditor).open(PAIR)
    assert "Change the note" not in auditor.text
    auditor.client.post(f"/administration/crosswalk/{link.pk}/note/", {"note": "x", "version": "2"})
    link.refresh_from_db()
    assert link.note.texts == {"en": "Nothing follows it"}


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"kind": "dropped", "end": "there"}, "What was dropped leads nowhere."),
        ({"kind": "continued", "end": ""}, "A link leads to one aim or one expected result."),
        ({"kind": "continued", "end": "aim-999"}, "Select a valid choice."),
    ],
)
def test_a_link_that_cannot_be_is_refused(cast, desk, answers, words):
    page = desk(cast.officer).open(PAIR)
    given = answers | {"end": f"aim-{cast.aim.pk}"} if answers["end"] == "there" else answers
    page.press(page.form("crosswalk").fill(start=f"aim-{cast.draft_aim.pk}", **given))
    assert page.status == 400 and words in page.text
    assert 'href="#id_end"' in page.text  # beside the field that it is about
    assert not Crosswalk.objects.exists()


def test_the_same_plan_on_both_sides_is_refused_where_it_is_chosen(cast, desk):
    page = desk(cast.officer).open("/administration/crosswalk/?from=framework&to=framework")
    assert page.status == 400 and "Choose two different plans." in page.text and 'href="#to"' in page.text


def test_both_directions_and_both_levels_are_shown(cast, desk):
    result = ExpectedResult.objects.create(aim=cast.draft_aim, number=1, text=said("Old result"))
    Crosswalk.objects.create(kind="merged", from_result=result, to_result=cast.result)
    page = desk(cast.officer).open(PAIR)
    assert page.text.count("A change") >= 2 and page.text.count("Old result") >= 2
