"""The same request twice has one effect: an answer is kept with its key, in the transaction of the effect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, KeyReused
from core.models import IdempotencyRecord

LONGEST_KEY = 128


@dataclass(frozen=True)
class Answer:
    """What the first request was told; `is_replay` when this is the second."""

    status: int
    body: object
    headers: dict = field(default_factory=dict)
    is_replay: bool = False


def fingerprint(method: str, path: str, body: bytes) -> str:
    return hashlib.sha256(b"\n".join([method.encode(), path.encode(), body])).hexdigest()


def answer_once(*, user_id: int, key: str, seen: str, make: Callable[[], Answer]) -> Answer:
    """This will call `make` once per person and key, and give its stored answer to every repetition.

    A second caller waits for the first one's transaction. Raises KeyReused when the key came with another request;
    a `make` that raises leaves nothing behind, so that the key may be used again.
    """
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid.on("Idempotency-Key", _("An idempotency key has 1 to 128 printable characters."))
    with transaction.atomic():
        made = IdempotencyRecord.objects.bulk_create(
            [IdempotencyRecord(user_id=user_id, key=key, fingerprint=seen)], ignore_conflicts=True
        )
        record = IdempotencyRecord.objects.select_for_update().get(user_id=user_id, key=key)
        if record.status is not None or not made:
            return _replay(record, seen)
        if record.fingerprint != seen:
            raise KeyReused(_("This idempotency key was used for another request."))
        answer = make()
        record.status, record.body, record.headers = answer.status, answer.body, answer.headers
        record.save(update_fields=["status", "body", "headers"])
        return answer


def _replay(record: IdempotencyRecord, seen: str) -> Answer:
    if record.fingerprint != seen:
        raise KeyReused(_("This idempotency key was used for another request."))
    return Answer(record.status, record.body, record.headers, is_replay=True)
