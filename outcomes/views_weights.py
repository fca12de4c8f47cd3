"""How much the parts of a plan, an aim or an expected result count in it, with what another weighing would bring."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import require
from core.errors import Invalid, NotFound, Stale
from core.formats import percent
from core.forms import put_refusal
from core.numbers import Unreadable, read_number, written
from goals.models import Aim
from outcomes.explain import plan_of
from outcomes.foresight import foresee
from outcomes.forms import ReasonForm
from outcomes.indicator_pages import plans_for
from outcomes.models import ExpectedResult, Indicator, NodeType, Weight
from outcomes.pages import address, crumbs, digest, draw_moves, is_save, posted_number, short
from outcomes.visibility import node_for
from outcomes.weighing import Weighed, check_weights, present_weights, propose_weights, set_weights

SHARE_OF = {
    NodeType.PLAN: gettext_lazy("Share of the plan"),
    NodeType.AIM: gettext_lazy("Share of the aim"),
    NodeType.RESULT: gettext_lazy("Share of the expected result"),
}
WHOLES = (NodeType.PLAN, NodeType.AIM, NodeType.RESULT)


@require_safe
def wholes(request):
    """Where is weighed, and where does everything count the same?"""
    require(request.user, "weight.edit")
    plans = plans_for(request.user)
    plan = next((one for one in plans if one.code == request.GET.get("plan")), next(iter(plans), None))
    results = ExpectedResult.objects.standing().order_by("number")
    aims = list(Aim.objects.standing().filter(plan=plan).order_by("number").prefetch_related(Prefetch("results", results)))
    weighed = _weighed(plan)
    here = reverse("outcomes:wholes")
    facts = {
        "plan": plan,
        "tabs": [{"label": one.title, "url": f"{here}?plan={one.code}", "current": one == plan} for one in plans],
        "rows": [_whole(node, weighed) for node in _nodes(plan, aims)],
        "n": len(weighed),
        "crumbs": crumbs(),
    }
    return render(request, "outcomes/wholes.html", facts)


def _nodes(plan, aims):
    if plan is None:
        return []
    return [plan, *(node for aim in aims for node in (aim, *aim.results.all()))]


def _whole(node, weighed: set) -> dict:
    kind = _kind(node)
    return {
        "label": short(node), "kind": kind.label, "is_weighed": (kind, node.pk) in weighed,
        "depth": WHOLES.index(kind), "url": reverse("outcomes:weights", args=[kind.value, node.pk]),
    }  # fmt: skip


def _kind(node) -> NodeType:
    if isinstance(node, ExpectedResult):
        return NodeType.RESULT
    return NodeType.AIM if isinstance(node, Aim) else NodeType.PLAN


def _weighed(plan) -> set:
    """The wholes of the plan whose parts were weighed. One query."""
    rows = Weight.objects.current().values_list(
        "aim__plan_id", "expected_result__aim_id", "expected_result__aim__plan_id", "indicator__expected_result_id",
        "indicator__expected_result__aim__plan_id",
    )  # fmt: skip
    found = set()
    for of_plan, aim, aims_plan, result, results_plan in rows:
        if plan is not None and plan.pk in (of_plan, aims_plan, results_plan):
            found.add((NodeType.PLAN, of_plan) if of_plan else (NodeType.AIM, aim) if aim else (NodeType.RESULT, result))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def weights(request, node_type, node_id):
    """How much does each part count in this whole?"""
    require(request.user, "weight.edit")
    if node_type not in WHOLES:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    whole = node_for(request.user, node_type, node_id)
    parts, hidden = _parts(request.user, whole)
    standing = present_weights(parts)
    rows = [_row(part, standing, request) for part in parts]
    facts = {"whole": whole, "rows": rows, "hidden": hidden, "form": ReasonForm.typed(request), "status": 200}
    if request.method == "POST":
        weighed = [Weighed(row["part"], row["value"], row["seen"]) for row in rows]
        answer = _answer(request, whole, weighed, rows, facts)
        if answer is not None:
            return answer
    return _draw(request, facts)


def _parts(user, whole) -> tuple[list, int]:
    """The parts that the person may see, and how many others count beside them."""
    if isinstance(whole, Aim):
        return list(ExpectedResult.objects.standing().filter(aim=whole).select_related("aim__plan").order_by("number")), 0
    if isinstance(whole, ExpectedResult):
        all_of_them = Indicator.objects.measured().filter(expected_result=whole)
        seen = list(all_of_them.visible_to(user).select_related("expected_result__aim__plan").order_by("code"))
        return seen, all_of_them.count() - len(seen)
    return list(Aim.objects.standing().filter(plan=whole).select_related("plan").order_by("number")), 0


def _row(part, standing, request) -> dict:
    present = next((row for (_kind_of, pk), row in standing.items() if pk == part.pk), None)
    value, name = (present.value if present else None), f"w.{part.pk}"
    row = {
        "part": part, "name": name, "label": short(part), "url": address(part), "standing": written(value),
        "words": written(value), "value": value, "seen": present.revision if present else 0, "error": "",
    }  # fmt: skip
    if request.method != "POST":
        return row
    row["words"] = request.POST.get(name, "").strip()[:60]
    row["seen"] = posted_number(request, f"seen.{part.pk}")
    try:
        row["value"] = read_number(row["words"])
    except Unreadable as refused:
        row["error"] = str(refused.message)
    return row


def _answer(request, whole, weighed, rows, facts):
    """Shows what would change; saves what was shown when the person says so."""
    if _put(rows, check_weights(weighed)):
        facts["status"] = 400
        return None
    proposed = [(one.part.pk, one.value) for one in weighed]
    facts |= {"is_preview": True, "previewed": digest(proposed)}
    facts["moves"] = _moves(request.user, whole, weighed)
    facts["is_changed"] = any(row["value"] != read_number(row["standing"]) for row in rows)
    if not is_save(request, proposed):
        return None
    try:
        set_weights(weighed=weighed, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now())
    except Stale as refused:
        _put(rows, refused.fields)
        for row in rows:
            row["seen"] = _revision(row["part"])
        facts |= {"status": 409, "conflict": str(refused), "is_preview": False}
    except Invalid as refused:
        put_refusal(facts["form"], refused)
        facts["status"] = 400
    else:
        messages.success(request, _("The weights are saved, and the figures are worked out anew."))
        return redirect(request.path)
    return None


def _revision(part) -> int:
    return next((row.revision for row in present_weights([part]).values()), 0)


def _put(rows, faults) -> bool:
    """Puts each fault beside its row; whether there is one, of whatever kind."""
    for name, messages_of in faults.items():
        if name.startswith("weights."):
            rows[int(name.partition(".")[2])]["error"] = " ".join(str(one) for one in messages_of)
    return any(row["error"] for row in rows)


def _moves(user, whole, weighed) -> dict:
    return draw_moves(user, foresee([plan_of(whole)], propose_weights(weighed), on=timezone.localdate()))


def _draw(request, facts):
    _put_shares(facts["rows"])
    facts["is_wrong"] = any(row["error"] for row in facts["rows"])
    whole, status = facts["whole"], facts.pop("status")
    facts |= {
        "kind": _kind(whole).label, "title": short(whole), "url": address(whole),
        "crumbs": crumbs((_("Weights"), reverse("outcomes:wholes"))),
        "share_head": SHARE_OF[_kind(whole)],
        "said": sum(1 for row in facts["rows"] if row["standing"]),
    }  # fmt: skip
    return render(request, "outcomes/weights.html", facts, status=status)


def _put_shares(rows) -> None:
    """Each part's share of the sum: all the same where nothing above zero was said, and one where nothing was said."""
    said = [row["value"] for row in rows]
    is_equal = not any(said)
    counted = [Decimal(1) if is_equal or value is None else value for value in said]
    whole = sum(counted)
    for row, value in zip(rows, counted, strict=True):
        row["share"] = percent(value / whole, 1) if whole and value >= 0 and not row["error"] else ""
