"""The watch over the tests themselves: a session that a test leaves within a transaction is found, told and ended."""

import psycopg2
import pytest
from django.db import connection

from tests import left_behind

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other(monkeypatch):
    monkeypatch.setattr(left_behind, "PATIENCE", 0.2)
    made = psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None})
    yield made
    made.close()


def test_who_is_within_a_transaction_is_told_with_the_last_question_and_ended(other):
    with other.cursor() as cursor:
        cursor.execute("LOCK TABLE core_job IN EXCLUSIVE MODE")
    (told,) = left_behind.open_transactions()
    assert "idle in transaction" in told and "LOCK TABLE core_job" in told
    with pytest.raises(psycopg2.OperationalError), other.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert left_behind.open_transactions() == []


def test_who_only_stays_connected_is_left_alone(other):
    other.autocommit = True
    with other.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert left_behind.open_transactions() == []
