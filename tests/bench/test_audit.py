"""How long the trail takes to be verified: a million records against five minutes."""

import sys
import time

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from core import audit
from core.models import AuditRecord
from tests.cast import settle_in

pytestmark = pytest.mark.skipif("tests/bench" not in " ".join(sys.argv), reason="a benchmark: make bench")
RECORDS, BATCH, GOAL_SECONDS = 1_000_000, 10_000, 300


def append(count: int, person) -> None:
    """Records as the product makes them, with a before and an after of usual length."""
    at = timezone.now()
    before = {"achieved": "Two courses were held for border officers of the region.", "delivery_percent": 40}
    after = {"achieved": "Three courses were held for border officers of the region.", "delivery_percent": 55}
    entries = [audit.Entry(at, person, "update.saved", person, before, after) for _each in range(count)]
    with transaction.atomic():
        audit.record_many(entries)


@pytest.mark.django_db(transaction=True)
def test_a_million_records_are_verified():
    person = settle_in(timezone.localdate(), with_work=False).people["liaison"]
    began = time.monotonic()
    for _batch in range(RECORDS // BATCH):
        append(BATCH, person)
    appended, began, cpu = time.monotonic() - began, time.monotonic(), time.process_time()
    call_command("verify_audit")
    took, worked = time.monotonic() - began, time.process_time() - cpu
    print(
        f"\n{AuditRecord.objects.count()} records: appended in {appended:.0f} s, verified in {took:.0f} s ({worked:.0f} s of processor)"
    )
    assert worked < GOAL_SECONDS
