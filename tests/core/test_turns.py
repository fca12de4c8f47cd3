"""Locks by number: each is somebody's own, and who leads by the clock, for days, keeps nobody from anything else."""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from core.turns import Turn
from initiatives.services import create_initiative
from interpol_strategy.schedule import is_leader
from tests.cast import settle_in
from tests.moments import NOON

TOP = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def leader(transactional_db):
    """Somebody who leads by the clock, with a connection of its own, until the test is over."""
    with ThreadPoolExecutor(1) as process:
        assert process.submit(is_leader).result()
        yield
        process.submit(connections.close_all).result()


@pytest.mark.django_db(transaction=True)
def test_work_is_logged_while_somebody_leads_by_the_clock(leader):
    cast = settle_in(NOON.date(), with_work=False)
    work = {"title": "Cargo checks", "language": "en", "status": "active", "shares": [(cast.result, 50)]}
    time = {"starts_on": cast.plan.start_on, "ends_on": cast.plan.end_on}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        assert create_initiative(by=cast.liaison2, at=NOON, **work, **time).code == "IN-000001"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", Turn, ids=lambda turn: turn.name)
def test_who_leads_keeps_nobody_from_another_turn(leader, turn):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [turn])
        assert cursor.fetchone() == (turn is not Turn.SCHEDULER,)


def test_every_lock_by_number_is_one_of_these():
    """A number said elsewhere could be taken twice. The one in SQL is the migrations' of one app, and its number is kept here, too;
    a later migration writes the same function anew, so it may be said there more than once."""
    names = subprocess.run(["git", "ls-files", "*.py"], cwd=TOP, capture_output=True, text=True).stdout.split()
    product = "\n".join((TOP / name).read_text() for name in names if not name.startswith("tests/"))
    said = re.findall(r"advisory\w*_lock\((?:(\d+)|%s\)[^\[]{0,40}\[Turn\.(\w+)\])?", product)
    in_sql = {int(number or 0) for number, name in said if not name}
    assert sorted([*(Turn[name] for _number, name in said if name), *map(Turn, in_sql)]) == sorted(Turn)
    where = {name.partition("/migrations/")[0] for name in names if re.search(r"_lock\(\d", (TOP / name).read_text())}
    assert {name for name in where if not name.startswith("tests/")} == {"dashboard"}
