"""More time: asked for by a bureau, answered by an officer, seen wherever the due date is shown."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from core.models import AuditRecord
from initiatives import duties, extensions, life
from initiatives.chasing.records import Extension
from initiatives.models import Update
from tests.cast import make_update
from tests.chasing.conftest import DUE
from tests.pages.paper import Paper

pytestmark = pytest.mark.django_db
UNTIL = date(2027, 1, 25)
BEFORE = DUE - timedelta(days=5)


def ask(cast, work, period, *, by=None, at=BEFORE, until_on=UNTIL, reason="A storm took the line"):
    return extensions.ask_for_time(
        bureau=work.lead_bureau, period=period, until_on=until_on, reason=reason, by=by or cast.liaison2, at=at
    )


def grant(cast, made, **values):
    facts = {"version": made.version, "reason": "Of course", "by": cast.officer, "at": BEFORE, **values}
    return extensions.grant(extension_id=made.pk, **facts)


@pytest.fixture
def made(cast, work, period):
    return ask(cast, work, period)


def test_each_step_is_on_the_trail(cast, made):
    grant(cast, made)
    records = AuditRecord.objects.filter(target_type="initiatives.extension").order_by("seq")
    assert [(one.action, one.actor_id, one.bureau_id) for one in records] == [
        ("extension.asked", cast.liaison2.pk, made.bureau_id),
        ("extension.granted", cast.officer.pk, made.bureau_id),
    ]
    assert records[1].after["granted_until"] == "2027-01-25" and records[1].reason == "Of course"


@pytest.mark.parametrize("who", ["officer", "leader", "auditor", "admin", "liaison", "head"])
def test_only_people_of_the_bureau_ask(cast, work, period, who):
    with pytest.raises(NotAllowed):
        ask(cast, work, period, by=cast.people[who])


@pytest.mark.parametrize(("who", "refusal"), [
    ("leader", NotFound), ("admin", NotFound), ("liaison", NotFound), ("head", NotFound), ("auditor", NotAllowed),
    ("liaison2", NotAllowed),
])  # fmt: skip
def test_only_officers_answer(cast, made, who, refusal):
    with pytest.raises(refusal):
        grant(cast, made, by=cast.people[who])


@pytest.mark.parametrize(("given", "field"), [
    ({"until_on": date(2027, 1, 15)}, "until_on"), ({"until_on": date(2027, 1, 31)}, "until_on"), ({"reason": " "}, "reason"),
])  # fmt: skip
def test_what_cannot_be_asked_says_why_beside_its_field(cast, work, period, given, field):
    with pytest.raises(Invalid) as refused:
        ask(cast, work, period, **given)
    assert list(refused.value.fields) == [field]


def test_a_bureau_asks_once_at_a_time(cast, work, period, made):
    with pytest.raises(Conflict):
        ask(cast, work, period)
    extensions.withdraw(extension_id=made.pk, version=made.version, by=cast.liaison2, at=BEFORE)
    assert ask(cast, work, period).state == "asked"


def test_an_answer_is_given_once_and_to_what_was_seen(cast, made):
    with pytest.raises(Stale):
        grant(cast, made, version=7)
    extensions.decline(extension_id=made.pk, version=1, reason="No", by=cast.officer, at=BEFORE)
    made.refresh_from_db()
    with pytest.raises(Conflict):
        grant(cast, made)


def test_a_closed_period_has_no_more_time(cast, work, period):
    with pytest.raises(Conflict):
        ask(cast, work, period, at=DUE + timedelta(days=30))


def test_lateness_follows_what_was_granted(cast, work, made):
    update = make_update(cast, work, "submitted")
    Update.objects.filter(pk=update.pk).update(first_sent_at=datetime(2027, 1, 20, tzinfo=UTC))

    def late():
        return duties.is_late(Update.objects.with_due().get(pk=update.pk), work.lead_bureau)

    assert late()
    grant(cast, made)
    assert not late()


def test_what_was_in_time_is_not_late_for_being_returned_and_sent_again(cast, work):
    update = make_update(cast, work)
    life.submit(update_id=update.pk, version=update.version, by=cast.liaison2, at=BEFORE)
    update.refresh_from_db()
    life.return_to_author(
        update_id=update.pk, version=update.version, reason_code="unclear", comment="Say more", by=cast.officer, at=DUE
    )
    update.refresh_from_db()
    life.submit(update_id=update.pk, version=update.version, by=cast.liaison2, at=DUE + timedelta(days=9))
    found = Update.objects.with_due().get(pk=update.pk)
    assert found.submitted_at == DUE + timedelta(days=9) and not duties.is_late(found, work.lead_bureau)


def test_a_bureau_asks_and_an_officer_grants_on_their_pages(cast, work, period):
    with time_machine.travel(BEFORE, tick=False):
        page = Paper(Client(), cast.liaison2).open("/my-reporting/")
        assert f"/my-reporting/{period.code}/more-time/" in page.text
        page.open(f"/my-reporting/{period.code}/more-time/")
        page.press(page.form("more-time").fill(until_on="2027-01-25", reason="A storm"))
        assert "waits for an answer" in page.text
        made = Extension.objects.get()
        officer = Paper(Client(), cast.officer).open("/reporting/?period=2026-Q4")
        assert "asks for more time" in officer.text
        officer.open(f"/extensions/{made.pk}/")
        officer.press(officer.form("extensions").fill(reason="Of course"), "act", "grant")
        assert "Granted until 25 Jan 2027" in officer.text
        for address in ("/reporting/?period=2026-Q4", f"/bureaus/{work.lead_bureau.code}/"):
            text = officer.open(address).text
            assert "25 Jan 2027" in text and "extended" in text, address
        mine = page.open("/my-reporting/").text
        assert "25 Jan 2027" in mine and "extended" in mine and "granted" in mine
        form = page.open(f"/updates/{work.code}/{period.code}/")
        assert "25 Jan 2027" in form.text and "15 Jan 2027" not in form.text
        form.press(form.form("updates/").fill(achieved="Twelve officers were trained."), "act", "check")
        assert "25 Jan 2027" in form.text and "15 Jan 2027" not in form.text
        assert "25 Jan 2027" in page.open(f"/my-reporting/workbook/?period={period.code}").text
        book = page.client.get(f"/my-reporting/workbook/{period.code}.xlsx").content
        rows = [row for sheet in load_workbook(io.BytesIO(book)) for row in sheet.iter_rows(values_only=True)]
        cells = [str(cell) for row in rows for cell in row]
        assert "2027-01-25 00:00:00" in cells and "2027-01-15 00:00:00" not in cells


def test_an_answer_without_a_reason_comes_back_with_what_was_typed(cast, made):
    with time_machine.travel(BEFORE, tick=False):
        officer = Paper(Client(), cast.officer).open(f"/extensions/{made.pk}/")
        officer.press(officer.form("extensions").fill(until_on="2027-01-20", reason=""), "act", "grant")
        assert officer.status == 400 and "2027-01-20" in officer.text and "Give the bureau your reason." in officer.text


@pytest.mark.parametrize("who", ["liaison", "leader", "admin"])
def test_others_do_not_see_a_request(cast, made, who):
    client = Client()
    client.force_login(cast.people[who])
    assert client.get(f"/extensions/{made.pk}/").status_code == 404


def test_a_bureau_with_more_time_is_not_late_on_the_officers_first_page(cast, work, made):
    with time_machine.travel(DUE + timedelta(days=3), tick=False):
        officer = Paper(Client(), cast.officer)
        assert "1 bureau is late for <span class=\"nowrap\">2026-Q4</span>" in officer.open("/").text
        grant(cast, made)
        assert "no bureau is late" in officer.open("/").text


def test_the_author_reads_who_has_it_now(cast, headed):
    make_update(cast, headed, "submitted")
    page = Paper(Client(), cast.liaison).open(f"/updates/{headed.code}/2026-Q4/")
    assert "The head of the bureau (Head) has it now" in page.text
