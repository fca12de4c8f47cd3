"""With scripts: words are saved as one types, also over a dropped line and a lost session; a review is done by keys alone."""

import re

import pytest
from playwright.sync_api import expect

from initiatives.models import Update

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def not_sent(page) -> str:
    """The address of an update that is still to be written."""
    page.goto("/my-reporting/")
    return page.get_by_role("link", name=re.compile("^(Start|Continue) ?:")).last.get_attribute("href")


def form_of(opened, **look):
    page = opened("liaison", "/my-reporting/", may_complain=True, **look)
    page.goto(not_sent(page) + "?way=all")
    return page


def leave(page):
    page.locator("#id_risks").focus()


def test_words_are_saved_on_leaving_a_field_and_the_page_says_when(opened):
    page = form_of(opened)
    page.fill("#id_achieved", "Twelve officers were trained")
    expect(page.locator("[data-together-left]")).to_contain_text("28")
    leave(page)
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert Update.objects.filter(achieved="Twelve officers were trained", state="draft").exists()
    version = page.input_value("input[name=version]")
    page.fill("#id_achieved", "Thirteen officers were trained")
    leave(page)
    expect(page.locator("input[name=version]")).not_to_have_value(version)
    assert Update.objects.filter(achieved="Thirteen officers were trained").exists()


def test_a_dropped_line_is_said_and_nothing_is_lost(opened):
    page = form_of(opened)
    page.context.set_offline(True)
    page.fill("#id_obstacle", "Typed while the line was down")
    leave(page)
    expect(page.locator("[data-saved]")).to_contain_text("no connection")
    page.context.set_offline(False)
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert Update.objects.filter(obstacle="Typed while the line was down").exists()


def test_a_lost_session_is_said_and_signing_in_elsewhere_saves_what_was_typed(opened, served, browser):
    page = form_of(opened)
    kept = page.context.cookies()
    page.context.clear_cookies()
    page.fill("#id_next_steps", "Typed while signed out")
    leave(page)
    expect(page.locator("[data-saved]")).to_contain_text("signed out")
    page.context.add_cookies(kept)
    page.locator("#id_achieved").focus()
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert Update.objects.filter(next_steps="Typed while signed out").exists()


def test_somebody_else_saving_leads_to_mine_and_theirs(opened):
    first = form_of(opened)
    second = opened("liaison", first.url, may_complain=True)
    first.fill("#id_risks", "Theirs")
    first.locator("#id_achieved").focus()
    expect(first.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    second.fill("#id_risks", "Mine")
    second.locator("#id_achieved").focus()
    expect(second.locator("[data-saved]")).to_contain_text("somebody else changed this")
    second.get_by_role("button", name="Save draft").click()
    expect(second.locator("main")).to_contain_text("Theirs")
    second.get_by_role("radio", name="Mine").check()
    second.get_by_role("button", name="Save what I chose").click()
    expect(second.locator("#id_risks")).to_have_value("Mine")


def test_what_a_value_does_not_need_is_folded_away(opened):
    page = form_of(opened)
    block = page.locator("fieldset.value").first
    expect(block.locator(".number").first).to_be_visible()
    block.get_by_role("radio", name="withheld").check()
    expect(block.locator(".number").first).to_be_hidden()


def test_a_review_is_done_by_keys_alone(opened):
    page = opened("officer", "/review/")
    waiting = Update.objects.filter(state="validated").count()
    page.keyboard.press("j")
    page.wait_for_url(re.compile(r"/review/\d+/"))
    first = page.url
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != first and "/review/" in url)
    page.keyboard.press("k")
    page.wait_for_url(first)
    page.keyboard.press("?")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("v")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.locator("#return textarea")).to_be_visible()
    page.keyboard.press("v")
    page.wait_for_url(lambda url: url.split("#")[0] != first)
    expect(page.locator(".notice.success")).to_contain_text("Validated")
    assert Update.objects.filter(state="validated").count() == waiting + 1


def test_the_keys_can_be_switched_off(opened):
    page = opened("officer", "/review/")
    page.get_by_role("checkbox", name=re.compile("Single keys")).uncheck()
    page.keyboard.press("j")
    page.wait_for_timeout(300)
    assert page.url.endswith("/review/")


def test_several_without_a_flag_are_validated_with_their_number_in_the_button(opened):
    page = opened("officer", "/review/?show=clean")
    boxes = page.locator("tbody input[type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Validate 2 updates").click()
    page.get_by_role("button", name="Validate 2 updates").click()
    expect(page.locator(".notice.success")).to_contain_text("2 updates are validated.")
