"""The first question of a request finds out whether the connection still stands; nobody who reads notices that it was lost."""

from __future__ import annotations

import psycopg2
import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.questions import asked_first

pytestmark = pytest.mark.django_db(transaction=True)
NEXT_REQUEST = connection.close_if_unusable_or_obsolete  # what Django does between two requests


def lose_the_connection() -> None:
    """What a restarted server does to a connection that waits: it is gone, and nobody has been told."""
    connection.ensure_connection()
    process = connection.connection.get_backend_pid()
    other = psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None})
    with other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    other.close()


def test_a_lost_connection_is_opened_anew():
    lose_the_connection()
    NEXT_REQUEST()
    assert asked_first("SELECT %s", ["here"]) == ("here",)


def test_a_connection_that_stands_is_asked_once():
    connection.ensure_connection()
    NEXT_REQUEST()
    with CaptureQueriesContext(connection) as caught:
        assert asked_first("SELECT 1", []) == (1,)
    assert len(caught) == 1 and connection.health_check_done


def test_what_is_no_lost_connection_is_raised_and_not_tried_again():
    NEXT_REQUEST()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 50")
    NEXT_REQUEST()
    with CaptureQueriesContext(connection) as caught, pytest.raises(OperationalError):
        asked_first("SELECT pg_sleep(5)::text", [])
    assert len(caught) == 1
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")


def test_inside_a_transaction_nothing_is_begun_anew():
    """What was done in it is lost with the connection: asking on would pretend otherwise."""
    with pytest.raises(OperationalError), transaction.atomic():
        lose_the_connection()
        asked_first("SELECT 1", [])
    connection.close()
