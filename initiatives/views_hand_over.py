"""The page of a hand-over: who leaves, who takes over, exactly what moves, and then the deed."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.models import Bureau
from core.errors import Conflict, Invalid, NotFound, Stale
from core.forms import put_refusal
from initiatives import handing_over
from initiatives.forms import text_area


class HandOverForm(forms.Form):
    reason = text_area(gettext_lazy("Why?"), gettext_lazy("It stays on record."), rows=2, most=2000)
    ends_account = forms.BooleanField(
        label=gettext_lazy("Close the account of the person who leaves, at once"), required=False
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request, code):
    """What does the person have open, and who takes it over?"""
    bureau = Bureau.objects.filter(code=code).first()
    if bureau is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    require(request.user, "duty.hand_over", bureau_id=bureau.pk)
    people = list(handing_over.people_who_may_leave(request.user).filter(bureau=bureau).order_by("full_name"))
    leaver = _named(people, request.GET.get("from", ""))
    others = list(handing_over.successors_of(leaver)) if leaver else []
    successor = _named(others, request.GET.get("to", ""))
    facts = {"bureau": bureau, "people": people, "leaver": leaver, "others": others, "successor": successor}
    if not successor:
        facts["missing"] = next((name for name in ("from", "to") if request.GET.get(name) == ""), "")
        facts["words"] = forms.Field.default_error_messages["required"]
        return render(request, "initiatives/hand_over.html", facts)
    return _confirm(request, facts)


def _named(people, key: str):
    return next((one for one in people if str(one.pk) == key), None)


def _confirm(request, facts):
    leaver, successor = facts["leaver"], facts["successor"]
    form = HandOverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            *_people, moved = handing_over.hand_over(
                leaver_id=leaver.pk, successor_id=successor.pk, seen=request.POST.get("seen", ""), by=request.user,
                at=timezone.now(), **form.cleaned_data,
            )  # fmt: skip
        except (Invalid, Conflict, Stale) as refused:
            put_refusal(form, refused)
        else:
            words = ngettext("%(n)s open duty went to %(name)s.", "%(n)s open duties went to %(name)s.", moved)
            messages.success(request, words % {"n": moved, "name": successor.full_name})
            return redirect("dashboard:bureau", facts["bureau"].code)
    duties = handing_over.open_duties_of(leaver)
    facts |= {
        "form": form, "duties": duties, "refusal": handing_over.refusal_of(leaver, successor, duties),
        **handing_over.drawn_for(request.user, duties),
    }  # fmt: skip
    return render(request, "initiatives/hand_over.html", facts, status=400 if form.errors else 200)
