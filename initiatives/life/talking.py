"""The thread between a bureau and its reviewers, beside the update that it is about."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit
from core.errors import Invalid, NotAllowed
from initiatives.life.rows import lock
from initiatives.models import Comment


@transaction.atomic
def comment(*, update_id, text: str, by, at) -> Comment:
    """This will add a word to the thread between the bureau and its reviewers."""
    update = lock(update_id, None, by)
    bureau_id = update.initiative.lead_bureau_id if by.role in ("liaison", "head") else None
    require(by, "update.comment", bureau_id=bureau_id)
    if bureau_id is not None and bureau_id != by.bureau_id:
        raise NotAllowed(_("Only the bureau that leads this work may do this."))
    if not text.strip():
        raise Invalid.on("text", _("Write something first."))
    made = Comment.objects.create(update=update, author=by, text=text.strip(), language=by.language, written_at=at)
    audit.record(
        at=at,
        by=by,
        action="update.commented",
        target=update,
        after={"comment": made.pk, "text": made.text},
        bureau_id=update.initiative.lead_bureau_id,
    )
    return made
