"""The style page in a browser: narrow, dark, right-to-left, by keyboard, without JavaScript, past the barrier checker."""

from __future__ import annotations

import pytest
from django.contrib.staticfiles import finders

from tests.browser.barriers import barriers
from tests.style_page import page

pytestmark = pytest.mark.browser


def opened_from_memory(browser, *, language="en", width=1280, scheme="light", policy=True):
    """The style page in the browser, served from memory under the real content policy."""
    window = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    tab = window.new_page()
    tab.complaints = []
    tab.on("console", lambda message: tab.complaints.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    html = page(language)

    def answer(route):
        path = route.request.url.split("pages.invalid", 1)[1]
        if path.startswith("/static/"):
            return route.fulfill(path=finders.find(path.removeprefix("/static/").split("?")[0]))
        headers = {"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"}
        return route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers if policy else {})

    tab.route("**/*", answer)
    tab.goto("http://pages.invalid/style/")
    return tab


OVERFLOWING = """[...document.querySelectorAll('body *')].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width > 2 && (box.right > innerWidth + 1 || box.left < -1) && !one.closest('.scroll, .drawn, .skip, .symbols');
}).map(one => one.tagName + '.' + one.className)"""


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
@pytest.mark.parametrize("width", [320, 640])
def test_nothing_runs_over_the_edge_of_a_narrow_screen(browser, language, width):
    tab = opened_from_memory(browser, language=language, width=width)
    assert tab.evaluate(OVERFLOWING) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.complaints == []
    tab.context.close()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ar", "dark")])
def test_the_page_has_no_known_barrier(browser, language, scheme):
    tab = opened_from_memory(browser, language=language, scheme=scheme, policy=False)
    assert barriers(tab) == []
    tab.context.close()


def test_targets_are_at_least_24_pixels_tall(browser):
    tab = opened_from_memory(browser, width=390)
    small = tab.evaluate(
        """[...document.querySelectorAll('button, summary, select, input:not([type=hidden]), .nav a, .tabs a, .chip, .csv')]
        .filter(one => one.offsetParent && !one.closest('.chart > input') && getComputedStyle(one).opacity !== '0')
        .map(one => [one.outerHTML.slice(0, 90), one.closest('label') ? one.closest('label').getBoundingClientRect().height
                     : one.getBoundingClientRect().height]).filter(([, height]) => height < 24)"""
    )
    assert small == []
    tab.context.close()


def test_the_first_key_reaches_the_skip_link_and_escape_closes_a_menu(browser):
    tab = opened_from_memory(browser)
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("Tab")
    tab.locator("summary").first.click()
    assert tab.locator("details.menu[open]").count() == 1
    tab.keyboard.press("Escape")
    assert tab.locator("details.menu[open]").count() == 0
    tab.context.close()


def test_the_error_summary_has_the_focus_and_its_link_reaches_the_field(browser):
    tab = opened_from_memory(browser)
    assert tab.evaluate("document.activeElement.matches('.errors')")
    tab.locator(".errors a").first.click()
    assert tab.evaluate("document.activeElement.name") == "value"
    tab.context.close()


def test_the_button_says_the_exact_number_of_what_is_selected(browser):
    tab = opened_from_memory(browser)
    button = tab.locator("[data-count-label]")
    assert button.inner_text() == "Remind 0 bureaus" and button.is_disabled()
    tab.locator("[data-select-all]").check()
    assert button.inner_text() == "Remind 4 bureaus"
    tab.locator("tbody input[type=checkbox]").first.uncheck()
    assert button.inner_text() == "Remind 3 bureaus"
    tab.context.close()


def test_the_button_counts_none_as_its_language_does(browser):
    """French says none in the singular, as it says one."""
    tab = opened_from_memory(browser, language="fr")
    button = tab.locator("[data-count-label]")
    assert button.inner_text() == "Remind 0 bureau"
    tab.locator("tbody input[type=checkbox]").first.check()
    assert button.inner_text() == "Remind 1 bureau"
    tab.locator("[data-select-all]").check()
    assert button.inner_text() == "Remind 4 bureaus"
    tab.context.close()


def test_single_keys_can_be_switched_off_and_are_never_taken_from_a_text(browser):
    tab = opened_from_memory(browser)
    tab.evaluate("""() => { document.body.insertAdjacentHTML('afterbegin', '<a href="#field-value" data-key="v">V</a>');
      return new Promise(done => { const it = document.createElement('script'); it.src = '/static/js/keys.js';
      it.onload = done; document.head.append(it); }); }""")
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("v")
    assert tab.evaluate("document.activeElement.name") == "value"
    tab.keyboard.press("v")
    assert tab.locator("[name=value]").input_value() == "vfifty"
    tab.keyboard.press("Escape")
    tab.locator("[data-keys-switch]").uncheck()
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("v")
    assert tab.evaluate("document.activeElement.name") != "value"
    tab.context.close()


def test_a_table_is_sorted_by_its_heading_and_says_so(browser):
    tab = opened_from_memory(browser)
    heading = tab.locator("table[data-sort] th", has_text="Days late")
    heading.get_by_role("button").click()
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    assert tab.locator("table[data-sort] tbody tr").first.inner_text().find("عمّان") >= 0
    tab.context.close()


def test_the_table_twin_opens_without_javascript(browser):
    window = browser.new_context(java_script_enabled=False, viewport={"width": 800, "height": 900})
    tab = window.new_page()
    tab.route("**/*", lambda route: route.fulfill(path=finders.find("css/app.css")) if "app.css" in route.request.url
              else route.fulfill(body=page(), content_type="text/html; charset=utf-8"))  # fmt: skip
    tab.goto("http://pages.invalid/style/")
    figure = tab.locator("figure.chart").first
    assert figure.locator(".drawn").is_visible() and not figure.locator(".table").is_visible()
    figure.get_by_text("Table", exact=True).click()
    assert figure.locator(".table").is_visible() and not figure.locator(".drawn").is_visible()
    window.close()
