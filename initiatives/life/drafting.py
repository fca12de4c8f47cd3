"""An update begins and is kept as it is typed, complete or not."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require, sight
from core import audit, versions
from core.errors import Conflict, Invalid, NotFound
from core.models import Period
from initiatives.choices import DeliveryStatus
from initiatives.life.rows import (
    DRAFT_FIELDS,
    NUMBERS,
    describe,
    lock,
    only_changed,
    require_editable,
    require_open,
    require_time,
    require_writer,
    trace,
)
from initiatives.models import Initiative, Update, UpdateValue
from outcomes.services import check_value


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
    require_open(period, initiative.lead_bureau, at)
    _require_running(initiative, period)
    made = start(initiative, period, revision=1, by=by, at=at)
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


def _require_running(initiative, period) -> None:
    if initiative.starts_on > period.end_on or initiative.ends_on < period.start_on:
        raise Conflict(_("The initiative does not run in this period."), code="not_running")


def start(initiative, period, *, revision, by, at, **values) -> Update:
    """The row of a new revision with an empty value for each indicator that the work moves."""
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
    update = lock(update_id, version, by)
    require_writer(update, by)
    require_editable(update)
    require_time(update, at)
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
    trace(
        "update.saved",
        update,
        by,
        at,
        before=only_changed(before, after),
        after=only_changed(after, before),
    )
    return update


def _still_unfinished(update, fields, values) -> dict:
    """What was left over before and was not given anew."""
    given = {*fields, *(f"values.{indicator_id}.{part}" for indicator_id, parts in values.items() for part in parts)}
    return {name: words for name, words in update.unfinished.items() if name not in given}


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
    """Those of the update's value rows that the given parts change, with these set on them, and the faults by field."""
    rows = {row.indicator_id: row for row in update.values.select_related("indicator")}
    faults: dict[str, list] = {}
    changed = []
    for indicator_id, parts in given.items():
        row = rows.get(indicator_id)
        if row is None:
            faults[f"values.{indicator_id}"] = [_("This update does not report on that indicator.")]
            continue
        is_other = any(getattr(row, name) != part for name, part in parts.items())
        if any(getattr(row, name) != parts[name] for name in NUMBERS if name in parts):
            row.confirmed = []
        for name, part in parts.items():
            setattr(row, name, part)
        found = check_value(indicator=row.indicator, state=row.state, **{name: getattr(row, name) for name in NUMBERS})
        faults |= {f"values.{indicator_id}.{name}": messages for name, messages in found.items()}
        changed += [row] if is_other else []
    return changed, faults
