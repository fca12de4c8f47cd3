"""The trail: every change leaves a record in its own transaction, and nobody can bend it afterwards.

Records form a chain: each hash covers the record, its sequence number and the hash before it, keyed with a
secret that is not in the database. A checkpoint (count and head, signed) kept elsewhere shows a cut tail.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import connection, models, transaction

from core import writing
from core.models import AuditRecord
from core.translations import Translated
from core.turns import Turn

GENESIS = "0" * 64
BATCH = 2_000
HEAD = f"SELECT seq, hash FROM {AuditRecord._meta.db_table} ORDER BY seq DESC LIMIT 1"  # noqa: S608

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_gathered: ContextVar[list | None] = ContextVar("gathered", default=None)


@contextmanager
def gathered() -> Iterator[None]:
    """Whatever is recorded inside is appended at the end, under one short lock; nothing of it where the inside fails.

    For many acts in one transaction: the single appender's lock is not held through all of them.
    """
    entries: list[Entry] = []
    token = _gathered.set(entries)
    try:
        yield
    finally:
        _gathered.reset(token)
    record_many(entries)


@contextmanager
def request(request_id: str) -> Iterator[None]:
    """Whatever is recorded inside carries the request's id."""
    token = _request_id.set(request_id[:64])
    try:
        yield
    finally:
        _request_id.reset(token)


def current_request_id() -> str:
    return _request_id.get()


@dataclass(frozen=True)
class Entry:
    """One act, before it has its place in the chain."""

    at: datetime
    by: object | None
    action: str
    target: models.Model
    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)
    reason: str = ""
    bureau_id: int | None = None
    request_id: str = ""


def record(*, at, by, action: str, target, before=None, after=None, reason="", bureau_id=None) -> AuditRecord | None:
    """This will append one record to the trail, in the caller's transaction.

    Call it last: it takes the single appender's lock, which is held until the transaction ends.
    """
    made = record_many([Entry(at, by, action, target, before or {}, after or {}, str(reason), bureau_id)])
    return made[0] if made else None


def record_many(entries: Iterable[Entry]) -> list[AuditRecord]:
    """This will append the entries in their order, under one lock."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "An audit record belongs in the transaction of its change."
        )
    if (held := _gathered.get()) is not None:
        held += entries
        return []
    seq, previous = _lock_and_read_head()
    records = []
    for entry in entries:
        seq += 1
        made = _build(entry, seq, previous)
        previous = made.hash
        records.append(made)
    writing.insert(AuditRecord, records)
    return records


def last_seq() -> int:
    """The number of the last record there is; 0 for none. Whatever is committed from now on bears a higher one. One query."""
    return AuditRecord.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def _lock_and_read_head() -> tuple[int, str]:
    with connection.cursor() as cursor:
        # Two statements in one journey. The second sees what was appended until the first had its lock.
        cursor.execute(f"SELECT pg_advisory_xact_lock(%s);\n{HEAD}", [Turn.TRAIL])
        return cursor.fetchone() or (0, GENESIS)


def _build(entry: Entry, seq: int, previous: str) -> AuditRecord:
    made = AuditRecord(
        seq=seq,
        at=entry.at,
        actor_id=getattr(entry.by, "pk", None),
        actor_label=str(entry.by or "system")[:200],
        action=entry.action,
        target_type=entry.target._meta.label_lower,
        target_id=str(entry.target.pk),
        target_label=str(entry.target)[:300],
        bureau_id=entry.bureau_id,
        before=plain(entry.before),
        after=plain(entry.after),
        reason=entry.reason,
        request_id=entry.request_id or _request_id.get(),
        previous_hash=previous,
    )
    made.hash = chain_hash(made)
    return made


AS_IT_IS = frozenset({str, int, bool, type(None)})


def plain(value):
    """The value as JSON knows it: decimals and moments as text, texts with their languages, records as their key."""
    if type(value) in AS_IT_IS:
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, Translated):
        return value.as_json()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return value.pk
    if value is None or isinstance(value, (bool, int)):
        return value
    return str(value)


def snapshot(instance: models.Model, fields: Iterable[str]) -> dict:
    """The named fields as they stand, ready to be a record's before or after."""
    return {name: plain(getattr(instance, instance._meta.get_field(name).attname)) for name in fields}


def chain_hash(made: AuditRecord) -> str:
    """HMAC-SHA256 over the record's canonical JSON, its sequence number and the hash before it."""
    body = [
        made.seq,
        made.at.astimezone(UTC).isoformat(),
        made.actor_id,
        made.actor_label,
        made.action,
        made.target_type,
        made.target_id,
        made.target_label,
        made.bureau_id,
        made.before,
        made.after,
        made.reason,
        made.request_id,
        made.previous_hash,
    ]
    return sign(json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")))


def sign(text: str) -> str:
    return hmac.new(
        settings.AUDIT_KEY.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256
    ).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What verification found: how many records, the head, and the first fault if there is one."""

    count: int
    head: str
    fault: str = ""
    seq: int | None = None

    @property
    def is_intact(self) -> bool:
        return not self.fault


def verify(checkpoint: dict | None = None) -> Verdict:
    """This will read the whole trail and compare every link.

    Faults: `missing` (a sequence number is gone), `reordered` (a link does not fit the one before), `altered`
    (a record is not what was signed), `cut` (shorter than a checkpoint), `restamped` (a checkpoint's head differs),
    `checkpoint_forged` (its own signature is wrong).
    """
    if checkpoint and not _is_genuine(checkpoint):
        return Verdict(0, GENESIS, "checkpoint_forged", checkpoint.get("count"))
    previous, expected, at_checkpoint = GENESIS, 1, None
    for made in AuditRecord.objects.order_by("seq").iterator(chunk_size=BATCH):
        fault = _fault_of(made, expected, previous)
        if fault:
            return Verdict(expected - 1, previous, fault, expected if fault == "missing" else made.seq)
        previous, expected = made.hash, expected + 1
        if checkpoint and made.seq == checkpoint["count"]:
            at_checkpoint = made.hash
    return _against_checkpoint(Verdict(expected - 1, previous), checkpoint, at_checkpoint)


def _fault_of(made: AuditRecord, expected: int, previous: str) -> str:
    if made.seq != expected:
        return "missing"
    if made.previous_hash != previous:
        return "reordered"
    return "" if hmac.compare_digest(made.hash, chain_hash(made)) else "altered"


def _against_checkpoint(verdict: Verdict, checkpoint: dict | None, at_checkpoint: str | None) -> Verdict:
    if not checkpoint or not checkpoint["count"]:
        return verdict
    if verdict.count < checkpoint["count"]:
        return Verdict(verdict.count, verdict.head, "cut", verdict.count + 1)
    if at_checkpoint != checkpoint["head"]:
        return Verdict(verdict.count, verdict.head, "restamped", checkpoint["count"])
    return verdict


def make_checkpoint(at: datetime) -> dict:
    """Count and head of the trail, signed: to be kept where this application cannot rewrite it."""
    seq, head = AuditRecord.objects.order_by("-seq").values_list("seq", "hash").first() or (0, GENESIS)
    body = {"at": at.astimezone(UTC).isoformat(), "count": seq, "head": head}
    return {**body, "signature": sign(json.dumps(body, sort_keys=True))}


def _is_genuine(checkpoint: dict) -> bool:
    body = {name: checkpoint.get(name) for name in ("at", "count", "head")}
    return hmac.compare_digest(checkpoint.get("signature", ""), sign(json.dumps(body, sort_keys=True)))
