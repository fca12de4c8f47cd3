"""Who has not reported, how late, and whom to remind."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require
from core.errors import Conflict
from dashboard import reporting_drawing, tallies
from dashboard.asked import asked
from dashboard.csv_views import answer
from dashboard.day_jobs import is_at_once
from dashboard.drawing import with_kept
from dashboard.reporting import read_standings
from dashboard.reporting_then import standings_of, standings_then
from dashboard.work import last_reported
from initiatives.chasing.by_hand import waiting_batches


@require_safe
def reporting(request):
    """Who has not reported for the last period that was due?"""
    question, now = _asked(request), timezone.now()
    require(request.user, "review.read")
    period = last_reported(question)
    if question.moment is not None:
        then = standings_then(question, period)
        facts = reporting_drawing.page(request, period, then.rows, is_open=False, batches=[], then=then)
        return shown(request, "dashboard/reporting.html", facts)
    facts = reporting_drawing.page(
        request, period, read_standings(question, period, at=now), is_open=bool(period) and period.is_open(now.date()),
        batches=waiting_batches(by=request.user, at=now),
    )  # fmt: skip
    return render(request, "dashboard/reporting.html", facts)


@require_safe
def reporting_csv(request):
    """Every bureau of the page that is open, for machines; on a past day as it stood."""
    question = _asked(request)
    require(request.user, "review.read")
    period = last_reported(question)
    rows = standings_of(question, period, at=timezone.now())
    name = f"reporting-{period.code if period else 'none'}.csv"
    return answer(name, reporting_drawing.HEAD, reporting_drawing.csv_rows(request, period, rows))


@require_POST
def count_up(request):
    """Have a worker count how bureaus had reported by a past day, and go back to the page that lacks it."""
    question, page = asked(request), request.POST.get("page", "")
    try:
        if question.known_on is not None and not is_at_once():
            tallies.TALLIES.ask_for(question.known_on, at=timezone.now(), by=request.user)
    except Conflict as refused:
        messages.error(request, str(refused))
    return redirect(with_kept(reverse(f"dashboard:{page if page in ASKED_FROM else 'home'}"), question.kept))


def _asked(request):
    question = asked(request)
    return question if question.moment is None else tallies.on_its_day(question)


ASKED_FROM = ("home", "bureaus", "reporting")


def shown(request, template: str, facts: dict):
    """The page; one that waits for a worker is not kept for the reader, because no act of anybody ends that."""
    if facts.get("missing"):
        request.asked_page = None
    return render(request, template, facts)
