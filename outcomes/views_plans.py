"""Plans as officers make them: begun from nothing, given their parts, published, changed and closed."""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import may, require
from core import formats
from core.errors import Conflict, DomainError, Invalid, NotFound, Stale
from core.forms import put_refusal
from core.posted import make_once, posted_version, what_came_between
from core.translations import Translated
from goals.models import Plan, PlanStatus
from outcomes import definitions, planning
from outcomes.hanging import what_hangs_on
from outcomes.models import ExpectedResult
from outcomes.plan_forms import AimForm, CapabilityForm, PlanDaysForm, PlanForm, ReasonForm, ResultForm
from outcomes.plan_tree import find_plan, language_of, plans_sentence, read_plan_tree

FORM = require_http_methods(["GET", "HEAD", "POST"])
READERS = ("plan.edit", "audit.read")


def require_reader(user) -> None:
    """Whoever edits plans, and auditors, who read everything."""
    if not any(may(user, act) for act in READERS):
        require(user, "plan.edit")


def draw(request, template: str, form, **facts):
    return render(request, template, {"form": form, **facts}, status=400 if form.errors else 200)


@require_safe
def plans(request):
    """Which plans there are, drafts too, and how far each is."""
    require_reader(request.user)
    found = Plan.objects.visible_to(request.user).select_related("predecessor")
    found = list(found.order_by("-start_on", "code"))
    facts = {"plans": found, "may_edit": may(request.user, "plan.edit"), "sentence": plans_sentence(found, timezone.localdate())}
    return render(request, "outcomes/plans.html", facts)


@FORM
def new_plan(request):
    """A draft begun from nothing."""
    require(request.user, "plan.edit")
    earlier = list(Plan.objects.visible_to(request.user).order_by("-start_on"))
    form = PlanForm(request.POST or None, plans=earlier, initial={"language": (get_language() or "en")[:2]})
    if request.method == "POST" and form.is_valid():
        try:
            made = make_once(request, lambda: _create(request, form))
        except DomainError as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The draft is there. Only officers and auditors see it until it is published."))
            return redirect("outcomes:edit_plan", made["code"])
    return draw(request, "outcomes/new_plan.html", form, key=request.POST.get("key") or uuid.uuid4().hex)


def _create(request, form) -> dict:
    made = planning.create_plan(by=request.user, at=timezone.now(), **form.values())
    return {"code": made.code}


@require_safe
def edit_plan(request, code):
    """The plan as a tree; every part with its acts."""
    require_reader(request.user)
    plan = find_plan(request.user, code)
    tree = read_plan_tree(plan)
    missing = planning.missing_for_publication(plan) if tree.is_draft else []
    facts = {"tree": tree, "plan": plan, "missing": missing, "may_edit": may(request.user, "plan.edit")}
    return render(request, "outcomes/plan.html", facts)


@FORM
def plan_days(request, code):
    """The plan's days and the plan before it; a change says why."""
    require(request.user, "plan.edit")
    plan = find_plan(request.user, code)
    others = list(Plan.objects.visible_to(request.user).exclude(pk=plan.pk).order_by("-start_on"))
    standing = {"start_on": plan.start_on, "end_on": plan.end_on, "predecessor": str(plan.predecessor_id or "")}
    form, facts = PlanDaysForm(request.POST or None, plans=others, initial=standing), {"version": plan.version}
    if request.method == "POST" and form.is_valid():
        try:
            definitions.edit_plan(
                plan_id=plan.pk, version=posted_version(request), by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except Stale as stale:
            mine = form.cleaned_data
            rows = [(form.fields[name].label, _said(mine[name]), _said(getattr(stale.current, name))) for name in standing]
            facts["conflict"] = what_came_between(stale.current, rows)
            return render(request, "outcomes/plan_days.html", {"form": form, "plan": plan, **facts}, status=409)
        except DomainError as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("outcomes:edit_plan", plan.code)
    return draw(request, "outcomes/plan_days.html", form, plan=plan, **facts)


def _said(value) -> str:
    """A day or a plan in words, for somebody who compares."""
    return formats.day(value) if isinstance(value, date) else str(value or _("none"))


@FORM
def move_on(request, code):
    """Publish a draft, or close a plan that is in force: each once, each with its reason."""
    require(request.user, "plan.edit")
    plan = find_plan(request.user, code)
    if plan.status == PlanStatus.CLOSED:
        raise Conflict(_("A plan goes from draft to in force to closed."), code="wrong_state")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _move_on(request, plan, form.cleaned_data["reason"])
        except DomainError as refused:
            put_refusal(form, refused)
        else:
            return redirect("outcomes:edit_plan", plan.code)
    tree = read_plan_tree(plan)
    missing = planning.missing_for_publication(plan) if tree.is_draft else []
    return draw(request, "outcomes/move_on.html", form, plan=plan, tree=tree, missing=missing)


def _move_on(request, plan, reason) -> None:
    common = {"plan_id": plan.pk, "version": posted_version(request), "by": request.user, "at": timezone.now()}
    if plan.status == PlanStatus.DRAFT:
        planning.publish_plan(reason=reason, **common)
        messages.success(request, _("The plan is in force. Everyone who signs in sees it."))
    else:
        planning.close_plan(reason=reason, **common)
        messages.success(request, _("The plan is closed. Its figures stay, and nothing is added to it."))


@FORM
def add_part(request, code, kind, aim=None):
    """An aim, an expected result or a capability more; the form comes back empty for the next one where asked."""
    require(request.user, "plan.edit")
    plan = find_plan(request.user, code)
    node = None if aim is None else _find(request.user, "aim", aim)
    form = PARTS[kind](request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            make_once(request, lambda: _add(request, plan, kind, node, form.cleaned_data))
        except DomainError as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Added."))
            return redirect(request.path if "more" in request.POST else plan_address(plan))
    facts = {"plan": plan, "kind": kind, "aim": node, "language": language_of(plan)}
    return draw(request, "outcomes/add_part.html", form, key=request.POST.get("key") or uuid.uuid4().hex, **facts)


PARTS = {"aim": AimForm, "result": ResultForm, "capability": CapabilityForm}


def plan_address(plan) -> str:
    return reverse("outcomes:edit_plan", args=[plan.code])


def _add(request, plan, kind, node, given) -> dict:
    language, common = language_of(plan), {"by": request.user, "at": timezone.now()}

    def said(name) -> Translated:
        return Translated(source=language, texts={language: given[name].strip()} if given[name].strip() else {})

    if kind == "aim":
        made = planning.add_aim(plan=plan, title=said("title"), text=said("text"), **common)
    elif kind == "result":
        made = definitions.add_result(aim=node, text=said("text"), passage=given["source_passage"], **common)
    else:
        made = planning.add_capability(plan=plan, code=given["code"], name=said("name"), **common)
    return {"pk": made.pk}


def _find(user, kind: str, pk: int):
    found = planning.NODES[kind].objects.visible_to(user).filter(pk=pk).first() if kind in planning.NODES else None
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


@require_POST
def move_part(request, kind, pk):
    """One place up or down in a draft."""
    node = _find(request.user, kind, pk)
    planning.move_node(
        kind=kind, node_id=node.pk, version=posted_version(request), up=request.POST.get("way") == "up",
        by=request.user, at=timezone.now(),
    )  # fmt: skip
    return redirect(f"{plan_address(planning.plan_of(node))}#{kind}-{node.pk}")


def _name_of(node) -> str:
    """'2.1' for an expected result: its own number says nothing without its aim's."""
    return f"{node.aim.number}.{node.number}" if isinstance(node, ExpectedResult) else str(node.number)


@FORM
def withdraw_part(request, kind, pk):
    """Take a part out of its plan, unless something hangs on it: then the page says what."""
    require(request.user, "plan.edit")
    node = _find(request.user, kind, pk)
    plan, form = planning.plan_of(node), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            planning.withdraw_node(
                kind=kind, node_id=node.pk, version=posted_version(request), reason=form.cleaned_data["reason"],
                by=request.user, at=timezone.now(),
            )  # fmt: skip
        except (Invalid, Conflict, Stale) as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("It is withdrawn."))
            return redirect(plan_address(plan))
    hanging = what_hangs_on(node, is_draft=plan.status == PlanStatus.DRAFT)
    words = node.text if isinstance(node, ExpectedResult) else getattr(node, "title", None) or node.name
    facts = {"plan": plan, "node": node, "kind": kind, "words": words, "hanging": hanging, "name": _name_of(node)}
    return draw(request, "outcomes/withdraw.html", form, **facts)
