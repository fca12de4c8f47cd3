"""Quarters as dates, and whether a period takes updates on a day."""

from datetime import UTC, date, datetime

import pytest

from core.models import Period, PeriodState
from core.periods import Quarter, quarter_of, quarters_between


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 1, 1), "2026-Q1"),
        (date(2026, 3, 31), "2026-Q1"),
        (date(2026, 4, 1), "2026-Q2"),
        (date(2026, 12, 31), "2026-Q4"),
        (date(2024, 2, 29), "2024-Q1"),
    ],
)
def test_every_day_lies_in_one_quarter(day, code):
    quarter = quarter_of(day)
    assert quarter.code == code and quarter.start_on <= day <= quarter.end_on


def test_a_plan_of_four_years_has_sixteen_quarters():
    quarters = quarters_between(date(2022, 1, 1), date(2025, 12, 31))
    assert len(quarters) == 16 and quarters[0].code == "2022-Q1" and quarters[-1].code == "2025-Q4"


def test_quarters_follow_each_other_without_a_gap():
    quarters = quarters_between(date(2022, 1, 1), date(2030, 12, 31))
    assert all((b.start_on - a.end_on).days == 1 for a, b in zip(quarters, quarters[1:], strict=False))


@pytest.fixture
def period(db):
    return Period.objects.create(code="2026-Q3", **Quarter(2026, 3).dates())


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 6, 30), PeriodState.UPCOMING),
        (date(2026, 7, 1), PeriodState.OPEN),
        (date(2026, 10, 30), PeriodState.OPEN),
        (date(2026, 10, 31), PeriodState.CLOSED),
    ],
)
def test_a_period_opens_and_closes_by_its_dates(period, day, state):
    assert period.state(day) == state
    assert Period.objects.open_on(day).exists() == (state == PeriodState.OPEN)


def test_a_reopened_period_is_open_whatever_its_dates(period):
    period.reopened_at, period.reopen_reason = datetime(2027, 1, 5, tzinfo=UTC), "A bureau was cut off."
    period.save()
    assert period.is_open(date(2027, 1, 6)) and Period.objects.open_on(date(2027, 1, 6)).exists()
