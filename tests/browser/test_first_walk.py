"""A fresh installation in Chromium: one account, and from there to the first figure by pages alone."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.people import link_to_a_password
from initiatives.models import Update
from outcomes.models import Measurement
from tests import demonstration
from tests.administration.test_first_walk import Walk, walk_to_the_first_figure
from tests.browser.screen import Screen
from tests.browser.served import served_on

pytestmark = pytest.mark.browser


@pytest.fixture
def fresh(browser, django_db_setup, django_db_blocker):
    """The product served on a database that was migrated and knows one person; nothing in it is a demonstration."""
    with django_db_blocker.unblock(), served_on(demonstration.fresh()) as running:
        yield running


@pytest.fixture
def desk(browser, fresh):
    """Opens a window for somebody who has not signed in; what the browser complains of is an error in the end."""
    windows, complaints = [], []

    def sit_down() -> Screen:
        windows.append(fresh.window(browser))
        page = windows[-1].new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return Screen(page)

    yield sit_down
    for window in windows:
        window.close()
    assert complaints == []


def test_a_fresh_installation_is_led_to_its_first_figure(desk):
    walk = Walk(desk, today=timezone.localdate())
    walk.admin = walk.arrive(link_to_a_password(User.objects.get()), "admin@first.invalid")
    walk_to_the_first_figure(walk)
    assert Update.objects.get().state == "validated"
    assert Measurement.objects.current().get().value == 5
