"""Changing why: the texts, days and standing of plans and their aims."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit, versions
from core.errors import Conflict, Invalid
from core.texts import put_text
from core.translations import Translated
from goals.models import Aim, Plan, PlanStatus

PLAN_FIELDS = ("title", "introduction", "start_on", "end_on", "status", "predecessor")
AIM_FIELDS = ("title", "text")
# A plan goes forward: it is drafted, put in force, and closed.
NEXT_STATUS = {PlanStatus.DRAFT: PlanStatus.IN_FORCE, PlanStatus.IN_FORCE: PlanStatus.CLOSED}


@transaction.atomic
def edit_plan(*, plan_id: int, version: int, by, at, reason: str = "", **values) -> Plan:
    """This will change the plan's texts, days or standing. Days and standing ask for a reason.

    Refused: a plan that ends before it starts, a standing that is not the next one, a title without words.
    """
    require(by, "plan.edit")
    plan = versions.lock(Plan.objects.visible_to(by), plan_id, version=version)
    _require_fields(values, PLAN_FIELDS)
    faults = _text_faults(values, "title")
    if values.get("start_on", plan.start_on) >= values.get("end_on", plan.end_on):
        faults["end_on"] = [_("The last day is not after the first.")]
    if predecessor := values.get("predecessor"):
        faults |= predecessor_faults(predecessor, plan.pk, values.get("start_on", plan.start_on))
    if {"start_on", "end_on", "status"} & set(values) and not reason.strip():
        faults["reason"] = [_("Say why it changes.")]
    if faults:
        raise Invalid(_("The plan cannot be saved yet."), fields=faults)
    _require_next(plan, values.get("status", plan.status))
    return save_changes(plan, values, "plan.edited", reason=reason, by=by, at=at)


def require_open(plan) -> None:
    """What is closed stays as it was: only its words are still corrected and translated."""
    if plan.status == PlanStatus.CLOSED:
        raise Conflict(_("This plan is closed; its parts stay as they are."), code="plan_closed")


def _require_next(plan, status) -> None:
    if status not in (plan.status, NEXT_STATUS.get(plan.status)):
        raise Conflict(_("A plan goes from draft to in force to closed."), code="wrong_state")


@transaction.atomic
def edit_aim(*, aim_id: int, version: int, by, at, reason: str = "", **values) -> Aim:
    """This will change the aim's texts; a source text that was published is kept as an earlier one."""
    require(by, "plan.edit")
    aim = versions.lock(Aim.objects.visible_to(by), aim_id, version=version)
    _require_fields(values, AIM_FIELDS)
    if faults := _text_faults(values, "title"):
        raise Invalid(_("The aim cannot be saved yet."), fields=faults)
    return save_changes(aim, values, "aim.edited", reason=reason, by=by, at=at)


def predecessor_faults(predecessor: Plan, plan_id: int | None, start_on) -> dict:
    """A plan follows an earlier one, and no plan follows itself by way of others: each begins after the one before."""
    if predecessor.pk == plan_id or predecessor.start_on >= start_on:
        return {"predecessor": [_("The plan before it begins earlier.")]}
    return {}


def _require_fields(values, allowed) -> None:
    unknown = sorted(set(values) - set(allowed))
    if unknown:
        raise Invalid(fields={name: [_("This cannot be changed.")] for name in unknown})


def _text_faults(values, *names) -> dict:
    words = _("Give the text in its source language.")
    return {name: [words] for name in names if name in values and not values[name].says_its_source}


def save_changes(record, values: dict, action: str, *, reason: str, by, at):
    """This will put the values on a locked record, move its version on where anything changed, and leave a trace."""
    before = audit.snapshot(record, values)
    for name, value in values.items():
        if isinstance(value, Translated):
            put_text(record, name, value, at=at)
        else:
            setattr(record, name, value)
    after = audit.snapshot(record, values)
    if after == before:
        return record
    versions.touch(record, at=at, fields=list(values))
    audit.record(at=at, by=by, action=action, target=record, before=before, after=after, reason=reason)
    return record
