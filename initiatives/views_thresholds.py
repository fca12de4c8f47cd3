"""The thresholds of every status: the sets with their days, and a new one with what it would bring to all figures."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import may, require
from core.errors import Invalid, Stale
from core.formats import day, percent
from core.forms import put_refusal
from initiatives.thresholds import foresee_thresholds, set_thresholds
from outcomes.forms import ThresholdForm, thresholds_of
from outcomes.models import ThresholdSet
from outcomes.pages import crumbs, digest, draw_moves, is_save, posted_number, require_reader
from outcomes.thresholds import check_thresholds, propose_thresholds


@require_http_methods(["GET", "HEAD", "POST"])
def thresholds(request):
    """From when on is a figure called on track, at risk or off track?"""
    require_reader(request.user)
    sets = list(ThresholdSet.objects.select_related("set_by").order_by("-valid_from"))
    facts = {"sets": [_row(one) for one in sets], "seen": sets[0].pk if sets else 0, "status": 200}
    facts["form"] = ThresholdForm(request.POST or None, initial=thresholds_of(sets[0] if sets else None, on=timezone.localdate()))
    if request.method == "POST":
        require(request.user, "threshold.edit")
        if _answer(request, facts):
            return redirect(request.path)
    facts |= {"sentence": _sentence(sets, timezone.localdate())}
    facts |= {"may_edit": may(request.user, "threshold.edit"), "crumbs": crumbs(), "today": timezone.localdate()}
    status = facts.pop("status")
    return render(request, "initiatives/thresholds.html", facts, status=400 if facts["form"].errors and status == 200 else status)


def _row(one: ThresholdSet) -> dict:
    return {"set": one, "bands": sorted(one.bands, key=lambda band: float(band["from"] or 0), reverse=True)}


def _sentence(sets: list[ThresholdSet], today) -> str:
    """What turns a figure into a word today; nothing where no set is in force."""
    current = next((one for one in sets if one.valid_from <= today), None)
    if current is None:
        return ""
    begins = {band["status"]: Decimal(str(band["from"])) for band in current.bands if band["from"] is not None}
    return _(
        "Since %(day)s a figure is on track from %(on_track)s of what was expected by now and at risk from %(at_risk)s; with less"
        " than %(floor)s coverage it is called neither on nor off track."
    ) % {
        "day": day(current.valid_from), "on_track": percent(begins["on_track"], None), "at_risk": percent(begins["at_risk"], None),
        "floor": percent(current.coverage_floor, None),
    }  # fmt: skip


def _answer(request, facts) -> bool:
    """Shows what would change; saves what was shown when the person says so. Whether it was saved.

    What was shown is not worked out again to be saved, only where it is not saved and shown once more.
    """
    form = facts["form"]
    is_whole = form.is_valid()
    if request.POST.get("do") != "save":
        form.errors.pop("reason", None)  # asked for when it is saved, not when it is shown
    if not is_whole and set(form.errors) - {"reason"}:
        return False
    given = form.values()
    faults = check_thresholds(**given, on=timezone.localdate())
    if faults:
        put_refusal(form, Invalid(fields=faults))
        return False
    if is_whole and is_save(request, given) and _save(request, facts, given):
        return True
    moves = foresee_thresholds(propose_thresholds(**given), on=timezone.localdate())
    facts |= {"is_preview": True, "moves": draw_moves(request.user, moves), "previewed": digest(given)}
    return False


def _save(request, facts, given) -> bool:
    try:
        set_thresholds(
            **given, reason=facts["form"].cleaned_data["reason"], seen=posted_number(request, "seen"), by=request.user,
            at=timezone.now(),
        )  # fmt: skip
    except Stale as refused:
        facts["form"].add_error(None, str(refused))
        facts["status"] = 409
        return False
    except Invalid as refused:
        put_refusal(facts["form"], refused)
        return False
    messages.success(request, _("The thresholds are saved, and every figure is worked out anew."))
    return True
