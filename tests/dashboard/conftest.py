"""Pages are read over a copy of the whole demonstration; what a test changes there is rolled back."""

import pytest
import time_machine

from tests import demonstration
from tests.moments import NOON
from tests.visits import Story


@pytest.fixture(scope="session")
def copy_of_the_demonstration(django_db_setup):
    copy = demonstration.copied()
    yield copy
    demonstration.drop(copy)


@pytest.fixture(scope="module")
def demo(copy_of_the_demonstration, django_db_blocker):
    """The people and things of the demonstration that tests name."""
    with django_db_blocker.unblock(), demonstration.looked_at(copy_of_the_demonstration):
        yield Story.told()


@pytest.fixture
def noon(db):
    """The day that the cast lives on."""
    with time_machine.travel(NOON, tick=True):
        yield NOON
