"""Who has not reported, how late, and whom to remind."""

from __future__ import annotations

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import require
from dashboard import reporting_drawing
from dashboard.asked import asked
from dashboard.reporting import read_standings
from dashboard.work import last_due_period
from initiatives.chasing.by_hand import waiting_batches


@require_safe
def reporting(request):
    """Who has not reported for the last period that was due?"""
    question, now = asked(request), timezone.now()
    require(request.user, "review.read")
    period = question.period if question.period_code else last_due_period(question) or question.period
    facts = reporting_drawing.page(
        request, period, read_standings(question, period, at=now), is_open=bool(period) and period.is_open(now.date()),
        batches=waiting_batches(by=request.user, at=now),
    )  # fmt: skip
    return render(request, "dashboard/reporting.html", facts)
