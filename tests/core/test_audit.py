"""The trail: complete, chained, append-only, and every way of bending it is found."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import Region
from core import audit
from core.checkpoints import keep_checkpoint, last_checkpoint
from core.models import AuditRecord

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def region(db):
    return Region.objects.create(code="somewhere")


@pytest.fixture
def trail(region):
    with transaction.atomic():
        for number in range(6):
            audit.record(at=AT, by=None, action="thing.done", target=region, after={"number": number})
    return region


def bend(sql, params=None):
    """Writes past the triggers, as a thief with the database's own rights would."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditrecord DISABLE TRIGGER USER")
        cursor.execute(sql, params)
        cursor.execute("ALTER TABLE core_auditrecord ENABLE TRIGGER USER")


def test_a_straight_trail_is_intact(trail):
    verdict = audit.verify()
    assert verdict.is_intact and verdict.count == 6


def test_a_record_outside_a_transaction_is_refused(transactional_db):
    region = Region.objects.create(code="elsewhere")
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(at=AT, by=None, action="thing.done", target=region)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_auditrecord SET reason = 'x' WHERE seq = 2",
        "DELETE FROM core_auditrecord WHERE seq = 6",
        "TRUNCATE core_auditrecord",
    ],
)
def test_the_database_itself_refuses_to_change_the_trail(trail, sql):
    with (
        pytest.raises(DatabaseError, match="never allowed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert audit.verify().count == 6


@pytest.mark.parametrize(
    ("sql", "fault", "seq"),
    [
        ("UPDATE core_auditrecord SET after = '{\"number\": 99}' WHERE seq = 3", "altered", 3),
        ("UPDATE core_auditrecord SET actor_label = 'somebody else' WHERE seq = 1", "altered", 1),
        ("DELETE FROM core_auditrecord WHERE seq = 4", "missing", 4),
        ("UPDATE core_auditrecord SET previous_hash = repeat('0', 64) WHERE seq = 5", "reordered", 5),
        (
            "UPDATE core_auditrecord SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE seq IN (2, 3);"
            "UPDATE core_auditrecord SET seq = -seq WHERE seq < 0",
            "reordered",
            2,
        ),
        (
            "INSERT INTO core_auditrecord SELECT 7, at, actor_id, actor_label, action, target_type, target_id,"
            " target_label,"
            " bureau_id, before, after, reason, request_id, hash, hash FROM core_auditrecord WHERE seq = 6",
            "altered",
            7,
        ),
    ],
)
def test_bending_is_found_where_it_begins(trail, sql, fault, seq):
    bend(sql)
    verdict = audit.verify()
    assert (verdict.fault, verdict.seq) == (fault, seq)


def test_a_cut_tail_is_found_by_the_checkpoint_alone(trail):
    checkpoint = audit.make_checkpoint(AT)
    bend("DELETE FROM core_auditrecord WHERE seq > 4")
    assert audit.verify().is_intact
    assert audit.verify(checkpoint).fault == "cut"


def test_a_trail_written_anew_with_the_key_is_found_by_the_checkpoint(trail):
    checkpoint = audit.make_checkpoint(AT)
    bend("DELETE FROM core_auditrecord")
    with transaction.atomic():
        for number in range(6):
            audit.record(at=AT, by=None, action="thing.done", target=trail, after={"number": number * 2})
    assert audit.verify().is_intact
    assert audit.verify(checkpoint).fault == "restamped"


def test_a_forged_checkpoint_is_told_apart(trail):
    forged = {**audit.make_checkpoint(AT), "count": 2}
    assert audit.verify(forged).fault == "checkpoint_forged"


def test_checkpoints_are_kept_line_by_line(trail, settings, tmp_path):
    settings.AUDIT_CHECKPOINTS = tmp_path / "elsewhere" / "checkpoints.jsonl"
    keep_checkpoint(at=AT)
    with transaction.atomic():
        audit.record(at=AT, by=None, action="thing.done", target=trail)
    newest = keep_checkpoint(at=AT)
    assert last_checkpoint() == newest
    assert len(settings.AUDIT_CHECKPOINTS.read_text().splitlines()) == 2


def test_the_command_says_that_all_is_well(trail, settings, tmp_path, capsys):
    settings.AUDIT_CHECKPOINTS = tmp_path / "checkpoints.jsonl"
    call_command("verify_audit", "--keep-checkpoint")
    call_command("verify_audit")
    assert "Intact: 6 records" in capsys.readouterr().out


def test_the_command_fails_and_names_the_first_fault(trail, settings, tmp_path):
    settings.AUDIT_CHECKPOINTS = tmp_path / "none.jsonl"
    bend("DELETE FROM core_auditrecord WHERE seq = 4")
    with pytest.raises(CommandError, match="a record is missing .at sequence number 4"):
        call_command("verify_audit")


def test_a_broken_checkpoint_file_is_a_clear_failure(trail, settings, tmp_path):
    settings.AUDIT_CHECKPOINTS = tmp_path / "broken.jsonl"
    settings.AUDIT_CHECKPOINTS.write_text("{nonsense")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_audit")


def test_many_writers_at_once_make_one_chain(transactional_db):
    region = Region.objects.create(code="busy")

    def write(number):
        try:
            with transaction.atomic():
                audit.record(at=AT, by=None, action="thing.done", target=region, after={"number": number})
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(write, range(200)))
    verdict = audit.verify()
    assert verdict.is_intact and verdict.count == 200


def test_a_record_says_who_what_before_and_after_and_which_request(region):
    with transaction.atomic(), audit.request("request-7"):
        made = audit.record(
            at=AT, by=None, action="thing.done", target=region, before={"a": 1}, after={"a": 2}, reason="so"
        )
    kept = AuditRecord.objects.get(pk=made.pk)
    assert (kept.actor_label, kept.action, kept.before, kept.after) == (
        "system",
        "thing.done",
        {"a": 1},
        {"a": 2},
    )
    assert (kept.request_id, kept.reason, kept.target_type) == ("request-7", "so", "accounts.region")
    assert json.dumps(kept.after)
