"""Bureaus are found by name in any language, country, code and region; a finished strategy says how it ended and what became of it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from accounts.models import Bureau
from core.translations import Translated
from goals.models import Aim, PlanKind, PlanStatus
from objectives.models import Strategy
from outcomes import rollup
from outcomes.models import Crosswalk
from tests.cast import said, settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(noon):
    return settle_in(NOON.date())


def names(client, query: str = "") -> list[str]:
    answer = client.get(f"/bureaus/?{query}")
    assert answer.status_code == 200
    body = answer.content.decode().partition("<tbody>")[2]
    return [unescape(one) for one in re.findall(r'<th scope="row"><a href="/bureaus/[^"]+"><span[^>]*>([^<]+)', body)]


def test_every_active_bureau_is_listed_the_most_behind_first(cast, client):
    Bureau.objects.filter(code="XC").update(is_active=False)
    client.force_login(cast.leader)
    assert set(names(client)) == {"NCB own", "NCB other"}


@pytest.mark.parametrize(("query", "found"), [
    ("search=OWN", ["NCB own"]), ("search=xb", ["NCB other"]), ("search=Country third", ["NCB third"]),
    ("search=Büro", ["NCB own"]), ("search=buro", ["NCB own"]), ("search=nobody", []),
    ("region=here&sort=name", ["NCB other", "NCB own", "NCB third"]), ("region=general-secretariat", []),
])  # fmt: skip
def test_a_bureau_is_found_by_what_people_call_it(cast, client, query, found):
    Bureau.objects.filter(code="XA").update(name=Translated(source="en", texts={"en": "NCB own", "fr": "Büro eigen"}))
    client.force_login(cast.leader)
    assert names(client, query) == found


def test_a_part_of_an_aim_leads_to_its_account(cast, client):
    rollup.rebuild(at=NOON)
    client.force_login(cast.leader)
    body = client.get("/bureaus/XA/").content.decode()
    link = unescape(re.search(r'href="(/explain/aim/[^"]+)"', body)[1])
    assert "bureau=XA" in link and client.get(link).status_code == 200


def test_a_finished_strategy_says_how_it_ended_and_what_became_of_it(cast, client):
    done = Strategy.objects.create(
        code="done", kind=PlanKind.STRATEGY, title=said("Finished"), start_on=cast.plan.start_on,
        end_on=cast.periods["closed"].end_on, status=PlanStatus.CLOSED, mandate=said("Mandate"),
    )  # fmt: skip
    first, second = (Aim.objects.create(plan=done, number=n, title=said(f"Ended {n}")) for n in (1, 2))
    Crosswalk.objects.create(kind="continued", from_aim=first, to_aim=cast.aim)
    Crosswalk.objects.create(kind="dropped", from_aim=second)
    rollup.rebuild(at=NOON)
    client.force_login(cast.leader)
    for address in ("/strategy/done/", "/strategy/"):
        page = " ".join(unescape(re.sub(r"<[^>]+>", " ", client.get(address).content.decode())).split())
        assert "Closing assessment" in page and "0 of 2 objectives ended where they should have" in page
        assert "continued: 1, dropped: 1" in page and re.search(r"1\. Ended 1 no data .* continued ?: 1\. Aim one", page)
    assert "Closing assessment" not in client.get("/strategy/framework/").content.decode()
