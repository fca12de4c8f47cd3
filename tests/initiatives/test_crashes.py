"""Every step breaks before each of its questions to the database, once for each: nothing is left half done, and the next try is whole."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from core.models import AuditRecord
from initiatives import life
from tests.cast import make_update
from tests.moments import NOON

FLOORS = ("initiatives", "outcomes", "exchange", "core")


class Crash(Exception):
    """What the sweep throws: nobody's code expects it."""


@contextmanager
def crashing_before(number: int):
    """Everything goes well until the question of that number; what was asked is counted in what is handed over."""
    asked: list[str] = []

    def ask(execute, sql, params, many, context):
        asked.append(sql)
        if len(asked) > number:
            raise Crash
        return execute(sql, params, many, context)

    with connection.execute_wrapper(ask):
        yield asked


def all_rows() -> dict[str, list]:
    """Everything that the floors hold, row by row."""
    models = [model for floor in FLOORS for model in apps.get_app_config(floor).get_models(include_auto_created=True)]
    return {model._meta.label: sorted(map(repr, model.objects.order_by().values_list())) for model in models}


def assert_whole_or_nothing(act) -> int:
    """This will break the act before each of its questions and then let it through. Answers how often it was broken."""
    before, number = all_rows(), 0
    while True:
        try:
            with transaction.atomic(), crashing_before(number) as asked:
                act()
        except Crash:
            assert all_rows() == before, f"left by a crash before question {number + 1}: {asked[-1]}"
            number += 1
        else:
            return number


def sent(cast, work):
    made = make_update(cast, work)
    return life.submit(update_id=made.pk, version=made.version, by=cast.liaison2, at=NOON)


def test_sending_is_whole_or_nothing_wherever_it_breaks(cast, work):
    made = make_update(cast, work)
    broken = assert_whole_or_nothing(lambda: life.submit(update_id=made.pk, version=made.version, by=cast.liaison2, at=NOON))
    made.refresh_from_db()
    assert broken >= 5 and made.state == "submitted" and made.version == 2
    assert AuditRecord.objects.filter(action="update.submitted").count() == 1


def test_validating_is_whole_or_nothing_wherever_it_breaks(cast, work):
    made = sent(cast, work)
    broken = assert_whole_or_nothing(lambda: life.validate(update_id=made.pk, version=made.version, by=cast.officer, at=NOON))
    made.refresh_from_db()
    assert broken >= 15 and made.state == "validated"
    assert AuditRecord.objects.filter(action="update.validated").count() == 1


def test_returning_and_correcting_are_whole_or_nothing_wherever_they_break(cast, work):
    made = sent(cast, work)
    assert_whole_or_nothing(lambda: life.return_to_author(
        update_id=made.pk, version=made.version, reason_code="unclear", comment="Which?", by=cast.officer, at=NOON,
    ))  # fmt: skip
    standing = make_update(cast, work, "validated", period=cast.periods["closed"])
    assert_whole_or_nothing(lambda: life.correct(
        update_id=standing.pk, version=standing.version, reason="Miscounted", by=cast.liaison2, at=NOON,
    ))  # fmt: skip
    assert AuditRecord.objects.filter(action="update.correction_opened").count() == 1


def test_a_sweep_sees_what_is_left_by_halves(cast, work):
    """The control: the same act without its transaction is caught."""
    made = make_update(cast, work)

    def by_halves():
        type(made).objects.filter(pk=made.pk).update(obstacle="Half")
        raise DatabaseError

    before = all_rows()
    with pytest.raises(DatabaseError):
        by_halves()
    assert all_rows() != before
