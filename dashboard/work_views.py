"""Pages about bureaus and their work: who has reported, how each stands, and what each initiative tells."""

from __future__ import annotations

from django.shortcuts import render

from dashboard import work_drawing
from dashboard.asked import asked
from dashboard.bureau_list import bureaus_page, list_bureaus
from dashboard.initiative import find_initiative, read_initiative
from dashboard.work import find_bureau, read_bureau, read_duties

PAGE = 50


def bureaus(request):
    """How do the bureaus stand with their reporting?"""
    question = asked(request)
    duties = read_duties(question, question.period)
    listed = list_bureaus(duties, request.GET)
    context = bureaus_page(question, listed, work_drawing.bureaus(question, duties))
    return render(request, "dashboard/bureaus.html", context)


def bureau(request, code):
    """How is this bureau doing against its plan?"""
    question = asked(request)
    view = read_bureau(question, find_bureau(code))
    return render(request, "dashboard/bureau.html", work_drawing.bureau(question, view))




def initiative(request, code):
    """What is it, and how is it going?"""
    question = asked(request)
    view = read_initiative(question, find_initiative(question, code))
    return render(request, "dashboard/initiative.html", work_drawing.initiative(question, view))
