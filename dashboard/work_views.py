"""Pages about bureaus and their work: who has reported, how each stands, and what each initiative tells."""

from __future__ import annotations

from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import may, require
from core import keyset
from core.errors import NotFound
from core.models import AuditRecord
from dashboard import work_drawing
from dashboard.asked import asked
from dashboard.work import (
    find_bureau,
    find_initiative,
    last_due_period,
    read_bureau,
    read_duties,
    read_initiative,
)
from initiatives.filtersets import InitiativeFilterSet
from initiatives.models import Initiative

PAGE = 50


def bureaus(request):
    """How do the bureaus stand with their reporting?"""
    question = asked(request)
    duties = read_duties(question, question.period)
    return render(request, "dashboard/bureaus.html", work_drawing.bureaus(question, duties))


def bureau(request, code):
    """How is this bureau doing against its plan?"""
    question = asked(request)
    view = read_bureau(question, find_bureau(code))
    return render(request, "dashboard/bureau.html", work_drawing.bureau(question, view))


def reporting(request):
    """Who has not reported for the last period that was due?"""
    question = asked(request)
    require(request.user, "review.read")
    period = question.period if question.period_code else last_due_period(question) or question.period
    return render(request, "dashboard/reporting.html", work_drawing.reporting(period, read_duties(question, period)))


def initiatives(request):
    """Which initiatives match?"""
    rows = Initiative.objects.visible_to(request.user).select_related("lead_bureau")
    filters = InitiativeFilterSet(request.GET, queryset=rows, request=request)
    found = filters.qs if filters.is_valid() else rows.none()
    page = keyset.page_of(found, order=keyset.LATEST_FIRST, cursor=request.GET.get("cursor", ""), size=PAGE)
    known = keyset.capped_count(found)
    return render(request, "dashboard/initiatives.html", work_drawing.initiatives(request, filters, page, known))


def initiative(request, code):
    """What is it, and how is it going?"""
    question = asked(request)
    view = read_initiative(question, find_initiative(question, code))
    return render(request, "dashboard/initiative.html", work_drawing.initiative(question, view))


def history(request):
    """Who changed what? Auditors read the whole trail; everyone reads what they did themselves."""
    records = (
        AuditRecord.objects.all()
        if may(request.user, "audit.read")
        else AuditRecord.objects.filter(actor_id=request.user.pk)
    )
    target = request.GET.get("of", "")
    if target:
        records = records.filter(**_target(target))
    before = request.GET.get("before", "")
    if before.isdecimal() and before.isascii() and len(before) < 19:
        records = records.filter(seq__lt=int(before))
    return render(request, "dashboard/history.html", work_drawing.history(request, list(records[: PAGE + 1]), PAGE))


def _target(text: str) -> dict:
    """A record's own history: `initiatives.update:12`."""
    kind, _colon, key = text.partition(":")
    if not key:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return {"target_type": kind[:60], "target_id": key[:60]}
