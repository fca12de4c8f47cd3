"""An officer reminds bureaus: in four clicks, once a day each, and taken back while nothing has gone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.models import Bureau
from core.errors import Conflict, NotAllowed
from core.models import AuditRecord
from initiatives.chasing import by_hand, post
from initiatives.chasing.records import Letter
from tests.cast import make_initiative, make_update
from tests.chasing.conftest import DUE
from tests.pages.paper import Paper

pytestmark = pytest.mark.django_db
LATE = DUE + timedelta(days=2)


@pytest.fixture(autouse=True)
def two_days_late(cast, work, headed):
    with time_machine.travel(LATE, tick=False) as clock:
        yield clock


def remind(cast, period, by="officer", at=LATE):
    return by_hand.remind(period=period, bureaus=list(Bureau.objects.all()), by=cast.people[by], at=at)


def test_nothing_goes_for_ten_minutes_and_then_everything_once(cast, period):
    remind(cast, period)
    assert post.send_due(at=LATE + timedelta(minutes=9)).sent == 0
    assert post.send_due(at=LATE + timedelta(minutes=10)).sent == 3
    assert post.send_due(at=LATE + timedelta(minutes=11)).sent == 0
    assert sorted(one.to[0].partition("@")[0] for one in mail.outbox) == ["colleague", "liaison", "liaison2"]
    assert "A strategy officer sends you this reminder." in mail.outbox[0].body


def test_what_has_not_gone_is_taken_back_and_can_be_asked_again_the_same_day(cast, period):
    batch = remind(cast, period)
    assert by_hand.take_back(batch=batch, by=cast.officer, at=LATE + timedelta(minutes=9)) == 3
    post.send_due(at=LATE + timedelta(minutes=20))
    assert mail.outbox == []
    remind(cast, period)
    post.send_due(at=LATE + timedelta(minutes=20))
    assert len(mail.outbox) == 3


def test_what_has_gone_is_not_taken_back(cast, period):
    batch = remind(cast, period)
    post.send_due(at=LATE + timedelta(minutes=10))
    with pytest.raises(Conflict):
        by_hand.take_back(batch=batch, by=cast.officer, at=LATE + timedelta(minutes=11))


def test_a_bureau_is_reminded_once_a_day_whoever_asks(cast, period):
    remind(cast, period)
    with pytest.raises(Conflict):
        remind(cast, period, by="officer2")
    assert Letter.objects.filter(kind="chase").count() == 3


def test_who_owes_nothing_or_has_nobody_is_left_out_by_name(cast, work, period):
    make_update(cast, work, "submitted")
    make_initiative(cast, "third")
    plan = by_hand.plan_reminder(period=period, bureaus=list(Bureau.objects.order_by("code")), by=cast.officer, at=LATE)
    assert [debt.bureau.code for debt, _people in plan.reached] == ["XA"]
    assert ([one.code for one in plan.owe_nothing], [one.code for one in plan.nobody_there]) == (["XB"], ["XC"])


@pytest.mark.parametrize("who", ["liaison", "head", "leader", "auditor", "admin"])
def test_only_officers_remind(cast, period, who):
    with pytest.raises(NotAllowed):
        remind(cast, period, by=who)
    client = Client()
    client.force_login(cast.people[who])
    assert client.post("/reporting/remind/", {"period": period.code, "chosen": "XA"}).status_code == 403


def test_both_acts_are_on_the_trail(cast, period):
    by_hand.take_back(batch=remind(cast, period), by=cast.officer, at=LATE)
    acts = AuditRecord.objects.filter(target_type="core.period").order_by("seq")
    assert [one.action for one in acts] == ["reminders.asked", "reminders.undone"]
    assert acts[0].after["bureaus"] == ["XA", "XB"]


def test_from_the_counter_to_the_reminder_in_four_clicks_without_javascript(cast):
    page = Paper(Client(), cast.officer).open("/")
    click_1 = re.search(r'href="(/reporting/[^"]*)"', page.text)[1]
    page.open(click_1)
    click_2 = re.search(r'href="([^"]*chosen=all[^"]*)"', page.text)[1].replace("&amp;", "&")
    page.open("/reporting/" + click_2)
    assert ">Remind 2 bureaus<" in page.text
    form = page.form("remind")
    assert sorted(form.fields["chosen"]) == ["XA", "XB"]
    page.press(form)
    assert "2 bureaus get a reminder (3 letters in all)" in page.text and not Letter.objects.exists()
    page.press(page.form("remind"))
    assert "2 bureaus are reminded" in page.text
    assert Letter.objects.filter(kind="chase").count() == 3
    assert ">Take it back<" in page.text


def test_the_page_takes_a_reminder_back(cast, period):
    batch = remind(cast, period)
    page = Paper(Client(), cast.officer).open("/reporting/")
    page.press(page.form(str(batch)))
    assert "3 letters are taken back" in page.text
    assert page.answer.request["QUERY_STRING"] == f"period={period.code}", "one stays at the period that one was at"
    assert set(Letter.objects.values_list("state", flat=True)) == {"undone"}


def test_the_page_says_late_reminded_and_how_it_was_before(cast, work, period):
    remind(cast, period)
    post.send_due(at=LATE + timedelta(minutes=10))
    text = Paper(Client(), cast.officer).open("/reporting/").text
    assert "2 of 3 bureaus" not in text and "2 of 2 bureaus have updates still to send" in text
    assert text.count("2 days") == 2 and "17 Jan 2027" in text and "never sent" in text


@pytest.mark.parametrize(("query", "shown", "hidden"), [
    ("", ["NCB own"], ["NCB other"]), ("?show=done", ["NCB other"], ["NCB own"]),
    ("?show=all", ["NCB own", "NCB other"], []), ("?region=nowhere", [], ["NCB own", "NCB other"]),
    ("?region=here&show=all", ["NCB own", "NCB other"], []),
])  # fmt: skip
def test_filters_are_in_the_address(cast, work, query, shown, hidden):
    make_update(cast, work, "submitted")
    text = Paper(Client(), cast.officer).open(f"/reporting/{query}").text
    assert all(f">{name}<" in text for name in shown) and not any(f">{name}<" in text for name in hidden)


def test_a_closed_period_says_why_nobody_is_reminded(cast, period):
    type(period).objects.filter(pk=period.pk).update(closed_at=LATE)
    text = Paper(Client(), cast.officer).open("/reporting/").text
    assert "nobody is reminded" in text and f"/periods/{period.code}/" in text and 'name="chosen"' not in text


def test_auditors_read_and_choose_nothing(cast):
    text = Paper(Client(), cast.auditor).open("/reporting/").text
    assert "NCB own" in text and 'name="chosen"' not in text


@pytest.mark.parametrize("chosen", [[], ["nowhere"], ["XA\x00"]])
def test_nothing_chosen_is_said_and_breaks_nothing(cast, period, chosen):
    client = Client()
    client.force_login(cast.officer)
    answer = client.post("/reporting/remind/", {"period": period.code, "chosen": chosen})
    assert answer.status_code in (200, 400) and not Letter.objects.exists()
