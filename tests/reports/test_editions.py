"""Editions: asked for, frozen once, filed, never changed; who may read which, and what stays hidden."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.urls import reverse

from core import audit, jobs
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.handling import Handling
from core.models import AuditRecord, Job
from initiatives.choices import UpdateState
from reports import making, notices, services, store
from reports.models import Edition, EditionFile, EditionNotice
from reports.snapshot import canonical_bytes, sha256_of, validate
from tests import cast as company
from tests.reports.conftest import AT, define, make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick")]


def editions():
    return list(Edition.objects.order_by("number", "-clearance"))


def test_a_report_becomes_an_edition_with_all_its_files(cast, definition):
    job = make(cast, definition)
    full, twin = editions()
    assert job.result["number"] == full.number == twin.number == 1
    assert full.state == twin.state == "filed"
    assert full.snapshot_sha256 == sha256_of(full.snapshot)
    validate(full.snapshot)
    files = sorted(full.files.values_list("language", "form"))
    assert files == [(language, form) for language in ("en", "fr") for form in ("csv", "html", "pdf", "xlsx")]
    assert making.faults_of(full) == []


def test_making_it_again_changes_nothing(cast, definition):
    job = make(cast, definition)
    before = [(one.pk, one.snapshot_sha256, one.filed_at) for one in editions()]
    for _delivery in range(5):
        Job.objects.filter(pk=job.pk).update(state="queued", attempts=0)
        jobs.work(job.pk, now=lambda: AT + timedelta(hours=1))
    assert [(one.pk, one.snapshot_sha256, one.filed_at) for one in editions()] == before
    assert EditionFile.objects.count() == 16
    assert len(mail.outbox) == 1


def test_asking_twice_is_one_job_and_a_filed_edition_is_not_made_again(cast, definition):
    first = services.request_report(definition=definition, period_code="2026-Q4", by=cast.officer, at=AT)
    second = services.request_report(definition=definition, period_code="2026-Q4", by=cast.officer, at=AT)
    assert first.pk == second.pk
    jobs.work(first.pk, now=lambda: AT)
    with pytest.raises(Conflict, match="Edition 1 is there already"):
        services.request_report(definition=definition, period_code="2026-Q4", by=cast.officer, at=AT)


@pytest.mark.parametrize("period", ["", "2026", "2026-Q5", "Q4", "2027-Q1", "2026-13", "x" * 50, "٢٠٢٦-Q1"])
def test_only_a_period_that_has_begun_can_be_asked_for(cast, definition, period):
    if period == "2026":
        assert services.request_report(definition=definition, period_code=period, by=cast.officer, at=AT)
        return
    with pytest.raises(Invalid) as refused:
        services.request_report(definition=definition, period_code=period, by=cast.officer, at=AT)
    assert "period" in refused.value.fields


@pytest.mark.parametrize("part", ["liaison", "head", "leader", "auditor", "admin"])
def test_only_officers_ask_for_reports(cast, definition, part):
    with pytest.raises(NotAllowed):
        services.request_report(definition=definition, period_code="2026-Q4", by=getattr(cast, part), at=AT)


# handling


def test_a_twin_for_lower_clearance_leaves_out_and_counts(cast, definition):
    make(cast, definition)
    full, twin = editions()
    assert (full.clearance, full.level) == (2, 2)
    assert (twin.clearance, twin.level) == (1, 1)
    shown = {one["code"] for one in twin.snapshot["initiatives"]}
    more = {one["code"] for one in full.snapshot["initiatives"]} - shown
    assert more
    assert twin.snapshot["handling"]["left_out"]["initiatives"] == full.snapshot["handling"]["left_out"][
        "initiatives"
    ] + len(more)
    assert twin.left_out > full.left_out


def test_nothing_restricted_is_anywhere_in_the_twin(cast, definition):
    make(cast, definition)
    full, twin = editions()
    assert "CANARY" in json.dumps(full.snapshot)
    assert "CANARY" not in json.dumps(twin.snapshot)


def test_counts_do_not_betray_what_is_hidden(cast, definition):
    make(cast, definition)
    full, twin = editions()
    assert full.snapshot["reporting"]["now"]["due"] == 6
    assert twin.snapshot["reporting"]["now"]["due"] == 4
    for row in twin.snapshot["reporting"]["missing"]:
        assert row["due"] <= 2


def test_each_reader_gets_the_fullest_edition_that_they_may_read(cast, definition):
    make(cast, definition)
    assert services.find_edition(number=1, by=cast.officer).clearance == 2
    assert services.find_edition(number=1, by=cast.leader).clearance == 1
    assert services.find_edition(number=1, by=cast.auditor).clearance == 2
    assert [one.clearance for one in Edition.objects.best_for(cast.officer)] == [2]
    assert [one.clearance for one in Edition.objects.best_for(cast.leader)] == [1]


def test_an_administrator_reads_nothing_above_internal(cast, definition):
    make(cast, definition)
    assert services.find_edition(number=1, by=cast.admin).clearance == 1


def test_what_nobody_below_may_read_is_not_found(cast):
    make(cast, define(cast, "secret"))
    Edition.objects.none()
    cast.leader.clearance = 0
    with pytest.raises(NotFound):
        services.find_edition(number=1, by=cast.leader)


# downloads


def fetch(client, number=1, language="en", form="pdf"):
    return client.get(reverse("reports:download", args=[number, language, form]))


def test_a_download_is_an_attachment_that_nothing_runs(client, cast, definition):
    make(cast, definition)
    client.force_login(cast.leader)
    answer = fetch(client, form="html")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_every_download_is_on_record(client, cast, definition):
    make(cast, definition)
    client.force_login(cast.leader)
    fetch(client, language="fr")
    record = AuditRecord.objects.filter(action="edition.downloaded").get()
    assert record.actor_id == cast.leader.pk
    assert record.after == {"number": 1, "language": "fr", "form": "pdf", "clearance": 1}


def test_readers_of_different_clearance_download_different_twins(client, cast, definition):
    make(cast, definition)
    client.force_login(cast.leader)
    below = fetch(client, form="json").content
    client.force_login(cast.officer)
    above = fetch(client, form="json").content
    assert b"CANARY" in above
    assert b"CANARY" not in below
    assert above == canonical_bytes(Edition.objects.get(clearance=2).snapshot)


@pytest.mark.parametrize(
    ("number", "language", "form"), [(9, "en", "pdf"), (1, "de", "pdf"), (1, "en", "exe"), (1, "es", "pdf")]
)
def test_what_is_not_there_is_the_same_404(client, cast, definition, number, language, form):
    make(cast, definition)
    client.force_login(cast.leader)
    answer = fetch(client, number, language, form)
    assert answer.status_code == 404
    assert client.get("/reports/99/").status_code == 404


def test_a_stranger_downloads_nothing(client, cast, definition):
    make(cast, definition)
    assert fetch(client).status_code == 302
    assert client.get("/reports/").status_code == 302


def test_a_file_that_vanished_is_not_found_and_told_by_verification(client, cast, definition):
    make(cast, definition)
    full = editions()[0]
    file = full.files.get(language="en", form="pdf")
    store.path_of(file.storage_key).unlink()
    client.force_login(cast.officer)
    assert fetch(client).status_code == 404
    assert making.faults_of(full) == ["en.pdf: the file is missing"]


# integrity


def test_one_flipped_byte_is_found(cast, definition):
    make(cast, definition)
    full = editions()[0]
    place = store.path_of(full.files.get(language="fr", form="xlsx").storage_key)
    content = bytearray(place.read_bytes())
    content[3] ^= 1
    place.chmod(0o600)
    place.write_bytes(content)
    assert making.faults_of(full) == ["fr.xlsx: the file is not the one that was filed"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE reports_edition SET snapshot = '{}'",
        "UPDATE reports_edition SET snapshot_sha256 = repeat('0', 64)",
        "UPDATE reports_edition SET number = 7",
        "UPDATE reports_edition SET filed_at = now()",
        "UPDATE reports_edition SET state = 'frozen'",
        "DELETE FROM reports_edition",
        "UPDATE reports_editionfile SET sha256 = repeat('0', 64)",
        "DELETE FROM reports_editionfile",
    ],
)
def test_the_database_refuses_to_change_what_was_filed(cast, definition, database_rejects, change):
    make(cast, definition)
    assert database_rejects(change)


def test_a_second_edition_of_the_same_period_and_revision_cannot_be(cast, definition):
    make(cast, definition)
    copy = Edition.objects.first()
    copy.pk, copy.number, copy.public_id, copy.check_code = None, 99, "0" * 32, "X"
    with pytest.raises(DatabaseError), transaction.atomic():
        copy.save(force_insert=True)


def test_every_act_is_on_the_trail(cast, definition):
    make(cast, definition)
    services.withdraw_edition(number=1, reason="Wrong baseline", by=cast.officer, at=AT)
    acts = list(AuditRecord.objects.order_by("seq").values_list("action", flat=True))
    for act in ("report.defined", "report.requested", "edition.frozen", "edition.filed", "edition.withdrawn"):
        assert act in acts
    assert audit.verify().is_intact


# corrections and withdrawals


def test_a_correction_is_a_new_edition_that_names_the_old_one(cast, definition):
    make(cast, definition)
    make(cast, definition, correction_reason="One value was wrong")
    newest = Edition.objects.filter(number=2).first()
    assert newest.corrects.number == 1
    assert newest.snapshot["filing"] == {"number": 2, "corrects": 1, "correction_reason": "One value was wrong"}
    assert Edition.objects.filter(number=1).first().state == "filed"


def test_a_correction_tells_each_reader_what_is_different_from_the_edition_they_had(cast, definition):
    make(cast, definition)
    company.make_update(cast, company.make_initiative(cast, "own", Handling.RESTRICTED), UpdateState.VALIDATED)
    make(cast, definition, correction_reason="One piece of work was missing")
    full, twin = Edition.objects.filter(number=2).order_by("-clearance")
    started = [change["count"] for change in full.snapshot["corrected"] if change["kind"] == "initiatives_started"]
    assert (started, twin.snapshot["corrected"]) == ([1], [])
    assert "corrected" not in Edition.objects.filter(number=1).first().snapshot


def test_recipients_of_a_correction_hear_which_edition_they_should_not_use_any_more(cast, definition):
    make(cast, definition)
    make(cast, definition, correction_reason="One value was wrong")
    first, second = [letter.body for letter in mail.outbox]
    assert "It takes the place of edition 1: do not use that one any more." in second
    assert "takes the place" not in first


def test_a_correction_needs_something_to_correct(cast, definition):
    with pytest.raises(Conflict, match="no edition"):
        services.request_report(
            definition=definition, period_code="2026-Q4", by=cast.officer, at=AT, correction_reason="x"
        )


def test_withdrawing_needs_a_reason_and_keeps_the_edition(client, cast, definition):
    make(cast, definition)
    with pytest.raises(Invalid):
        services.withdraw_edition(number=1, reason="  ", by=cast.officer, at=AT)
    services.withdraw_edition(number=1, reason="Wrong baseline", by=cast.officer, at=AT)
    assert {one.state for one in editions()} == {"withdrawn"}
    client.force_login(cast.leader)
    answer = client.get("/reports/1/")
    assert answer.status_code == 200
    assert "Wrong baseline" in answer.content.decode()
    with pytest.raises(Conflict):
        services.withdraw_edition(number=1, reason="again", by=cast.officer, at=AT)


@pytest.mark.parametrize("part", ["liaison", "leader", "auditor", "admin"])
def test_only_officers_withdraw(cast, definition, part):
    make(cast, definition)
    with pytest.raises(NotAllowed):
        services.withdraw_edition(number=1, reason="x", by=getattr(cast, part), at=AT)


# what changed


def test_the_next_edition_says_what_changed_since_the_last(cast, definition):
    make(cast, definition, "2026-Q2")
    make(cast, definition, "2026-Q4")
    latest = Edition.objects.get(number=2, clearance=2)
    assert latest.snapshot["previous"]["number"] == 1
    assert Edition.objects.get(number=2, clearance=1).snapshot["previous"]["period"] == "2026-Q2"


# messages


def test_a_recipient_hears_once_with_a_link_and_without_a_file(cast, definition):
    cast.leader.language = "fr"
    cast.leader.save()
    make(cast, definition)
    (message,) = mail.outbox
    assert message.to == ["leader@test.invalid"]
    assert "/reports/1/" in message.body
    assert not message.attachments
    notices.tell_recipients(editions(), at=AT)
    assert len(mail.outbox) == 1


def test_nobody_hears_of_what_they_may_not_read(cast):
    cast.leader.clearance = 1
    cast.leader.save()
    made = make(cast, define(cast, recipients=[cast.leader, cast.gone]))
    assert [message.to for message in mail.outbox] == [["leader@test.invalid"]]
    assert made.result["told"] == 1
    assert EditionNotice.objects.get().edition.level == 1


def test_a_refused_message_is_tried_again_later_and_never_doubled(cast, definition, monkeypatch):
    def refuse(self, **kwargs):
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", refuse)
        make(cast, definition)
    assert EditionNotice.objects.get().failure == "ConnectionRefusedError"
    EditionNotice.objects.update(claimed_at=AT)
    notices.tell_recipients(editions(), at=AT + timedelta(minutes=1))
    assert len(mail.outbox) == 0
    notices.tell_forgotten(at=AT + timedelta(minutes=11))
    notices.tell_forgotten(at=AT + timedelta(minutes=30))
    notices.tell_recipients(editions(), at=AT + timedelta(minutes=40))
    assert len(mail.outbox) == 1


# failing well


def test_a_full_disk_is_a_failure_with_a_reason_and_no_half_file(cast, definition, monkeypatch):
    monkeypatch.setattr("reports.store.LEAST_FREE", 10**18)
    job = services.request_report(definition=definition, period_code="2026-Q4", by=cast.officer, at=AT)
    jobs.work(job.pk, now=lambda: AT)
    job.refresh_from_db()
    assert (job.state, job.failure_code) == ("failed", "no_room")
    assert "no room" in job.failure_detail
    assert EditionFile.objects.count() == 0
    assert not list(store.path_of("editions").rglob("*.part"))
    monkeypatch.setattr("reports.store.LEAST_FREE", 0)
    services.retry_report(job_id=job.pk, by=cast.officer, at=AT)
    jobs.work(job.pk, now=lambda: AT)
    assert {one.state for one in editions()} == {"filed"}


def test_a_poisonous_report_fails_at_once_and_says_why(cast, definition, monkeypatch):
    def poison(snapshot, language, forms):
        from reports.render import DrawingFailed

        raise DrawingFailed("a table that never ends")
        yield

    monkeypatch.setattr("reports.making.draw_all", poison)
    job = services.request_report(definition=definition, period_code="2026-Q4", by=cast.officer, at=AT)
    jobs.work(job.pk, now=lambda: AT)
    job.refresh_from_db()
    assert (job.state, job.failure_code, job.attempts) == ("failed", "not_drawable", 1)
    assert "a table that never ends" in job.failure_detail


def test_an_edition_is_not_filed_while_a_file_is_missing(cast, definition):
    span = services.span_named("2026-Q4")
    found = making.freeze(definition, span, revision=1, corrects=None, reason="", by=cast.officer, at=AT)
    with pytest.raises(Conflict, match="missing"):
        making.file_editions(found, at=AT)


def test_only_a_failed_report_is_tried_again(cast, definition):
    job = make(cast, definition)
    with pytest.raises(Conflict):
        services.retry_report(job_id=job.pk, by=cast.officer, at=AT)


# definitions


def test_a_definition_asks_for_what_its_scope_needs(cast):
    with pytest.raises(Invalid) as refused:
        define(cast, "of-a-plan", scope="plan")
    assert "plan" in refused.value.fields
    made = define(cast, "of-a-plan", scope="plan", plan=cast.plan, bureau=cast.bureaus["own"])
    assert made.bureau is None


@pytest.mark.parametrize("scope", ["plan", "aim", "region", "bureau"])
def test_a_report_of_every_scope_can_be_made(cast, scope):
    about = {"plan": cast.plan, "aim": cast.aim, "region": cast.bureaus["own"].region, "bureau": cast.bureaus["own"]}
    make(cast, define(cast, scope, scope=scope, **{scope: about[scope]}))
    snapshot = Edition.objects.first().snapshot
    assert snapshot["scope"]["kind"] == scope
    if scope == "bureau":
        assert {one["bureau"] for one in snapshot["initiatives"]} == {"XA"}


def test_the_questions_asked_do_not_grow_with_the_work(cast, definition, django_assert_max_num_queries):
    from reports.assemble import assemble
    from reports.spans import span_named
    from tests.cast import make_initiative

    for _more in range(30):
        make_initiative(cast, "own")
    filing = {"number": 1, "corrects": None, "correction_reason": None}
    with django_assert_max_num_queries(32):
        assemble(definition, span_named("2026-Q4"), clearance=2, as_of=AT, filing=filing)
