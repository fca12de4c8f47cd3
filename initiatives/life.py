"""The life of an update, step by step: open, save, submit, approve, return, validate, correct.

Read down the page and you know the whole life. Every step locks the row, checks the version that the person saw,
changes it, and appends to the trail as its last act in the same transaction.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require, sight
from core import audit, versions
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Period
from initiatives import delivery
from initiatives.choices import DeliveryStatus, ReturnReason, UpdateState
from initiatives.clocks import today_at
from initiatives.models import NARRATIVE_CHARACTERS, Comment, Initiative, Update, UpdateValue
from outcomes import rollup
from outcomes.choices import ValueState
from outcomes.services import check_value, record_measurement

TEXTS = ("achieved", "obstacle", "next_steps", "risks", "help_wanted", "off_track_reason")
DRAFT_FIELDS = (*TEXTS, "language", "delivery_percent", "delivery_status", "handling")
NUMBERS = ("value", "numerator", "denominator")


@transaction.atomic
def open_update(*, initiative_id, period: Period, by, at) -> Update:
    """This will hand over the open revision for the period, or start the first one.

    Refused: another bureau's work, a period that is not open, a period that the work does not run in.
    """
    initiative = _visible_initiative(initiative_id, by)
    require(by, "update.write", bureau_id=initiative.lead_bureau_id)
    existing = Update.objects.filter(initiative=initiative, period=period).order_by("-revision").first()
    if existing is not None:
        return existing
    _require_open(period, initiative.lead_bureau, at)
    _require_running(initiative, period)
    made = _start(initiative, period, revision=1, by=by, at=at)
    audit.record(
        at=at,
        by=by,
        action="update.opened",
        target=made,
        after=describe(made),
        bureau_id=initiative.lead_bureau_id,
    )
    return made


def _visible_initiative(initiative_id, by) -> Initiative:
    """The row is locked, so that two people who open at once get one update."""
    seen = Initiative.objects.select_related("lead_bureau").filter(sight(by).initiatives(), pk=initiative_id)
    found = seen.select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


def _require_open(period, bureau, at) -> None:
    """A period is open until its last day ends where the bureau works."""
    if not period.is_open(today_at(bureau, at)):
        raise Conflict(
            _(
                "The period %(period)s is not open for updates. A strategy officer can reopen it; a value that was"
                " validated is changed by a correction."
            )
            % {"period": period.code},
            code="period_closed",
        )


def _require_time(update, at) -> None:
    """A first draft needs an open period; what was returned, and a correction, may be sent after it has closed."""
    if update.revision == 1 and update.submitted_at is None:
        _require_open(update.period, update.initiative.lead_bureau, at)


def _require_running(initiative, period) -> None:
    if initiative.starts_on > period.end_on or initiative.ends_on < period.start_on:
        raise Conflict(_("The initiative does not run in this period."), code="not_running")


def _start(initiative, period, *, revision, by, at, **values) -> Update:
    made = Update.objects.create(
        initiative=initiative,
        period=period,
        revision=revision,
        author=by,
        writer_ids=[by.pk],
        handling=values.pop("handling", initiative.handling),
        created_at=at,
        updated_at=at,
        **{"language": by.language, **values},
    )
    UpdateValue.objects.bulk_create(
        [UpdateValue(update=made, indicator=indicator) for indicator in initiative.indicators.measured()]
    )
    return made


@transaction.atomic
def save_draft(*, update_id, version: int, by, at, values=None, unfinished=None, **fields) -> Update:
    """This will keep what was typed, complete or not; `values` maps an indicator's id to its parts.

    `unfinished` is what was typed and could not be read, by field: it stays beside the draft until it is put right.

    Raises Stale with the present record when somebody saved in between, Invalid for what could never be kept.
    """
    update = _lock(update_id, version, by)
    _require_writer(update, by)
    _require_editable(update)
    _require_time(update, at)
    faults = draft_faults(update, fields)
    rows, value_faults = _read_values(update, values or {})
    if faults or value_faults:
        raise Invalid(_("Some of what you typed cannot be kept."), fields=faults | value_faults)
    before, left_over = describe(update), update.unfinished
    for name, value in fields.items():
        setattr(update, name, value)
    update.unfinished = _still_unfinished(update, fields, values or {}) | (unfinished or {})
    for row in rows:
        row.save()
    after = describe(update)
    if after == before and update.unfinished == left_over:
        return update
    update.writer_ids = sorted({*update.writer_ids, by.pk})
    versions.touch(update, at=at, fields=[*fields, "unfinished", "writer_ids"])
    _trace(
        "update.saved",
        update,
        by,
        at,
        before=_only_changed(before, after),
        after=_only_changed(after, before),
    )
    return update


def _still_unfinished(update, fields, values) -> dict:
    """What was left over before and was not given anew."""
    given = {*fields, *(f"values.{indicator_id}.{part}" for indicator_id, parts in values.items() for part in parts)}
    return {name: words for name, words in update.unfinished.items() if name not in given}


def _lock(update_id, version, by) -> Update:
    return versions.lock(
        Update.objects.filter(sight(by).updates()).select_related("initiative__lead_bureau", "period"),
        update_id,
        version=version,
    )


def _require_writer(update, by) -> None:
    require(by, "update.write", bureau_id=update.initiative.lead_bureau_id)


def _require_editable(update) -> None:
    if not update.is_editable:
        raise Conflict(
            _("This update is %(state)s and can no longer be edited.")
            % {"state": update.get_state_display()},
            code="not_editable",
        )


def draft_faults(update, fields) -> dict:
    """What of the fields could never be kept, by field. The update needs only its initiative."""
    faults: dict[str, list] = {}
    for name in fields:
        if name not in DRAFT_FIELDS:
            faults[name] = [_("This cannot be changed.")]
    percent = fields.get("delivery_percent")
    if percent is not None and not 0 <= percent <= 100:
        faults["delivery_percent"] = [_("Delivery is between 0 and 100 percent.")]
    if fields.get("delivery_status") not in (None, "", *DeliveryStatus.values):
        faults["delivery_status"] = [_("Choose one of the statuses.")]
    handling = fields.get("handling")
    if handling is not None and handling < update.initiative.handling:
        faults["handling"] = [_("An update is handled at least as carefully as its initiative.")]
    return faults


def _read_values(update, given) -> tuple[list[UpdateValue], dict]:
    """The update's value rows with the given parts set on them, and the faults by field."""
    rows = {row.indicator_id: row for row in update.values.select_related("indicator")}
    faults: dict[str, list] = {}
    changed = []
    for indicator_id, parts in given.items():
        row = rows.get(indicator_id)
        if row is None:
            faults[f"values.{indicator_id}"] = [_("This update does not report on that indicator.")]
            continue
        if any(getattr(row, name) != parts[name] for name in NUMBERS if name in parts):
            row.confirmed = []
        for name, part in parts.items():
            setattr(row, name, part)
        found = check_value(
            indicator=row.indicator, state=row.state, **{name: getattr(row, name) for name in NUMBERS}
        )
        faults |= {f"values.{indicator_id}.{name}": messages for name, messages in found.items()}
        changed.append(row)
    return changed, faults


@transaction.atomic
def submit(*, update_id, version: int, by, at, confirmed=None) -> Update:
    """This will send the update to review, or first to the bureau's head where the bureau asks for that.

    A head who sends their own bureau's update has approved it by that. `confirmed` maps an indicator's id to what
    was questioned about its value and confirmed. Raises Invalid with all that is missing.
    """
    update = _lock(update_id, version, by)
    require(by, "update.submit", bureau_id=update.initiative.lead_bureau_id)
    _require_editable(update)
    _require_time(update, at)
    faults = missing_before_submission(update, today_at(update.initiative.lead_bureau, at))
    if faults:
        raise Invalid(_("The update is not ready to be sent."), fields=faults)
    for indicator_id, codes in (confirmed or {}).items():
        update.values.filter(indicator=indicator_id).update(confirmed=sorted(codes))
    approved = update.initiative.lead_bureau.requires_head_approval and by.role == "head"
    before = _state(update)
    versions.change(
        update,
        at=at,
        first_sent_at=update.first_sent_at or at,
        submitted_at=at,
        submitted_by=by,
        state=UpdateState.BUREAU_APPROVED if approved else UpdateState.SUBMITTED,
        **({"approved_at": at, "approved_by": by} if approved else {}),
    )
    _trace("update.submitted", update, by, at, before=before, after=_state(update))
    return update


def missing_before_submission(update, on, rows=None) -> dict:
    """What still has to be said before the update can be sent, by field; empty when it is ready.

    `rows` are its values with their indicators, where the caller has read them already.
    """
    faults: dict[str, list] = {name: [_("This could not be read.")] for name in update.unfinished}
    if not update.achieved.strip():
        faults["achieved"] = [_("Say what was achieved, also when it is nothing.")]
    length = sum(len(getattr(update, name)) for name in ("achieved", "obstacle", "next_steps"))
    if length > NARRATIVE_CHARACTERS:
        faults.setdefault("achieved", []).append(
            _("The three answers have %(length)s characters in all; %(limit)s is the most.")
            % {"length": length, "limit": NARRATIVE_CHARACTERS}
        )
    if update.delivery_percent is None and "delivery_percent" not in faults:
        faults["delivery_percent"] = [_("Say how much of the initiative is delivered.")]
    if not update.delivery_status:
        faults["delivery_status"] = [_("Say how delivery stands.")]
    if update.delivery_status == DeliveryStatus.OFF_TRACK and not update.off_track_reason.strip():
        faults["off_track_reason"] = [_("Give the reason for being off track.")]
    for row in update.values.select_related("indicator") if rows is None else rows:
        found = _value_missing(row, update, on)
        faults = {f"values.{row.indicator_id}.{name}": words for name, words in found.items()} | faults
    return faults


def _value_missing(row, update, on) -> dict:
    if row.state == ValueState.NOT_REPORTED and not row.reason.strip():
        return {"state": [_("Give the value, or say why there is none.")]}
    if row.state == ValueState.WITHHELD and not row.reason.strip():
        return {"reason": [_("Say why there is no value.")]}
    if row.state != ValueState.REPORTED:
        return {}
    faults = check_value(
        indicator=row.indicator, state=row.state, **{name: getattr(row, name) for name in NUMBERS}
    )
    latest = min(update.period.end_on, on)
    if row.observed_on is not None and not update.period.start_on <= row.observed_on <= latest:
        faults["observed_on"] = [
            _("The day of observation lies in the period, from %(start)s to %(end)s.")
            % {"start": update.period.start_on, "end": latest}
        ]
    return faults


@transaction.atomic
def withdraw(*, update_id, version: int, by, at) -> Update:
    """This will take a sent update back to its author, as long as nobody has decided on it."""
    update = _lock(update_id, version, by)
    require(by, "update.submit", bureau_id=update.initiative.lead_bureau_id)
    _require_state(update, UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED)
    before = _state(update)
    first_sent_at = update.first_sent_at if update.returned_at else None
    versions.change(
        update, at=at, state=UpdateState.DRAFT, approved_at=None, approved_by=None, first_sent_at=first_sent_at
    )
    _trace("update.withdrawn", update, by, at, before=before, after=_state(update))
    return update


@transaction.atomic
def approve(*, update_id, version: int, by, at) -> Update:
    """This will let the update leave the bureau, by its head, where the bureau asks for that."""
    update = _lock(update_id, version, by)
    require(by, "update.approve", bureau_id=update.initiative.lead_bureau_id)
    _require_state(update, UpdateState.SUBMITTED)
    if not update.initiative.lead_bureau.requires_head_approval:
        raise Conflict(_("This bureau's updates go to review without its head."), code="no_approval_asked")
    before = _state(update)
    versions.change(update, at=at, state=UpdateState.BUREAU_APPROVED, approved_at=at, approved_by=by)
    _trace("update.approved", update, by, at, before=before, after=_state(update))
    return update


@transaction.atomic
def return_to_author(*, update_id, version: int, reason_code: str, comment: str, by, at) -> Update:
    """This will send the update back with a comment and a reason code. Officers do it; heads before their approval."""
    update = _lock(update_id, version, by)
    if not _is_head_before_approval(update, by):
        require(by, "update.return")
        _require_at_review(update)
    _require_state(update, UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED)
    faults = {}
    if reason_code not in ReturnReason.values:
        faults["reason_code"] = [_("Choose a reason.")]
    if not comment.strip():
        faults["comment"] = [_("Say what the author should change.")]
    if faults:
        raise Invalid(_("The update cannot be returned yet."), fields=faults)
    before = _state(update)
    versions.change(
        update,
        at=at,
        state=UpdateState.RETURNED,
        returned_at=at,
        returned_by=by,
        return_reason=reason_code,
        return_comment=comment.strip(),
        approved_at=None,
        approved_by=None,
    )
    _trace("update.returned", update, by, at, before=before, after=_state(update), reason=comment)
    return update


def _is_head_before_approval(update, by) -> bool:
    return (
        by.role == "head"
        and by.bureau_id == update.initiative.lead_bureau_id
        and update.state == UpdateState.SUBMITTED
        and update.initiative.lead_bureau.requires_head_approval
    )


def _require_state(update, *states) -> None:
    if update.state not in states:
        raise Conflict(
            _("This cannot be done while the update is %(state)s.") % {"state": update.get_state_display()},
            code="wrong_state",
        )


def _require_at_review(update) -> None:
    if update.state == UpdateState.SUBMITTED and update.initiative.lead_bureau.requires_head_approval:
        raise Conflict(_("The head of the bureau has not approved it yet."), code="awaits_bureau")


@transaction.atomic
def validate(*, update_id, version: int, by, at) -> Update:
    """This will accept the update: its values count from now on, and every figure above them moves.

    Refused: who wrote it (four eyes), what the bureau's head has not approved, a version that nobody looked at.
    """
    update = _lock(update_id, version, by)
    require(by, "update.validate")
    if by.pk == update.author_id or by.pk in update.writer_ids:
        raise NotAllowed(_("Nobody validates what they wrote themselves."), code="four_eyes")
    _require_state(update, UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED)
    _require_at_review(update)
    before = _state(update)
    _supersede_previous(update, at)
    versions.change(update, at=at, state=UpdateState.VALIDATED, validated_at=at, validated_by=by)
    entries = _record_values(update, by, at)
    indicators = [entry.target.indicator for entry in entries]
    rollup.refresh_branches(indicators, update.period, at=at, bureaus=[update.initiative.lead_bureau])
    delivery.refresh_initiative(update.initiative, at=at, period=update.period)
    audit.record_many([*entries, _entry("update.validated", update, by, at, before, _state(update))])
    return update


def _supersede_previous(update, at) -> None:
    Update.objects.current().filter(initiative=update.initiative, period=update.period).exclude(
        pk=update.pk
    ).update(superseded_at=at)


def _record_values(update, by, at) -> list[audit.Entry]:
    entries = []
    for row in update.values.select_related("indicator"):
        _made, entry = record_measurement(
            indicator=row.indicator,
            period=update.period,
            bureau=update.initiative.lead_bureau,
            at=at,
            by=by,
            initiative_code=update.initiative.code,
            reason=row.reason,
            state=row.state,
            value=row.value,
            numerator=row.numerator,
            denominator=row.denominator,
            observed_on=row.observed_on or min(update.period.end_on, update.submitted_at.date()),
            handling=max(update.handling, update.initiative.handling, row.indicator.handling),
            source_ref=f"update:{update.pk}",
        )
        entries.append(entry)
    return entries


@transaction.atomic
def correct(*, update_id, version: int, reason: str, by, at) -> Update:
    """This will open a new revision of a validated update, filled with what stands, with the reason for it."""
    standing = _lock(update_id, version, by)
    _require_writer(standing, by)
    _require_state(standing, UpdateState.VALIDATED)
    if standing.superseded_at is not None:
        raise Conflict(_("A later revision stands; correct that one."), code="superseded")
    if not reason.strip():
        raise Invalid.on("reason", _("Say why a correction is needed."))
    values = {name: getattr(standing, name) for name in DRAFT_FIELDS}
    try:
        with transaction.atomic():
            made = _start(
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
    _trace("update.correction_opened", made, by, at, after=describe(made), reason=reason)
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


@transaction.atomic
def comment(*, update_id, text: str, by, at) -> Comment:
    """This will add a word to the thread between the bureau and its reviewers."""
    update = _lock(update_id, None, by)
    bureau_id = update.initiative.lead_bureau_id if by.role in ("liaison", "head") else None
    require(by, "update.comment", bureau_id=bureau_id)
    if bureau_id is not None and bureau_id != by.bureau_id:
        raise NotAllowed(_("Only the bureau that leads this work may do this."))
    if not text.strip():
        raise Invalid.on("text", _("Write something first."))
    made = Comment.objects.create(
        update=update, author=by, text=text.strip(), language=by.language, written_at=at
    )
    audit.record(
        at=at,
        by=by,
        action="update.commented",
        target=update,
        after={"comment": made.pk, "text": made.text},
        bureau_id=update.initiative.lead_bureau_id,
    )
    return made


def describe(update: Update) -> dict:
    """The update as the trail keeps it: its answers and its values."""
    facts = audit.snapshot(update, DRAFT_FIELDS)
    for row in update.values.select_related("indicator"):
        facts[f"value {row.indicator.code}"] = audit.snapshot(
            row, ("state", *NUMBERS, "observed_on", "reason")
        )
    return facts


def _only_changed(facts: dict, others: dict) -> dict:
    return {name: value for name, value in facts.items() if others.get(name) != value}


def _state(update) -> dict:
    return audit.snapshot(
        update, ("state", "version", "submitted_at", "approved_at", "validated_at", "returned_at")
    )


def _entry(action, update, by, at, before, after, reason="") -> audit.Entry:
    return audit.Entry(at, by, action, update, before, after, reason, update.initiative.lead_bureau_id)


def _trace(action, update, by, at, *, before=None, after=None, reason="") -> None:
    audit.record_many([_entry(action, update, by, at, before or {}, after or {}, reason)])
