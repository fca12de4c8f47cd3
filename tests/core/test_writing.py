"""Records that are written by kept words are what Django itself would have written."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from core import versions, writing
from core.models import AuditRecord
from goals.models import Aim, StrategicGoal
from initiatives.models import Initiative
from outcomes.models import Measurement
from tests.cast import make_initiative, settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    return settle_in(NOON.date())


def told(cast, count):
    line = {"state": "reported", "indicator": cast.indicator, "bureau": cast.bureaus["other"], "period": cast.periods["open"]}
    return [
        Measurement(
            **line, value=place, observed_on=NOON.date(), recorded_at=NOON, recorded_by=cast.officer, initiative_code=f"X-{place}"
        )
        for place in range(count)
    ]


def test_what_is_inserted_has_its_keys_in_the_order_of_the_records(cast):
    made = told(cast, 3)
    with CaptureQueriesContext(connection) as asked:
        writing.insert(Measurement, made)
    assert len(asked) == 1
    for one in made:
        stored = Measurement.objects.get(pk=one.pk)
        assert (stored.value, stored.initiative_code) == (one.value, one.initiative_code)
        assert not one._state.adding


def test_very_many_are_inserted_in_parts(cast, monkeypatch):
    monkeypatch.setattr(writing, "AT_ONCE", 2)
    made = told(cast, 5)
    writing.insert(Measurement, made)
    assert [one.value for one in Measurement.objects.filter(pk__in=[one.pk for one in made]).order_by("pk")] == [0, 1, 2, 3, 4]


def test_nothing_inserted_asks_nothing(cast):
    with CaptureQueriesContext(connection) as asked:
        writing.insert(AuditRecord, [])
    assert len(asked) == 0


def test_a_value_that_the_database_would_choose_is_refused(cast):
    with pytest.raises(TypeError, match="created_at"):
        writing.insert(Initiative, [Initiative(code="IN-9")])


def test_only_the_named_fields_are_saved(cast):
    work = make_initiative(cast, "other")
    Initiative.objects.filter(pk=work.pk).update(summary="Somebody else's words")
    work.status, work.summary = "completed", "Not to be kept"
    with CaptureQueriesContext(connection) as asked:
        writing.update(work, ["status", "status"])
    stored = Initiative.objects.get(pk=work.pk)
    assert (stored.status, stored.summary, len(asked)) == ("completed", "Somebody else's words", 1)


def test_a_record_that_is_gone_is_not_saved_in_silence(cast):
    work = make_initiative(cast, "other")
    Initiative.objects.filter(pk=work.pk).delete()
    with pytest.raises(DatabaseError, match="not there"):
        writing.update(work, ["status"])


def test_a_record_of_several_tables_is_saved_in_all_of_them(cast):
    aim = Aim.objects.first()
    goal = StrategicGoal(aim_ptr=aim, plan=aim.plan, number=aim.number, title=aim.title, text=aim.text)
    goal.save_base(raw=True)
    goal = StrategicGoal.objects.get(pk=aim.pk)
    versions.change(goal, at=NOON, number=77)
    stored = Aim.objects.get(pk=aim.pk)
    assert (stored.number, stored.version, stored.updated_at) == (77, aim.version + 1, NOON)
