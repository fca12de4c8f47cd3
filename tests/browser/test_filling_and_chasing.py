"""A workbook out and back, chasing in four clicks, more time asked for and answered, a hand-over: each in one of the looks.

Together they cover narrow and wide, with and without JavaScript, Arabic and French.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from core.models import AuditRecord, Period, PeriodState
from exchange.models import Upload
from initiatives.chasing.records import Extension, Letter
from initiatives.handing_over import open_duties_of, refusal_of, successors_of
from initiatives.models import Update
from outcomes.period_services import reopen_period
from tests.browser.served import NARROW, WIDE
from tests.exchange.conftest import Book
from tests.visits import Story

pytestmark = pytest.mark.browser
FEW_CLICKS = 4


@pytest.fixture(scope="module")
def story(served):
    served.start_worker()
    return Story.told()


def fits(page, width: int, language: str) -> None:
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize(("language", "width", "javascript", "words"), [
    ("ar", NARROW, True, "تأخر المورّد"), ("fr", WIDE, False, "Retard du fournisseur"),
])  # fmt: skip
def test_a_workbook_is_taken_along_filled_in_brought_back_looked_at_and_saved(
    opened, story, tmp_path, language, width, javascript, words
):
    page = opened("liaison", "/my-reporting/", language=language, width=width, javascript=javascript)
    page.locator("main a[href*='/my-reporting/workbook/']").first.click()
    fits(page, width, language)
    with page.expect_download() as started:
        page.locator("main a[href$='.xlsx']").click()
    book = Book(Path(started.value.path()).read_bytes())
    sheet = book.sheet("updates")
    code = sheet.cell(3, book.column("updates", "code")).value
    path = tmp_path / started.value.suggested_filename
    path.write_bytes(book.put("updates", "risks", words, code).saved())
    page.set_input_files("input[type=file]", path)
    page.locator("main form .button").first.click()
    # The page follows itself, with and without script, until the file is read.
    button = page.locator("form[action$='/apply/'] .acts .button").first
    expect(button).to_be_visible(timeout=60_000)
    fits(page, width, language)
    expect(page.locator("section[aria-labelledby=changes]")).to_contain_text(words)
    button.click()
    expect(page.locator("section[aria-labelledby=saved]")).to_contain_text(code)
    fits(page, width, language)
    kept = Update.objects.get(initiative__code=code, period__code=Upload.objects.latest("pk").period.code)
    assert (kept.risks, kept.state in ("draft", "returned")) == (words, True)


@pytest.fixture(scope="module")
def late(story):
    """The last period that was due takes updates: where the day of the run has it closed, an officer reopens it."""
    period = Period.objects.filter(due_on__lt=story.today).latest("due_on")
    if period.state(story.today) == PeriodState.CLOSED:
        reopen_period(
            code=period.code, version=period.version, reason="Floods", by=story.people["officer"], at=timezone.now()
        )


@pytest.mark.usefixtures("late")
@pytest.mark.parametrize(("language", "width", "javascript"), [("fr", WIDE, True), ("ar", NARROW, False)])
def test_the_late_bureaus_are_reminded_in_four_clicks_and_that_is_taken_back(opened, story, language, width, javascript):
    page, clicks = opened("officer", "/", language=language, width=width, javascript=javascript), 0
    for locator in (
        "main a[href='/reporting/']", "main .stay a.button.second", "main form[action$='/remind/'] .button",
        "main form[action$='/remind/'] .button",
    ):  # fmt: skip
        fits(page, width, language)
        page.locator(locator).first.click()
        clicks += 1
    page.wait_for_url(re.compile(r"/reporting/\?period="))
    assert clicks == FEW_CLICKS
    letters = Letter.objects.filter(kind="chase", state="waiting")
    assert letters.values("bureau").distinct().count() > 1
    page.locator("form[action*='/take-back/'] button").first.click()
    assert not letters.exists()


def test_a_bureau_asks_for_more_time_and_an_officer_answers_by_a_button_that_says_so(opened, story):
    Extension.objects.filter(bureau=story.people["liaison"].bureau).delete()
    page = opened("liaison", "/my-reporting/", language="ar", width=NARROW, javascript=False)
    page.locator("main a[href$='/more-time/']").first.click()
    fits(page, NARROW, "ar")
    page.fill("[name=until_on]", story.period.closes_on.isoformat())
    page.fill("[name=reason]", "انقطع الخط")
    page.locator("main form .button").first.click()
    made = Extension.objects.get(bureau=story.people["liaison"].bureau, state="asked")
    officer = opened("officer", "/extensions/", language="fr", width=NARROW)
    fits(officer, NARROW, "fr")
    officer.locator(f"a.button[href='/extensions/{made.pk}/']").click()
    officer.fill("[name=reason]", "D’accord")
    officer.locator("button[name=act][value=grant]").click()
    made.refresh_from_db()
    assert (made.state, made.granted_until) == ("granted", story.period.closes_on)
    page.goto("/my-reporting/")
    page.locator(f"main a[href='/extensions/{made.pk}/']").click()
    expect(page.locator("main")).to_contain_text("D’accord")


def _may_take_over(leaver: User) -> bool:
    successor = successors_of(leaver).first()
    return successor is not None and not refusal_of(leaver, successor, open_duties_of(leaver))


def test_open_duties_go_to_a_successor_as_they_were_seen(opened, story):
    liaisons = User.objects.filter(role="liaison").order_by("pk").select_related("bureau")
    leaver = next(one for one in liaisons if open_duties_of(one).updates and _may_take_over(one))
    successor, count = successors_of(leaver).first(), open_duties_of(leaver).count
    page = opened("officer", f"/bureaus/{leaver.bureau.code}/", language="ar", width=WIDE)
    page.locator("main a[href$='/hand-over/']").click()
    page.select_option("[name=from]", str(leaver.pk))
    page.locator("main form .button").first.click()
    page.select_option("[name=to]", str(successor.pk))
    page.locator("main form .button").first.click()
    fits(page, WIDE, "ar")
    assert page.locator("section[aria-labelledby=moves] li").count() >= 1
    page.fill("[name=reason]", "انتقال")
    page.locator("form[method=post].form .button").first.click()
    page.wait_for_url(re.compile(rf"/bureaus/{leaver.bureau.code}/$"))
    assert open_duties_of(leaver).count == 0 and open_duties_of(successor).count >= count
    assert AuditRecord.objects.filter(action="update.handed_over", reason="انتقال").exists()
