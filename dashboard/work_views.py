"""Pages about bureaus and their work: who has reported, how each stands, and what each initiative tells."""

from __future__ import annotations

from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import may
from dashboard import work_drawing
from dashboard.asked import asked
from dashboard.bureau_list import HEAD, bureaus_page, bureaus_then, csv_rows, read_list
from dashboard.bureau_page import read_bureau_page
from dashboard.csv_views import answer
from dashboard.drawing import page
from dashboard.framed import framed
from dashboard.initiative import find_initiative, read_initiative
from dashboard.reporting_then import counted, duties_then
from dashboard.reporting_views import shown
from dashboard.tallies import on_its_day
from dashboard.trail import history_of

PAGE = 50


def bureaus(request):
    """How do the bureaus stand to their plan, and with their reporting?"""
    question, then = asked(request), _then(request)
    duties, listed = read_list(question, request.GET, then)
    facts = work_drawing.bureaus(question, duties)
    if then:
        facts |= bureaus_then(question, then)
    context = bureaus_page(question, listed, facts, csv_query=request.GET.urlencode())
    return shown(request, "dashboard/bureaus.html", context)


def bureaus_csv(request):
    """The list as it was asked for, for machines; on a past day as it stood."""
    question, then = asked(request), _then(request)
    _duties, listed = read_list(question, request.GET, counted(then) if then else None)
    return answer(f"bureaus-{question.period.code if question.period else 'none'}.csv", HEAD, csv_rows(question, listed))


def _then(request):
    """How bureaus stood on the past day that was asked for; None is today."""
    question = asked(request)
    return None if question.moment is None else duties_then(on_its_day(question), question.period)


def bureau(request, code):
    """How is this bureau doing against its plan?"""
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
