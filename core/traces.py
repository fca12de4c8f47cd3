"""Acts that change nothing and are remembered all the same: who was told no, and who took data away in a file."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from core import audit
from core.models import AuditRecord

DENIED = "access.denied"
EXPORTED = "data.exported"
MOST_DENIALS_PER_MINUTE = 30


def record_denial(*, by, method: str, path: str, reason: str, at) -> bool:
    """This will record that the person was refused, in a transaction of its own; False beyond 30 in a minute.

    Nothing that they sent is kept. The bound keeps anybody from flooding the trail.
    """
    lately = AuditRecord.objects.filter(actor_id=by.pk, action=DENIED, at__gt=at - timedelta(minutes=1))
    if lately.count() >= MOST_DENIALS_PER_MINUTE:
        return False
    _remember(DENIED, by=by, after={"method": method[:10], "path": path[:300]}, reason=reason, at=at)
    return True


def record_export(*, by, path: str, query: str, kind: str, at) -> None:
    """This will record that the person took a file of data: its address, its filters and its media type."""
    _remember(EXPORTED, by=by, after={"path": path[:300], "query": query[:1000], "kind": kind[:100]}, reason="", at=at)


def _remember(action: str, *, by, after: dict, reason: str, at) -> None:
    with transaction.atomic():
        audit.record(at=at, by=by, action=action, target=by, after=after, reason=reason, bureau_id=by.bureau_id)
