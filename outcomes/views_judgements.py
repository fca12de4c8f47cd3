"""Judged beside computed: where a responsible person has said otherwise, and saying so, again, or no longer."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import may, require
from core.errors import Invalid, NotFound, Stale
from core.forms import put_refusal
from core.models import Period
from goals.models import Aim
from outcomes.choices import Measure
from outcomes.forms import JudgementForm, ReasonForm
from outcomes.indicator_pages import plans_for
from outcomes.judging import end_judgement, judge
from outcomes.models import ExpectedResult, Judgement, NodeType
from outcomes.pages import address, crumbs, posted_number, require_reader, short
from outcomes.services import part_field, plan_of
from outcomes.visibility import node_for, rollups_for

JUDGED = (NodeType.AIM, NodeType.RESULT, NodeType.INDICATOR)


@require_safe
def judgements(request):
    """Where does somebody judge otherwise than the figures say, and until when?"""
    require_reader(request.user)
    plans, today = plans_for(request.user), timezone.localdate()
    plan = next((one for one in plans if one.code == request.GET.get("plan")), next(iter(plans), None))
    nodes = _nodes(plan)
    rows = _rows(request.user, plan, nodes, today)
    standing = sum(1 for row in rows if row["judgement"] and row["judgement"].expires_on >= today)
    here = reverse("outcomes:judgements")
    sentence = ngettext("%(n)s judgement stands beside the figures.", "%(n)s judgements stand beside the figures.", standing)
    facts = {
        "plan": plan,
        "rows": rows,
        "tabs": [{"label": one.title, "url": f"{here}?plan={one.code}", "current": one == plan} for one in plans],
        "sentence": sentence % {"n": standing} if standing else _("No judgement stands: the figures speak alone."),
        "crumbs": crumbs(),
    }
    return render(request, "outcomes/judgements.html", facts)


def _nodes(plan) -> list:
    aims = list(Aim.objects.standing().filter(plan=plan).select_related("plan").order_by("number"))
    results = list(
        ExpectedResult.objects.standing().filter(aim__plan=plan).select_related("aim__plan").order_by("aim__number", "number")
    )
    return [node for aim in aims for node in (aim, *(one for one in results if one.aim_id == aim.pk))]


def _rows(user, plan, nodes, today) -> list[dict]:
    """Each aim and result with both statuses. Three queries: the period, the summary, the judgements."""
    period = _period(plan, today) if plan else None
    statuses = _statuses(user, nodes, period)
    said = {}
    for one in Judgement.objects.current().select_related("recorded_by"):
        said |= {(NodeType.AIM, one.aim_id): one, (NodeType.RESULT, one.expected_result_id): one}
    return [
        {
            "label": short(node), "kind": kind.label, "url": reverse("outcomes:judgement", args=[kind.value, node.pk]),
            "computed": statuses.get((kind, node.pk)), "judgement": said.get((kind, node.pk)),
            "is_over": bool(said.get((kind, node.pk))) and said[kind, node.pk].expires_on < today,
        }
        for node in nodes
        for kind in [NodeType.AIM if isinstance(node, Aim) else NodeType.RESULT]
    ]  # fmt: skip


def _period(plan, today) -> Period | None:
    rows = Period.objects.started_by(today).filter(end_on__gte=plan.start_on, start_on__lte=plan.end_on)
    return rows.order_by("-start_on").first()


def _statuses(user, nodes, period) -> dict:
    """The computed status of each, None where it is not for this reader."""
    rows = rollups_for(user).filter(
        period=period, bureau=None, measure=Measure.RESULTS, node_type__in=[NodeType.AIM, NodeType.RESULT, NodeType.INDICATOR],
        node_id__in=[node.pk for node in nodes],
    )  # fmt: skip
    found = rows.values_list("node_type", "node_id", "status", "is_restricted")
    return {(NodeType(kind), pk): None if hidden else status for kind, pk, status, hidden in found}


@require_http_methods(["GET", "HEAD", "POST"])
def judgement(request, node_type, node_id):
    """What do the figures say, what does the responsible person say, and why?"""
    require_reader(request.user)
    if node_type not in JUDGED:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    node = node_for(request.user, node_type, node_id)
    rows = Judgement.objects.filter(**{part_field(node): node}).select_related("recorded_by")
    standing = next((one for one in rows.order_by("-revision") if one.is_current), None)
    facts = {"node": node, "node_type": node_type, "standing": standing, "rows": rows.order_by("-revision"), "status": 200}
    if request.method == "POST":
        require(request.user, "judgement.set")
        end = request.POST.get("do") == "end"
        answer = _end(request, facts) if end else _judge(request, facts)
        if answer is not None:
            return answer
    return _draw(request, facts)


def _judge(request, facts):
    form = facts["form"] = JudgementForm(request.POST)
    facts["status"] = 400
    if not form.is_valid():
        return None
    try:
        judge(node=facts["node"], seen=posted_number(request, "seen"), by=request.user, at=timezone.now(), **form.cleaned_data)
    except Stale as refused:
        facts |= {"status": 409, "conflict": str(refused)}
        return None
    except Invalid as refused:
        put_refusal(form, refused)
        return None
    messages.success(request, _("The judgement stands beside the figures."))
    return redirect(request.path)


def _end(request, facts):
    facts["end_form"], facts["status"] = ReasonForm(request.POST), 400
    if facts["standing"] is None or not facts["end_form"].is_valid():
        return None
    try:
        end_judgement(
            judgement_id=facts["standing"].pk, seen=posted_number(request, "seen"), by=request.user, at=timezone.now(),
            reason=facts["end_form"].cleaned_data["reason"],
        )  # fmt: skip
    except Stale as refused:
        facts |= {"status": 409, "conflict": str(refused)}
        return None
    messages.success(request, _("The judgement has ended; the figures speak alone."))
    return redirect(request.path)


def _draw(request, facts):
    node, standing, today = facts["node"], facts["standing"], timezone.localdate()
    plan = plan_of(node)
    period = _period(plan, today)
    kind = NodeType(facts["node_type"])
    first = {"status": standing.status, "reason": standing.reason} if standing else {}
    status = facts.pop("status")
    facts |= {
        "kind": kind.label, "title": short(node), "url": address(node), "period": period, "today": today,
        "computed": _statuses(request.user, [node], period).get((kind, node.pk)),
        "is_over": standing is not None and standing.expires_on < today,
        "may_judge": may(request.user, "judgement.set"),
        "crumbs": crumbs((_("Judgements"), reverse("outcomes:judgements") + f"?plan={plan.code}")),
    }  # fmt: skip
    facts.setdefault("form", JudgementForm(initial=first))
    facts.setdefault("end_form", ReasonForm(auto_id="end_%s"))
    return render(request, "outcomes/judgement.html", facts, status=status)
