"""Refused pages and taken files are on the trail, though they change nothing."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from core import traces
from core.models import AuditRecord
from initiatives.models import Evidence
from tests.cast import settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    with time_machine.travel(NOON, tick=True):
        yield settle_in(NOON.date())


def said(person, action: str) -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(action=action, actor_id=person.pk).order_by("seq"))


def test_a_page_that_is_refused_leaves_a_record_with_its_reason_in_english(client, cast):
    client.force_login(cast.liaison)
    client.cookies["language"] = "ar"
    answer = client.get(reverse("initiatives:review") + "?q=what+they+typed")
    assert answer.status_code == 403
    (record,) = said(cast.liaison, traces.DENIED)
    assert record.after == {"method": "GET", "path": reverse("initiatives:review")}
    assert record.request_id == answer["X-Request-Id"]
    assert record.reason.isascii() and record.reason


def test_a_form_that_is_refused_leaves_none_of_its_words(client, cast):
    client.force_login(cast.leader)
    assert client.post(reverse("initiatives:bulk_validate"), {"note": "SECRET words"}).status_code == 403
    (record,) = said(cast.leader, traces.DENIED)
    assert "SECRET" not in str(record.after) + record.reason


def test_nobody_floods_the_trail_with_refusals(client, cast):
    client.force_login(cast.liaison)
    for _again in range(traces.MOST_DENIALS_PER_MINUTE + 5):
        client.get(reverse("initiatives:review"))
    assert len(said(cast.liaison, traces.DENIED)) == traces.MOST_DENIALS_PER_MINUTE


def test_a_table_taken_as_a_file_is_recorded_with_its_filters(client, cast):
    client.force_login(cast.officer)
    address = reverse("dashboard:indicator_csv", args=[cast.indicator.code])
    answer = client.get(address, {"known_on": cast.today.isoformat()})
    assert answer.status_code == 200
    (record,) = said(cast.officer, traces.EXPORTED)
    assert record.after["path"] == address and cast.today.isoformat() in record.after["query"]
    assert record.after["kind"].startswith("text/csv")


def test_evidence_taken_is_recorded(client, cast):
    client.force_login(cast.officer)
    file = Evidence.objects.filter(handling=0, update__state="validated").first()
    address = reverse("initiatives:evidence", args=[file.public_id])
    assert client.get(address).status_code == 200
    assert [record.after["path"] for record in said(cast.officer, traces.EXPORTED)] == [address]


def test_pages_that_are_only_read_leave_nothing(client, cast):
    client.force_login(cast.officer)
    before = AuditRecord.objects.count()
    assert client.get(reverse("dashboard:home")).status_code == 200
    assert client.get(reverse("dashboard:initiatives") + "nothing-here/").status_code == 404
    assert AuditRecord.objects.count() == before


def test_who_is_not_signed_in_leaves_no_name(client, cast):
    before = AuditRecord.objects.count()
    assert client.get(reverse("initiatives:review")).status_code == 302
    assert AuditRecord.objects.count() == before
