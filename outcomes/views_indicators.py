"""Indicators: the list, choosing a kind, proposing and changing one, adopting and retiring it, and its baseline."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Field
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import may, require
from core.errors import Conflict, Invalid, NotFound, Stale
from core.forms import put_refusal
from outcomes import definitions, services
from outcomes.choices import IndicatorState
from outcomes.forms import BaselineForm
from outcomes.indicator_forms import IndicatorForm, first_of, initial_of
from outcomes.indicator_pages import (
    Wanted,
    find,
    last_writer,
    plans_for,
    read_indicator,
    read_list,
    results_of,
    unit_words,
)
from outcomes.kinds import BY_CODE, SHAPES, shape_of, suggested_code
from outcomes.models import ExpectedResult, Measurement
from outcomes.pages import crumbs, posted_number, require_reader
from outcomes.targets import shown
from outcomes.yes_no import is_yes_or_no

LIST = ("outcomes:indicators",)


@require_safe
def indicators(request):
    """Which indicators are there, and what does each still lack?"""
    require_reader(request.user)
    facts = read_list(request.user, Wanted.asked(request.GET))
    facts["may_edit"] = may(request.user, "indicator.edit")
    return render(request, "outcomes/indicators.html", {**facts, "crumbs": crumbs()})


@require_safe
def choose_kind(request):
    """What is measured, and for which expected result? The form of the chosen kind comes next."""
    require(request.user, "indicator.edit")
    asked = {name: request.GET.get(name, "") for name in ("result", "shape")}
    if _is_key(asked["result"]) and asked["shape"] in BY_CODE:
        return redirect("outcomes:new_indicator", asked["result"], asked["shape"])
    plans = plans_for(request.user)
    plan = next((one for one in plans if one.code == request.GET.get("plan")), next(iter(plans), None))
    here = reverse("outcomes:choose_kind")
    facts = {
        "aims": results_of(request.user, plan), "shapes": SHAPES, "plan": plan, "asked": asked["result"],
        "chosen": asked["shape"], "faults": _not_chosen(asked) if "sent" in request.GET else {},
        "tabs": [{"label": one.title, "url": f"{here}?plan={one.code}", "current": one == plan} for one in plans],
    }  # fmt: skip
    return render(request, "outcomes/choose_kind.html", {**facts, "crumbs": _crumbs()})


def _is_key(words: str) -> bool:
    return words.isascii() and words.isdecimal() and len(words) < 19


def _not_chosen(asked: dict) -> dict:
    """What is missing, in the words that every form has for it."""
    words = Field.default_error_messages["required"]
    return {name: words for name, is_there in (("result", _is_key(asked["result"])), ("shape", asked["shape"] in BY_CODE)) if not is_there}


def _crumbs(*more):
    return crumbs((_("Indicators"), reverse(*LIST)), *more)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request, result, shape):
    """Propose an indicator of the chosen kind."""
    require(request.user, "indicator.edit")
    results = ExpectedResult.objects.visible_to(request.user).select_related("aim__plan")
    found, chosen = results.filter(pk=result).first(), BY_CODE.get(shape)
    if found is None or chosen is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    form = IndicatorForm(request.POST or None, shape=chosen, initial=first_of(chosen, suggested_code(found)))
    if request.method == "POST" and form.is_valid():
        try:
            made = definitions.propose_indicator(
                expected_result=found, by=request.user, at=timezone.now(), **form.values()
            )
        except Invalid as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("%(code)s is proposed. Give it a baseline and targets next.") % {"code": made.code})
            return redirect("outcomes:indicator", made.code)
    facts = {"form": form, "shape": chosen, "result": found, "crumbs": _crumbs()}
    return render(request, "outcomes/indicator_form.html", facts, status=400 if form.errors else 200)


@require_safe
def indicator(request, code):
    """How is it defined, what is it held against, and which values are there?"""
    require_reader(request.user)
    return _draw(request, find(request.user, code))


def _draw(request, found, *, baseline_form=None, status=200, **facts):
    may_edit = may(request.user, "indicator.edit")
    drawn = read_indicator(request.user, found, may_edit=may_edit)
    standing = next((one for one in drawn["baselines"] if one["is_current"]), None)
    first = {"on": standing["on"] if standing else None}
    if standing:
        row = found.baselines.current().get()
        first["value"] = int(row.value) if is_yes_or_no(found) else shown(found, row.value)
    drawn |= {
        "baseline_form": baseline_form or BaselineForm(indicator=found, initial=first),
        "baseline_seen": standing["revision"] if standing else 0,
        "unit": unit_words(found),
        "typed_unit": "" if is_yes_or_no(found) else unit_words(found),
        "crumbs": _crumbs(),
    }
    return render(request, "outcomes/indicator.html", drawn | facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, code):
    """Change what the indicator means and how it is worked out; somebody else's change meanwhile is shown first."""
    found = find(request.user, code)
    require(request.user, "indicator.edit")
    has_values = Measurement.objects.filter(indicator=found).exists()
    asked = {"shape": shape_of(found), "indicator": found, "has_values": has_values}
    form = IndicatorForm(request.POST or None, initial=initial_of(found), **asked)
    facts = {"version": found.version}
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, found, form)
        except Stale:
            facts["conflict"] = _conflict(found, form, IndicatorForm(initial=initial_of(found), **asked))
        except (Invalid, Conflict) as refused:
            facts["version"] = request.POST.get("version", "")
            put_refusal(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("outcomes:indicator", found.code)
    elif request.method == "POST":
        facts["version"] = request.POST.get("version", "")
    facts |= {"form": form, "shape": asked["shape"], "result": found.expected_result, "indicator": found}
    facts |= {"has_values": has_values, "crumbs": _crumbs((found.code, reverse("outcomes:indicator", args=[found.code])))}
    status = 409 if "conflict" in facts else 400 if form.errors else 200
    return render(request, "outcomes/indicator_form.html", facts, status=status)


def _save(request, found, form):
    return definitions.edit_indicator(
        indicator_id=found.pk, version=posted_number(request, "version"), by=request.user, at=timezone.now(),
        reason=form.cleaned_data["reason"], **form.values(),
    )  # fmt: skip


def _conflict(found, mine, theirs) -> dict:
    """What differs between what was typed and what stands, field by field."""
    fields = [
        {"label": field.label, "mine": mine[name].value(), "theirs": theirs[name].value()}
        for name, field in mine.fields.items()
        if name != "reason" and str(mine[name].value() or "") != str(theirs[name].value() or "")
    ]
    return {"who": last_writer(found), "at": found.updated_at, "fields": fields}


@require_POST
def settle(request, code):
    """Adopt a proposal, retire an indicator, or take it up again."""
    found, state = find(request.user, code), request.POST.get("state", "")
    require(request.user, "indicator.edit")
    if state not in IndicatorState.values:
        raise Invalid.on("state", _("There is no such state."))
    try:
        definitions.edit_indicator(
            indicator_id=found.pk, version=posted_number(request, "version"), by=request.user, at=timezone.now(),
            reason=request.POST.get("reason", "")[:2000], state=state,
        )  # fmt: skip
    except (Invalid, Stale) as refused:
        words = request.POST.get("reason", "")
        return _draw(request, found, status=refused.status if refused.status == 400 else 409,
                     refused=str(refused), refused_state=state, reason_typed=words)  # fmt: skip
    said = {"adopted": _("It is adopted."), "retired": _("It is retired and counts no more."), "proposed": _("It is a proposal again.")}
    messages.success(request, said[state])
    return redirect("outcomes:indicator", found.code)


@require_POST
def baseline(request, code):
    """Set the value before the plan, or revise it with a reason."""
    found = find(request.user, code)
    require(request.user, "target.set")
    form = BaselineForm(request.POST, indicator=found)
    status = 400
    if form.is_valid():
        try:
            services.set_baseline(
                indicator=found, seen=posted_number(request, "seen"), by=request.user, at=timezone.now(), **form.values()
            )
        except Stale as refused:
            status = 409
            form.add_error(None, str(refused))
        except Invalid as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The baseline is saved, and the figures are worked out anew."))
            return redirect(reverse("outcomes:indicator", args=[found.code]) + "#baseline")
    return _draw(request, found, baseline_form=form, status=status)

