"""Nothing runs over the edge of the narrowest telephone: no page is wider than 320 pixels, and nothing in it."""

from __future__ import annotations

import pytest

from tests.visits import VISITS

pytestmark = pytest.mark.browser
OVERFLOWING = """() => [...document.querySelectorAll('body *')].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width > 2 && (box.right > innerWidth + 1 || box.left < -1)
    && !one.closest('.scroll, .report-scroll, .drawn, .skip, .symbols, .unseen');
}).map(one => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize(
    ("name", "language"), [(name, ("en", "ar", "fr")[n % 3]) for n, name in enumerate(sorted(VISITS))]
)
def test_nothing_runs_over_the_edge_at_320_pixels(pages, story, name, language):
    page = pages(VISITS[name].who[0], language, "light", 320)
    page.goto(VISITS[name].address(name, story))
    wide, over = page.evaluate("document.documentElement.scrollWidth"), page.evaluate(OVERFLOWING)
    assert (wide <= 320, over) == (True, [])
