"""Pages about the plans: overview, plan, aim, expected result, indicator, and how each figure came about."""

from __future__ import annotations

from django.shortcuts import render

from core.errors import NotFound
from core.status import STATUSES
from dashboard import drawing, indicator_drawing
from dashboard.aim_page import read_aim_page
from dashboard.asked import asked, part_asked
from dashboard.closing import closing
from dashboard.doors import doors_of
from dashboard.explained import read_explanation
from dashboard.explained_delivery import read_delivery_explanation
from dashboard.framed import framed
from dashboard.links import read_crosswalk
from dashboard.measures import find_indicator, read_indicator
from dashboard.overview import read_overview
from dashboard.plans import read_plans
from dashboard.result_page import read_result
from dashboard.trail import history_of
from initiatives.models import Initiative
from outcomes.models import ThresholdSet


def overview(request):
    """Where do the plans stand?"""
    question = asked(request)
    told = read_overview(question)
    values = {"sentence": told.sentence, "content": told.content, "reading": drawing.reading(question.kept)}
    stamp = {"known_at": told.known_at, "waiting": drawing.waiting(question)}
    return framed(request, "dashboard/overview.html", values, stamp=stamp)


def plan(request, plan):
    """What does this plan say, word for word, and where does each of its aims stand?"""
    question = asked(request)
    found = next((view for view in read_plans(question) if view.plan.code == plan), None)
    context = drawing.plan_page(found, plan)
    context["history_url"] = history_of(request.user, found.plan)
    context["closing"] = closing(found, read_crosswalk(request.user)) if found.plan.status == "closed" else None
    return render(request, "dashboard/plan.html", {**context, "stamp": drawing.stamp(question, found)})


def aim(request, plan, number):
    """Why this status?"""
    question = asked(request)
    told = read_aim_page(question, plan, number)
    values = {**told.values, "history_url": history_of(request.user, told.aim), "doors": doors_of(request.user, told.aim)}
    stamp = {"known_at": told.known_at, "waiting": drawing.waiting(question)}
    return framed(request, "dashboard/aim.html", values, stamp=stamp)


def result(request, plan, number, result):
    """What is promised here, and what do its indicators say?"""
    question = asked(request)
    view = read_result(question, plan, number, result)
    context = {**drawing.result(view), "history_url": history_of(request.user, view.result)}
    context["doors"] = doors_of(request.user, view.result)
    return render(request, "dashboard/result.html", {**context, "stamp": drawing.stamp(question, view)})


def indicator(request, code):
    """What is this number made of?"""
    question = asked(request)
    view = read_indicator(question, find_indicator(request.user, code))
    context = {**indicator_drawing.indicator(view), "history_url": history_of(request.user, view.indicator)}
    context["doors"] = doors_of(request.user, view.indicator)
    return render(request, "dashboard/indicator.html", {**context, "stamp": drawing.stamp(question, view)})


def indicator_path(request, code):
    """A part of the review page: the indicator's path in small, of all bureaus together."""
    view = read_indicator(asked(request), find_indicator(request.user, code))
    chart = indicator_drawing.path_chart(view, width=420, height=190, key=f"path-{view.indicator.pk}")
    context = {"chart": chart, "indicator": view.indicator, "path_csv": indicator_drawing.path_csv(view)}
    return render(request, "dashboard/_path.html", context)


def explain(request, node_type, node_id):
    """How was this figure worked out, from which inputs, as known on which day?"""
    question = asked(request)
    return render(request, "dashboard/explain.html", read_explanation(question, node_type, node_id, **part_asked(request)))


def explain_delivery(request, code):
    """How does this initiative's delivery stand at the end of a period, and why?"""
    question = asked(request)
    found = Initiative.objects.visible_to(request.user).filter(code=code).first()
    if found is None:
        raise NotFound
    return render(request, "dashboard/explain_delivery.html", read_delivery_explanation(question, found))


def method(request):
    """How is a status decided?"""
    thresholds = ThresholdSet.objects.order_by("-valid_from").first()
    return render(request, "dashboard/method.html", {"thresholds": thresholds, "marks": list(STATUSES)})
