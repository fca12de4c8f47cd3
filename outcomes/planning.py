"""Drafting a plan: made from nothing, given its aims, results and capabilities, put in order, published or thinned out."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import models, transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit, versions
from core.errors import Conflict, Invalid
from core.translations import Translated
from goals.models import Aim, Framework, NodeKind, Plan, PlanKind, PlanStatus, StrategicGoal, Withdrawal
from goals.services import predecessor_faults, require_open
from objectives.models import Capability, Objective, Strategy
from outcomes import definitions
from outcomes.hanging import what_hangs_on
from outcomes.models import ExpectedResult
from outcomes.shape import refresh_shape

MODELS = {PlanKind.FRAMEWORK: (Framework, StrategicGoal), PlanKind.STRATEGY: (Strategy, Objective)}
# What a plan of the kind says before its aims; it is published only with these words.
OWN_TEXTS = {
    PlanKind.FRAMEWORK: ("vision_title", "vision_text", "mission_title", "mission_text"),
    PlanKind.STRATEGY: ("mandate",),
}
NODES: dict[str, type[models.Model]] = {
    NodeKind.AIM: Aim,
    NodeKind.RESULT: ExpectedResult,
    NodeKind.CAPABILITY: Capability,
}
FREED = 10_000  # a number that no part has, while two of them change places


@transaction.atomic
def create_plan(
    *, kind: str, code: str, title: Translated, start_on, end_on, by, at, predecessor: Plan | None = None
) -> Plan:
    """This will begin a draft, which only officers and auditors see until it is published.

    Raises Invalid with every field at fault: a code in use, no title, a last day that is not after the first.
    """
    require(by, "plan.edit")
    if faults := _plan_faults(kind, code, title, start_on, end_on, predecessor):
        raise Invalid(_("The plan cannot be saved yet."), fields=faults)
    texts = {name: Translated(source=title.source) for name in OWN_TEXTS[kind]}
    made = MODELS[kind][0].objects.create(
        kind=kind, code=code, title=title, start_on=start_on, end_on=end_on, predecessor=predecessor,
        created_at=at, updated_at=at, **texts,
    )  # fmt: skip
    plan = Plan.objects.get(pk=made.pk)
    refresh_shape(plan, at=at)
    after = audit.snapshot(plan, ("kind", "code", "title", "start_on", "end_on", "predecessor"))
    audit.record(at=at, by=by, action="plan.created", target=plan, after=after)
    return plan


def _plan_faults(kind, code, title, start_on, end_on, predecessor) -> dict:
    faults: dict[str, list] = {}
    if kind not in PlanKind.values:
        faults["kind"] = [_("Choose one of the kinds.")]
    try:
        validate_slug(code)
    except ValidationError:
        faults["code"] = [_("A code has letters, digits and hyphens, such as framework-2031-2035.")]
    if Plan.objects.filter(code__iexact=code).exists():
        faults["code"] = [_("A plan with this code is there already.")]
    if not title:
        faults["title"] = [_("Give the text in its source language.")]
    if start_on >= end_on:
        faults["end_on"] = [_("The last day is not after the first.")]
    if predecessor is not None:
        faults |= predecessor_faults(predecessor, None, start_on)
    return faults


@transaction.atomic
def publish_plan(*, plan_id: int, version: int, reason: str, by, at) -> Plan:
    """This will put a draft in force: everyone sees it, and its words are frozen from then on.

    Refused: a draft without aims, or without the words that its kind of plan has; the refusal names them.
    """
    require(by, "plan.edit")
    plan = versions.lock(Plan.objects.visible_to(by), plan_id, version=version)
    if missing := missing_for_publication(plan):
        raise Invalid(_("The draft is not complete yet: %(what)s.") % {"what": ", ".join(map(str, missing))})
    return definitions.edit_plan(
        plan_id=plan_id, version=version, by=by, at=at, reason=reason, status=PlanStatus.IN_FORCE
    )


def missing_for_publication(plan: Plan) -> list:
    """What a draft still needs, in words. Two questions."""
    model = MODELS[plan.kind][0]
    own = model.objects.get(pk=plan.pk)
    missing = [_("its own texts")] if not all(getattr(own, name) for name in OWN_TEXTS[plan.kind]) else []
    return missing if Aim.objects.standing().filter(plan=plan).exists() else [*missing, _("at least one aim")]


@transaction.atomic
def add_aim(*, plan: Plan, title: Translated, by, at, text: Translated | None = None) -> Aim:
    """This will add a strategic goal or an objective, numbered after the last one. Refused: a closed plan, no title."""
    require(by, "plan.edit")
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    require_open(plan)
    if not title:
        raise Invalid.on("title", _("Give the text in its source language."))
    last = Aim.objects.filter(plan=plan).aggregate(last=Max("number"))["last"] or 0
    made = MODELS[plan.kind][1].objects.create(
        plan=plan, number=last + 1, title=title, text=text or Translated(source=title.source), created_at=at,
        updated_at=at,
    )  # fmt: skip
    aim = Aim.objects.get(pk=made.pk)
    refresh_shape(plan, at=at)
    after = audit.snapshot(aim, ("plan", "number", "title", "text"))
    audit.record(at=at, by=by, action="aim.added", target=aim, after=after)
    return aim


@transaction.atomic
def add_capability(*, plan: Plan, code: str, name: Translated, by, at) -> Capability:
    """This will add a means of delivery to the plan. Refused: a closed plan, a code in use, no name."""
    require(by, "plan.edit")
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    require_open(plan)
    faults = {} if name else {"name": [_("Give the text in its source language.")]}
    try:
        validate_slug(code)
    except ValidationError:
        faults["code"] = [_("A code has letters, digits and hyphens.")]
    if Capability.objects.filter(plan=plan, code__iexact=code).exists():
        faults["code"] = [_("A capability with this code is there already.")]
    if faults:
        raise Invalid(_("The capability cannot be saved yet."), fields=faults)
    last = Capability.objects.filter(plan=plan).aggregate(last=Max("number"))["last"] or 0
    made = Capability.objects.create(plan=plan, code=code, number=last + 1, name=name, created_at=at, updated_at=at)
    after = audit.snapshot(made, ("plan", "code", "number", "name"))
    audit.record(at=at, by=by, action="capability.added", target=made, after=after)
    return made


@transaction.atomic
def move_node(*, kind: str, node_id: int, version: int, up: bool, by, at):
    """This will let a part of a draft change places with its neighbour. The first one moved up stays where it is.

    Refused once the plan is published: its numbers are cited elsewhere.
    """
    require(by, "plan.edit")
    node = versions.lock(NODES[kind].objects.visible_to(by), node_id, version=version)
    if plan_of(node).status != PlanStatus.DRAFT:
        raise Conflict(_("The numbers of a published plan are cited elsewhere, so they stay."), code="published")
    beside = siblings_of(node).filter(**{"number__lt" if up else "number__gt": node.number})
    other = beside.order_by("-number" if up else "number").select_for_update(of=("self",)).first()
    if other is None:
        return node
    before, theirs = node.number, other.number
    for row, number in ((node, FREED), (other, before), (node, theirs)):
        row.number = number
        row.save(update_fields=["number"])
    versions.touch(node, at=at)
    versions.touch(other, at=at)
    refresh_shape(plan_of(node), at=at)
    audit.record(
        at=at, by=by, action=f"{kind}.moved", target=node, before={"number": before}, after={"number": theirs}
    )
    return node


@transaction.atomic
def withdraw_node(*, kind: str, node_id: int, version: int, reason: str, by, at) -> None:
    """This will take a part out of its plan: out of a draft altogether, out of a published plan with its words kept.

    Refused: no reason, a closed plan, and a part that something hangs on; the refusal lists what.
    """
    require(by, "plan.edit")
    node = versions.lock(NODES[kind].objects.visible_to(by), node_id, version=version)
    plan = plan_of(node)
    require_open(plan)
    if not reason.strip():
        raise Invalid.on("reason", _("Say why it is withdrawn."))
    if not NODES[kind].objects.standing().filter(pk=node.pk).exists():
        raise Conflict(_("This was withdrawn already."), code="withdrawn")
    if hanging := what_hangs_on(node, is_draft=plan.status == PlanStatus.DRAFT):
        listed = "; ".join(str(line) for line in hanging)
        raise Conflict(_("It cannot be withdrawn yet, for this hangs on it: %(what)s.") % {"what": listed}, code="in_use")
    fields = [one.name for one in node._meta.concrete_fields if one.name not in ("created_at", "updated_at")]
    before, is_draft = audit.snapshot(node, fields), plan.status == PlanStatus.DRAFT
    gone = Withdrawal.objects.create(
        node_type=kind, node_id=node.pk, reason=reason.strip(), withdrawn_at=at, withdrawn_by=by
    )
    refresh_shape(plan, at=at)
    action = f"{kind}.removed" if is_draft else f"{kind}.withdrawn"
    audit.record(at=at, by=by, action=action, target=node, before=before, reason=reason.strip())
    if is_draft:
        _remove(node, gone)
    else:
        versions.touch(node, at=at)


def _remove(node, gone: Withdrawal) -> None:
    """Nobody outside has seen a draft, so nothing is kept of it but the trail."""
    gone.delete()
    try:
        node.delete()
    except ProtectedError as error:
        raise Conflict(_("It cannot be withdrawn yet, for something else rests on it."), code="in_use") from error


def plan_of(node) -> Plan:
    return node.aim.plan if isinstance(node, ExpectedResult) else node.plan


def siblings_of(node):
    above = {"aim": node.aim_id} if isinstance(node, ExpectedResult) else {"plan": node.plan_id}
    return type(node).objects.filter(**above)
