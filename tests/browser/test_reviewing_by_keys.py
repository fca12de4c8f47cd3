"""An officer clears twenty updates with one click and twenty keys, narrow and wide, in Arabic and French, and takes one back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from initiatives.models import Update
from tests.browser.served import NARROW, WIDE

pytestmark = pytest.mark.browser
TWENTY = 20


def waiting(story):
    return Update.objects.visible_to(story.people["officer"]).waiting()


def test_twenty_updates_take_one_click_and_twenty_keys(opened, story):
    before = waiting(story).count()
    turns = min(TWENTY, before)  # how many wait depends on the day; one key each, however many
    assert turns
    page, seen = opened("officer", "/review/"), []
    page.locator("main .lead a.button, main header.lead a.button").first.click()
    page.wait_for_url(re.compile(r"/review/\d+/"))
    for _turn in range(turns):
        expect(page.locator("button[data-key=v]")).to_be_enabled()
        expect(page.locator("h1")).to_be_visible()
        seen.append(page.url)
        with page.expect_navigation():
            page.keyboard.press("v")
    assert len(set(seen)) == turns
    assert waiting(story).count() == before - turns


@pytest.mark.parametrize(("language", "width"), [("ar", NARROW), ("fr", WIDE)])
def test_the_queue_is_walked_decided_and_undone_in_ones_language(opened, story, language, width):
    page = opened("officer", "/review/", language=language, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("j")
    page.wait_for_url(re.compile(r"/review/\d+/"))
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    expect(page.locator("figure.chart, section .grid p a").first).to_be_attached()
    key, before = int(page.url.rstrip("/").rsplit("/", 1)[1]), waiting(story).count()
    with page.expect_navigation():
        page.keyboard.press("v")
    assert Update.objects.get(pk=key).state == "validated"
    page.goto("/review/decided/")
    page.locator("details:has(form[action$='take-back/']) summary").first.click()
    page.locator("form[action$='take-back/'] input[name=reason]").first.fill("Erreur" if language == "fr" else "خطأ")
    page.locator("form[action$='take-back/'] button").first.click()
    assert waiting(story).count() == before
    assert Update.objects.get(pk=key).superseded_at is not None


def test_without_javascript_a_review_is_read_returned_and_asked_about(opened, story):
    page = opened("officer", "/review/", javascript=False, width=NARROW)
    page.locator("tbody th a").first.click()
    assert page.locator("section .grid p a").count() >= 0
    page.locator("#return summary").click()
    key = int(page.url.rstrip("/").rsplit("/", 1)[1])
    page.locator("[name=reason_code]").first.select_option("unclear") if page.locator(
        "select[name=reason_code]"
    ).count() else page.locator("input[name=reason_code][value=unclear]").check()
    page.fill("#return textarea[name=comment]", "Which port was it?")
    page.locator("#return button").click()
    assert Update.objects.get(pk=key).state == "returned"


def test_a_liaison_who_edits_after_sending_is_not_validated_unseen(opened, story):
    """The officer has the page open; the bureau takes the update back, changes it and sends it again."""
    page = opened("officer", "/review/", may_complain=True)
    page.keyboard.press("j")
    page.wait_for_url(re.compile(r"/review/\d+/"))
    key = int(page.url.rstrip("/").rsplit("/", 1)[1])
    Update.objects.filter(pk=key).update(version=Update.objects.get(pk=key).version + 1)
    with page.expect_navigation():
        page.keyboard.press("v")
    expect(page.locator("main")).to_contain_text("Look again before you decide")
    assert Update.objects.get(pk=key).state != "validated"
