"""A list of what an organisation has already becomes its initiatives or indicators: all rows, or only the good ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, jobs, versions
from core.errors import Conflict, DomainError, Invalid
from exchange.applying import Moved
from exchange.lists.looking import Look, look, told
from exchange.lists.mapping import listing_of, read_mapping
from exchange.lists.rows import CREATE, Row
from exchange.models import Kind, Origin, State, Upload
from exchange.services import is_being_applied, lock_upload, put_away
from initiatives.taking_over import Given, take_over
from outcomes import definitions, rollup
from outcomes.services import set_baseline, set_target

JOB_KIND = "exchange.take_over"
RELATIONS = ("indicators", "partners", "crime_areas")
APART = ("shares", "milestones", "reference", "bureau", *RELATIONS)
Progress = Callable[[str, int], None]


@transaction.atomic
def choose_columns(*, upload_id: int, data, by, at: datetime) -> Upload:
    """This will keep which column of the list is which field. Raises Invalid when one column is two fields."""
    upload = lock_upload(upload_id=upload_id, by=by)
    _require_undecided(upload)
    chosen, fault = read_mapping(upload, listing_of(upload), data)
    if fault:
        raise Invalid(fault, code="mapping")
    versions.change(upload, at=at, mapping={"columns": chosen})
    return upload


def _require_undecided(upload: Upload) -> None:
    if upload.state != State.READ:
        raise Conflict(_("This file is applied or put away already."), code="wrong_state")


@transaction.atomic
def ask_for_taking_over(*, upload_id: int, seen: str, only_good: bool, by, at: datetime) -> Upload:
    """This will have a worker take the list over as it was looked at. Asked twice it is one job.

    Raises Moved when what would happen is not what was seen, Invalid while rows are refused and the good ones alone
    were not chosen.
    """
    upload = lock_upload(upload_id=upload_id, by=by)
    _require_undecided(upload)
    if is_being_applied(upload):
        return upload
    found = look(upload, by)
    _require_sound(found, seen, only_good)
    payload = {"upload": upload.pk, "seen": seen, "only_good": only_good, "by": by.pk}
    key = f"{JOB_KIND}:{upload.public_id}:{upload.version}"
    job = jobs.enqueue(kind=JOB_KIND, key=key, payload=payload, at=at, by=by)
    versions.change(upload, at=at, job=job)
    audit.record(
        at=at, by=by, action="file.asked_to_apply", target=upload, after={**found.counts, "only_good": only_good}
    )
    return upload


def _require_sound(found: Look, seen: str, only_good: bool) -> None:
    if found.missing:
        raise Invalid(_("Choose a column for each field that is required."), code="mapping")
    if found.digest != seen:
        raise Moved(_("Something changed since this page was drawn. Look at the changes again; nothing is saved yet."))
    if found.refused and not only_good:
        raise Invalid(_("Some rows are refused. Mend them in the file, or choose to import only the others."), code="refused")
    if not found.good:
        raise Conflict(_("There is nothing to apply."), code="nothing_to_apply")


@transaction.atomic
def take_over_list(*, upload_id: int, seen: str, only_good: bool, by, at: datetime, progress: Progress) -> Upload:
    """This will make the list's rows records, in one transaction. A second call finds it done.

    Raises what `ask_for_taking_over` raises, and Invalid naming the row that a service refuses.
    """
    rollup.take_time()
    upload = lock_upload(upload_id=upload_id, by=by)
    if upload.state == State.APPLIED:
        return upload
    _require_undecided(upload)
    found = look(upload, by)
    _require_sound(found, seen, only_good)
    take = _take_initiatives if upload.kind == Kind.INITIATIVES else _take_indicators
    codes = take(upload, found, by, at, progress)
    outcome = {"counts": found.counts, "rows": told(found, codes)}
    put_away(upload, at=at, state=State.APPLIED, applied_at=at, applied_by=by, outcome=outcome)
    audit.record(at=at, by=by, action="file.applied", target=upload, after={**found.counts, "only_good": only_good})
    return upload


def _take_initiatives(upload: Upload, found: Look, by, at, progress: Progress) -> dict[int, str]:
    rows = found.good
    made = take_over(
        given=[_given(row) for row in rows], reason=_reason(upload), by=by, at=at,
        progress=lambda done: progress("applying", 95 * (done + 1) // len(rows)),
    )  # fmt: skip
    named = [(row, one) for row, one in zip(rows, made, strict=True) if row.act == CREATE and row.given.get("reference")]
    Origin.objects.bulk_create(
        [Origin(bureau=one.lead_bureau, reference=row.given["reference"], initiative=one, upload=upload) for row, one in named]
    )
    return {row.number: one.code for row, one in zip(rows, made, strict=True)}


def _given(row: Row) -> Given:
    said = row.given if row.act == CREATE else row.changes
    values = {name: value for name, value in said.items() if name not in APART}
    relations = {name: said[name] for name in RELATIONS if name in said}
    bureau = row.given["bureau"] if row.act == CREATE else row.target.lead_bureau
    return Given(row.number, bureau, values, said.get("shares"), relations, said.get("milestones"), row.target)


def _reason(upload: Upload) -> str:
    return _("Imported from %(name)s") % {"name": upload.name}


def _take_indicators(upload: Upload, found: Look, by, at, progress: Progress) -> dict[int, str]:
    codes = {}
    for done, row in enumerate(found.good):
        try:
            codes[row.number] = _take_indicator(row, _reason(upload), by, at)
        except DomainError as refused:
            words = [str(message) for messages in refused.fields.values() for message in messages]
            facts = {"row": row.number, "why": " ".join(words) or str(refused)}
            raise Invalid(_("Row %(row)s: %(why)s") % facts) from refused
        progress("applying", 95 * (done + 1) // len(found.good))
    return codes


def _take_indicator(row: Row, reason: str, by, at) -> str:
    extra = ("baseline", "baseline_on", "target", "target_on")
    if row.act == CREATE:
        made = definitions.propose_indicator(
            by=by, at=at, **{name: value for name, value in row.given.items() if name not in extra}
        )
    else:
        made = row.target
        values = {name: value for name, value in row.changes.items() if name not in extra}
        if values:
            made = definitions.edit_indicator(
                indicator_id=made.pk, version=made.version, by=by, at=at, reason=reason, **values
            )
    wanted = row.given if row.act == CREATE else row.changes
    if "baseline" in wanted:
        set_baseline(
            indicator=made, value=row.given["baseline"], on=row.given["baseline_on"], reason=reason, by=by, at=at
        )
    if "target" in wanted:
        set_target(
            indicator=made, due_on=row.given["target_on"], value=row.given["target"], reason=reason, by=by, at=at
        )
    return made.code


