"""One browser and one served copy of the demonstration for each module; the test's own connection reads that copy."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Locator

from tests import demonstration
from tests.browser.chromium import NoBrowser, running_chromium
from tests.visits import Story


@pytest.fixture(scope="module")
def browser():
    try:
        with running_chromium() as running:
            yield running
    except NoBrowser as absent:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"REQUIRE_BROWSER=1, but {absent}")
        pytest.skip(str(absent))


@pytest.fixture(scope="module")
def served(browser, django_db_setup, django_db_blocker):
    """The product on a copy of the demonstration; what the module does there stays until the module is done."""
    from tests.browser.served import served_on

    with django_db_blocker.unblock(), served_on(demonstration.copied()) as running:
        yield running


@pytest.fixture(scope="module")
def story(served):
    return Story.told()


@pytest.fixture(scope="module")
def pages(served, browser):
    """One page for each person and look, which goes from address to address; the policy is lifted for axe alone."""
    made = {}

    def page(who, language, scheme, width):
        key = who, language, scheme, width
        if key not in made:
            window = served.window(browser, who, language=language, scheme=scheme, width=width, bypass_csp=True)
            made[key] = window.new_page()
        return made[key]

    yield page
    for one in made.values():
        one.context.close()


@pytest.fixture
def opened(browser, served):
    """Opens a page of somebody's window; what the browser complains of is an error when the test ends."""
    windows, complaints = [], []

    def open_page(who: str = "", path: str = "/", *, may_complain=False, **look):
        window = served.window(browser, who, **look)
        windows.append(window)
        page = window.new_page()
        if not may_complain:
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for window in windows:
        window.close()
    assert complaints == []


@pytest.fixture(autouse=True)
def a_click_lasts_until_its_page_is_there(monkeypatch):
    """A click ends when the next page begins to come; what a test looks at then may not have arrived."""
    click = Locator.click

    def click_and_wait(locator, *given, **named):
        click(locator, *given, **named)
        locator.page.wait_for_load_state("domcontentloaded")

    monkeypatch.setattr(Locator, "click", click_and_wait)
