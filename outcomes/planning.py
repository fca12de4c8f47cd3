"""Drafting a plan: made from nothing, given its aims, results and capabilities, put in order, published or thinned out."""

from __future__ import annotations

import re

from django.db import models, transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit, versions
from core.codes import faults_of_address
from core.errors import Conflict, Invalid
from core.translations import Translated
from goals.models import Aim, Framework, NodeKind, Plan, PlanKind, PlanStatus, StrategicGoal, Withdrawal
from goals.services import predecessor_faults, require_open, save_changes
from objectives.models import Capability, Objective, Strategy
from outcomes import definitions
from outcomes.hanging import what_hangs_on
from outcomes.models import ExpectedResult
from outcomes.shape import refresh_shape
from outcomes.wording import FIELDS

MODELS = {PlanKind.FRAMEWORK: (Framework, StrategicGoal), PlanKind.STRATEGY: (Strategy, Objective)}
# What a plan of the kind says before its aims; it is published only with these words.
OWN_TEXTS = {
    PlanKind.FRAMEWORK: ("vision_title", "vision_text", "mission_title", "mission_text"),
    PlanKind.STRATEGY: ("mandate",),
}
# The same with those that may stay empty.
TEXTS_OF = {
    PlanKind.FRAMEWORK: (*OWN_TEXTS[PlanKind.FRAMEWORK], "goals_introduction"),
    PlanKind.STRATEGY: (*OWN_TEXTS[PlanKind.STRATEGY], "hangs_from"),
}
EVERY_OWN_TEXT = {name for names in TEXTS_OF.values() for name in names}
NODES: dict[str, type[models.Model]] = {
    NodeKind.AIM: Aim,
    NodeKind.RESULT: ExpectedResult,
    NodeKind.CAPABILITY: Capability,
}
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}\Z", re.ASCII)
FREED = 10_000  # a number that no part has, while two of them change places


@transaction.atomic
def create_plan(
    *, kind: str, code: str, title: Translated, start_on, end_on, by, at, predecessor: Plan | None = None,
    introduction: Translated | None = None, **texts: Translated,
) -> Plan:  # fmt: skip
    """This will begin a draft, which only officers and auditors see until it is published.

    `texts` are those of its kind (`TEXTS_OF`), as far as they are written already. Raises Invalid with every field at
    fault: a code in use, no title, a last day that is not after the first, a text of the other kind.
    """
    require(by, "plan.edit")
    if faults := _plan_faults(kind, code, title, start_on, end_on, predecessor) | strange_texts(kind, texts):
        raise Invalid(_("The plan cannot be saved yet."), fields=faults)
    said = {name: texts.get(name) or Translated(source=title.source) for name in TEXTS_OF[kind]}
    made = MODELS[kind][0].objects.create(
        kind=kind, code=code, title=title, introduction=introduction or Translated(source=title.source), start_on=start_on,
        end_on=end_on, predecessor=predecessor, created_at=at, updated_at=at, **said,
    )  # fmt: skip
    plan = Plan.objects.get(pk=made.pk)
    refresh_shape(plan, at=at)
    after = audit.snapshot(plan, ("kind", "code", "title", "start_on", "end_on", "predecessor"))
    audit.record(at=at, by=by, action="plan.created", target=plan, after=after | audit.snapshot(made, sorted(texts)))
    return plan


def strange_texts(kind: str, names) -> dict:
    """Which of the texts a plan of the kind does not have, as faults."""
    known = TEXTS_OF.get(kind, ())
    return {name: [_("A plan of this kind has no such text.")] for name in names if name not in known}


def require_texts(kind: str, names) -> None:
    """Raises Invalid where a text is one of the other kind of plan."""
    if faults := strange_texts(kind, names):
        raise Invalid(_("The plan cannot be saved yet."), fields=faults)


def _plan_faults(kind, code, title, start_on, end_on, predecessor) -> dict:
    faults: dict[str, list] = {}
    if kind not in PlanKind.values:
        faults["kind"] = [_("Choose one of the kinds.")]
    if not CODE.match(code):
        faults["code"] = [_("A code has letters, digits and hyphens, such as framework-2031-2035.")]
    if taken := faults_of_address(code):
        faults["code"] = taken
    if Plan.objects.filter(code__iexact=code).exists():
        faults["code"] = [_("A plan with this code is there already.")]
    if not title.says_its_source:
        faults["title"] = [_("Give the text in its source language.")]
    if start_on >= end_on:
        faults["end_on"] = [_("The last day is not after the first.")]
    if predecessor is not None:
        faults |= predecessor_faults(predecessor, None, start_on)
    return faults


@transaction.atomic
def change_plan(*, plan_id: int, version: int, by, at, reason: str = "", **values) -> Plan:
    """This will change what a plan says or is: its words and those of its kind, its days, what goes before it, its standing.

    Refused beside what `definitions.edit_plan` refuses: a text of the other kind, a required text without words, and
    putting a draft in force that lacks aims or the words of its kind; the refusal names them.
    """
    require(by, "plan.edit")
    plan = versions.lock(Plan.objects.visible_to(by), plan_id, version=version)
    own = {name: values.pop(name) for name in EVERY_OWN_TEXT & set(values)}
    with audit.gathered():
        if own:
            version = _change_own_texts(plan, own, reason=reason, by=by, at=at)
        if values.get("status") == PlanStatus.IN_FORCE and plan.status == PlanStatus.DRAFT:
            _require_complete(plan)
        return definitions.edit_plan(plan_id=plan_id, version=version, by=by, at=at, reason=reason, **values)


def _change_own_texts(plan: Plan, own: dict, *, reason, by, at) -> int:
    """The version that the plan then has."""
    require_texts(plan.kind, own)
    empty = [name for name in OWN_TEXTS[plan.kind] if name in own and not own[name].says_its_source]
    if empty:
        words = _("Give the text in its source language.")
        raise Invalid(_("The plan cannot be saved yet."), fields={name: [words] for name in empty})
    return save_changes(own_record(plan), own, "plan.edited", reason=reason, by=by, at=at).version


def own_record(plan: Plan):
    """The plan as the framework or the strategy that it is, with the texts of its kind."""
    return MODELS[plan.kind][0].objects.get(pk=plan.pk)


def publish_plan(*, plan_id: int, version: int, reason: str, by, at) -> Plan:
    """This will put a draft in force: everyone sees it, and its words are frozen from then on.

    Refused: a draft without aims, or without the words that its kind of plan has; the refusal names them.
    """
    return change_plan(plan_id=plan_id, version=version, by=by, at=at, reason=reason, status=PlanStatus.IN_FORCE)


def close_plan(*, plan_id: int, version: int, reason: str, by, at) -> Plan:
    """This will close a plan that is in force: its figures stay, and nothing is added to it."""
    return change_plan(plan_id=plan_id, version=version, by=by, at=at, reason=reason, status=PlanStatus.CLOSED)


def _require_complete(plan: Plan) -> None:
    if missing := missing_for_publication(plan):
        raise Invalid(_("The draft is not complete yet: %(what)s.") % {"what": gettext(", ").join(map(str, missing))})


def missing_for_publication(plan: Plan) -> list:
    """What a draft still needs, in words. Two questions."""
    own = own_record(plan)
    missing = [FIELDS[name] for name in OWN_TEXTS[plan.kind] if not getattr(own, name).says_its_source]
    return missing if Aim.objects.standing().filter(plan=plan).exists() else [*missing, _("at least one aim")]


@transaction.atomic
def add_aim(*, plan: Plan, title: Translated, by, at, text: Translated | None = None) -> Aim:
    """This will add a strategic goal or an objective, numbered after the last one. Refused: a closed plan, no title."""
    require(by, "plan.edit")
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    require_open(plan)
    if not title.says_its_source:
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
    faults = {} if name.says_its_source else {"name": [_("Give the text in its source language.")]}
    if not CODE.match(code):
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
def edit_capability(*, capability_id: int, version: int, by, at, reason: str = "", **values) -> Capability:
    """This will change the name of a capability; what it was called before is kept. Refused: no name, anything else."""
    require(by, "plan.edit")
    found = versions.lock(Capability.objects.visible_to(by), capability_id, version=version)
    if unknown := set(values) - {"name"}:
        raise Invalid(fields={name: [_("This cannot be changed.")] for name in unknown})
    if "name" in values and not values["name"].says_its_source:
        raise Invalid.on("name", _("Give the text in its source language."))
    return save_changes(found, values, "capability.edited", reason=reason, by=by, at=at)


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
        listed = gettext("; ").join(str(line) for line in hanging)
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
