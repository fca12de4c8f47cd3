"""An officer's first page: what waits, how much of it asks a question, and who is late as long as lateness can be mended."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.models import Period
from core.together import side_by_side
from initiatives import review
from tests.cast import make_initiative, make_update
from tests.moments import NOON
from tests.pages.conftest import last_quarter, validated_last_time


@pytest.fixture
def waiting(cast):
    """Three that wait: two clean, one with a value that moves the wrong way."""
    return sent(cast, 7, 50, 8)


def sent(cast, *before) -> list:
    """An update that waits for each value that was validated last time."""
    made = []
    for place, value in enumerate(before):
        work = make_initiative(cast, "other", title=f"Work {place}")
        validated_last_time(cast, work, value=value)
        made.append(make_update(cast, work, "submitted"))
    return made


def odd(user) -> int:
    return side_by_side(review.odd_steps(user))[0]


def test_the_first_sentence_says_how_many_ask_a_question_and_leads_to_them(cast, desk, waiting):
    page = desk(cast.officer).open("/")
    assert "3 updates wait for review (1 has something odd about it)" in page.text
    assert "See 1 update with something odd about it" in page.text
    page.open("/review/?show=odd")
    assert "Work 1" in page.text and "Work 0" not in page.text


def test_it_is_the_number_of_the_queue_whatever_is_odd(cast, desk, waiting):
    sent(cast, Decimal("0.1"), 12)
    for user in (cast.officer, cast.auditor):
        assert odd(user) == len(review.queue(user).odd) > 0
    make_update(cast, make_initiative(cast, "other", 3), "submitted")
    assert odd(cast.officer) == len(review.queue(cast.officer).odd)


def test_nothing_odd_is_not_said(cast, desk):
    sent(cast, 7, 8)
    page = desk(cast.officer).open("/")
    assert "2 updates wait for review" in page.text and "something odd" not in page.text


def test_beyond_the_first_hundred_it_is_the_least_that_it_can_be(cast, desk, waiting, monkeypatch):
    monkeypatch.setattr(review, "PAGE", 2)
    assert "3 updates wait for review (at least 1 has something odd about it)" in desk(cast.officer).open("/").text


def test_for_a_closed_period_nobody_is_late_and_it_says_so(cast, desk):
    Period.objects.filter(end_on__lt="2026-07-01").delete()
    quarter = last_quarter(cast)
    make_initiative(cast, "other", title="Work")
    assert not quarter.is_open(NOON.date())
    page = desk(cast.officer).open("/")
    assert "1 bureau did not report in full for <span class=\"nowrap\">2026-Q3</span>, which is closed." in page.text
    assert "Not reported in full for 2026-Q3" in page.text
    assert "is late" not in page.text and "late bureau" not in page.text
    Period.objects.filter(pk=quarter.pk).update(reopened_at=NOON, reopen_reason="Two wait")
    assert "1 bureau is late for <span class=\"nowrap\">2026-Q3</span>." in desk(cast.officer).open("/").text
