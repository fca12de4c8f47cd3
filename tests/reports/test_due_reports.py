"""The calendar of what is due: each period of each definition exactly once, oldest first, after any absence."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from core import jobs
from core.models import Job
from reports import schedule, services
from reports.choices import PERIOD_CLOSED
from reports.models import Edition
from reports.spans import due_on, span_named, span_of, spans_due
from tests.at_once import at_once
from tests.reports.conftest import AT, define

SPANS = [
    ("monthly", date(2026, 2, 11), "2026-02", date(2026, 2, 1), date(2026, 2, 28)),
    ("quarterly", date(2026, 12, 31), "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
    ("half_yearly", date(2026, 6, 30), "2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
    ("yearly", date(2028, 2, 29), "2028", date(2028, 1, 1), date(2028, 12, 31)),
    ("once", date(2026, 5, 5), "2026-Q2", date(2026, 4, 1), date(2026, 6, 30)),
]


@pytest.mark.parametrize(("cadence", "day", "code", "start_on", "end_on"), SPANS)
def test_a_day_lies_in_one_span_which_its_code_names(cadence, day, code, start_on, end_on):
    span = span_of(cadence, day)
    assert (span.code, span.start_on, span.end_on) == (code, start_on, end_on)
    assert span_named(code) == span


@pytest.mark.parametrize(
    "code", ["", "2026-Q0", "2026-H3", "2026-00", "26-Q1", "2026-Q1\n", "0000", "9999-Q4", "2026-q1"]
)
def test_other_codes_name_nothing(code):
    assert span_named(code) is None


def test_a_report_waits_for_the_reporting_to_close():
    quarter = span_named("2026-Q3")
    assert list(spans_due("quarterly", date(2026, 7, 1), due_on(quarter) - timedelta(days=1))) == []
    assert list(spans_due("quarterly", date(2026, 7, 1), due_on(quarter))) == [quarter]


def test_once_is_once():
    assert [span.code for span in spans_due("once", date(2020, 1, 1), date(2026, 1, 1))] == ["2020-Q1"]


def work_off(at):
    for job in Job.objects.filter(state="queued").order_by("pk"):
        jobs.work(job.pk, now=lambda: at)


@pytest.mark.usefixtures("quick")
def test_after_an_absence_every_period_is_made_once_and_in_its_order(cast):
    define(cast, starts_on=date(2025, 10, 1), languages=["en"])
    define(cast, "yearly", cadence="yearly", starts_on=date(2025, 1, 1), languages=["en"])
    for tick in range(10):
        at = AT + timedelta(minutes=tick)
        schedule.request_due(at=at)
        schedule.request_due(at=at)
        work_off(at)
    made = list(Edition.objects.filter(clearance=2).order_by("number").values_list("definition__code", "period_code"))
    assert made.count(("yearly", "2025")) == 1
    assert [code for name, code in made if name == "progress"] == ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]
    assert len(made) == 5
    assert schedule.due_reports(AT.date()) == []


@pytest.mark.usefixtures("quick")
def test_the_next_period_waits_for_the_one_before(cast):
    define(cast, starts_on=date(2026, 4, 1), languages=["en"])
    assert schedule.request_due(at=AT) == 1
    assert schedule.request_due(at=AT) == 0
    work_off(AT)
    assert [due.span.code for due in schedule.due_reports(AT.date())] == ["2026-Q3"]


@pytest.mark.usefixtures("quick")
def test_a_failed_report_is_not_asked_for_again_by_itself(cast, monkeypatch):
    monkeypatch.setattr("reports.store.LEAST_FREE", 10**18)
    define(cast, starts_on=date(2026, 7, 1), languages=["en"])
    schedule.request_due(at=AT)
    work_off(AT)
    assert Job.objects.get().state == "failed"
    assert schedule.request_due(at=AT) == 0


@pytest.mark.usefixtures("cast")
def test_what_is_switched_off_or_made_by_hand_is_never_due(cast):
    define(cast, "by-hand", starts_on=None)
    define(cast, "off", starts_on=date(2026, 1, 1), is_active=False)
    assert schedule.due_reports(AT.date()) == []


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_ask_once(transactional_db):
    from tests import cast as company

    cast = company.settle_in(AT.date(), with_work=False)
    for number in range(4):
        define(cast, f"report-{number}", starts_on=date(2026, 7, 1), languages=["en"])
    at_once(*[lambda: schedule.request_due(at=datetime(2026, 11, 22, 9, tzinfo=UTC))] * 2)
    assert Job.objects.count() == 4


@pytest.mark.usefixtures("quick")
def test_an_edition_made_before_its_period_closed_is_replaced_when_the_report_is_due(cast):
    definition = define(cast, starts_on=date(2026, 10, 1), languages=["en"])
    services.request_report(definition=definition, period_code="2026-Q4", by=cast.officer, at=AT)
    work_off(AT)
    assert schedule.due_reports(date(2027, 1, 30)) == []
    closed = datetime(2027, 2, 1, 9, tzinfo=UTC)
    with time_machine.travel(closed, tick=True):
        assert [schedule.request_due(at=closed), schedule.request_due(at=closed)] == [1, 0]
        work_off(closed)
        assert schedule.request_due(at=closed) == 0
    first, second = Edition.objects.filter(clearance=2).order_by("number")
    assert (first.is_interim, second.is_interim, second.corrects_id) == (True, False, first.pk)
    assert second.why_corrected == PERIOD_CLOSED
