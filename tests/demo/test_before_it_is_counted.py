"""What a database that has just been filled does not know yet of itself must not make a validation slow."""

import pytest
from django.db import connection
from django.utils import timezone

from bench.blocks import touched_by_act
from initiatives import life
from initiatives.models import Update
from tests import demonstration
from tests.demo.test_scale import BLOCKS_OF_A_VALIDATION
from tests.visits import Story

# Whoever owns a table cannot empty its statistics; a column that is given a type, be it the one that it has, is left without.
FORGET = """ALTER TABLE outcomes_rollup ALTER node_type TYPE varchar(10), ALTER node_id TYPE bigint, ALTER period_id TYPE bigint,
    ALTER bureau_id TYPE bigint, ALTER measure TYPE varchar(8)"""
READ_BY_A_VALIDATION = ("outcomes_rollup", "outcomes_bureaureading")


@pytest.fixture(scope="module")
def ready(django_db_setup, django_db_blocker):
    copy = demonstration.copied()
    with django_db_blocker.unblock(), demonstration.looked_at(copy):
        yield copy
    demonstration.drop(copy)


def test_the_database_knows_how_much_a_fresh_demonstration_holds(ready):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT tablename) FROM pg_stats WHERE tablename = ANY(%s)", [list(READ_BY_A_VALIDATION)])
        assert cursor.fetchone() == (len(READ_BY_A_VALIDATION),)


def test_a_validation_touches_as_little_where_nobody_has_counted_yet(ready, capsys):
    with connection.cursor() as cursor:
        cursor.execute(FORGET)
        cursor.execute("SELECT count(*) FROM pg_stats WHERE tablename = 'outcomes_rollup' AND attname IN ('node_type', 'node_id')")
        assert cursor.fetchone() == (0,)
    connection.close()
    officer = Story.told().people["officer"]
    waiting = Update.objects.waiting().filter(values__state="reported").exclude(author=officer).first()
    at = timezone.now()
    touched = touched_by_act(lambda: life.validate(update_id=waiting.pk, version=waiting.version, by=officer, at=at))
    with capsys.disabled():
        print(f"\nvalidating where nothing is counted: {touched.blocks} blocks")
    assert touched.blocks <= BLOCKS_OF_A_VALIDATION
