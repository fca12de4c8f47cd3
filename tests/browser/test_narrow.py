"""Nothing runs over the edge of the narrowest telephone: no page is wider than 320 pixels, and nothing in it. There and
everywhere, keys reach all that can be pressed, in the order of the page, and show where they are.
"""

from __future__ import annotations

import pytest

from tests.browser.keys import REACHED, not_by_keys
from tests.browser.served import WIDE
from tests.visits import PAST, VISITS

pytestmark = pytest.mark.browser
OTHERS_PAPER = {"reports:edition"}  # a filed document, without a header of ours
OVERFLOWING = """() => [...document.querySelectorAll('body *')].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width > 2 && (box.right > innerWidth + 1 || box.left < -1)
    && !one.closest('.scroll, .report-scroll, .drawn, .skip, .symbols, .unseen');
}).map(one => one.outerHTML.slice(0, 120))"""

# A row that is folded to a card says beside each cell what it is, so the cell has room for that; or it says so above.
NAMELESS = """() => [...document.querySelectorAll('.folds tbody td[data-head]')].filter(one => one.offsetWidth
  && one.innerText.trim() && getComputedStyle(one, '::before').float !== 'none'
  && parseFloat(getComputedStyle(one).paddingInlineStart) < one.offsetWidth / 4)
  .map(one => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize(
    ("name", "language"), [(name, ("en", "ar", "fr")[n % 3]) for n, name in enumerate(sorted(VISITS))]
)
def test_nothing_runs_over_the_edge_at_320_pixels_and_keys_reach_everything(pages, story, name, language):
    page = pages(VISITS[name].who[0], language, "light", 320)
    page.goto(VISITS[name].address(name, story))
    wide, over = page.evaluate("document.documentElement.scrollWidth"), page.evaluate(OVERFLOWING)
    assert (wide <= 320, over, page.evaluate(NAMELESS)) == (True, [], [])
    if name not in OTHERS_PAPER:
        assert not_by_keys(page) == []


@pytest.mark.parametrize(("name", "language"), [(name, ("ar", "es")[n % 2]) for n, name in enumerate(sorted(PAST))])
def test_nothing_of_a_past_day_runs_over_the_edge_at_320_pixels(pages, story, name, language):
    page = pages(PAST[name].who[0], language, "dark", 320)
    page.goto(PAST[name].address(name, story))
    wide, over = page.evaluate("document.documentElement.scrollWidth"), page.evaluate(OVERFLOWING)
    assert (wide <= 320, over, page.evaluate(NAMELESS), not_by_keys(page)) == (True, [], [], [])


@pytest.mark.parametrize(
    ("name", "who"), [("dashboard:home", "officer"), ("dashboard:initiatives", "officer"), ("outcomes:targets", "officer")]
)
def test_tab_goes_through_the_page_in_its_order_and_out_of_it_again(pages, story, name, who):
    page = pages(who, "en", "light", WIDE)
    page.goto(VISITS[name].address(name, story))
    page.evaluate(f"() => ({REACHED})().forEach((one, place) => one.dataset.place = place)")
    there, met = page.evaluate(f"() => ({REACHED})().length"), []
    while len(met) <= there and (not met or met[-1] is not None):
        page.keyboard.press("Tab")
        place = page.evaluate("() => document.activeElement.dataset.place ?? null")
        if met[-1:] != [place]:  # a day has three parts, which take the key in turn
            met.append(place)
    assert met == [*map(str, range(there)), None]  # and on to the browser's own bar
