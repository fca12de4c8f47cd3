"""Several questions are answered in one journey, by the rows that each would have found alone; texts are what pages are kept by."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.db.models import F, Value
from django.test.utils import CaptureQueriesContext

from accounts.access import Reader, reader_of
from core.answers import NOTHING, Answer, ByHand, answers_of
from core.models import AuditRecord, Period
from core.questions import rows_of
from dashboard.links import links_between
from dashboard.plans import plans_with_aims
from initiatives.models import Initiative
from outcomes.models import Measurement, RollUp
from tests.cast import settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    with time_machine.travel(NOON, tick=True):
        yield settle_in(NOON.date())


def work(reader: Reader):
    return Initiative.objects.visible_to(reader).order_by("-code").values_list("code", "title", "starts_on", "updated_at")


def periods():
    return Period.objects.order_by("start_on").values_list("code", "start_on", "closed_at", "version")


def trail():
    return AuditRecord.objects.order_by("seq").values_list("seq", "at", "before", "after", "reason")


def figures():
    rows = RollUp.objects.order_by("pk").values_list("pk", "progress", "counts", "computed_at", "last_observed_on")
    return rows.filter(pk__gt=0).union(rows.filter(pk__lt=0), all=True)


def nothing():
    return Period.objects.none().values_list("code")


def odd_words():
    return Period.objects.annotate(said=Value('100% "quoted"\\ \u2067عربي\n')).order_by("pk").values_list("said", F("pk") + 0)


def many():
    """Four thousand rows in an order that no index knows."""
    return Measurement.objects.order_by("-source_note", "pk").values_list("pk", "source_note")


def many_together():
    rows = Measurement.objects.values_list("source_note", "pk").order_by()
    return rows.filter(value__lt=20).union(rows.filter(value__gte=20), all=True).order_by("source_note", "-pk")


@pytest.mark.parametrize("ask", [many, many_together])
def test_rows_come_in_the_order_that_was_asked_for(cast, ask):
    """The text is made of a sorted question; it stays sorted where several processes answer it."""
    facts = {"indicator": cast.indicator, "period": cast.periods["open"], "state": "reported", "observed_on": cast.today,
             "recorded_at": NOON, "recorded_by": cast.officer, "bureau": cast.bureaus["own"]}  # fmt: skip
    work = list(cast.work.values())
    Measurement.objects.bulk_create(
        Measurement(value=n % 40, source_note=f"{n * 7919 % 997:03}", initiative_code=f"IN-{900_000 + n}", source_ref=f"x{n}", **facts)
        for n in range(4_000)
    )
    assert work
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0;"
                       "SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off")  # fmt: skip
    alone = list(ask())
    assert len(alone) >= 4_000
    assert answers_of((ask,), (periods,))[0].rows == alone


def test_each_question_finds_what_it_would_find_alone(cast):
    reader = reader_of(cast.officer)
    asked = [(work, reader), (periods,), (trail,), (figures,), (odd_words,), (plans_with_aims, reader), (links_between, reader)]
    found = answers_of(*asked)
    assert [one.rows for one in found] == [rows_of(*one) for one in asked]
    assert any(one.rows for one in found)


def test_exact_numbers_days_and_moments_stay_what_they_are():
    by_hand = ByHand("SELECT 0.10::numeric, DATE '2026-01-31', %s::timestamptz, NULL::date", (NOON,), ("number", "day", "moment", "day"))
    [answer] = answers_of(by_hand)
    [(share, day, moment, none)] = answer.rows
    assert (share, str(share), day.isoformat(), none) == (Decimal("0.10"), "0.10", "2026-01-31", None)
    assert moment == NOON and moment.tzinfo == UTC and isinstance(moment, datetime)


def test_all_is_asked_at_once(cast):
    with CaptureQueriesContext(connection) as caught:
        answers_of((work, reader_of(cast.leader)), (periods,), (nothing,))
    assert len(caught) == 1


def test_what_can_find_nothing_is_not_asked():
    with CaptureQueriesContext(connection) as caught:
        assert answers_of((nothing,)) == [NOTHING] and NOTHING.rows == []
    assert len(caught) == 0


def test_who_sees_less_gets_less(cast):
    by_reader = {name: answers_of((work, reader_of(person)))[0] for name, person in cast.people.items()}
    assert "CANARY" in by_reader["officer2"].text and "CANARY" not in by_reader["leader"].text


def test_answers_are_alike_only_where_every_letter_is(cast):
    before = answers_of((periods,))[0]
    assert answers_of((periods,))[0] == before and hash(answers_of((periods,))[0]) == hash(before)
    Period.objects.filter(pk=cast.periods["open"].pk).update(version=99)
    assert answers_of((periods,))[0] != before
    assert Answer("[[1]]", ("number",)) != Answer("[[1]]", ("",))
