"""Who reported, and when: by each bureau's own clock, with the time it was granted, and by what came first."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Bureau
from initiatives.chasing.records import Extension
from initiatives.models import Update
from reports.assemble import assemble
from reports.models import ReportDefinition
from reports.render import compose
from reports.render.document import Table, flat
from reports.spans import span_named
from tests import cast as company
from tests.reports.conftest import AT, TITLE, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    """One piece of work, and an update of it for the period that is open, due on `cast.due_on`."""
    made = company.settle_in(TODAY, with_work=False)
    work = company.make_initiative(made, "other")
    made.update = company.make_update(made, work, "submitted")
    made.period = made.update.period
    return made


def reporting(cast, at=AT, scope="all", **about):
    definition = ReportDefinition(
        code="d", title=TITLE, scope=scope, languages=["en"], handling=1, cadence="quarterly", **about
    )
    filing = {"number": 0, "corrects": None, "correction_reason": None}
    found = assemble(definition, span_named(cast.period.code), clearance=1, as_of=at, filing=filing)
    return found["reporting"], found


def came(cast, at, first=None):
    Update.objects.filter(pk=cast.update.pk).update(submitted_at=at, first_sent_at=first)


def grant(cast, until):
    officer = cast.officer
    Extension.objects.create(
        bureau=cast.bureaus["other"], period=cast.period, until_on=until, reason="A storm", asked_by=cast.liaison2,
        contact=cast.liaison2, asked_at=AT, state="granted", granted_until=until, decided_by=officer, decided_at=AT,
        decision_reason="Of course",
    )  # fmt: skip


def on_time(cast):
    return reporting(cast)[0]["now"]["on_time"]


def test_what_came_on_the_due_day_of_the_bureaus_own_clock_is_in_time(cast):
    end = datetime.combine(cast.period.due_on + timedelta(days=1), datetime.min.time(), UTC)
    Bureau.objects.filter(pk=cast.bureaus["other"].pk).update(time_zone="America/Lima")
    came(cast, end + timedelta(hours=4))
    assert on_time(cast) == 1, "it is still the due day in Lima"
    came(cast, end + timedelta(hours=6))
    assert on_time(cast) == 0


def test_granted_time_counts(cast):
    came(cast, datetime.combine(cast.period.due_on + timedelta(days=4), datetime.min.time(), UTC))
    assert on_time(cast) == 0
    grant(cast, cast.period.due_on + timedelta(days=5))
    assert on_time(cast) == 1


def test_what_was_returned_and_sent_again_is_as_early_as_it_first_came(cast):
    due = datetime.combine(cast.period.due_on, datetime.min.time(), UTC)
    came(cast, due + timedelta(days=20), first=due - timedelta(days=1))
    assert on_time(cast) == 1


def test_a_draft_and_a_returned_update_were_not_sent(cast):
    why = {"returned_at": AT, "returned_by": cast.officer, "return_reason": "unclear", "return_comment": "Say more."}
    for state, more in (("returned", why), ("draft", {})):
        Update.objects.filter(pk=cast.update.pk).update(state=state, **more)
        told, _snapshot = reporting(cast)
        assert (told["now"]["due"], told["now"]["sent"]) == (1, 0)


def test_a_bureau_that_was_granted_time_is_late_only_after_it_and_the_table_says_until_when(cast):
    Update.objects.filter(pk=cast.update.pk).update(state="draft")
    until = cast.period.due_on + timedelta(days=10)
    grant(cast, until)
    at = datetime.combine(cast.period.due_on + timedelta(days=7), datetime.min.time(), UTC)
    (row,) = reporting(cast, at)[0]["missing"]
    assert (row["days_late"], row["more_time_until"]) == (0, until.isoformat())
    told, snapshot = reporting(cast, at + timedelta(days=5))
    assert told["missing"][0]["days_late"] == 2
    table = next(one for one in flat(compose(snapshot, "en").blocks) if isinstance(one, Table) and one.key == "missing")
    assert until.isoformat() in " ".join(cell.sub or "" for cell in table.rows[0])


def test_how_a_bureau_reported_before_stands_beside_what_it_owes_now(cast):
    Update.objects.filter(pk=cast.update.pk).update(state="draft")
    (row,) = reporting(cast)[0]["missing"]
    assert row["whole_before"] == [False], "it owed an update for the period before and sent none"
    company.make_update(cast, cast.update.initiative, "validated", period=cast.periods["closed"])
    assert reporting(cast)[0]["missing"][0]["whole_before"] == [True]
