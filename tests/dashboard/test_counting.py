"""How much work there is of which kind is kept as it changes: exact at any moment, for everyone as far as they may see."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from accounts.access import reader_of, sight
from accounts.models import Bureau, Region
from core.answers import answers_of
from core.models import Period
from dashboard import counting
from dashboard.asked import Asked
from dashboard.counting import bearing, differences, of_all_work, reporting_asked, reporting_in, settle, waiting
from dashboard.work import read_bureau
from goals.models import Aim
from initiatives.models import Contribution, Initiative, Update
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


def reported_by_hand(person, bureau) -> dict:
    """By period: how much of the bureau's running work has a latest update that was sent, and one that is validated."""
    found = {}
    for period in Period.objects.all():
        running = Initiative.objects.visible_to(person).running_in(period).filter(lead_bureau=bureau)
        rows = Update.objects.filter(initiative__in=running, period=period).order_by("revision")
        latest = dict(rows.values_list("initiative", "state"))
        states = [state for state in latest.values() if state not in ("draft", "returned")]
        found[period.pk] = (len(states), states.count("validated"))
    return found


def assert_right(cast) -> None:
    """The same before and after what changed is counted for good, for everyone."""
    for _turn in ("as it changed", "settled"):
        for who in PEOPLE:
            person = cast.people[who]
            reader = reader_of(person)
            assert of_all_work(reader).signs == counted_by_hand(person), who
            by_hand = reported_by_hand(person, cast.bureaus["own"])
            told, bearing_it = answers_of(reporting_asked(reader, cast.bureaus["own"].pk, by_hand), bearing(reader, "status:active"))
            assert reporting_in(told.rows, by_hand) == by_hand, who
            assert bearing_it.rows == [(of_all_work(reader).of("status").get("active", 0),)], who
            assert waiting(reader) == Update.objects.waiting().filter(sight(person).handled()).count(), who
        settle()
        assert differences() == []


def test_all_work_is_counted_as_it_is(db, cast):
    assert_right(cast)


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
    due = Initiative.objects.visible_to(cast.leader).running_in(cast.periods["open"]).filter(lead_bureau=cast.bureaus["own"]).count()
    sent, validated = reported_by_hand(cast.leader, cast.bureaus["own"])[cast.periods["open"].pk]
    question = Asked(cast.leader, NOON.date())
    duty = read_bureau(question, "XA").duty
    assert (duty.due, duty.sent, duty.validated) == (due, sent, validated) and validated
