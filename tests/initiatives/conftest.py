"""The cast of the life of an update, at noon on a day when a period is open."""

import pytest

from tests.cast import make_initiative, settle_in
from tests.moments import NOON


@pytest.fixture
def cast(db):
    return settle_in(NOON.date(), with_work=False)


@pytest.fixture
def work(cast):
    """Work of the bureau whose head need not approve."""
    return make_initiative(cast, "other")


@pytest.fixture
def headed(cast):
    """Work of the bureau whose head approves before anything leaves it."""
    return make_initiative(cast, "own")
