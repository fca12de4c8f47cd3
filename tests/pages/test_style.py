"""The look keeps its promises: one sheet, no inline anything, both directions, both themes, a phone, a keyboard."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils import translation

from core.status import STATUSES
from tests.style_page import LANGUAGES, page

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if path.parent.name not in ("reports", "blocks")]  # a filed report stands alone
PARTIALS = sorted((ROOT / "templates").glob("_*.html"))
CSS = (ROOT / "static/css/app.css").read_text()
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))


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
    assert not re.search(r"(?<![\w-])(left|right|margin-(left|right)|padding-(left|right)|width|height)\s*:", CSS)
    assert not re.search(r"(text-align|float|clear):\s*(left|right)", CSS)


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


def test_the_file_beside_a_sample_chart_holds_its_table(client, cast):
    client.force_login(cast.leader)
    links = re.findall(r'<a class="csv" href="(\?csv=[\w-]+)"', client.get("/style/").content.decode())
    assert len(links) >= 6
    for link in links:
        answer = client.get(f"/style/{link}")
        assert answer["Content-Type"].startswith("text/csv") and len(answer.content.splitlines()) > 1


def test_paper_sets_the_size_of_arabic_too_as_the_screen_does():
    """A size for Arabic on the screen alone would stand over that of paper, and tables would run over the edge."""
    screen, paper = CSS.split("@media print {")
    assert re.search(r"^html:lang\(ar\) \{[^}]*font-size", screen, re.MULTILINE)
    assert re.search(r"^  html:lang\(ar\) \{[^}]*font-size: [\d.]+pt", paper, re.MULTILINE)
