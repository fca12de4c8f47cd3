"""Translations approved together: read beside their sources, ticked, on the trail, and taken back for ten minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from accounts.models import UndoableAct
from core.models import AuditRecord
from core.translations import Translated
from tests.moments import NOON

PAGE = "/administration/translations/together/"
DRAFT = {"state": "draft", "of_version": 1}


def three(words: str) -> Translated:
    return Translated("en", 1, {"en": words, "es": f"{words} (es)", "fr": f"{words} (fr)"}, {"es": DRAFT, "fr": DRAFT})


@pytest.fixture
def drafts(cast):
    """Two texts of one aim and one of a plan with Spanish and French working translations, and one that is stale."""
    cast.aim.title, cast.aim.text = three("Title of the aim"), three("Text of the aim")
    cast.aim.save()
    cast.plan.title, cast.plan.vision_text = three("Title of the plan"), three("The vision")
    cast.plan.save()
    cast.result.text = three("Before").rewritten("After")
    cast.result.save()
    return cast


def es(record, field) -> str:
    record.refresh_from_db()
    return str(getattr(record, field).state("es"))


def ticked(page, *fields) -> list[str]:
    """The keys of the rows, as a reader of the page would tick them."""
    import re

    keys = re.findall(r'name="chosen" value="([^"]+)"', page.text)
    return [key for key in keys if key.split("-")[2] in fields]


def test_those_ticked_are_approved_and_no_others(drafts, desk):
    page = desk(drafts.officer).open(PAGE + "?language=es")
    assert "Title of the aim (es)" in page.text and "Before (es)" not in page.text
    page.press(page.form("together").fill(chosen=ticked(page, "title")))
    assert "2 translations are approved." in page.text
    assert [es(drafts.aim, "title"), es(drafts.plan, "title")] == ["approved", "approved"]
    assert [es(drafts.aim, "text"), es(drafts.plan, "vision_text"), es(drafts.result, "text")] == ["draft", "draft", "stale"]
    assert str(drafts.aim.title.state("fr")) == "draft"
    traces = AuditRecord.objects.filter(action="text.translation_approved", actor_id=drafts.officer.pk)
    assert {one.target_id for one in traces} == {str(drafts.aim.pk), str(drafts.plan.pk)}


def test_all_texts_of_one_record_are_approved_in_one_go(drafts, desk):
    page = desk(drafts.officer).open(PAGE + "?language=es")
    page.press(page.form("together").fill(chosen=ticked(page, "title", "text", "vision_text")))
    assert "4 translations are approved." in page.text
    assert {es(drafts.aim, "title"), es(drafts.aim, "text"), es(drafts.plan, "title"), es(drafts.plan, "vision_text")} == {
        "approved"
    }


def test_what_was_approved_together_is_taken_back_once_and_for_ten_minutes(drafts, desk):
    page = desk(drafts.officer).open(PAGE + "?language=es")
    page.press(page.form("together").fill(chosen=ticked(page, "title", "vision_text")))
    page.press(page.form("take-back"))
    assert "3 translations are working translations again." in page.text and "This was undone on" in page.text
    assert {es(drafts.aim, "title"), es(drafts.plan, "title"), es(drafts.plan, "vision_text")} == {"draft"}
    assert AuditRecord.objects.filter(action="text.approval_taken_back").count() == 3
    again = page.client.post(f"{PAGE}{UndoableAct.objects.get().public_id}/take-back/")
    assert again.status_code == 409

    page.open(PAGE + "?language=es").press(page.form("together").fill(chosen=ticked(page, "title")))
    late = page.form("take-back")
    with time_machine.travel(NOON + timedelta(minutes=11), tick=True):
        page.press(late)
    assert page.status == 409 and es(drafts.aim, "title") == "approved"


def test_taking_back_leaves_what_somebody_wrote_since(drafts, desk):
    page = desk(drafts.officer).open(PAGE + "?language=es")
    page.press(page.form("together").fill(chosen=ticked(page, "title", "text")))
    other = desk(drafts.officer2).open(f"/administration/translations/aim/{drafts.aim.pk}/title/es/")
    other.press(other.form("translations").fill(words="Mejor"), "act", "approve")
    page.press(page.form("take-back"))
    assert "Somebody changed it since." in page.text
    assert (es(drafts.aim, "title"), drafts.aim.title.texts["es"]) == ("approved", "Mejor")
    assert es(drafts.aim, "text") == "draft"


def test_what_moved_on_since_it_was_read_is_not_approved(drafts, desk):
    page = desk(drafts.officer).open(PAGE + "?language=es")
    other = desk(drafts.officer2).open(f"/administration/translations/aim/{drafts.aim.pk}/title/es/")
    other.press(other.form("translations").fill(words="Otro"), "act", "save")
    page.press(page.form("together").fill(chosen=ticked(page, "title")))
    assert "Somebody changed it since you chose it." in page.text and "1 translation is approved." in page.text
    assert (es(drafts.aim, "title"), es(drafts.plan, "title")) == ("draft", "approved")


def test_nobody_approves_what_is_hidden_missing_or_nothing(drafts, desk):
    page = desk(drafts.officer).open(PAGE + "?language=es")
    form = page.form("together")
    for chosen in ([], ["aim-999999-title-1"], ["aim-x-title-1", "pest"], [f"aim-{drafts.aim.pk}-number-1"],
                   [f"result-{drafts.result.pk}-text-{drafts.result.version}"]):  # fmt: skip
        page.press(form.fill(chosen=chosen))
        assert page.status == 200 and "approved." not in page.text, chosen
    assert not UndoableAct.objects.exists() and es(drafts.result, "text") == "stale"
    assert desk(drafts.liaison).client.post(PAGE, {"language": "es"}).status_code == 403
    reader = desk(drafts.auditor).open(PAGE + "?language=es")
    assert reader.status == 200 and 'name="chosen"' not in reader.text
    assert reader.client.post(PAGE, {"language": "es", "chosen": ticked(page, "title")}).status_code == 403


def test_an_act_of_somebody_else_is_not_there(drafts, desk):
    page = desk(drafts.officer).open(PAGE + "?language=es")
    page.press(page.form("together").fill(chosen=ticked(page, "title")))
    act = UndoableAct.objects.get()
    other = desk(drafts.officer2)
    assert other.open(f"{PAGE}{act.public_id}/").status == 404
    assert other.client.post(f"{PAGE}{act.public_id}/take-back/").status_code == 404
