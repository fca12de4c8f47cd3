"""A responsible person's own verdict: set, renewed and ended beside the computed one, which it never replaces."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit
from core.errors import Invalid, NotFound, Stale
from outcomes.choices import Status
from outcomes.models import Judgement
from outcomes.services import next_revision, part_field, record_revision, require_seen, supersede

FIELDS = ("status", "expires_on")


@transaction.atomic
def judge(*, node, status: str, reason: str, expires_on, seen: int | None = None, by, at) -> Judgement:
    """This will set a person's own verdict beside the computed one, until it expires or another replaces it.

    `seen` is the revision that the person saw, 0 where none stood; raises Stale when another one stands.
    """
    require(by, "judgement.set")
    if faults := _faults(status, reason, expires_on, at):
        raise Invalid(_("The judgement cannot be set."), fields=faults)
    rows = Judgement.objects.filter(**{part_field(node): node})
    require_seen(rows, seen)
    revision, previous = next_revision(rows), supersede(rows, at)
    made = Judgement.objects.create(
        **{part_field(node): node}, status=status, reason=reason.strip(), expires_on=expires_on, recorded_at=at,
        recorded_by=by, revision=revision,
    )  # fmt: skip
    record_revision("judgement.set", made, previous, FIELDS, reason, by, at)
    return made


def _faults(status, reason, expires_on, at) -> dict:
    faults = {}
    if status not in Status.values:
        faults["status"] = [_("Choose one of the statuses.")]
    if not reason.strip():
        faults["reason"] = [_("Say what the judgement rests on.")]
    if expires_on <= at.date():
        faults["expires_on"] = [_("A judgement expires on a day to come.")]
    return faults


@transaction.atomic
def renew_judgement(*, judgement_id: int, seen: int, reason: str, expires_on, by, at) -> Judgement:
    """This will let the same verdict stand until another day, with what it rests on now."""
    standing = _lock(judgement_id, seen, by)
    return judge(node=_node(standing), status=standing.status, reason=reason, expires_on=expires_on, by=by, at=at)


@transaction.atomic
def end_judgement(*, judgement_id: int, seen: int, reason: str, by, at) -> Judgement:
    """This will end the verdict before it expires; the computed status stands alone from now on."""
    standing = _lock(judgement_id, seen, by)
    if not reason.strip():
        raise Invalid.on("reason", _("Say why it changes."))
    before = audit.snapshot(standing, FIELDS)
    Judgement.objects.filter(pk=standing.pk).update(superseded_at=at)
    standing.superseded_at = at
    audit.record(at=at, by=by, action="judgement.ended", target=standing, before=before, reason=reason.strip())
    return standing


def _lock(judgement_id: int, seen: int, by) -> Judgement:
    require(by, "judgement.set")
    found = Judgement.objects.select_for_update().filter(pk=judgement_id).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    if not found.is_current or found.revision != seen:
        raise Stale(_("Somebody changed this since you opened it. Nothing of yours is lost."), current=found)
    return found


def _node(judgement: Judgement):
    return judgement.aim or judgement.expected_result or judgement.indicator
