"""The look keeps its promises: one sheet, no inline anything, both directions, both themes, a phone, a keyboard."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation

from core.status import STATUSES
from dashboard.style_samples import sample

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if path.parent.name not in ("reports", "blocks")]  # a filed report stands alone
PARTIALS = sorted((ROOT / "templates").glob("_*.html"))
CSS = (ROOT / "static/css/app.css").read_text()
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
LANGUAGES = ["ar", "en", "es", "fr"]


class Reader:
    is_authenticated = True
    pk, bureau_id, full_name, email, role = 1, None, "Amara Okafor", "a@demo.invalid", "officer"

    def get_role_display(self):
        return "Strategy officer"


def page(language: str = "en", **more) -> str:
    """The style page as an officer sees it; no database is asked."""
    request = RequestFactory().get("/style/", {"period": "2026-Q4"})
    request.user, request.htmx = Reader(), False
    with translation.override(language):
        nav = [{"label": "Home", "url": "/", "current": True}, {"label": "Review", "url": "/review/", "count": 12}]
        frame = {"nav": nav, "periods": [SimpleNamespace(code="2026-Q4")], "period": SimpleNamespace(code="2026-Q4")}
        template = get_template("dashboard/style.html").template
        return template.render(_context(request, {**sample(), **frame, "user": Reader(), **more}))


def _context(request, values):
    """A context without the processors that ask the database."""
    from django.template import Context
    from django.utils.translation import get_language_info

    offered = [get_language_info(code) for code in LANGUAGES]
    context = Context({"request": request, "offered_languages": offered, "is_demonstration": True, **values})
    context.request = request
    return context


# what the files say


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_holds_inline_style_or_script(path):
    words = path.read_text()
    assert not re.search(r"<style|\sstyle=[\"']|\son[a-z]+=[\"']|javascript:", words)
    assert not re.search(r"<script(?![^>]*\ssrc=)", words)


@pytest.mark.parametrize("path", PARTIALS, ids=lambda path: path.name)
def test_a_partial_says_at_its_top_what_it_needs(path):
    assert "Needs" in path.read_text()[:900]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_template_can_be_read_by_the_engine(path):
    get_template(str(path.relative_to(ROOT / "templates")))


def test_the_sheet_is_small_and_asks_nobody_else():
    assert len(gzip.compress(CSS.encode(), 6)) < 10 * 1024
    assert not re.search(r"@import|url\(|http", CSS)


def test_the_sheet_knows_start_and_end_but_not_left_and_right():
    assert not re.search(r"(?<![\w-])(left|right|margin-(left|right)|padding-(left|right)|float|width|height)\s*:", CSS)
    assert not re.search(r"text-align:\s*(left|right)", CSS)


def test_the_sheet_names_no_colour_outside_the_tokens():
    body = CSS.split("/* 2. Plain elements */")[1].split("/* 6. Paper")[0]
    assert re.findall(r"#[0-9a-f]{3,8}\b", body) == []


def test_every_status_has_its_paint_in_the_sheet():
    for code in STATUSES:
        assert f".f-{code}" in CSS and f".k-{code}" in CSS and f".s-{code}" in CSS


def test_motion_is_only_for_those_who_want_it():
    outside = re.sub(r"@media \(prefers-reduced-motion: no-preference\) \{.*?\n\}", "", CSS, flags=re.DOTALL)
    assert "transition" not in outside and "animation" not in outside and "scroll-behavior" not in outside


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_small_and_evaluate_nothing(path):
    words = path.read_text()
    assert len(words) < 6 * 1024 and '"use strict"' in words
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write|https?:", words)


# what the page says


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_its_language_and_direction(language):
    html = page(language)
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in html


def test_ids_are_unique_and_everything_pointed_at_is_there():
    html = page()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), sorted({one for one in ids if ids.count(one) > 1})
    for names in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', html):
        assert set(names.split()) <= set(ids), names
    assert set(re.findall(r'<use href="#([^"]+)"', html)) <= set(ids)
    assert set(re.findall(r'<label for="([^"]+)"', html)) <= set(ids)


def test_every_status_is_a_shape_and_a_word():
    html = page()
    for code, status in STATUSES.items():
        assert re.search(rf'<use href="#s-{code}"/></svg><span>{status.label}</span>', html)


def test_every_chart_has_its_table_and_csv_beside_it():
    html = page()
    charts = html.count('<figure class="chart"')
    assert charts == html.count('class="show-table"') == html.count('class="csv"') == 6


def test_headings_do_not_skip_a_level():
    levels = [int(level) for level in re.findall(r"<h([1-6])", page())]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_the_page_says_that_its_data_is_invented_and_that_nobody_endorses_it():
    html = page()
    assert "invented" in html and "not affiliated with" in html
    assert "invented." not in page(is_demonstration=False)


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "409", "429", "500"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_page_needs_no_request_and_offers_a_way_back(code, language):
    with translation.override(language):
        html = render_to_string(f"{code}.html", {})
    assert 'href="/"' in html and "<h1>" in html


# in a browser


@pytest.fixture(scope="module")
def browser():
    import os
    import shutil

    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not executable and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail("REQUIRE_BROWSER=1, and there is no Chromium")
    if not executable:
        pytest.skip("no Chromium here: the pages were not looked at")
    from playwright.sync_api import sync_playwright

    flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    flags += "--disable-component-update --disable-sync"
    with sync_playwright() as player:
        running = player.chromium.launch(executable_path=executable, args=flags.split())
        yield running
        running.close()


def opened(browser, *, language="en", width=1280, scheme="light", policy=True):
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


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ar", "fr"])
@pytest.mark.parametrize("width", [320, 640])
def test_nothing_runs_over_the_edge_of_a_narrow_screen(browser, language, width):
    tab = opened(browser, language=language, width=width)
    assert tab.evaluate(OVERFLOWING) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.complaints == []
    tab.context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("en", "dark"), ("ar", "light"), ("ar", "dark")])
def test_the_page_has_no_known_barrier(browser, language, scheme):
    from axe_playwright_python.sync_playwright import Axe

    tab = opened(browser, language=language, scheme=scheme, policy=False)
    found = Axe().run(
        tab, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    faults = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found.response["violations"]]
    assert faults == []
    tab.context.close()


@pytest.mark.browser
def test_targets_are_at_least_24_pixels_tall(browser):
    tab = opened(browser, width=390)
    small = tab.evaluate(
        """[...document.querySelectorAll('button, summary, select, input:not([type=hidden]), .nav a, .tabs a, .chip, .csv')]
        .filter(one => one.offsetParent && !one.closest('.chart > input') && getComputedStyle(one).opacity !== '0')
        .map(one => [one.outerHTML.slice(0, 90), one.closest('label') ? one.closest('label').getBoundingClientRect().height
                     : one.getBoundingClientRect().height]).filter(([, height]) => height < 24)"""
    )
    assert small == []
    tab.context.close()


@pytest.mark.browser
def test_the_first_key_reaches_the_skip_link_and_escape_closes_a_menu(browser):
    tab = opened(browser)
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("Tab")
    tab.locator("summary").first.click()
    assert tab.locator("details.menu[open]").count() == 1
    tab.keyboard.press("Escape")
    assert tab.locator("details.menu[open]").count() == 0
    tab.context.close()


@pytest.mark.browser
def test_the_error_summary_has_the_focus_and_its_link_reaches_the_field(browser):
    tab = opened(browser)
    assert tab.evaluate("document.activeElement.matches('.errors')")
    tab.locator(".errors a").first.click()
    assert tab.evaluate("document.activeElement.name") == "value"
    tab.context.close()


@pytest.mark.browser
def test_the_button_says_the_exact_number_of_what_is_selected(browser):
    tab = opened(browser)
    button = tab.locator("[data-count-label]")
    assert button.inner_text() == "Remind 0 bureaus" and button.is_disabled()
    tab.locator("[data-select-all]").check()
    assert button.inner_text() == "Remind 4 bureaus"
    tab.locator("tbody input[type=checkbox]").first.uncheck()
    assert button.inner_text() == "Remind 3 bureaus"
    tab.context.close()


@pytest.mark.browser
def test_single_keys_can_be_switched_off_and_are_never_taken_from_a_text(browser):
    tab = opened(browser)
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


@pytest.mark.browser
def test_a_table_is_sorted_by_its_heading_and_says_so(browser):
    tab = opened(browser)
    heading = tab.locator("table[data-sort] th", has_text="Days late")
    heading.get_by_role("button").click()
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    assert tab.locator("table[data-sort] tbody tr").first.inner_text().find("عمّان") >= 0
    tab.context.close()


@pytest.mark.browser
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
