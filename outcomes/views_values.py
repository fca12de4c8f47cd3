"""Values that officers record and correct themselves, each with what it rests on."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.kept import through_sign_in
from core.errors import Conflict, Invalid, NotFound, Stale
from core.forms import put_refusal
from core.models import Period
from outcomes.direct import correct_directly, record_directly
from outcomes.forms import ValueForm
from outcomes.indicator_pages import find, unit_words
from outcomes.models import Measurement
from outcomes.pages import crumbs, posted_number

PARTS = ("state", "value", "numerator", "denominator", "observed_on", "source_note")


@through_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def record(request, code):
    """Which value, for which period, and where does it come from?"""
    found = find(request.user, code)
    require(request.user, "measurement.record")
    plan, today = found.expected_result.aim.plan, timezone.localdate()
    rows = Period.objects.started_by(today).filter(end_on__gte=plan.start_on, start_on__lte=plan.end_on)
    periods = list(rows.order_by("-start_on"))
    form = ValueForm(request.POST or None, indicator=found, periods=periods, initial=_first(periods, today))
    if request.method == "POST" and form.is_valid():
        given = {"indicator": found, **form.values(), **{n: form.cleaned_data[n] for n in ("period", "bureau")}}
        answer = _save(request, form, found, record_directly, **given)
        if answer is not None:
            return answer
    return _draw(request, form, found)


def _first(periods, today) -> dict:
    return {"period": periods[0].code if periods else None, "state": "reported", "observed_on": today}


@through_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request, pk):
    """What was wrong with the value, and what is right? The value before it stays on record."""
    rows = Measurement.objects.visible_to(request.user).select_related("indicator__expected_result__aim__plan", "period", "bureau")
    standing = rows.filter(pk=pk).first()
    if standing is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    require(request.user, "measurement.record")
    initial = {name: getattr(standing, name) for name in PARTS}
    form = ValueForm(request.POST or None, indicator=standing.indicator, is_correction=True, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = {"measurement_id": standing.pk, "seen": posted_number(request, "seen"), **form.values()}
        answer = _save(request, form, standing.indicator, correct_directly, **given)
        if answer is not None:
            return answer
    return _draw(request, form, standing.indicator, standing=standing)


def _save(request, form, found, verb, /, **given):
    """The way back to the indicator, or None with the refusal where the person looks."""
    try:
        verb(by=request.user, at=timezone.now(), **given)
    except (Invalid, Conflict, Stale) as refused:
        put_refusal(form, refused)
        return None
    messages.success(request, _("The value is recorded, and the figures are worked out anew."))
    return redirect(reverse("outcomes:indicator", args=[found.code]) + "#values")


def _draw(request, form, indicator, *, standing=None):
    facts = {
        "form": form, "indicator": indicator, "standing": standing, "unit": unit_words(indicator),
        "crumbs": crumbs(
            (_("Indicators"), reverse("outcomes:indicators")),
            (indicator.code, reverse("outcomes:indicator", args=[indicator.code])),
        ),
    }  # fmt: skip
    return render(request, "outcomes/value.html", facts, status=400 if form.errors else 200)
