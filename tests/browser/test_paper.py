"""What is read is printed, and nothing that is pressed: it says what product, which address and which period it comes from."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest

from tests.browser.served import WIDE
from tests.visits import VISITS

pytestmark = pytest.mark.browser
# The pages that leaders, officers and auditors take to a meeting, as whoever takes them there.
TAKEN_ALONG = {
    "dashboard:aim": "leader", "dashboard:bureau": "leader", "dashboard:bureaus": "leader", "dashboard:changes": "leader",
    "dashboard:explain": "leader", "dashboard:heat_map": "leader", "dashboard:history": "auditor", "dashboard:home": "officer",
    "dashboard:indicator": "leader", "dashboard:initiatives": "officer", "dashboard:overview": "leader",
    "dashboard:quality": "officer", "dashboard:reporting": "officer", "dashboard:result": "leader", "dashboard:timeline": "leader",
}  # fmt: skip
# On a page of paper nothing of these is drawn; a button in the head of a table is its words alone.
PRESSED = "button:not(th button), .button, select, textarea, input:not([type=hidden]), .csv, main summary, [href$='.csv'], [href*='.csv?']"
PERIOD = ".top-tools > :first-child summary"
A4 = {"width": 673, "height": 1122}  # what 16 mm of margin leave, in CSS pixels


@pytest.fixture
def on_paper(pages, story):
    def opened(name, who, language="en"):
        page = pages(who, language, "light", WIDE)
        page.emulate_media(media="print")
        page.set_viewport_size(A4)
        page.goto(VISITS[name].address(name, story))
        return page

    return opened


@pytest.mark.parametrize("name", sorted(TAKEN_ALONG))
def test_paper_shows_no_controls_and_says_where_it_comes_from(on_paper, name):
    page = on_paper(name, TAKEN_ALONG[name])
    seen = [one.inner_text().strip() or one.get_attribute("name") for one in page.locator(PRESSED).all() if one.is_visible()]
    head = page.locator(".top").inner_text()
    assert not seen
    assert _width(page) <= A4["width"] + 1, "something is cut at the edge of the paper"
    assert "Strategy Progress" in head
    assert page.evaluate("location.pathname") in head


@pytest.mark.parametrize("language", ["ar", "fr", "es"])
@pytest.mark.parametrize("name", ["bureau", "bureaus", "indicator", "reporting", "timeline"])
def test_the_widest_tables_fit_the_paper_in_the_languages_with_longer_words(on_paper, name, language):
    name = f"dashboard:{name}"
    assert _width(on_paper(name, TAKEN_ALONG[name], language)) <= A4["width"] + 1, "a column is cut at the edge of the paper"


def _width(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("name", ["dashboard:quality", "dashboard:reporting"])
def test_paper_that_names_a_period_names_no_other(on_paper, name):
    page = on_paper(name, "officer")
    assert page.locator("h1 bdi").inner_text() not in page.locator(".top").inner_text()
    assert not page.locator(PERIOD).is_visible()


def test_each_page_of_a_long_table_has_the_words_of_its_heads(on_paper):
    """A button in the head of a table would be drawn on its first page alone."""
    page = on_paper("dashboard:bureaus", "leader")
    with pikepdf.open(io.BytesIO(page.pdf(format="A4"))) as document:
        shown = [_letters(one) for one in document.pages]
    assert len(shown) > 3
    assert ["BureauRegionStatus" in words for words in shown[:3]] == [True] * 3, shown[:3]


def _letters(page) -> str:
    """What a page of paper says, without its spaces, in the order in which it is drawn."""
    maps = {name: _characters(font) for name, font in page.Resources.Font.items()}
    said, letters = [], {}
    for given, act in pikepdf.parse_content_stream(page):
        if str(act) == "Tf":
            letters = maps[str(given[0])]
        elif str(act) in ("Tj", "TJ"):
            parts = given[0] if str(act) == "TJ" else given
            glyphs = b"".join(bytes(one) for one in parts if isinstance(one, pikepdf.String))
            said += [letters.get(glyphs[at : at + 2], "") for at in range(0, len(glyphs), 2)]
    return "".join(said).replace(" ", "")


def _characters(font) -> dict[bytes, str]:
    """Each glyph's characters, from the font's own table."""
    table, known = font.ToUnicode.read_bytes().decode(), {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
        for glyph, meant in re.findall(r"<(\w+)> <(\w+)>", block):
            known[bytes.fromhex(glyph)] = bytes.fromhex(meant).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
        for first, last, meant in re.findall(r"<(\w+)> <(\w+)> <(\w+)>", block):
            for more in range(int(last, 16) - int(first, 16) + 1):
                known[(int(first, 16) + more).to_bytes(2, "big")] = chr(int(meant, 16) + more)
    return known


def test_the_drawing_of_a_year_is_as_tall_as_a_page_and_follows_its_list(on_paper):
    page = on_paper("dashboard:timeline", "leader")
    drawn, listed = page.locator("#timeline").bounding_box(), page.locator("section:has(> #list)").bounding_box()
    assert drawn["y"] > listed["y"] + listed["height"] - 1
    assert drawn["height"] <= 269 * 96 / 25.4
