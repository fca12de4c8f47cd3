"""Whatever a person changes is on the trail: what is written by a press is held against what was recorded of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from core import audit
from core.models import AuditRecord

TRAIL = AuditRecord._meta.db_table
WRITES = re.compile(r"""(?:INSERT INTO|DELETE FROM|(?<!FOR )(?<!NO KEY )UPDATE)\s+"?(\w+)""", re.IGNORECASE)
SAVEPOINT, BACK_TO = re.compile(r'SAVEPOINT ("\w+")'), re.compile(r'ROLLBACK TO SAVEPOINT ("\w+")')
# What the product notes for itself, and what says nothing that somebody had to decide.
NOTES = {
    "accounts_opensession": "that somebody is here; coming and going are recorded by themselves",
    "axes_accessattempt": "the limit of guesses; each failed one is recorded by itself",
    "axes_accessfailurelog": "the same",
    "axes_accessattemptexpiration": "the same",
    "axes_accesslog": "the same",
    "core_idempotencyrecord": "the first answer to a request, given again",
    "dashboard_worktouched": "what has to be counted anew",
    "dashboard_workcounted": "how much work there is of which kind",
    "dashboard_worktally": "the same",
    "exchange_upload": "which column is which, while a file is looked through; taking it over is recorded by itself",
    "core_job": "work for a worker, who records what comes of it",
}


@contextmanager
def tables_written() -> Iterator[set[str]]:
    """The names of the tables of which rows were changed inside and stay changed, triggers aside."""
    found: set[str] = set()
    told: list[str] = []  # tables and savepoints, in their order

    def note(execute, sql, params, many, context):
        answer, words = execute(sql, params, many, context), str(sql)
        if back := BACK_TO.match(words):
            del told[told.index(back[1]) if back[1] in told else 0 :]
        elif begun := SAVEPOINT.match(words):
            told.append(begun[1])
        elif context["cursor"].rowcount > 0:
            told.extend(one.lower() for one in WRITES.findall(words))
        return answer

    with connection.execute_wrapper(note):
        yield found
    found.update(told)


@contextmanager
def on_the_trail(what: str) -> Iterator[None]:
    """Fails where something was changed inside and no record says who did what to which thing, when, and by which request."""
    before = audit.last_seq()
    with tables_written() as tables:
        yield
    changed = {one for one in tables if not one.startswith('"')} - NOTES.keys() - {TRAIL}
    rows = list(AuditRecord.objects.filter(seq__gt=before).order_by("seq")) if tables else []
    assert rows or not changed, f"{what} wrote {sorted(changed)} and left no record"
    for row in rows:
        assert row.at and row.action and row.target_type and row.target_id and row.actor_label, (what, row.action)
        assert row.request_id, (what, row.action)
