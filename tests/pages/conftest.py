"""The cast of the pages: two bureaus, one of which asks for its head; an update with a value of every awkward kind."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from core.periods import Quarter
from initiatives.models import UpdateValue
from outcomes.models import Indicator
from tests.cast import make_initiative, make_update, said, settle_in
from tests.moments import NOON
from tests.pages.paper import Paper


@pytest.fixture
def cast(db):
    with time_machine.travel(NOON, tick=True):
        yield settle_in(NOON.date(), with_work=False)


@pytest.fixture
def desk():
    """Opens a browser without JavaScript for a person, in a language."""
    return lambda person=None, language="en": Paper(Client(), person, language)


@pytest.fixture
def work(cast):
    """Work of the other bureau, which needs no head: one indicator that may only grow, one ratio."""
    made = make_initiative(cast, "other", title="Training at sea")
    made.indicators.set([cast.indicator, ratio(cast)])
    return made


def ratio(cast) -> Indicator:
    return Indicator.objects.get_or_create(
        code="IND-R",
        defaults={
            "expected_result": cast.result, "name": said("Share of ports"), "kind": "ratio", "unit": "percent",
            "direction": "increase", "combine_bureaus": "ratio", "numerator_label": said("Ports that check"),
            "denominator_label": said("All ports"),
        },
    )[0]  # fmt: skip


def last_quarter(cast):
    """The quarter before the open one, as a period."""
    from core.models import Period

    return Period.objects.get_or_create(code="2026-Q3", defaults=Quarter(2026, 3).dates())[0]


def validated_last_time(cast, work, value=10, **texts):
    """What the bureau said for the last quarter, validated."""
    made = make_update(cast, work, "draft", period=last_quarter(cast))
    UpdateValue.objects.filter(update=made).update(value=value)
    type(made).objects.filter(pk=made.pk).update(
        state="validated", submitted_at=NOON, submitted_by=made.author, validated_at=NOON,
        validated_by=cast.officer2, **texts,
    )  # fmt: skip
    return made


def address(work, page: str = "", period: str = "2026-Q4") -> str:
    return f"/updates/{work.code}/{period}/{page}"
