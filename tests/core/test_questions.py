"""Questions that are put into words once find what they would find if they were made anew, for each reader their own."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Reader, reader_of
from accounts.models import Bureau, User
from core.handling import Handling
from core.models import Period
from core.questions import columns_of, record, records_of, rows_of
from goals.models import Plan
from initiatives.models import Initiative
from outcomes.models import Indicator
from tests.cast import settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db
MADE = []


@pytest.fixture
def cast(db):
    MADE.clear()
    with time_machine.travel(NOON, tick=True):
        yield settle_in(NOON.date())


def titles(reader: Reader):
    MADE.append(reader)
    return Initiative.objects.visible_to(reader).order_by("code").values_list("title", "handling")


def plans(reader: Reader):
    return Plan.objects.visible_to(reader)


def indicators(reader: Reader):
    return Indicator.objects.visible_to(reader).order_by("code")


def nobody():
    return Plan.objects.filter(pk__in=[])


def periods():
    return Period.objects.order_by("start_on")


def test_everybody_finds_what_they_may_see(cast):
    for person in cast.people.values():
        anew = Initiative.objects.visible_to(person).order_by("code").values_list("title", "handling")
        assert rows_of(titles, reader_of(person)) == list(anew), person
        for ask in (plans, indicators):
            assert {one.pk for one in records_of(ask, reader_of(person))} == {one.pk for one in ask(person)}, person


def test_a_question_is_made_once_for_all_who_see_the_same(cast):
    rows_of(titles, reader_of(cast.liaison))
    rows_of(titles, reader_of(cast.colleague))
    assert len(MADE) <= 1
    rows_of(titles, reader_of(cast.leader))
    with CaptureQueriesContext(connection) as caught:
        rows_of(titles, reader_of(cast.leader))
    assert len(caught) == 1


def test_whoever_changes_is_another_reader(cast):
    person, seen = cast.officer2, {}
    for change in ({}, {"clearance": Handling.INTERNAL}, {"role": "leader"}, {"is_active": False}):
        for name, value in change.items():
            setattr(person, name, value)
        seen[reader_of(person)] = rows_of(titles, reader_of(person))
    assert len(seen) == 4
    assert [len(rows) for rows in seen.values()] == sorted((len(rows) for rows in seen.values()), reverse=True)
    assert not list(seen.values())[-1]


def test_what_is_found_is_read_anew_each_time(cast):
    reader = reader_of(cast.leader)
    before = rows_of(titles, reader)
    Initiative.objects.filter(pk=cast.work["own", 1].pk).update(handling=Handling.CONFIDENTIAL)
    assert len(rows_of(titles, reader)) == len(before) - 1


def test_records_are_those_of_a_queryset(cast):
    for made, found in zip(records_of(periods), periods(), strict=True):
        assert made == found and made.__dict__.keys() == found.__dict__.keys() and not made._state.adding
    made = next(one for one in records_of(indicators, reader_of(cast.auditor)) if one.pk == cast.indicator.pk)
    assert made.name == Indicator.objects.get(pk=made.pk).name and str(made.name)


def test_the_empty_side_of_a_join_is_no_record(cast):
    for *person, bureau in Bureau.objects.none().values_list("pk", "code"):
        raise AssertionError(person, bureau)
    assert record(Bureau, [None] * len(columns_of(Bureau))) is None
    assert rows_of(nobody) == []


def test_a_question_knows_nothing_but_its_facts(cast):
    person = User.objects.get(pk=cast.officer.pk)

    def knows_more():
        return Initiative.objects.visible_to(person).values_list("title")

    with pytest.raises(TypeError, match="plain facts"):
        rows_of(knows_more)
    with pytest.raises(TypeError, match="plain facts"):
        rows_of(titles, person)


def test_people_cannot_be_asked_for_with_less_than_a_person(cast):
    from accounts.access import sight

    with pytest.raises(AttributeError):
        sight(reader_of(cast.leader)).people()
