"""Reminders and escalation: each at most once, in their order, on the bureau's clock, in the reader's language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from initiatives.chasing import post, wishes, writing
from initiatives.chasing.calendar import Calendar
from initiatives.chasing.records import Extension, Letter, MailChoice
from tests.at_once import at_once
from tests.cast import make_initiative, make_update, settle_in
from tests.chasing.conftest import DUE

pytestmark = pytest.mark.django_db


def day(days: int, hour: int = 12) -> datetime:
    """So many days after the due date, in the middle of the day."""
    return DUE.replace(hour=hour) + timedelta(days=days)


def kinds(**about) -> list[str]:
    letters = Letter.objects.filter(**about).order_by("written_at", "pk")
    return [one.facts.get("step") or str(one.kind) for one in letters if one.kind != "digest"]


def run(first: int, last: int, *, but=()) -> None:
    """The clock ticks in the morning and at noon from one day to another; nobody is there on the days in `but`."""
    for number in range(first, last + 1):
        if number not in but:
            for hour in (6, 12):
                writing.write_due(at=day(number, hour))
                post.send_due(at=day(number, hour))


# the calendar, plain


@pytest.mark.parametrize(
    ("today", "step"),
    [
        (date(2026, 12, 31), ""),
        (date(2027, 1, 1), "before:14"),
        (date(2027, 1, 4), "before:14"),
        (date(2027, 1, 5), ""),
        (date(2027, 1, 12), "before:3"),
        (date(2027, 1, 15), "before:3"),
        (date(2027, 1, 16), "after:1"),
        (date(2027, 1, 19), "after:4"),
        (date(2027, 1, 22), "after:4"),
        (date(2027, 1, 23), ""),
    ],
)
def test_the_latest_reminder_counts_for_three_days(today, step):
    assert Calendar().reminder_on(date(2027, 1, 15), today) == step


# at most once


@pytest.mark.usefixtures("work")
def test_each_reminder_goes_once_however_often_the_clock_ticks(cast):
    run(-20, 12)
    assert kinds(recipient=cast.liaison2) == ["before:14", "before:3", "after:1", "after:4"]
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    assert len(mail.outbox) == Letter.objects.count()


@pytest.mark.usefixtures("work")
def test_a_task_delivered_five_times_sends_nothing_twice(cast):
    writing.write_due(at=day(-3))
    assert [post.send_due(at=day(-3)).sent for _delivery in range(5)] == [2, 0, 0, 0, 0]
    assert sorted(kinds()) == ["before:3"] and len(mail.outbox) == 2  # the reminder and the digest of the week


@pytest.mark.usefixtures("work")
def test_three_days_of_absence_end_in_one_letter_and_not_in_a_storm(cast):
    run(-4, 3, but=(-3, -2, -1, 0, 1))
    assert kinds(recipient=cast.liaison2) == ["after:1"]
    assert Letter.objects.filter(kind="digest", recipient=cast.liaison2).count() <= 2


@pytest.mark.usefixtures("work")
def test_a_reminder_missed_by_three_days_is_made_good_once(cast):
    run(-20, -4, but=(-14, -13, -12))
    assert kinds(recipient=cast.liaison2) == ["before:14"]


@pytest.mark.usefixtures("work")
def test_an_old_debt_that_nobody_chased_in_time_is_let_go(cast):
    run(13, 14)
    assert [kind for kind in kinds() if kind.startswith(("before", "after"))] == []


@pytest.mark.django_db(transaction=True)
def test_two_clocks_and_five_workers_at_once_write_and_send_each_letter_once(transactional_db):
    cast = settle_in(date(2026, 12, 31), with_work=False)
    for owner in ("own", "other"):
        make_initiative(cast, owner)
    at_once(*[lambda: writing.write_due(at=day(-3))] * 2)
    assert Letter.objects.filter(kind="before").count() == 3
    at_once(*[lambda: post.send_due(at=day(-3))] * 5)
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    assert len(mail.outbox) == Letter.objects.count()


# what is owed


def test_nobody_is_reminded_of_what_is_sent(cast, work):
    make_update(cast, work, "submitted")
    run(-20, 12)
    assert kinds() == []


def test_a_reminder_that_waits_is_dropped_when_the_update_arrives_first(cast, work):
    writing.write_due(at=day(-3))
    make_update(cast, work, "submitted")
    post.send_due(at=day(-3))
    assert list(Letter.objects.filter(kind="before").values_list("state", flat=True)) == ["not_needed"]


def test_a_returned_update_is_owed_again(cast, work):
    make_update(cast, work, "returned")
    run(-3, -3)
    assert kinds(recipient=cast.liaison2) == ["before:3"]


def test_nobody_is_reminded_about_a_closed_period(cast, work, period):
    type(period).objects.filter(pk=period.pk).update(closed_at=DUE)
    run(-3, 12)
    assert kinds() == []


def test_people_who_left_are_never_written_to(cast, headed):
    run(-3, -3)
    assert not Letter.objects.filter(recipient=cast.gone).exists()
    assert set(Letter.objects.filter(kind="before").values_list("recipient__email", flat=True)) == {
        "liaison@test.invalid", "colleague@test.invalid",
    }  # fmt: skip


def test_a_letter_to_somebody_who_leaves_before_it_goes_is_dropped(cast, work):
    writing.write_due(at=day(-3))
    type(cast.liaison2).objects.filter(pk=cast.liaison2.pk).update(is_active=False)
    post.send_due(at=day(-3))
    assert mail.outbox == []


# clocks


@pytest.mark.parametrize(
    ("zone", "last_no", "first_yes"),
    [
        ("Pacific/Kiritimati", datetime(2027, 1, 11, 17, 59, tzinfo=UTC), datetime(2027, 1, 11, 18, 0, tzinfo=UTC)),
        ("UTC", datetime(2027, 1, 12, 7, 59, tzinfo=UTC), datetime(2027, 1, 12, 8, 0, tzinfo=UTC)),
        ("Pacific/Pago_Pago", datetime(2027, 1, 12, 18, 59, tzinfo=UTC), datetime(2027, 1, 12, 19, 0, tzinfo=UTC)),
    ],
)
def test_a_reminder_goes_at_eight_on_the_bureaus_own_clock(cast, work, zone, last_no, first_yes):
    _live_in(work.lead_bureau, zone)
    writing.write_due(at=last_no)
    assert "before:3" not in kinds()
    writing.write_due(at=first_yes)
    assert "before:3" in kinds()


def _live_in(bureau, zone):
    type(bureau).objects.filter(pk=bureau.pk).update(time_zone=zone)


@pytest.mark.parametrize("hour", [1, 2])
@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_day_on_which_the_clock_changes_comes_once(cast, work, period, change, hour):
    """Clocks in Paris go from 2 to 3 in March, and have 2 o'clock twice in October; the reminder's hour may be any of them."""
    _live_in(work.lead_bureau, "Europe/Paris")
    due_on = change + timedelta(days=3)
    type(period).objects.filter(pk=period.pk).update(
        start_on=due_on - timedelta(days=80), opens_on=due_on - timedelta(days=80), due_on=due_on,
        closes_on=due_on + timedelta(days=15),
    )  # fmt: skip
    schedule = wishes.present_schedule()
    schedule.hour = hour
    schedule.save(force_insert=True)
    at = datetime(change.year, change.month, change.day, tzinfo=UTC) - timedelta(hours=18)
    for _hour in range(48):
        writing.write_due(at=at)
        at += timedelta(hours=1)
    assert kinds(recipient=cast.liaison2).count("before:3") == 1


# languages


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("es", "ltr"), ("ar", "rtl")])
def test_a_letter_is_in_its_readers_language_and_says_no_title(cast, work, language, direction):
    type(cast.liaison2).objects.filter(pk=cast.liaison2.pk).update(language=language)
    run(-3, -3)
    letter = next(one for one in mail.outbox if "?period=2026-Q4" in one.body)
    html = letter.alternatives[0][0]
    assert f'lang="{language}" dir="{direction}"' in html
    assert letter.extra_headers["Content-Language"] == language
    assert "/my-reporting/?period=2026-Q4" in letter.body and "/my-reporting/?period=2026-Q4" in html
    for one in mail.outbox:
        assert "CANARY" not in one.subject + one.body + one.alternatives[0][0]


# escalation


@pytest.mark.usefixtures("headed")
def test_the_head_hears_of_it_first_and_the_officers_after(cast):
    run(-3, 12)
    assert kinds(recipient=cast.head) == ["head"]
    head, officer = (
        Letter.objects.get(kind=kind, recipient=who) for kind, who in (("head", cast.head), ("officer", cast.officer))
    )
    assert head.written_at.date() == day(5).date() and officer.written_at.date() == day(10).date()
    assert kinds(recipient=cast.officer2) == ["officer"]


@pytest.mark.usefixtures("headed")
def test_after_an_absence_the_head_still_has_a_day_before_the_officers_hear(cast):
    run(11, 13)
    assert Letter.objects.get(kind="head").written_at.date() == day(11).date()
    assert Letter.objects.get(kind="officer", recipient=cast.officer).written_at.date() == day(12).date()


@pytest.mark.usefixtures("headed", "work")
def test_an_officer_gets_one_letter_a_day_and_hears_of_each_bureau_once(cast):
    run(10, 14)
    letters = Letter.objects.filter(kind="officer", recipient=cast.officer)
    about = [name for letter in letters for name in letter.facts["about"]]
    assert len(about) == len(set(about)) == 2
    assert len({letter.written_at.date() for letter in letters}) == len(letters)
    assert "NCB" not in "".join(one.body for one in mail.outbox if one.to == ["officer@test.invalid"])


# more time


def test_granted_time_moves_every_reminder(cast, work, period):
    run(-3, 0)
    Extension.objects.create(
        bureau=work.lead_bureau, period=period, until_on=date(2027, 1, 25), reason="Storm", asked_by=cast.liaison2,
        contact=cast.liaison2, asked_at=DUE, state="granted", granted_until=date(2027, 1, 25), decided_by=cast.officer,
        decided_at=DUE, decision_reason="Yes",
    )  # fmt: skip
    run(1, 14)
    assert kinds(recipient=cast.liaison2) == ["before:3", "before:3", "after:1", "after:4"]
    assert "25 Jan 2027" in [one for one in mail.outbox if "due on" in one.subject][-1].subject


# digest or each


def test_what_happens_comes_once_a_week_or_each_time(cast, work, headed):
    MailChoice.objects.create(person=cast.liaison, way="each")
    for one in (work, headed):
        make_update(cast, one, "returned")
    type(work.updates.get()).objects.update(returned_at=day(-60))
    run(-60, -46)
    assert kinds(recipient=cast.liaison) == ["returned"]
    assert Letter.objects.filter(kind="digest", recipient=cast.liaison).count() == 0
    digests = Letter.objects.filter(kind="digest", recipient=cast.liaison2)
    assert [one.facts["news"] for one in digests] == [["returned"]]
    assert digests.get().written_at.weekday() == 0


def test_no_choice_switches_escalation_off(cast, headed):
    for person in (cast.head, cast.officer):
        MailChoice.objects.create(person=person, way="each")
    run(5, 12)
    assert kinds(recipient=cast.head) == ["head"] and kinds(recipient=cast.officer) == ["officer"]


@pytest.mark.usefixtures("cast")
def test_a_week_without_news_has_no_digest():
    run(-60, -46)
    assert Letter.objects.count() == 0
