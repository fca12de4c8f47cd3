"""Questions that reach across plans, regions and days, with their clicks counted: one to the answer, three to what is beneath."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.browser.served import NARROW, WIDE
from tests.visits import VISITS

pytestmark = pytest.mark.browser
# What is written beside a drawing of a report; a word upon a bar has the bar as its ground.
PAINTS = """() => [...document.querySelectorAll('.report figure svg text:not(.f-paper)')]
  .map(one => getComputedStyle(one).fill)"""
LOOKS = [("en", WIDE, True), ("ar", NARROW, False)]


@pytest.mark.parametrize("look", LOOKS)
def test_from_a_weak_spot_to_the_account_of_a_bureau_s_part_in_three_clicks(opened, story, look):
    language, width, javascript = look
    page = opened("leader", "/strategy/", language=language, width=width, javascript=javascript)
    page.locator("main a[href='/heat-map/']").click()
    page.locator("main a.cell[href*='region=africa']").first.click()
    page.locator("main a[href*='/explain/aim/'][href*='bureau=']").first.click()
    page.locator("section[aria-labelledby=steps] tbody tr").nth(2).wait_for()
    assert page.locator("section[aria-labelledby=thresholds] li").count() >= 3


@pytest.mark.parametrize("look", LOOKS)
def test_a_page_goes_to_a_day_in_the_past_and_one_click_back(opened, story, look):
    language, width, javascript = look
    page = opened("leader", "/strategy/", language=language, width=width, javascript=javascript)
    now = page.locator("main dl.figures, main .figures").first.inner_text()
    page.locator("details.menu summary").first.click()
    page.fill("#known_on", (story.today - timedelta(days=140)).isoformat())
    page.locator("details.menu form button").first.click()
    assert "known_on=" in page.url and page.locator("main aside.notice").is_visible()
    assert page.locator("main dl.figures, main .figures").first.inner_text() != now
    page.locator("main .tile a").first.click()
    assert "known_on=" in page.url and page.locator("main aside.notice").is_visible()
    page.locator("main aside.notice a").click()
    assert "known_on=" not in page.url and not page.locator("main aside.notice").count()


def test_what_changed_leads_each_sentence_to_its_account_in_one_click(opened, story):
    page = opened("leader", "/changes/", width=WIDE)
    assert page.locator("main ol.history li").count() > 10
    page.locator("main ol.history a[href*='/explain/']").first.click()
    page.locator("section[aria-labelledby=steps] tbody tr").nth(2).wait_for()


def test_a_report_s_drawings_are_dark_on_its_white_paper_in_a_dark_window(opened, story):
    page = opened("leader", VISITS["reports:edition"].address("reports:edition", story), scheme="dark")
    paints = page.evaluate(PAINTS)
    pale = {paint for paint in paints if sum(map(int, re.findall(r"[0-9]+", paint))) > 3 * 140}
    assert len(paints) > 10 and pale == set()


def test_the_officer_s_navigation_stays_in_one_line_at_1200_pixels(opened, story):
    page = opened("officer", "/strategy/", width=1200)
    tops = {round(one.bounding_box()["y"]) for one in page.locator("nav.nav li").all()}
    assert len(tops) == 1
