"""Clocks that are far apart, change, jump or run backwards: a day ends where the bureau works, and nothing is skipped or doubled."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.errors import Conflict
from core.models import AuditRecord
from initiatives import duties, extensions, life
from initiatives.chasing import post, writing
from initiatives.chasing.records import Letter
from initiatives.models import Update
from tests.cast import make_initiative, make_update
from tests.chasing.conftest import DUE

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
ZONES = ("Pacific/Kiritimati", "Asia/Kathmandu", "UTC", "America/New_York", "Pacific/Pago_Pago")


def live_in(bureau, zone: str) -> None:
    type(bureau).objects.filter(pk=bureau.pk).update(time_zone=zone)


def midnight_after(day: date, zone: str) -> datetime:
    """Read from the clock on the wall there, not from our own arithmetic."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=30)
    while at.astimezone(ZoneInfo(zone)).date() <= day:
        at += timedelta(minutes=15)
    return at


@pytest.mark.parametrize("zone", ZONES)
def test_the_last_second_of_the_due_day_there_is_in_time_and_the_next_is_late(cast, work, period, zone):
    live_in(work.lead_bureau, zone)
    ends_at = midnight_after(period.due_on, zone)
    for at, is_late in ((ends_at - SECOND, False), (ends_at, True)):
        update = make_update(cast, make_initiative(cast, "other"))
        sent = life.submit(update_id=update.pk, version=update.version, by=cast.liaison2, at=at)
        found = Update.objects.with_due().select_related("initiative__lead_bureau", "period").get(pk=sent.pk)
        assert duties.is_late(found, found.initiative.lead_bureau) is is_late, (zone, at)


@pytest.mark.parametrize("zone", ZONES)
def test_a_period_closes_with_its_last_day_there(cast, work, period, zone):
    live_in(work.lead_bureau, zone)
    ends_at = midnight_after(period.closes_on, zone)
    with pytest.raises(Conflict):
        life.open_update(initiative_id=work.pk, period=period, by=cast.liaison2, at=ends_at)
    assert life.open_update(initiative_id=work.pk, period=period, by=cast.liaison2, at=ends_at - SECOND).state == "draft"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_granted_time_ends_there_as_well(cast, work, period, zone):
    live_in(work.lead_bureau, zone)
    until, at = period.due_on + timedelta(days=4), DUE - timedelta(days=5)
    made = extensions.ask_for_time(bureau=work.lead_bureau, period=period, until_on=until, reason="Storm", by=cast.liaison2, at=at)
    extensions.grant(extension_id=made.pk, version=made.version, reason="Yes", by=cast.officer, at=at)
    update = make_update(cast, work)
    life.submit(update_id=update.pk, version=update.version, by=cast.liaison2, at=midnight_after(until, zone) - SECOND)
    found = Update.objects.with_due().get(pk=update.pk)
    assert not duties.is_late(found, type(work.lead_bureau).objects.get(pk=work.lead_bureau_id))


def ticked(moments) -> Counter:
    """How often each person was written to of each thing, after the clock showed these moments in this order."""
    for at in moments:
        writing.write_due(at=at)
        post.send_due(at=at)
    return Counter(Letter.objects.values_list("kind", "recipient_id", "bureau_id", "period_id", "facts__step"))


def hours(first: int, last: int) -> list[datetime]:
    return [DUE + timedelta(hours=number) for number in range(first, last)]


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("shift", [timedelta(hours=-2), timedelta(hours=2), timedelta(days=1)])
def test_a_clock_that_jumps_and_comes_back_doubles_and_skips_nothing(cast, shift):
    moments = hours(-24 * 4, 24 * 6)
    told = ticked([at + shift if 30 <= place < 60 else at for place, at in enumerate(moments)])
    steps = [step for (_kind, person, _bureau, _period, step), _n in told.items() if person == cast.liaison2.pk and step]
    assert sorted(steps) == ["after:1", "after:4", "before:3"]
    assert {count for (*_about, step), count in told.items() if step} == {1}


@pytest.mark.usefixtures("work", "headed")
def test_after_three_days_of_absence_everyone_gets_one_digest_at_most(cast):
    """The week's letter was due on Monday the eleventh; whoever should write it was away from Saturday to Wednesday."""
    back = datetime(2027, 1, 13, 6, 0, tzinfo=UTC)
    ticked([back + timedelta(minutes=5 * number) for number in range(50)])
    digests = Counter(Letter.objects.filter(kind="digest").values_list("recipient", flat=True))
    assert digests and set(digests.values()) == {1}


def test_acts_keep_their_order_when_the_clock_is_set_back(cast, work):
    update = make_update(cast, work)
    for number, at in enumerate((DUE, DUE - timedelta(hours=2), DUE - timedelta(hours=1))):
        update = life.save_draft(update_id=update.pk, version=update.version, by=cast.liaison2, at=at, risks=f"Risk {number}")
    told = AuditRecord.objects.filter(action="update.saved").order_by("seq")
    assert [one.after["risks"] for one in told] == ["Risk 0", "Risk 1", "Risk 2"]
    assert update.version == 4 and Update.objects.get().risks == "Risk 2"
