"""Sending, validating and saving a file, ended by SIGKILL before one question after another: all of it or nothing, and then once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from core import jobs
from core.models import AuditRecord
from exchange import comparing, services
from exchange.models import Kind, Upload
from initiatives.models import Update, UpdateValue
from outcomes.models import Measurement
from tests.cast import make_initiative, make_update, settle_in
from tests.exchange.files import file_of
from tests.infrastructure.running import TOP

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
# The process of its own: does one act, and ends itself before the question of the number, or before the commit.
ACT = """
import os, signal, sys, django; django.setup()
from django.db import connection, transaction
from django.utils import timezone
from accounts.models import User
from initiatives import life
from exchange import applying
number, who, asked = int(sys.argv[1]), User.objects.get(email=sys.argv[2]), []
def ask(execute, sql, params, many, context):
    if len(asked) == number: os.kill(os.getpid(), signal.SIGKILL)
    asked.append(sql)
    return execute(sql, params, many, context)
with connection.execute_wrapper(ask), transaction.atomic():
    %s
    if number == -1: os.kill(os.getpid(), signal.SIGKILL)
print(len(asked))
"""
ACTS = {
    "send": ("liaison2", "life.submit(update_id={update.pk}, version={update.version}, by=who, at=timezone.now())"),
    "validate": ("officer", "life.validate(update_id={update.pk}, version={update.version}, by=who, at=timezone.now())"),
    "save a file": ("liaison2", "applying.take_word(upload_id={upload.pk}, seen='{seen}', by=who, at=timezone.now())"),
}
BEFORE_THE_COMMIT = -1


def stands() -> tuple:
    """Everything that the acts would change."""
    tables = (Update, UpdateValue, Measurement, Upload, AuditRecord)
    return tuple(sorted(map(repr, table.objects.order_by().values_list())) for table in tables)


def done(act: str, number: int) -> subprocess.CompletedProcess:
    found = connection.settings_dict
    url = f"postgres://{found['USER']}@/{found['NAME']}?host={found['HOST']}"
    who, words = act
    environment = {**os.environ, "DATABASE_URL": url, "MEDIA_ROOT": str(Path(settings.MEDIA_ROOT).parent)}
    argv = [sys.executable, "-c", ACT % words, str(number), f"{who}@test.invalid"]
    return subprocess.run(argv, cwd=TOP, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture
def facts(transactional_db):
    """A draft, or what was sent; and a file with a change for it."""
    cast = settle_in(timezone.localdate(), with_work=False)
    work = make_initiative(cast, "other")

    def made(name: str) -> dict:
        update = make_update(cast, work, "submitted" if name == "validate" else "draft")
        if name != "save a file":
            return {"update": update}
        at, period = timezone.now(), cast.periods["open"]
        upload, _is_new = services.receive_file(
            file=file_of(cast.liaison2, period), kind=Kind.UPDATES, by=cast.liaison2, at=at, bureau=update.initiative.lead_bureau,
            period=period,
        )  # fmt: skip
        jobs.work(upload.job_id)
        upload.refresh_from_db()
        return {"upload": upload, "seen": comparing.compare(upload, user=cast.liaison2, at=at).digest}

    return made


@pytest.mark.parametrize("name", ACTS)
def test_ended_before_any_of_its_questions_it_left_nothing_and_the_next_one_did_it_once(facts, name):
    who, words = ACTS[name]
    act = who, words.format(**facts(name))
    before, ended = stands(), []
    for number in (BEFORE_THE_COMMIT, 0, 2, 5, 12, 20):
        found = done(act, number)
        if found.returncode == 0:  # it needs fewer questions than that
            break
        assert found.returncode == -signal.SIGKILL, found.stderr
        assert stands() == before, f"ended before question {number}"
        ended.append(number)
    if found.returncode != 0:
        found = done(act, 10_000)
    assert found.returncode == 0, found.stderr
    after = stands()
    assert after != before and len(ended) >= 3
    print(f"\n{name}: {found.stdout.strip()} questions, ended {len(ended)} times")
    assert done(act, 10_000).returncode == 1 and stands() == after, "a second time it is refused"
