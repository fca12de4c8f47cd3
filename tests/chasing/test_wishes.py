"""The schedule is data that officers change, and a person chooses how to hear of what happens, never whether of what is late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from core.errors import Invalid, NotAllowed, Stale
from core.models import AuditRecord
from initiatives.chasing import wishes, writing
from initiatives.chasing.records import Letter, ReminderSchedule
from tests.chasing.conftest import DUE
from tests.pages.paper import Paper

pytestmark = pytest.mark.django_db


def set_schedule(cast, by="officer", version=1, reason="Fewer letters", **values):
    return wishes.set_schedule(version=version, reason=reason, by=cast.people[by], at=DUE, **values)


def test_there_is_a_usual_schedule_before_anybody_sets_one(db):
    held = wishes.present_schedule()
    assert (held.days_before, held.days_after, held.head_after, held.officer_after) == ([14, 3], [1, 4], 5, 10)
    assert not ReminderSchedule.objects.exists()


@pytest.mark.usefixtures("work")
def test_what_officers_set_holds_from_then_on(cast):
    set_schedule(cast, days_before=[7], days_after=[])
    writing.write_due(at=DUE - timedelta(days=3))
    assert not Letter.objects.filter(kind="before").exists()
    writing.write_due(at=DUE - timedelta(days=7))
    assert Letter.objects.get(kind="before").facts == {"step": "before:7"}
    record = AuditRecord.objects.get(action="reminders.scheduled")
    assert (record.before["days_before"], record.after["days_before"], record.reason) == ([14, 3], [7], "Fewer letters")


@pytest.mark.parametrize(("values", "field"), [
    ({"head_after": 10}, "officer_after"), ({"officer_after": 0}, "officer_after"), ({"days_before": [3, 3]}, "days_before"),
    ({"days_after": [0]}, "days_after"), ({"days_before": [61]}, "days_before"), ({"digest_weekday": 7}, "digest_weekday"),
    ({"hour": 24}, "hour"), ({"reason": " "}, "reason"),
])  # fmt: skip
def test_a_schedule_that_cannot_be_is_refused_beside_its_field(cast, values, field):
    with pytest.raises(Invalid) as refused:
        set_schedule(cast, **values)
    assert field in refused.value.fields


def test_two_officers_at_once_do_not_erase_each_other(cast):
    set_schedule(cast, hour=9)
    with pytest.raises(Stale):
        set_schedule(cast, by="officer2", hour=10)


@pytest.mark.parametrize("who", ["liaison", "head", "leader", "auditor", "admin"])
def test_only_officers_set_it(cast, who):
    with pytest.raises(NotAllowed):
        set_schedule(cast, by=who)


def test_the_page_shows_and_changes_it(cast):
    page = Paper(Client(), cast.officer).open("/reporting/schedule/")
    form = page.form("schedule")
    assert form.value("days_before") == "14, 3"
    page.press(form.fill(days_before="10, x"))
    assert page.status == 400 and "10, x" in page.text
    page.press(page.form("schedule").fill(days_before="10; 2", reason="Fewer"))
    assert "The schedule is changed" in page.text and "10, 2" in page.text


def test_auditors_read_it_and_have_no_form(cast):
    page = Paper(Client(), cast.auditor).open("/reporting/schedule/")
    assert page.status == 200 and 'name="days_before"' not in page.text


@pytest.mark.usefixtures("work")
def test_everyone_chooses_their_own_way_and_reads_their_own_letters(cast):
    writing.write_due(at=DUE - timedelta(days=3))
    page = Paper(Client(), cast.liaison2).open("/letters/")
    assert "reminder before the due date" in page.text and page.form("letters").value("way") == "digest"
    page.press(page.form("letters").fill(way="each"))
    assert page.form("letters").value("way") == "each"
    assert AuditRecord.objects.filter(action="person.letters_chosen").count() == 1
    assert "reminder before the due date" not in Paper(Client(), cast.liaison).open("/letters/").text
