"""Refusals leave a trace too: who was told no, to what, and why; bounded, so that nobody floods the trail."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from core import audit
from core.models import AuditRecord

ACTION = "access.denied"
MOST_PER_MINUTE = 30


def record_denial(*, by, method: str, path: str, reason: str, at) -> bool:
    """This will record that the person was refused, in a transaction of its own; False beyond 30 in a minute.

    Nothing that they sent is kept.
    """
    lately = AuditRecord.objects.filter(actor_id=by.pk, action=ACTION, at__gt=at - timedelta(minutes=1))
    if lately.count() >= MOST_PER_MINUTE:
        return False
    with transaction.atomic():
        after = {"method": method[:10], "path": path[:300]}
        audit.record(at=at, by=by, action=ACTION, target=by, after=after, reason=reason, bureau_id=by.bureau_id)
    return True
