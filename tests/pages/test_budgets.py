"""How many questions a page asks the database: the same at one row, ten and a hundred, and at most twelve."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import Initiative, Update
from tests.cast import make_initiative, make_many
from tests.pages.conftest import address, ratio, validated_last_time

MOST = 12
SAVEPOINTS = ("SAVEPOINT", "RELEASE SAVEPOINT")


def asked(page, path):
    """The questions of the second visit: the first one begins the session."""
    page.open(path)
    with CaptureQueriesContext(connection) as caught:
        page.open(path)
    assert page.status == 200
    return [one["sql"] for one in caught if not one["sql"].startswith(SAVEPOINTS)]


def grow(cast, count, state):
    """That many updates of the other bureau in the state, each with one last time and two values."""
    for work, _update in make_many(cast, [("other", 1, state)] * (count - Initiative.objects.count())):
        validated_last_time(cast, work, value=7)


@pytest.mark.parametrize(
    ("part", "path", "state"),
    [
        ("liaison2", "/my-reporting/", None),
        ("liaison2", "/my-reporting/", "draft"),
        ("liaison2", "/my-reporting/", "returned"),
        ("officer", "/review/", "submitted"),
        ("officer", "/review/decided/", "validated"),
    ],
)
def test_a_list_asks_the_same_at_any_length(cast, desk, part, path, state):
    page, counts = desk(cast.people[part]), []
    for rows in (1, 10, 100):
        grow(cast, rows, state)
        counts.append(len(asked(page, path)))
    assert counts[0] == counts[1] == counts[2], counts
    assert counts[-1] <= MOST


def _with_indicators(cast, count):
    work = make_initiative(cast, "other")
    made = [ratio(cast)]
    for number in range(count):
        made.append(_copy(cast.indicator, f"IND-X{number:03}"))
    work.indicators.set(made)
    validated_last_time(cast, work)
    return work


def _copy(indicator, code):
    found = type(indicator).objects.filter(code=code).first()
    if found is None:
        found = type(indicator).objects.get(pk=indicator.pk)
        found.pk, found.code, found._state.adding = None, code, True
        found.save()
    return found


@pytest.mark.parametrize("page_of", ["", "check/"])
def test_an_updates_page_asks_the_same_with_any_number_of_values(cast, desk, page_of):
    counts = []
    for number in (1, 10, 60):
        work = _with_indicators(cast, number)
        page = desk(cast.liaison2).open(address(work))
        page.press(page.form("updates").fill(achieved="Begun"), "act", "save")
        counts.append(len(asked(page, address(work, page_of))))
    assert counts[0] == counts[1] == counts[2], counts
    assert counts[-1] <= MOST


def test_a_review_asks_the_same_with_any_number_of_values(cast, desk):
    counts = []
    for number in (1, 10, 60):
        work = _with_indicators(cast, number)
        page = desk(cast.liaison2).open(address(work))
        page.press(page.form("updates").fill(achieved="Begun"), "act", "save")
        Update.objects.filter(initiative=work, period=cast.periods["open"]).update(
            state="submitted", submitted_at=cast.at, submitted_by=cast.liaison2
        )
        made = Update.objects.get(initiative=work, period=cast.periods["open"])
        officer = desk(cast.officer).open("/review/")
        counts.append(len(asked(officer, f"/review/{made.pk}/")))
    assert counts[0] == counts[1] == counts[2], counts
    assert counts[-1] <= MOST


def test_the_works_form_asks_the_same_with_any_number_of_indicators(cast, desk):
    counts = []
    for number in (1, 10, 60):
        work = _with_indicators(cast, number)
        counts.append(len(asked(desk(cast.liaison2), f"/initiatives/{work.code}/edit/")))
    assert counts[0] == counts[1] == counts[2], counts
    assert counts[-1] <= MOST
