"""axe finds no barrier on any page, for everyone who may see it, in both directions of writing, light, dark and on paper."""

from __future__ import annotations

import pytest

from tests.browser.barriers import barriers
from tests.browser.served import NARROW, WIDE
from tests.visits import PAST, VISITS

pytestmark = pytest.mark.browser
# A filed document is shown as it was filed, in its own sheet: it brings its own first heading.
ALLOWED = {"reports:edition": {"landmark-no-duplicate-main", "page-has-heading-one", "heading-order"}}
OF_EACH_ROLE = {"dashboard:home", "reports:editions"}
# In pairs that share nothing: whoever meets both looks of a pair has met both directions, both themes and both widths.
LOOKS = [("en", "light", WIDE), ("ar", "dark", NARROW), ("ar", "light", WIDE), ("en", "dark", NARROW)]


def people():
    """Each page as the first and as the last who may see it, in two opposite looks; the home page as everyone."""
    pairs = LOOKS[:2], LOOKS[2:]
    for turn, (name, visit) in enumerate(sorted(VISITS.items())):
        seen_by = visit.who if name in OF_EACH_ROLE else (visit.who[0], visit.who[-1])
        for more, who in enumerate(seen_by):
            yield name, who, pairs[turn % 2][more % 2]


def test_a_barrier_is_seen(browser):
    page = browser.new_page()
    page.set_content("<title>No words</title><main><h1>A picture</h1><img src='/nothing.png'></main>")
    assert {name for name, _places in barriers(page)} >= {"image-alt", "html-has-lang"}
    page.close()


@pytest.mark.parametrize(("name", "who", "look"), list(people()), ids=lambda value: str(value).replace(" ", ""))
def test_no_page_has_a_known_barrier(pages, story, name, who, look):
    page = pages(who, *look)
    page.goto(VISITS[name].address(name, story))
    allowed = ALLOWED.get(name, ())
    faults = {"screen": barriers(page, allowed)}
    if who == VISITS[name].who[0]:  # paper is the same for everyone: once for each page
        page.emulate_media(media="print")
        faults["paper"] = barriers(page, {*allowed, "target-size"})  # nothing is pressed on paper
        page.emulate_media(media="screen")
    assert not any(faults.values()), faults


def test_a_part_that_has_not_come_yet_is_no_barrier(pages, story):
    """The paths of a review's indicators come after the page; on a poor line their links stand there for a while."""
    page = pages("head", "en", "dark", NARROW)
    page.route("**/path/", lambda part: part.abort())
    page.goto(VISITS["initiatives:approval"].address("initiatives:approval", story))
    found = page.locator("[hx-get] a").count(), barriers(page)
    page.unroute("**/path/")
    assert found[0], "every part had come"
    assert not found[1]


@pytest.mark.parametrize(("name", "look"), [(name, LOOKS[n % 4]) for n, name in enumerate(sorted(PAST))], ids=str)
def test_no_page_of_a_past_day_has_a_known_barrier(pages, story, name, look):
    page = pages(PAST[name].who[0], *look)
    assert page.goto(PAST[name].address(name, story)).ok
    assert not barriers(page)
