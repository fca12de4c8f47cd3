"""Pages that answer across plans, regions and dates: heat map, timeline, what changed, data quality; each with its file."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import Conflict, Invalid, NotFound
from dashboard import changes_drawing, day_jobs, heat_drawing, pictures, quality_drawing, timeline_drawing
from dashboard import timeline as along_the_days
from dashboard.asked import asked
from dashboard.between import read_between
from dashboard.changes import read_changes
from dashboard.csv_views import answer
from dashboard.days import refused_days
from dashboard.heat import read_heat
from dashboard.quality import MOST_IN_A_FILE, read_findings
from dashboard.work import last_due_period
from initiatives.chasing import wishes


def heat_map(request):
    """Where are the weak spots?"""
    question = asked(request)
    heat = read_heat(question, request.GET)
    return render(request, "dashboard/heat_map.html", heat_drawing.heat_page(question, heat) if heat else {})


def heat_map_csv(request):
    """The cells of the heat map that is open, for machines."""
    heat = read_heat(asked(request), request.GET)
    if heat is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return answer(f"heat-map-{heat.plan.code}.csv", heat_drawing.HEAD, heat_drawing.csv_rows(heat))


def changes(request):
    """What moved between two days?"""
    question = asked(request)
    try:
        between = read_between(question, request.GET)
    except Invalid as refused:
        facts = {"refused": refused_days(refused, request.GET, ("since", "until")), "known": question.known_on}
        return render(request, "dashboard/changes.html", facts, status=400)
    if between.is_nothing:
        return render(request, "dashboard/changes.html", {"between": between, "latest": question.today})
    happened = read_changes(question, between)
    context = changes_drawing.changes_page(question, happened, request.GET)
    return render(request, "dashboard/changes.html", {**context, "follows": happened.is_followed, "may_follow": True})


def changes_csv(request):
    """Every sentence of the group that was chosen, or of all, with its facts, for machines."""
    question = asked(request)
    happened = read_changes(question, read_between(question, request.GET))
    name = f"changes-{happened.between.since}-{happened.between.until}.csv"
    return answer(name, changes_drawing.HEAD, changes_drawing.csv_rows(question, happened, changes_drawing.group_asked(request.GET)))


@require_POST
def work_out(request):
    """Have a worker add up the figures of a past day, and go back to the comparison that lacks them."""
    question = asked(request)
    between = read_between(question, request.POST)
    try:
        for day in (between.since, between.until):
            if day < timezone.localdate() and not day_jobs.is_at_once():
                pictures.PICTURES.ask_for(day, at=timezone.now(), by=request.user)
    except Conflict as refused:
        messages.error(request, str(refused))
    return redirect(changes_drawing.link(question, between))


@require_POST
def follow_changes(request):
    """The reader gets a letter each week that leads to this page, or no longer, and is back where they were."""
    follows = request.POST.get("follows") == "1"
    wishes.follow_changes(follows=follows, by=request.user, at=timezone.now())
    question = asked(request)
    messages.success(request, _("You follow what changed: a letter each week leads here.") if follows
                     else _("You no longer get the weekly letter about what changed."))  # fmt: skip
    return redirect(changes_drawing.link(question, read_between(question, request.POST)))


def timeline(request):
    """What is planned, late, ending?"""
    question = asked(request)
    view = along_the_days.read_timeline(request, question)
    return render(request, "dashboard/timeline.html", timeline_drawing.timeline_page(question, view))


def timeline_csv(request):
    """All the work that the page's filters find, by its last day; at most five thousand rows."""
    view = along_the_days.read_timeline(request, asked(request), size=along_the_days.MOST_IN_A_FILE)
    return answer("timeline.csv", timeline_drawing.HEAD, timeline_drawing.csv_rows(view))


def quality(request):
    """What looks wrong, why does it matter, and who can mend it?"""
    question = asked(request)
    period = _last_reported(question)
    told = read_findings(question, period, aim=request.GET.get("aim", ""))
    context = quality_drawing.quality_page(question, period, told, request.GET.get("kind", ""))
    return render(request, "dashboard/quality.html", context)


def quality_csv(request):
    """Every finding of the kind that was chosen, or of all kinds; of each at most five thousand."""
    question, aim = asked(request), request.GET.get("aim", "")
    told = read_findings(question, _last_reported(question), aim=aim, most=MOST_IN_A_FILE)
    return answer("data-quality.csv", quality_drawing.HEAD, quality_drawing.csv_rows(told, request.GET.get("kind", "")))


def _last_reported(question):
    """The period that was asked for, else the last one that has been due."""
    return question.period if question.period_code else last_due_period(question) or question.period
