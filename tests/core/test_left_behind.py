"""The watch over the tests themselves: what a test leaves to others, in the database or in the process, is found and told."""

import os
import threading

import psycopg2
import pytest
import time_machine
from django.conf import settings
from django.db import connection

from tests import left_behind
from tests.moments import NOON
from tests.process_state import Watch

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


def test_who_stays_connected_when_its_module_is_done_is_told_and_ended(other):
    (told,) = left_behind.sessions()
    assert "connected, idle" in told
    assert left_behind.sessions() == []


def test_a_lock_by_number_that_outlives_its_transaction_is_told_whoever_holds_it(other, monkeypatch):
    other.autocommit = True
    with other.cursor() as theirs, connection.cursor() as ours:
        theirs.execute("SELECT pg_advisory_lock(4299)")
        ours.execute("SELECT pg_advisory_lock(4298)")
    told = left_behind.locks_by_number()
    assert sorted(one.partition(" holds ")[2] for one in told) == ["the lock 4298", "the lock 4299"]
    assert sum("the tests’ own" in one for one in told) == 1
    other.close()
    monkeypatch.setattr(left_behind, "PATIENCE", 5.0)  # who has just gone may take a moment
    assert left_behind.locks_by_number() == []


def test_what_is_set_for_the_session_is_told_until_it_is_set_back():
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
        assert left_behind.session_settings() == ["the setting lock_timeout of the tests’ own session is 2000"]
        cursor.execute("RESET lock_timeout")
    assert left_behind.session_settings() == []


@pytest.mark.parametrize("what", ["environment", "settings", "clock", "folder"])
def test_what_a_module_leaves_otherwise_in_the_process_is_told(monkeypatch, tmp_path, what):
    watch = Watch()
    with monkeypatch.context() as here, time_machine.travel(NOON) if what == "clock" else here.context():
        here.chdir(tmp_path) if what == "folder" else None
        here.setitem(os.environ, "LEFT", "here") if what == "environment" else None
        here.setitem(settings.JOB_KINDS, "left", "here") if what == "settings" else None
        (told,) = watch.left_behind()
    assert told.startswith(f"{what}: ")
    assert watch.left_behind() == []


def test_a_thread_that_is_still_at_work_is_told(monkeypatch):
    monkeypatch.setattr("tests.process_state.MOMENT", 0.2)
    watch, is_over = Watch(), threading.Event()
    thread = threading.Thread(target=is_over.wait, name="left")
    thread.start()
    assert watch.left_behind() == ["the thread left is still at work"]
    is_over.set()
    thread.join()
    assert watch.left_behind() == []
