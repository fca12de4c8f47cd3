"""Questions that a connection plans once: the same answers, asked again on a new connection, and sent as they are behind a pooler."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.prepared import Prepared

SUM = Prepared("a_sum", "SELECT %(one)s::int + %(other)s::int, %(one)s::int, 7 %% 4")
WORDS = Prepared("words_in_order", "SELECT %s::text || %s::text")
NOBODY = Prepared("nobody_s_table", "SELECT * FROM a_table_that_is_not_there WHERE id = %s")
pytestmark = pytest.mark.django_db


def planned() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return {name for (name,) in cursor.fetchall()}


def test_values_are_given_by_name_or_in_their_order():
    assert SUM.rows({"other": 2, "one": 40}) == [(42, 40, 3)]
    assert WORDS.rows(["%s", "it's"]) == [("%sit's",)]


def test_it_is_planned_once_and_asked_as_one_question():
    SUM.rows({"one": 1, "other": 1})
    before = planned()
    with CaptureQueriesContext(connection) as asked:
        assert SUM.rows({"one": 1, "other": 2}) == [(3, 1, 3)]
    assert len(asked) == 1
    assert planned() == before
    assert any(name.startswith("a_sum_") for name in before)


def test_what_is_planned_once_is_not_planned_anew_for_other_values():
    for other in range(7):
        SUM.rows({"one": 1, "other": other})
    with connection.cursor() as cursor:
        cursor.execute("SELECT custom_plans, generic_plans >= 7 FROM pg_prepared_statements WHERE name LIKE 'a_sum_%%'", [])
        assert cursor.fetchone() == (0, True)


def test_what_is_undone_leaves_it_planned():
    with transaction.atomic():
        WORDS.rows(["a", "b"])
        transaction.set_rollback(True)
    assert WORDS.rows(["a", "c"]) == [("ac",)]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_opened_anew_plans_anew():
    SUM.rows({"one": 1, "other": 1})
    connection.close()
    assert SUM.rows({"one": 2, "other": 1}) == [(3, 2, 3)]


def test_a_question_that_cannot_be_planned_is_an_error_of_the_database():
    for _attempt in range(2):
        with pytest.raises(DatabaseError), transaction.atomic():
            NOBODY.rows([1])


@pytest.mark.django_db(transaction=True)
def test_behind_a_pooler_nothing_is_left_on_the_connection():
    connection.close()
    connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = True
    try:
        assert SUM.rows({"one": 20, "other": 1}) == [(21, 20, 3)]
        assert planned() == set()
    finally:
        connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = False
