"""What was validated never changes: a correction is a new revision, filled with what stands."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from initiatives.choices import UpdateState
from initiatives.life.drafting import start
from initiatives.life.rows import DRAFT_FIELDS, describe, lock, require_state, require_writer, trace
from initiatives.models import Update, UpdateValue


@transaction.atomic
def correct(*, update_id, version: int, reason: str, by, at) -> Update:
    """This will open a new revision of a validated update, filled with what stands, with the reason for it."""
    standing = lock(update_id, version, by)
    require_writer(standing, by)
    require_state(standing, UpdateState.VALIDATED)
    if standing.superseded_at is not None:
        raise Conflict(_("A later revision stands; correct that one."), code="superseded")
    if not reason.strip():
        raise Invalid.on("reason", _("Say why a correction is needed."))
    values = {name: getattr(standing, name) for name in DRAFT_FIELDS}
    try:
        with transaction.atomic():
            made = start(
                standing.initiative,
                standing.period,
                revision=_next_revision(standing),
                by=by,
                at=at,
                correction_reason=reason.strip(),
                **values,
            )
    except IntegrityError as exc:
        raise Conflict(_("A correction of this update is open already."), code="correction_open") from exc
    _copy_values(standing, made)
    trace("update.correction_opened", made, by, at, after=describe(made), reason=reason)
    return made


def _next_revision(update) -> int:
    revisions = Update.objects.filter(initiative=update.initiative, period=update.period)
    return max(revisions.values_list("revision", flat=True)) + 1


def _copy_values(standing, made) -> None:
    made.values.all().delete()
    UpdateValue.objects.bulk_create(
        [
            UpdateValue(
                update=made,
                indicator_id=row.indicator_id,
                state=row.state,
                value=row.value,
                numerator=row.numerator,
                denominator=row.denominator,
                observed_on=row.observed_on,
                reason=row.reason,
            )
            for row in standing.values.all()
        ]
    )
