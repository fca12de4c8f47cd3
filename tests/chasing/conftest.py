"""A bureau that owes, its people, and a mail server of the tests' own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.periods import Quarter
from tests.cast import make_initiative, settle_in

# Updates of the fourth quarter of 2026 are due on 15 January 2027, a Friday.
DUE = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def cast(db):
    """The quarter of which the updates are due in the tests is the cast's open one."""
    return settle_in(Quarter(2026, 4).end_on, with_work=False)


@pytest.fixture
def work(cast):
    """Work of the bureau whose head need not approve; its liaison is `liaison2`."""
    return make_initiative(cast, "other", title="CANARY title")


@pytest.fixture
def headed(cast):
    """Work of the bureau with a head: its people are `liaison`, `colleague` and `head`."""
    return make_initiative(cast, "own", title="CANARY other title")


@pytest.fixture
def period(cast):
    return cast.periods["open"]
