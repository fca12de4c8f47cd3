"""Reporting periods: their days and how they stand, and opening, closing, reopening and moving them with a reason."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import may, require
from core.errors import Conflict, Invalid, NotFound, Stale
from core.forms import DayField, put_refusal
from core.models import Period, PeriodState
from initiatives.forms import text_area
from initiatives.pages import posted_version
from initiatives.periods import open_counts, standing_of
from outcomes import period_services


class ReasonForm(forms.Form):
    reason = text_area(gettext_lazy("Why?"), gettext_lazy("It stays on record."), rows=2, most=2000)


class DaysForm(forms.Form):
    due_on = DayField(label=gettext_lazy("Updates are due on"))
    closes_on = DayField(label=gettext_lazy("The period closes on"))
    reason = text_area(gettext_lazy("Why do they change?"), rows=2, most=2000)


ACTS = {
    "open": (period_services.open_period, PeriodState.UPCOMING, gettext_lazy("The period is open.")),
    "close": (period_services.close_period, PeriodState.OPEN, gettext_lazy("The period is closed.")),
    "reopen": (period_services.reopen_period, PeriodState.CLOSED, gettext_lazy("The period is open again.")),
}


@require_safe
def index(request):
    """Which periods are there, and which takes updates now?"""
    require(request.user, "review.read")
    today = timezone.localdate()
    found = list(Period.objects.order_by("-start_on"))
    counts = open_counts(request.user)
    facts = {
        "rows": [
            (one, one.state(today), PeriodState(one.state(today)).label, *counts.get(one.pk, (0, 0))) for one in found
        ],
        "open": [one.code for one in found if one.is_open(today)],
        "may_manage": may(request.user, "period.manage"),
        "next_code": period_services.next_quarter(today).code,
    }
    return render(request, "initiatives/periods.html", facts)


@require_POST
def add(request):
    """The next quarter becomes a period."""
    try:
        made = period_services.add_period(code=request.POST.get("code", ""), by=request.user, at=timezone.now())
    except Conflict as refused:
        messages.error(request, str(refused))
        return redirect("initiatives:periods")
    messages.success(request, _("%(period)s is added, with its usual days.") % {"period": made.code})
    return redirect("initiatives:period", made.code)


@require_safe
def period(request, code):
    """How does the period stand, and what would change if it were opened, closed or moved?"""
    require(request.user, "review.read")
    return _show(request, _find(code))


def _find(code: str) -> Period:
    found = Period.objects.filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no such reporting period."))
    return found


def _show(request, found: Period, *, status=200, **forms_):
    state = found.state(timezone.localdate())
    initial = {"due_on": found.due_on, "closes_on": found.closes_on}
    facts = {
        "one": found,
        "state": state,
        "state_label": PeriodState(state).label,
        "standing": standing_of(found, request.user),
        "may_manage": may(request.user, "period.manage"),
        "act": next(name for name, (_verb, fitting, _words) in ACTS.items() if fitting == state),
        "form": ReasonForm(prefix="act"),
        "days_form": DaysForm(initial=initial, prefix="days"),
    }
    return render(request, "initiatives/period.html", facts | forms_, status=status)


@require_POST
def settle(request, code, act):
    """Open, close or reopen."""
    verb, _fitting, words = ACTS[act]
    form = ReasonForm(request.POST, prefix="act")
    return _do(request, code, form, "form", verb, words)


@require_POST
def move(request, code):
    """Another due date or closing date."""
    form = DaysForm(request.POST, prefix="days")
    return _do(
        request, code, form, "days_form", period_services.change_days, _("The days are changed; reminders follow them.")
    )


def _do(request, code, form, name, verb, words):
    require(request.user, "period.manage")
    if form.is_valid():
        try:
            verb(code=code, version=posted_version(request), by=request.user, at=timezone.now(), **form.cleaned_data)
        except (Invalid, Conflict, Stale) as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, words)
            return redirect("initiatives:period", code)
    return _show(request, _find(code), status=400, **{name: form})
