"""Periods by hand: opened, closed, reopened and moved with a reason; a closed one takes corrections and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from core.errors import Conflict, Invalid, NotAllowed
from core.models import AuditRecord, Period
from initiatives import life
from initiatives.models import Update
from outcomes import period_services
from tests.cast import make_initiative, make_update
from tests.chasing.conftest import DUE
from tests.pages.paper import Paper

pytestmark = pytest.mark.django_db
AT = DUE - timedelta(days=2)


@pytest.fixture(autouse=True)
def two_days_before():
    with time_machine.travel(AT, tick=False):
        yield


def change_days(cast, period, by="officer", **values):
    facts = {"code": period.code, "version": period.version, "reason": "Holidays", "by": cast.people[by], "at": AT}
    return period_services.change_days(**facts, **values)


def test_a_due_date_moves_with_a_reason(cast, period):
    change_days(cast, period, due_on=date(2027, 1, 20))
    record = AuditRecord.objects.get(action="period.days_changed")
    assert (record.before["due_on"], record.after["due_on"], record.reason) == ("2027-01-15", "2027-01-20", "Holidays")


@pytest.mark.parametrize(("values", "field"), [
    ({"due_on": date(2027, 1, 10)}, "due_on"), ({"due_on": date(2027, 2, 20)}, "closes_on"),
    ({"closes_on": date(2027, 1, 14)}, "closes_on"),
])  # fmt: skip
def test_days_that_cannot_be_are_refused_beside_their_field(cast, period, values, field):
    with pytest.raises(Invalid) as refused:
        change_days(cast, period, **values)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("who", ["liaison", "head", "leader", "auditor", "admin"])
def test_only_officers_change_periods(cast, period, who):
    with pytest.raises(NotAllowed):
        change_days(cast, period, by=who, due_on=date(2027, 1, 20))
    client = Client()
    client.force_login(cast.people[who])
    for act in ("close", "reopen", "open", "days"):
        assert client.post(f"/periods/{period.code}/{act}/", {"version": 1}).status_code == 403


def test_the_next_quarter_is_added_once(cast):
    last = cast.periods["upcoming"].code
    assert last == "2027-Q2"
    made = period_services.add_period(code="2027-Q3", by=cast.officer, at=AT)
    assert (made.start_on, made.due_on) == (date(2027, 7, 1), date(2027, 10, 15))
    with pytest.raises(Conflict):
        period_services.add_period(code="2027-Q3", by=cast.officer, at=AT)


def test_the_first_period_of_a_new_installation_is_todays(cast):
    Period.objects.all().delete()
    page = Paper(Client(), cast.officer).open("/periods/")
    page.press(page.form("periods/add"))
    assert Period.objects.get().code == "2027-Q1"


def test_the_page_says_what_would_happen_and_then_it_does(cast, work, period):
    make_update(cast, work, "draft")
    make_update(cast, make_initiative(cast, "other"), "submitted")
    make_update(cast, make_initiative(cast, "own"), "returned")
    make_initiative(cast, "own")
    page = Paper(Client(), cast.officer).open(f"/periods/{period.code}/")
    for words in (
        "1 update that nobody began", "1 draft stays as it is and cannot be sent", "1 returned update can still be",
        "1 update that waits for review",
    ):  # fmt: skip
        assert words in page.text
    form = page.form("close")
    page.press(form)
    assert page.status == 400 and "Say why it changes." in page.text
    page.press(page.form("close").put("act-reason", "All have reported"))
    assert "The period is closed." in page.text
    page.press(page.form("reopen").put("act-reason", "One was forgotten"))
    assert "The period is open again." in page.text and "One was forgotten" in page.text
    acts = AuditRecord.objects.filter(target_type="core.period").order_by("seq").values_list("action", "reason")
    assert list(acts) == [("period.closed", "All have reported"), ("period.reopened", "One was forgotten")]


def test_two_officers_at_once_close_it_once(cast, period):
    first, second = (
        Paper(Client(), cast.people[who]).open(f"/periods/{period.code}/") for who in ("officer", "officer2")
    )
    first.press(first.form("close").put("act-reason", "Done"))
    second.press(second.form("close").put("act-reason", "Done too"))
    assert second.status == 400 and "Done too" in second.text


def test_a_moved_due_date_is_seen_by_the_bureau(cast, work, period):
    page = Paper(Client(), cast.officer).open(f"/periods/{period.code}/")
    page.press(page.form("days").put("days-due_on", "2027-01-20").put("days-reason", "Holidays"))
    assert "The days are changed" in page.text
    assert "20 Jan 2027" in Paper(Client(), cast.liaison2).open("/my-reporting/").text


# a closed period


@pytest.fixture
def closed(cast, period):
    period_services.close_period(code=period.code, version=1, reason="Done", by=cast.officer, at=AT)
    return Period.objects.get(pk=period.pk)


def test_a_closed_period_takes_no_new_words_and_says_why(cast, work, closed):
    update = make_update(cast, work, "draft")
    with pytest.raises(Conflict) as refused:
        life.save_draft(update_id=update.pk, version=update.version, by=cast.liaison2, at=AT, achieved="More")
    assert refused.value.code == "period_closed" and "A strategy officer can reopen it" in str(refused.value)
    with pytest.raises(Conflict):
        life.open_update(initiative_id=make_initiative(cast, "other").pk, period=closed, by=cast.liaison2, at=AT)


def test_a_value_of_a_closed_period_is_corrected_by_a_revision_with_its_own_review(cast, work, closed):
    update = make_update(cast, work, "validated")
    address = f"/updates/{work.code}/{closed.code}/"
    page = Paper(Client(), cast.liaison2).open(f"{address}correct/")
    page.press(page.form("correct").fill(reason="A typing error"))
    form = page.form("updates")
    page.press(form.put(f"values.{cast.indicator.pk}.value", "12"), "act", "check")
    page.press(page.form("send"))
    assert page.path == f"{address}sent/"
    revision = Update.objects.get(initiative=work, revision=2)
    assert (revision.state, revision.correction_reason) == ("submitted", "A typing error")
    assert Update.objects.current().get(initiative=work) == update
    life.validate(update_id=revision.pk, version=revision.version, by=cast.officer, at=AT)
    assert Update.objects.current().get(initiative=work) == revision
    assert revision.values.get(indicator=cast.indicator).value == 12


def test_a_day_ends_where_the_bureau_works(cast, work, period):
    """The period closes on 30 January; in Honolulu that day lasts until ten in the morning of the 31st in London."""
    type(work.lead_bureau).objects.filter(pk=work.lead_bureau_id).update(time_zone="Pacific/Honolulu")
    assert life.open_update(
        initiative_id=work.pk, period=period, by=cast.liaison2, at=datetime(2027, 1, 31, 9, 59, tzinfo=UTC)
    )
    with pytest.raises(Conflict):
        life.open_update(
            initiative_id=make_initiative(cast, "other").pk, period=period, by=cast.liaison2,
            at=datetime(2027, 1, 31, 10, 0, tzinfo=UTC),
        )  # fmt: skip
