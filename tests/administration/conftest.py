"""The cast at the administration's desk: two bureaus, one plan in force, one draft; no work yet."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from tests.cast import settle_in
from tests.moments import NOON
from tests.pages.paper import Paper


@pytest.fixture
def cast(db, settings):
    settings.WHITENOISE_AUTOREFRESH = True
    with time_machine.travel(NOON, tick=True):
        yield settle_in(NOON.date(), with_work=False)


@pytest.fixture
def desk():
    """Opens a browser without JavaScript for a person, in a language."""
    return lambda person=None, language="en": Paper(Client(), person, language)
