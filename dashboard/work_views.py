"""Pages about bureaus and their work: who has reported, how each stands, and what each initiative tells."""

from __future__ import annotations

from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import may
from dashboard import work_drawing
from dashboard.asked import asked
from dashboard.bureau_list import (
    HEAD,
    bureaus_page,
    bureaus_then,
    csv_rows,
    list_bureaus,
    plan_standing_steps,
    read_list,
)
from dashboard.bureau_page import read_bureau_page
from dashboard.csv_views import answer
from dashboard.drawing import page
from dashboard.framed import framed
from dashboard.initiative import find_initiative, read_initiative
from dashboard.reporting_then import counted, duties_steps
from dashboard.reporting_views import shown
from dashboard.tallies import on_its_day
from dashboard.trail import history_of

PAGE = 50


def bureaus(request):
    """How do the bureaus stand to their plan, and with their reporting?"""
    question = asked(request)
    duties, listed, then = _listed(question, request.GET)
    facts = work_drawing.bureaus(question, duties)
    if then:
        facts |= bureaus_then(question, then)
    context = bureaus_page(question, listed, facts, csv_query=request.GET.urlencode())
    return shown(request, "dashboard/bureaus.html", context)


def bureaus_csv(request):
    """The list as it was asked for, for machines; on a past day as it stood."""
    question = asked(request)
    _duties, listed, then = _listed(question, request.GET)
    if then:
        counted(then)
    return answer(f"bureaus-{question.period.code if question.period else 'none'}.csv", HEAD, csv_rows(question, listed))


def _listed(question, given) -> tuple:
    """The bureaus' duties, the list of bureaus as it was asked for, and how they stood on the past day (None is today)."""
    if question.moment is None:
        return *read_list(question, given, None), None
    on_its_day(question)
    then, standing = question.together(duties_steps(question, question.period), plan_standing_steps(question))
    return then.rows, list_bureaus(then.rows, given, standing, then.bureaus), then


def bureau(request, code):
    """How is this bureau doing against plan and region?"""
    question = asked(request)
    told, user = read_bureau_page(question, code), request.user
    values = {
        "name": told.bureau.name.spoken(),
        "sentence": told.sentence,
        "content": told.content,
        "crumbs": [(_("Bureaus"), page("dashboard:bureaus"))],
        "history_url": history_of(user, told.bureau),
        "may_report": user.bureau_id == told.bureau.pk and may(user, "update.write"),
    }
    return framed(request, "dashboard/bureau.html", values, stamp={"known_at": told.known_at, "waiting": None})


def initiative(request, code):
    """What is it, and how is it going?"""
    question = asked(request)
    view = read_initiative(question, find_initiative(question, code))
    return render(request, "dashboard/initiative.html", work_drawing.initiative(question, view))
