"""Every page of the product is known to the tests, opens for everyone who may see it, and keeps the rules of all pages."""

import pytest

from tests.visits import NO_PAGES, VISITS, names_of_all_addresses

pytestmark = pytest.mark.django_db


def test_every_address_is_visited_or_says_why_it_is_no_page():
    assert names_of_all_addresses() == set(VISITS) | set(NO_PAGES)


@pytest.mark.parametrize(("name", "who"), [(name, who) for name, visit in VISITS.items() for who in visit.who])
def test_the_page_opens_for_whoever_may_see_it(demo, client, name, who):
    if who:
        client.force_login(demo.people[who])
    answer = client.get(VISITS[name].address(name, demo))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/html")
