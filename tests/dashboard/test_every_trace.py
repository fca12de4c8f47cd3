"""What changes nothing is on the trail all the same: at every address of the product, who was refused and who took a file.

What changes something is held against the trail wherever a test presses a button (tests/recorded.py); the API's own in tests/api.
"""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from core import traces
from core.models import AuditRecord
from core.traces import DENIED, EXPORTED
from tests.dashboard.test_every_read_is_counted import READS
from tests.dashboard.test_every_route import ROUTES, invented
from tests.visits import ACT, EVERYONE, FILE, NO_PAGES, VISITS

FOR_EVERYBODY = {"reports:styles"}  # no data: the same file for anybody
# A filed edition's download is recorded with the edition, beside what else is known of it.
ACTS_OF_TAKING = {EXPORTED, "edition.downloaded"}


@pytest.fixture(scope="module")
def doors(demo) -> dict[str, Client]:
    made = {who: Client(raise_request_exception=False) for who in EVERYONE}
    for who, client in made.items():
        client.force_login(demo.people[who])
        client.get("/method/")
    return made


def tries(demo):
    """Every page and file by who may not have it, and every act by everybody: method, person, address."""
    for name, visit in (VISITS | READS).items():
        address = visit.address(name, demo)
        yield from (("GET", who, address) for who in EVERYONE if who not in visit.who)
    for name, reason in NO_PAGES.items():
        if reason == ACT and name != "accounts:sign_out":
            yield from (("POST", who, invented(name, ROUTES[name])) for who in EVERYONE)


def test_every_refusal_of_every_address_leaves_its_record(demo, doors, capsys, monkeypatch):
    monkeypatch.setattr(traces, "MOST_DENIALS_PER_MINUTE", 100_000)  # that it is bounded is held elsewhere
    refused, wrong = 0, []
    for method, who, address in tries(demo):
        with transaction.atomic():
            answer = doors[who].generic(method, address)
            if answer.status_code == 403:
                refused += 1
                rows = list(AuditRecord.objects.filter(request_id=answer["X-Request-Id"]))
                if [_told(row) for row in rows] != [(DENIED, demo.people[who].pk, method, address.partition("?")[0])]:
                    wrong.append((method, who, address, [(row.action, row.after) for row in rows]))
                elif not (rows[0].reason and rows[0].reason.isascii() and rows[0].at and rows[0].actor_label):
                    wrong.append((method, who, address, rows[0].reason))
            transaction.set_rollback(True)
    with capsys.disabled():
        print(f"\nrefusals: {refused} of pages, files and acts, {len(wrong)} without their record")
    assert wrong == []
    assert refused >= 150


def _told(row: AuditRecord) -> tuple:
    return row.action, row.actor_id, row.after.get("method"), row.after.get("path")


def test_every_file_that_is_taken_leaves_its_record(demo, capsys):
    files, wrong = {name for name, reason in NO_PAGES.items() if reason == FILE} - FOR_EVERYBODY, []
    for name in sorted(files):
        visit, who = READS[name], READS[name].who[0]
        client = Client()
        client.force_login(demo.people[who])
        with transaction.atomic():
            answer = client.get(visit.address(name, demo) + "?period=" + demo.period.code)
            b"".join(answer.streaming_content) if answer.streaming else answer.content
            rows = list(AuditRecord.objects.filter(request_id=answer["X-Request-Id"]))
            transaction.set_rollback(True)
        of_it = [row for row in rows if row.action in ACTS_OF_TAKING]
        if answer.status_code != 200 or len(of_it) != 1 or of_it[0].actor_id != demo.people[who].pk or not of_it[0].after:
            wrong.append((name, answer.status_code, [(row.action, row.after) for row in rows]))
    with capsys.disabled():
        print(f"\nexports: {len(files)} files, {len(wrong)} without their record")
    assert wrong == []
