"""What an address leads to is looked for once; what one request is told of it is its own."""

from __future__ import annotations

import pytest
from django.urls import Resolver404, URLPattern, resolve

ADDRESSES = ("/api/v1/tokens/", "/api/v1/initiatives/IN-0007/delivery/", "/bureaus/SN/")


@pytest.fixture
def tried(monkeypatch):
    """The patterns that an address is held against, one after the other."""
    held: list[URLPattern] = []
    usual = URLPattern.resolve

    def resolve_told(pattern, path):
        held.append(pattern)
        return usual(pattern, path)

    monkeypatch.setattr(URLPattern, "resolve", resolve_told)
    return held


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_was_found_is_not_looked_for_again(tried, address):
    found = resolve(address)
    tried.clear()
    again = resolve(address)
    assert (again.view_name, again.kwargs, again.route) == (found.view_name, found.kwargs, found.route)
    assert len(tried) <= 5, "the few addresses that stand before all others"


def test_what_a_request_does_with_its_match_no_other_one_sees():
    found = resolve("/bureaus/SN/")
    found.kwargs["code"] = "FR"
    found.namespaces.clear()
    assert resolve("/bureaus/SN/").kwargs == {"code": "SN"}
    assert resolve("/bureaus/SN/").namespaces == ["dashboard"]


def test_an_address_that_leads_nowhere_is_told_each_time_what_it_was_held_against():
    for _time in range(2):
        with pytest.raises(Resolver404) as refused:
            resolve("/api/v1/nothing/")
        assert refused.value.args[0]["tried"]
