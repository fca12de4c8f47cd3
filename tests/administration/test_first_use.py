"""A fresh installation without demonstration data leads its first people to the first report by its pages alone."""

from __future__ import annotations

import pytest
from django.urls import resolve

from accounts.models import User
from outcomes.models import ThresholdSet
from tests.visits import EVERYONE, VISITS


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


@pytest.fixture
def officer(empty):
    return User.objects.create(email="officer@first.invalid", full_name="Officer", role="officer")


def test_without_a_plan_targets_and_weights_say_so_and_lead_to_the_first_plan(officer, desk):
    for path in ("/administration/targets/", "/administration/weights/"):
        page = desk(officer).open(path)
        assert page.status == 200, path
        assert "There is no plan yet" in page.text
        assert 'href="/administration/plans/new/"' in page.text


def test_the_first_thresholds_start_from_the_published_ones(officer, desk):
    page = desk(officer).open("/administration/thresholds/")
    assert "They are filled in below as a starting point." in page.text
    form = page.form("administration")
    assert (form.value("bands.0.to"), form.value("bands.1.from")) == ("75", "75")
    assert (form.value("bands.1.to"), form.value("bands.2.from"), form.value("coverage_floor")) == ("90", "90", "50")
    page.press(form, "do", "preview")
    assert page.status == 200
    page.press(page.form("administration").fill(reason="To begin with"), "do", "save")
    assert "The thresholds are saved" in page.text
    made = ThresholdSet.objects.get()
    assert [band["to"] for band in made.bands] == ["0.75", "0.9", None]
