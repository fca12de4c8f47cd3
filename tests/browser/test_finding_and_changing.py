"""An officer finds work, keeps the list as a start page, changes several at once and takes it back; with and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from accounts.models import SavedView, User
from initiatives.models import Initiative
from tests.browser.served import NARROW, WIDE

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def state_of(codes) -> set[str]:
    return set(Initiative.objects.filter(code__in=codes).values_list("status", flat=True))


@pytest.mark.parametrize(("language", "width", "javascript"), [("en", WIDE, True), ("ar", NARROW, False), ("fr", NARROW, True)])
def test_three_are_changed_together_and_taken_back(opened, language, width, javascript):
    page = opened("officer", "/initiatives/?status=active", language=language, width=width, javascript=javascript)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.locator("tbody input[name=chosen]")
    codes = [boxes.nth(place).get_attribute("aria-label").split()[0] for place in range(3)]
    for place in range(3):
        boxes.nth(place).check()
    button = page.locator("form[action$='/change/'] .stay button").first
    if javascript:
        assert "3" in button.inner_text()
    button.click()
    page.check("input[name=kind][value=status]")
    page.select_option("select[name=status]", "suspended")
    page.locator("main form .acts button").first.click()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("button[name=confirmed]").click()
    assert state_of(codes) == {"suspended"}
    page.locator("form[action$='/undo/'] button").first.click()
    expect(page.locator("form[action$='/undo/']")).to_have_count(0)
    assert state_of(codes) == {"active"}


def test_a_filter_is_set_and_taken_off_with_one_click_each_and_survives_going_back(opened):
    page = opened("officer", "/initiatives/")
    everything = page.locator(".lead p").first.inner_text()
    page.locator("a.chip", has_text="planned").first.click()
    assert "status=planned" in page.url
    page.locator("thead th a").first.click()
    assert "status=planned" in page.url and "ordering=title" in page.url
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
    page.locator("tbody th a").first.click()
    page.go_back()
    assert "status=planned" in page.url and "ordering=title" in page.url
    page.locator("a.chip.on").first.click()
    assert "status" not in page.url
    assert page.locator(".lead p").first.inner_text() == everything


def test_a_list_is_saved_chosen_as_start_page_and_opened_after_signing_in(opened, served, browser):
    page = opened("leader", "/initiatives/?status=planned")
    page.locator("details:has(form[action$='/views/']) summary").click()
    page.fill("#id_name", "To come")
    page.locator("form[action$='/views/'] button").last.click()
    view = SavedView.objects.get(name="To come")
    page.goto("/profile/")
    page.select_option("select[name=start_page]", f"view-{view.pk}")
    page.locator("main form button", has_text=re.compile("^Save$")).first.click()
    expect(page.locator(".notice.success")).to_be_visible()
    from tests.demonstration import PASSWORD

    fresh = opened("", "/sign-in/")
    fresh.fill("input[name=username]", "leader@demo.invalid")
    fresh.fill("input[name=password]", PASSWORD)
    fresh.locator("main form .button").first.click()
    fresh.wait_for_url("**/initiatives/?status=planned")
    User.objects.filter(email="leader@demo.invalid").update(start_page="")


def test_columns_are_chosen_without_javascript(opened):
    page = opened("leader", "/initiatives/?status=active", javascript=False, width=NARROW)
    page.locator("details:has(input[name=columns]) summary").click()
    page.check("input[name=columns][value=results]")
    page.locator("details:has(input[name=columns]) button").click()
    assert "columns=results" in page.url and "status=active" in page.url
    expect(page.locator("thead th", has_text="Contributes to")).to_have_count(1)
