"""A file that the database writes may take longer than a page, and only the file may."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection

from core import copying

pytestmark = pytest.mark.django_db(transaction=True)
ITS_LIMIT = ("SELECT current_setting('statement_timeout')", ())


def limit_now() -> str:
    with connection.cursor() as cursor:
        cursor.execute(ITS_LIMIT[0])
        return cursor.fetchone()[0]


def test_a_file_has_a_limit_of_its_own_and_nothing_else_gets_it():
    before = limit_now()
    with copying.copied(ITS_LIMIT, ["limit"]) as file:
        assert file.read().decode().splitlines()[1] == "1min" != before
    assert limit_now() == before


def test_a_file_that_takes_too_long_is_no_half_file_and_leaves_the_limit_as_it_was(monkeypatch):
    before = limit_now()
    monkeypatch.setattr(copying, "LONGEST", "200ms")
    with pytest.raises(OperationalError, match="statement timeout"):
        copying.copied(("SELECT pg_sleep(60)::text", ()), ["never"])
    assert limit_now() == before and not connection.in_atomic_block


def test_a_question_that_can_find_nothing_is_a_heading_alone():
    with copying.copied(None, ["code", "title"]) as file:
        assert file.read().decode() == f"{copying.BEGINS}code,title\n"
