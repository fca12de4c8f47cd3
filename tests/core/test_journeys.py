"""What waits goes with the next question, in its place; what fails leaves nothing behind."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core import journeys
from core.models import Installation
from core.prepared import Prepared

pytestmark = pytest.mark.django_db
TELL = "INSERT INTO told (words) VALUES (%s)"
TELLING = Prepared("telling_of_a_journey", "INSERT INTO told (words) VALUES (%s)")


@pytest.fixture(autouse=True)
def told(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE told (id serial, words text UNIQUE) ON COMMIT DROP")


def words() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM told ORDER BY id")
        return [word for (word,) in cursor.fetchall()]


def test_it_goes_with_the_next_question_which_sees_it():
    with transaction.atomic(), CaptureQueriesContext(connection) as asked, journeys.shared():
        journeys.later(TELL, ["one"])
        TELLING.later(["two"])
        assert words() == ["one", "two"]
    assert len([one for one in asked if "SELECT words" in one["sql"]]) == 1
    assert sum("SAVEPOINT" not in one["sql"] for one in asked) == 1


def test_every_question_takes_it_along_also_the_mapper_of_objects():
    with transaction.atomic(), journeys.shared():
        journeys.later("UPDATE told SET words = words || '%'")
        journeys.later(TELL, ["100 % of it; 'quoted'"])
        assert Installation.objects.filter(pk=-1).first() is None
        assert words() == ["100 % of it; 'quoted'"]


def test_what_nobody_asks_after_is_done_at_the_end_in_order():
    with transaction.atomic():
        with journeys.shared():
            for word in ("one", "two", "three"):
                journeys.later(TELL, [word])
        assert words() == ["one", "two", "three"]


def test_where_nothing_is_shared_it_is_done_at_once():
    with CaptureQueriesContext(connection) as asked:
        journeys.later(TELL, ["one"])
        assert len(asked) == 1
    assert words() == ["one"]


def test_an_act_within_an_act_shares_its_journeys():
    with transaction.atomic(), journeys.shared():
        journeys.later(TELL, ["one"])
        with journeys.shared():
            journeys.later(TELL, ["two"])
        assert words() == ["one", "two"]


def test_an_act_that_fails_leaves_nothing_waiting():
    with pytest.raises(ValueError, match="refused"), transaction.atomic(), journeys.shared():
        journeys.later(TELL, ["one"])
        raise ValueError("refused")
    assert words() == [] and not journeys.are_shared()


def test_a_part_that_is_taken_back_takes_back_what_it_said_and_no_more():
    with transaction.atomic(), journeys.shared():
        journeys.later(TELL, ["before"])
        with pytest.raises(ValueError, match="refused"), transaction.atomic():
            journeys.later(TELL, ["inside, sent"])
            words()
            journeys.later(TELL, ["inside, waiting"])
            raise ValueError("refused")
        journeys.later(TELL, ["after"])
        assert words() == ["before", "after"]


def test_a_part_that_the_database_refuses_is_taken_back_too():
    with transaction.atomic(), journeys.shared():
        journeys.later(TELL, ["before"])
        with pytest.raises(IntegrityError), transaction.atomic():
            journeys.later(TELL, ["before"])
            journeys.later(TELL, ["inside"])
            words()
        assert words() == ["before"]


def test_what_the_database_refuses_at_the_end_is_an_error_of_the_act():
    with pytest.raises(IntegrityError), transaction.atomic(), journeys.shared():
        journeys.later(TELL, ["one"])
        journeys.later(TELL, ["one"])
    assert words() == []


def test_a_cursor_that_stays_open_is_refused_rather_than_sent_amiss():
    with pytest.raises(NotImplementedError), transaction.atomic(), journeys.shared():
        journeys.later(TELL, ["one"])
        list(Installation.objects.iterator(chunk_size=10))


def test_journeys_are_shared_within_a_transaction_alone(transactional_db):
    with pytest.raises(transaction.TransactionManagementError), journeys.shared():
        raise AssertionError("never reached")


def test_behind_a_pooler_it_is_sent_as_it_is(settings):
    kept = connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
    connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = True
    try:
        with transaction.atomic(), journeys.shared():
            TELLING.later(["one %"])
            assert words() == ["one %"]
    finally:
        connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = kept
    with pytest.raises(DatabaseError), transaction.atomic():
        journeys.later("SELECT nothing FROM nowhere")
