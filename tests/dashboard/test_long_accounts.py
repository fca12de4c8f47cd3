"""An account of very many answers shows the newest and leads to the whole, which holds every one."""

from __future__ import annotations

import re
from html import unescape

import pytest

from dashboard import explained
from tests.dashboard.test_known_on import LATER, cast, measure  # noqa: F401

pytestmark = pytest.mark.django_db


def test_the_newest_answers_are_shown_and_the_whole_account_is_one_link_away(cast, client, monkeypatch):  # noqa: F811
    measure(cast, "own", 2, at=LATER)
    measure(cast, "other", 3, at=LATER)
    client.force_login(cast.officer)
    address = f"/explain/indicator/{cast.indicator.pk}/?period={cast.periods['open'].code}"
    whole = client.get(address).content.decode()
    assert "earlier answer" not in whole and "<pre" in whole
    monkeypatch.setattr(explained, "MOST_ANSWERS", 1)
    page = client.get(address).content.decode()
    assert "earlier answer" in page and "<pre" not in page
    [link] = re.findall(r'href="(/api/v1/progress/indicator/[^"]+)"', page)
    told = client.get(unescape(link)).json()["explanation"]
    assert sum(one["name"] == "answer" for one in told["inputs"]) > 1
