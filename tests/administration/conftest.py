"""The cast at the administration's desk, without work; and an installation in which there is nobody yet."""

from __future__ import annotations

import pytest
import time_machine
from django.core.management import call_command

from accounts.models import User
from tests.moments import NOON
from tests.pages.conftest import cast, desk

__all__ = ["cast", "desk", "empty"]
PASSWORD = "four wooden chairs in a row"


@pytest.fixture
def empty(db, settings):
    """Migrated, and nothing more but the one account that `create_user` made."""
    settings.DEMO = False
    with time_machine.travel(NOON, tick=True):
        call_command("create_user", email="admin@first.invalid", name="First Admin", role="admin")
        yield User.objects.get()
