"""Who follows what changed gets one letter a week that leads there; it is chosen on the page by one click, and ended by one."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from core.models import AuditRecord
from initiatives.chasing import post, wishes, writing
from initiatives.chasing.records import Letter
from initiatives.models import Initiative
from outcomes.models import Judgement
from tests.chasing.conftest import DUE
from tests.pages.paper import Paper

pytestmark = pytest.mark.django_db
MONDAY = DUE + timedelta(days=3)  # 18 January 2027, at noon
CHANGES = "/changes/"


@pytest.fixture
def cast(cast):
    Initiative.objects.update(created_at=cast.at)
    return cast


def follow(person, *, follows=True, at=DUE - timedelta(days=10)):
    return wishes.follow_changes(follows=follows, by=person, at=at)


def something_changed(cast, at=DUE):
    return Judgement.objects.create(
        aim=cast.aim, status="at_risk", reason="Seen.", recorded_at=at, expires_on=at.date() + timedelta(90)
    )


def written() -> list[Letter]:
    return list(Letter.objects.filter(kind="changes").order_by("pk"))


@pytest.mark.parametrize("who", ["leader", "liaison2", "auditor"])
def test_one_click_subscribes_and_one_click_ends_it(cast, who):
    with time_machine.travel(DUE, tick=True):
        page = Paper(Client(), cast.people[who]).open(CHANGES)
        assert "Subscribe to the weekly digest" in page.text and "You get this by letter each week" not in page.text
        page.press(page.form("follow"), "follows", "1")
        assert page.status == 200 and "You follow what changed" in page.text
        assert "You get this by letter each week" in page.text and "Subscribe to the weekly digest" not in page.text
        page.press(page.form("follow"), "follows", "0")
        assert "Subscribe to the weekly digest" in page.text
    acts = AuditRecord.objects.filter(action="person.letters_chosen").order_by("seq")
    assert [(one.before, one.after) for one in acts] == [
        ({"follows_changes": False}, {"follows_changes": True}), ({"follows_changes": True}, {"follows_changes": False}),
    ]  # fmt: skip


def test_twice_is_as_once_and_the_other_wish_stays(cast):
    wishes.choose_way(way="each", by=cast.liaison2, at=DUE)
    follow(cast.liaison2), follow(cast.liaison2)
    assert (wishes.way_of(cast.liaison2).way, wishes.way_of(cast.liaison2).follows_changes) == ("each", True)
    assert AuditRecord.objects.filter(action="person.letters_chosen").count() == 2


def test_the_page_of_letters_shows_and_ends_it(cast):
    follow(cast.leader)
    page = Paper(Client(), cast.leader).open("/letters/")
    assert page.form("letters").value("follows_changes") == "on"
    form = page.form("letters")
    del form.fields["follows_changes"]
    page.press(form)
    assert not wishes.way_of(cast.leader).follows_changes


def test_a_letter_goes_once_in_the_week_and_leads_to_the_week_that_ended(cast):
    follow(cast.leader)
    something_changed(cast)
    for _again in range(2):
        writing.write_due(at=MONDAY)
    [letter] = written()
    assert letter.recipient == cast.leader and letter.facts == {"since": "2027-01-10", "until": "2027-01-17"}
    post.send_due(at=MONDAY)
    [sent] = mail.outbox
    assert "/changes/?since=2027-01-10&until=2027-01-17" in sent.body and sent.to == [cast.leader.email]
    assert cast.indicator.code not in sent.body and "100" not in sent.body  # a letter carries no figures
    with time_machine.travel(MONDAY, tick=True):
        assert Paper(Client(), cast.leader).open("/changes/?since=2027-01-10&until=2027-01-17").status == 200


def test_no_letter_where_nothing_changed_or_nobody_follows(cast):
    follow(cast.leader)
    something_changed(cast, at=DUE - timedelta(days=12))
    writing.write_due(at=MONDAY)
    assert not written()
    follow(cast.leader, follows=False)
    something_changed(cast)
    writing.write_due(at=MONDAY)
    assert not written()


def test_who_begins_after_the_hour_waits_for_the_next_one(cast):
    something_changed(cast)
    follow(cast.leader, at=MONDAY)
    writing.write_due(at=MONDAY + timedelta(hours=1))
    assert not written()
    Judgement.objects.update(superseded_at=MONDAY)
    something_changed(cast, at=MONDAY)
    writing.write_due(at=MONDAY + timedelta(days=7))
    assert len(written()) == 1


def test_who_ends_it_or_leaves_before_it_goes_gets_none(cast):
    something_changed(cast)
    follow(cast.leader), follow(cast.auditor)
    writing.write_due(at=MONDAY)
    follow(cast.leader, follows=False, at=MONDAY)
    cast.auditor.is_active = False
    cast.auditor.save()
    post.send_due(at=MONDAY)
    assert not mail.outbox and {one.state for one in written()} == {"not_needed"}
