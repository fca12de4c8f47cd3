"""A fresh installation without demonstration data leads its first people to the first report by its pages alone."""

from __future__ import annotations

import pytest
import time_machine
from django.core.management import call_command
from django.urls import resolve

from accounts.models import User
from tests.moments import NOON
from tests.visits import EVERYONE, VISITS

PASSWORD = "four wooden chairs in a row"


@pytest.fixture
def empty(db, settings):
    """Migrated, and nothing more but the one account that `create_user` made."""
    settings.WHITENOISE_AUTOREFRESH = True
    settings.DEMO = False
    with time_machine.travel(NOON, tick=True):
        call_command("create_user", email="admin@first.invalid", name="First Admin", role="admin")
        yield User.objects.get()


def next_step(page) -> str:
    """What the checklist of the home page says comes next."""
    page.open("/")
    listed = page.text.partition('aria-current="step"')[2]
    return listed.partition("</a>")[0].rpartition(">")[2] if listed else ""


def test_an_empty_installation_answers_every_page_with_an_honest_empty_state(empty, desk):
    people = {"admin": empty} | {
        role: User.objects.create(email=f"{role}@first.invalid", full_name=role.title(), role=role)
        for role in ("officer", "leader", "auditor")
    }
    opened, wrong = 0, []
    for name, visit in sorted(VISITS.items()):
        address = _address(name, visit)
        for who in set(visit.who) & set(people) if address else ():
            page = desk(people[who]).open(address)
            opened += 1
            if page.status != 200:
                wrong.append((name, who, page.status, address))
    assert wrong == []
    assert opened >= 60
    assert set(people) < set(EVERYONE)


def _address(name, visit) -> str:
    """The address of a page that names nothing; empty for pages about something."""
    try:
        address = visit.address(name, None)
    except (AttributeError, TypeError):
        return ""
    return "" if resolve(address.partition("?")[0]).kwargs else address
