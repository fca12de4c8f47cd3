"""Periods are kept by a process for as long as their mark stands: any change of any of them is seen by the next request."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.few_rows import FewRows
from core.models import Period
from tests.cast import settle_in

pytestmark = pytest.mark.django_db
PERIODS = FewRows(Period, ("-start_on",))


def _mark() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {PERIODS.mark_words}")
        return cursor.fetchone()[0]


def _period(code: str, start_on: date) -> Period:
    days = [start_on + timedelta(days) for days in (0, 89, 80, 104, 119)]
    names = ("start_on", "end_on", "opens_on", "due_on", "closes_on")
    return Period.objects.create(code=code, **dict(zip(names, days, strict=True)))


def test_under_the_same_mark_nothing_is_asked(django_assert_num_queries):
    _period("2020-Q1", date(2020, 1, 1))
    mark = _mark()
    first = PERIODS.rows(mark=mark)
    with django_assert_num_queries(0):
        assert PERIODS.rows(mark=mark) is first
    assert [one.code for one in first] == ["2020-Q1"] and first[0].start_on == date(2020, 1, 1)


def test_a_row_more_a_row_less_and_another_word_are_other_marks():
    one = _period("2020-Q1", date(2020, 1, 1))
    marks = [_mark()]
    two = _period("2020-Q2", date(2020, 4, 1))
    marks.append(_mark())
    Period.objects.filter(pk=one.pk).update(due_on=date(2020, 4, 2))
    marks.append(_mark())
    assert [row.due_on for row in PERIODS.rows(mark=marks[-1])][1] == date(2020, 4, 2)
    two.delete()
    marks.append(_mark())
    assert len(set(marks)) == 4 and [row.code for row in PERIODS.rows(mark=marks[-1])] == ["2020-Q1"]


def test_what_was_rolled_back_is_forgotten():
    _period("2020-Q1", date(2020, 1, 1))
    before = _mark()
    with transaction.atomic():
        _period("2020-Q2", date(2020, 4, 1))
        assert len(PERIODS.rows(mark=_mark())) == 2
        transaction.set_rollback(True)
    assert _mark() == before and len(PERIODS.rows(mark=before)) == 1


def test_without_periods_there_are_none():
    assert PERIODS.rows(mark=_mark()) == () and PERIODS.rows() == ()


def test_whoever_does_not_know_the_mark_asks(django_assert_num_queries):
    _period("2020-Q1", date(2020, 1, 1))
    with django_assert_num_queries(1):
        assert len(PERIODS.rows()) == 1


def test_a_page_asks_for_periods_no_more_and_sees_each_change_at_once():
    cast, door, today = settle_in(timezone.localdate(), with_work=False), Client(), timezone.localdate()
    door.force_login(cast.leader)
    _period("2020-Q1", date(2020, 1, 1))
    door.get("/method/")
    with CaptureQueriesContext(connection) as asked:
        assert "2020-Q1" in door.get("/method/").content.decode()
    assert not [one for one in asked if 'FROM "core_period"' in one["sql"] and "session_data" not in one["sql"]]
    later = _period("2020-Q2", date(2020, 4, 1))
    assert "2020-Q2" in door.get("/method/").content.decode()
    days = {"start_on": 3, "end_on": 9, "opens_on": 3, "due_on": 12, "closes_on": 15}
    Period.objects.filter(pk=later.pk).update(**{name: today + timedelta(more) for name, more in days.items()})
    assert "2020-Q2" not in door.get("/method/").content.decode()
