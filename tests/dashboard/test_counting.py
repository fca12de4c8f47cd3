"""How much work there is of which kind is kept as it changes: exact at any moment, for everyone as far as they may see."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from accounts.access import may, reader_of
from accounts.models import Bureau, Region
from core.answers import answers_of
from core.models import Period
from core.periods import quarter_of
from dashboard import counting
from dashboard.asked import Asked
from dashboard.counting import (
    bearing,
    differences,
    late_asked,
    late_in,
    of_all_work,
    open_counts,
    reporting_asked,
    reporting_in,
    settle,
    waiting,
)
from dashboard.models import WorkTally, WorkTouched
from dashboard.reporting import read_standings
from dashboard.work import read_bureau, read_duties
from goals.models import Aim
from initiatives import life
from initiatives.clocks import today_at
from initiatives.models import Contribution, Initiative, Update
from initiatives.periods import standing_of
from initiatives.review import waiting_for
from outcomes.models import ExpectedResult
from tests.cast import bring_to, make_initiative, make_update, settle_in
from tests.moments import NOON

PEOPLE = ("leader", "officer2", "liaison", "auditor")


@pytest.fixture
def cast(noon):
    return settle_in(NOON.date())


def counted_by_hand(person) -> dict:
    """Every piece of work that the person sees, looked at one by one."""
    found: dict[str, dict[str, int]] = {}
    for one in Initiative.objects.visible_to(person):
        signs = {("status", one.status), ("handling", str(one.handling)), ("region", str(one.lead_bureau.region_id))}
        signs |= {("aim", str(pk)) for pk in one.expected_results.values_list("aim", flat=True)}
        signs |= {("crime_area", str(pk)) for pk in one.crime_areas.values_list("pk", flat=True)}
        signs |= {("capability", str(pk)) for pk in one.capabilities.values_list("pk", flat=True)}
        for kind, key in signs - {("region", "None")}:
            found.setdefault(kind, {}).setdefault(key, 0)
            found[kind][key] += 1
    return found


def reported_by_hand(person) -> dict:
    """By bureau and period: how much running work there is, how much has a first report that was sent, and one that is validated."""
    found = {}
    for bureau in Bureau.objects.all():
        for period in Period.objects.all():
            running = Initiative.objects.visible_to(person).running_in(period).filter(lead_bureau=bureau)
            first = Update.objects.filter(initiative__in=running, period=period, revision=1).values_list("state", flat=True)
            states = [state for state in first if state not in ("draft", "returned")]
            if running:
                found[bureau.pk, period.pk] = (len(running), len(states), states.count("validated"))
    return found


def late_by_hand(person) -> dict:
    """By bureau, period and day on the bureau's clock: how many first reports of running work came after the period's due day."""
    found = {}
    for period in Period.objects.all():
        running = Initiative.objects.visible_to(person).running_in(period)
        rows = Update.objects.filter(initiative__in=running, period=period, revision=1).exclude(state__in=("draft", "returned"))
        for one in rows.select_related("initiative__lead_bureau"):
            bureau = one.initiative.lead_bureau
            day = today_at(bureau, one.first_sent_at or one.submitted_at)
            if day > period.due_on:
                found[bureau.pk, period.pk, day] = found.get((bureau.pk, period.pk, day), 0) + 1
    return found


def standing_by_hand(person, period) -> tuple:
    """How much runs, of how much nobody has begun to tell, is a draft, was returned, and is validated: by the first report of each."""
    running = Initiative.objects.visible_to(person).running_in(period)
    states = list(Update.objects.filter(initiative__in=running, period=period, revision=1).values_list("state", flat=True))
    return (len(running), len(running) - len(states), *(states.count(one) for one in ("draft", "returned", "validated")))


def open_by_hand(person) -> dict:
    """By period: how many updates of work that the person sees are drafts or returned, and how many wait."""
    found = {}
    for one in Update.objects.filter(initiative__in=Initiative.objects.visible_to(person)).exclude(state="validated"):
        unsent, undecided = found.get(one.period_id, (0, 0))
        is_unsent = one.state in ("draft", "returned")
        found[one.period_id] = (unsent + is_unsent, undecided + (not is_unsent))
    return found


def assert_right(cast) -> None:
    """The same before and after what changed is counted for good, for everyone."""
    for _turn in ("as it changed", "settled"):
        for who in PEOPLE:
            person = cast.people[who]
            reader = reader_of(person)
            assert of_all_work(reader).signs == counted_by_hand(person), who
            by_hand, own = reported_by_hand(person), cast.bureaus["own"].pk
            periods = list(Period.objects.values_list("pk", flat=True))
            told, of_own, bearing_it = answers_of(
                reporting_asked(reader, periods), reporting_asked(reader, periods, own), bearing(reader, "status:active")
            )
            assert reporting_in(told.rows) == by_hand, who
            assert reporting_in(of_own.rows) == {key: one for key, one in by_hand.items() if key[0] == own}, who
            assert open_counts(reader) == open_by_hand(person), who
            (came,) = answers_of(late_asked(reader, periods))
            assert {(bureau, period, day): many for bureau, period, day, many in late_in(came.rows)} == late_by_hand(person), who
            for period in Period.objects.all():
                told = standing_of(period, person)
                first = (told.owed, told.not_started, told.drafts, told.returned, told.validated)
                assert first == standing_by_hand(person, period), who
                assert told.waiting == open_by_hand(person).get(period.pk, (0, 0))[1], who
            assert bearing_it.rows == [(of_all_work(reader).of("status").get("active", 0),)], who
            if may(person, "update.validate") or person.role == "auditor":
                assert waiting(reader) == waiting_for(person).count(), who
        settle()
        assert differences() == []


def test_all_work_is_counted_as_it_is(db, cast):
    assert_right(cast)


def being_corrected(cast, one) -> Update:
    """Its report was validated, and somebody has begun to write another in its place."""
    bring_to(cast, [(told := make_update(cast, one)).pk], "validated")
    version = Update.objects.get(pk=told.pk).version
    return life.correct(update_id=told.pk, version=version, reason="A figure was read wrongly.", by=cast.people["liaison"], at=NOON)


def told_late(cast, one) -> Update:
    """Sent when its day was over where its bureau works, though not yet everywhere."""
    bring_to(cast, [(told := make_update(cast, one)).pk], "submitted")
    late = datetime.combine(cast.periods["open"].due_on, time(23, 30), UTC)
    Update.objects.filter(pk=told.pk).update(first_sent_at=late, submitted_at=late)
    Bureau.objects.filter(pk=one.lead_bureau_id).update(time_zone="Asia/Tokyo")
    return told


def due_earlier(cast, one) -> None:
    """What was in time is late; of two, one was counted already and the other was not."""
    told_late(cast, one)
    make_update(cast, make_initiative(cast, "own", title="In time"), "submitted")
    settle()
    make_update(cast, make_initiative(cast, "own", title="Sent just now"), "submitted")
    Period.objects.filter(pk=cast.periods["open"].pk).update(due_on=NOON.date() - timedelta(days=2))


def one_more_period(cast) -> Period:
    """The quarter before the open one, which work runs in."""
    missing = quarter_of(cast.periods["closed"].start_on).next()
    return Period.objects.create(code=missing.code, **missing.dates())


CHANGES = {
    "given up": lambda cast, one: Initiative.objects.filter(pk=one.pk).update(status="cancelled"),
    "shielded": lambda cast, one: Initiative.objects.filter(pk=one.pk).update(handling=3),
    "handed to another bureau": lambda cast, one: Initiative.objects.filter(pk=one.pk).update(lead_bureau=cast.bureaus["other"]),
    "over before it began": lambda cast, one: Initiative.objects.filter(pk=one.pk).update(ends_on=one.starts_on),
    "tagged": lambda cast, one: one.crime_areas.add(cast.crime_area),
    "untagged": lambda cast, one: (one.capabilities.set([cast.capability]), one.capabilities.clear()),
    "without a share": lambda cast, one: Contribution.objects.filter(initiative=one).delete(),
    "told of": lambda cast, one: bring_to(cast, [make_update(cast, one).pk], "submitted"),
    "validated": lambda cast, one: bring_to(cast, [make_update(cast, one).pk], "validated"),
    "in another region": lambda cast, one: Bureau.objects.filter(pk=one.lead_bureau_id).update(region=Region.objects.last()),
    "of a bureau whose head approves": lambda cast, one: (
        bring_to(cast, [make_update(cast, one).pk], "submitted"),
        Bureau.objects.filter(pk=one.lead_bureau_id).update(requires_head_approval=True),
    ),
    "told of with more care": lambda cast, one: Update.objects.filter(
        pk__in=[bring_to(cast, [made := make_update(cast, one).pk], "submitted") or made]
    ).update(handling=3),
    "in a longer period": lambda cast, one: Period.objects.update(start_on=F("start_on") - timedelta(days=40)),
    "beneath another aim": lambda cast, one: ExpectedResult.objects.filter(contributions__initiative=one).update(aim=Aim.objects.last()),
    "told of, and being corrected": lambda cast, one: being_corrected(cast, one),
    "to be told of in one more period": lambda cast, one: one_more_period(cast),
    "shielded while its report waits": lambda cast, one: (
        make_update(cast, one, "submitted"), settle(), Initiative.objects.filter(pk=one.pk).update(handling=3)
    ),
    "told of late": told_late,
    "told of late, and then given more days": lambda cast, one: (
        told_late(cast, one), settle(), Period.objects.update(due_on=F("due_on") + timedelta(days=1), closes_on=F("closes_on") + timedelta(days=1))
    ),
    "told of in time, and then due earlier": due_earlier,
    "told of late, by another clock": lambda cast, one: (
        told_late(cast, one), settle(), Bureau.objects.filter(pk=one.lead_bureau_id).update(time_zone="America/Lima")
    ),
    "returned": lambda cast, one: bring_to(cast, [make_update(cast, one).pk], "returned"),
    "begun": lambda cast, one: make_update(cast, one),
    "new": lambda cast, one: make_initiative(cast, "own", 2, title="New"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_is_counted_at_once_and_for_good(db, cast, change):
    settle()
    one = make_initiative(cast, "own", title="Changing")
    settle()
    CHANGES[change](cast, one)
    assert_right(cast)


def test_what_is_taken_back_was_never_counted(db, cast):
    settle()
    before = of_all_work(reader_of(cast.officer)).signs
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_initiative(cast, "own", title="Never")
        raise ZeroDivisionError
    assert of_all_work(reader_of(cast.officer)).signs == before


def test_counted_from_nothing_it_is_the_same(db, cast):
    settle()
    before = of_all_work(reader_of(cast.auditor)).signs
    counting.count_anew()
    assert of_all_work(reader_of(cast.auditor)).signs == before and differences() == []


def test_of_a_part_that_is_too_much_it_is_said_how_many_there_are_at_least(db, cast, client, monkeypatch):
    for number in range(4):
        make_initiative(cast, "other", title=f"Harbour {number}").crime_areas.set([cast.crime_area])
    monkeypatch.setattr(counting, "MOST_COUNTED", 2)
    client.force_login(cast.leader)
    text = client.get("/initiatives/?search=harbour").content.decode()
    assert '<span class="n">3+</span>' in text and "at least" in text
    assert "at least" not in client.get("/initiatives/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_count_and_what_ends_later_is_counted_later(noon):
    """A change that has not ended while others are counted: neither waits, none is lost."""
    cast = settle_in(NOON.date())
    settle()
    one, other = (make_initiative(cast, "own", title=name) for name in ("One", "Other"))
    begun, counted = threading.Event(), threading.Event()

    def change():
        with transaction.atomic():
            Initiative.objects.filter(pk=one.pk).update(status="cancelled")
            begun.set()
            counted.wait(30)
        connection.close()

    thread = threading.Thread(target=change)
    thread.start()
    begun.wait(30)
    Initiative.objects.filter(pk=other.pk).update(status="suspended")
    settle()
    during = of_all_work(reader_of(cast.auditor)).signs
    assert during == counted_by_hand(cast.auditor)
    counted.set()
    thread.join()
    assert of_all_work(reader_of(cast.auditor)).signs == counted_by_hand(cast.auditor) != during
    settle()
    assert differences() == []


def test_a_bureaus_page_says_what_is_kept(db, cast, client):
    one = make_initiative(cast, "own", title="Told")
    bring_to(cast, [make_update(cast, one).pk], "validated")
    due, sent, validated = reported_by_hand(cast.leader)[cast.bureaus["own"].pk, cast.periods["open"].pk]
    question = Asked(cast.leader, NOON.date())
    duty = read_bureau(question, "XA").duty
    assert (duty.due, duty.sent, duty.validated) == (due, sent, validated) and validated


def test_what_is_being_corrected_stays_sent_on_every_page(db, cast):
    """A bureau's page, the list of bureaus and *Reporting status* say the same of it."""
    being_corrected(cast, make_initiative(cast, "own", title="Told, and being corrected"))
    question, period = Asked(cast.officer, NOON.date(), cast.periods["open"].code), cast.periods["open"]
    due, sent, validated = reported_by_hand(cast.officer)[cast.bureaus["own"].pk, period.pk]
    listed = next(one for one in read_duties(question, period) if one.bureau.code == "XA")
    standing = next(one for one in read_standings(question, period, at=NOON) if one.bureau.code == "XA")
    for told in (read_bureau(question, "XA").duty, listed, standing.count):
        assert (told.due, told.sent, told.validated) == (due, sent, validated)


def test_a_new_period_is_counted_without_looking_at_all_work_again(db, cast):
    settle()
    added = one_more_period(cast)
    assert differences() == [] and not WorkTouched.objects.exists()
    assert WorkTally.objects.filter(sign=f"due:{added.pk}").exists()


@pytest.mark.django_db(transaction=True)
def test_a_period_is_added_while_somebody_changes_work(noon):
    """Neither waits for the other, and what the change did is counted once it has ended."""
    cast = settle_in(NOON.date())
    one = make_initiative(cast, "own", title="One")
    settle()
    changed, added = threading.Event(), threading.Event()

    def change():
        with transaction.atomic():
            Initiative.objects.filter(pk=one.pk).update(status="cancelled")
            changed.set()
            added.wait(30)
        connection.close()

    thread = threading.Thread(target=change)
    thread.start()
    changed.wait(30)
    one_more_period(cast)
    added.set()
    thread.join()
    assert_right(cast)
