"""Lists whose question is put into words once say what they would say if it were made anew: for everybody, after every change."""

from __future__ import annotations

import pytest

from accounts.models import User
from core.handling import Handling
from initiatives.models import Initiative

DIVIDING = ("initiatives", "updates")  # the cast's people see them differently
LISTS = (*DIVIDING, "measurements", "indicators", "roll-ups")


def both(caller, name: str, more: str = "", size: int = 100) -> list[dict]:
    """The list as it is usually asked, held against the same list by the long way: an empty cursor is something to ask."""
    kept = caller.get(f"{name}/?page_size={size}{more}")
    anew = caller.get(f"{name}/?page_size={size}{more}&cursor=")
    assert kept.status_code == anew.status_code == 200, kept.data
    assert kept.json()["results"] == anew.json()["results"]
    assert bool(kept.json()["next"]) == bool(anew.json()["next"]) and kept.json()["previous"] is None
    return kept.json()["results"]


@pytest.mark.parametrize("name", LISTS)
def test_everybody_finds_what_they_may_see(cast, as_, name):
    found = {part: both(as_(person), name) for part, person in cast.people.items() if person.is_active}
    if name in DIVIDING:
        assert len({str(rows) for rows in found.values()}) > 1


def test_a_lowered_clearance_shows_in_the_next_list(cast, as_):
    caller = as_(cast.officer2)
    assert "CANARY" in str(both(caller, "initiatives"))
    User.objects.filter(pk=cast.officer2.pk).update(clearance=Handling.INTERNAL)
    assert "CANARY" not in str(both(as_(User.objects.get(pk=cast.officer2.pk)), "initiatives"))


def test_what_became_restricted_is_gone_from_the_list(cast, as_):
    caller, work = as_(cast.leader), cast.work["own", 1]
    assert work.code in {row["code"] for row in both(caller, "initiatives")}
    Initiative.objects.filter(pk=work.pk).update(handling=Handling.CONFIDENTIAL)
    assert work.code not in {row["code"] for row in both(caller, "initiatives")}


def test_orders_and_pages_go_on_from_it(cast, as_):
    caller = as_(cast.auditor)
    for order in ("", "&ordering=code", "&ordering=-title"):
        both(caller, "initiatives", order, size=7)
    seen, url = [], "initiatives/?page_size=3&ordering=code"
    while url:
        page = caller.get(url.removeprefix("/api/v1/")).json()
        seen += [row["code"] for row in page["results"]]
        url = page["next"]
    assert seen == sorted(set(seen)) and len(seen) == Initiative.objects.count()


@pytest.mark.parametrize("query", ["ordering=nonsense", "page_size=0", "page_size=1001", "nothing=1"])
def test_what_cannot_be_asked_is_still_refused(cast, as_, query):
    assert as_(cast.leader).get(f"initiatives/?{query}").status_code == 400
