"""One demonstration for a whole module, rolled back at its end."""

from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from interpol_strategy.demo.seeding import seed
from tests.moments import NOON

ON = date(2026, 11, 20)
PASSWORD = "for this test and nothing else"


@pytest.fixture(scope="module")
def plans(django_db_setup, django_db_blocker, tmp_path_factory):
    """Both plans loaded, in a transaction that is undone when the module is done; files go to a folder of its own."""
    kept, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock():
        transaction.set_autocommit(False)
        try:
            call_command("load_plans", verbosity=0)
            yield
        finally:
            connection.rollback()
            transaction.set_autocommit(True)
            settings.MEDIA_ROOT = kept


@pytest.fixture(scope="module")
def seeded(plans):
    """What `seed` says it made."""
    return seed(on=ON, password=PASSWORD, at=NOON)


@pytest.fixture
def without_summaries(monkeypatch):
    """Leaves out the roll-ups, which take most of the time and are tested elsewhere."""
    monkeypatch.setattr("outcomes.rollup.rebuild", lambda **_: [])
    monkeypatch.setattr("initiatives.delivery.rebuild", lambda **_: [])
