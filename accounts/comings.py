"""Who came in, who was turned away at the door, and who left: each leaves its record on the trail."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from accounts.models import User
from core import audit
from core.models import AuditRecord, Installation

BEGAN, ENDED, REFUSED = "session.began", "session.ended", "session.refused"
# A flood of wrong passwords must not bury the trail; the lock at the door has long closed by then.
MOST_REFUSALS_PER_MINUTE = 30


@transaction.atomic
def record_began(*, person: User, at) -> None:
    audit.record(at=at, by=person, action=BEGAN, target=person, bureau_id=person.bureau_id)


@transaction.atomic
def record_ended(*, person: User, at) -> None:
    audit.record(at=at, by=person, action=ENDED, target=person, bureau_id=person.bureau_id)


@transaction.atomic
def record_refused(*, address: str, at) -> bool:
    """This will record a refused sign-in against the person whose address it is, or the installation; no address is kept.

    False beyond 30 in a minute for the same target.
    """
    person = User.objects.filter(email__iexact=str(address).replace("\x00", "")[:254]).first()
    target = person or Installation(pk=1)
    lately = AuditRecord.objects.filter(
        target_type=target._meta.label_lower, target_id=str(target.pk), action=REFUSED, at__gt=at - timedelta(minutes=1)
    )
    if lately.count() >= MOST_REFUSALS_PER_MINUTE:
        return False
    audit.record(at=at, by=None, action=REFUSED, target=target, bureau_id=person.bureau_id if person else None)
    return True
