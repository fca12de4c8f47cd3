"""Values that officers record and correct themselves, each with what it rests on; another officer confirms them."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import may, require
from core.errors import Conflict, Invalid, NotFound, Stale
from core.forms import put_refusal
from core.models import Period
from core.posted import posted_version
from outcomes.forms import ReasonForm, ValueForm
from outcomes.indicator_pages import find, parts_of, unit_words
from outcomes.models import Measurement, ProposalStage, ProposedValue
from outcomes.pages import crumbs, posted_number, require_reader
from outcomes.proposing import confirm_value, decline_value, propose_correction, propose_value, take_back_value

DECIDED = 20
PARTS = ("state", "value", "numerator", "denominator", "observed_on", "source_note")


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
        answer = _save(request, form, found, propose_value, **given)
        if answer is not None:
            return answer
    return _draw(request, form, found)


def _first(periods, today) -> dict:
    return {"period": periods[0].code if periods else None, "state": "reported", "observed_on": today}


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
        answer = _save(request, form, standing.indicator, propose_correction, **given)
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
    messages.success(request, _("The value is recorded. It counts once another officer has confirmed it."))
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


@require_safe
def proposed_values(request):
    """Which values of officers' own wait for a second officer?"""
    require_reader(request.user)
    seen = ProposedValue.objects.visible_to(request.user).select_related("indicator", "period", "bureau", "proposed_by", "decided_by")
    waiting = list(seen.waiting())
    facts = {
        "waiting": [_line(one) for one in waiting],
        "decided": [_line(one) for one in seen.exclude(stage=ProposalStage.WAITING).order_by("-decided_at")[:DECIDED]],
        "sentence": _sentence(waiting, sum(1 for one in waiting if one.proposed_by_id != request.user.pk)),
        "crumbs": crumbs(),
    }
    return render(request, "outcomes/proposed_values.html", facts)


def _sentence(waiting, of_others: int) -> str:
    if not waiting:
        return _("No value waits for a second officer.")
    words = ngettext("%(n)s value waits for a second officer", "%(n)s values wait for a second officer", len(waiting))
    yours = ngettext("%(n)s of them for you.", "%(n)s of them for you.", of_others)
    return words % {"n": len(waiting)} + _("; ") + yours % {"n": of_others}


def _line(one: ProposedValue) -> dict:
    return {"row": one, "value": parts_of(one.indicator, one), "url": reverse("outcomes:proposed_value", args=[one.pk])}


@require_http_methods(["GET", "HEAD", "POST"])
def proposed_value(request, pk):
    """Is this value right, and may it count?"""
    require_reader(request.user)
    rows = ProposedValue.objects.visible_to(request.user)
    found = rows.select_related("indicator", "period", "bureau", "proposed_by", "decided_by", "corrects").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    form = _decision_form(request)
    if request.method == "POST":
        require(request.user, "measurement.record")
        if _decide(request, found, form):
            return redirect("outcomes:proposed_values")
    is_own = found.proposed_by_id == request.user.pk
    facts = {
        "one": found,
        "value": parts_of(found.indicator, found),
        "until_now": parts_of(found.indicator, found.corrects) if found.corrects else "",
        "form": form,
        "is_own": is_own,
        "is_waiting": found.stage == ProposalStage.WAITING,
        "may_decide": may(request.user, "measurement.record"),
        "crumbs": crumbs((_("Values to confirm"), reverse("outcomes:proposed_values"))),
        "handling_level": found.handling if found.handling >= 2 else None,
    }
    return render(request, "outcomes/proposed_value.html", facts, status=400 if form.errors else 200)


def _decision_form(request) -> ReasonForm:
    """The reason, which only declining asks for."""
    made = ReasonForm(request.POST or None)
    made.fields["reason"].required = False
    if made.is_bound:
        made.full_clean()
    return made


def _decide(request, found: ProposedValue, form) -> bool:
    """Does what the pressed button says; whether it was done."""
    given = {"proposal_id": found.pk, "version": posted_version(request), "by": request.user, "at": timezone.now()}
    try:
        if request.POST.get("do") == "confirm":
            confirm_value(**given)
            messages.success(request, _("The value is confirmed, and the figures are worked out anew."))
        elif request.POST.get("do") == "take_back":
            take_back_value(**given)
            messages.success(request, _("The value is taken back. It was never in a figure."))
        else:
            decline_value(reason=request.POST.get("reason", ""), **given)
            messages.success(request, _("The value is declined, and stays out of the figures."))
    except (Invalid, Conflict, Stale) as refused:
        put_refusal(form, refused)
        return False
    return True
