"""More time: a bureau asks for it, an officer answers, and both see where the request stands."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import may, refusal, require
from core.errors import Conflict, DomainError, Invalid, NotFound, Stale
from core.formats import day
from core.forms import put_refusal
from core.models import Period
from initiatives import extensions
from initiatives.chasing.records import Extension, ExtensionState
from initiatives.clocks import due_day
from initiatives.forms_chasing import AnswerForm, ExtensionForm
from initiatives.pages import posted_version

MOST_ANSWERED = 50


@require_http_methods(["GET", "HEAD", "POST"])
def more_time(request, period):
    """Ask for more time for a period of the person's own bureau."""
    bureau, found = request.user.bureau, Period.objects.filter(code=period).first()
    if found is None:
        raise NotFound(_("There is no such reporting period."))
    require(request.user, "extension.ask", bureau_id=bureau.pk if bureau else None)
    form = ExtensionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            extensions.ask_for_time(
                bureau=bureau, period=found, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except (Invalid, Conflict) as refused:
            put_refusal(form, refused)
        else:
            messages.success(
                request, _("Your request is with the strategy officers. The due date stands until they answer.")
            )
            return redirect("initiatives:my_reporting")
    requests = Extension.objects.filter(bureau=bureau, period=found).select_related("period", "decided_by")
    due_on = due_day(found, Extension.objects.granted_until(bureau.pk, found.pk))
    facts = {"form": form, "period": found, "due_on": due_on, "requests": requests}
    return render(request, "initiatives/more_time.html", facts, status=400 if form.errors else 200)


@require_safe
def index(request):
    """Which requests wait for an answer?"""
    require(request.user, "review.read")
    rows = Extension.objects.visible_to(request.user).select_related("bureau", "period", "asked_by", "decided_by")
    answered = rows.exclude(state=ExtensionState.ASKED).order_by("-updated_at", "-id")[:MOST_ANSWERED]
    facts = {
        "waiting": list(rows.waiting()), "answered": list(answered), "may_answer": may(request.user, "extension.decide"),
    }  # fmt: skip
    return render(request, "initiatives/extensions.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, pk):
    """One request, with the officer's answer or the form for it."""
    found = _find(request, pk)
    form = AnswerForm(request.POST or None, initial={"until_on": found.until_on})
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, found, form)
        except (Invalid, Conflict, Stale) as refused:
            put_refusal(form, refused)
        else:
            return redirect("initiatives:extensions")
    facts = {
        "one": found, "form": form, "may_answer": found.state == ExtensionState.ASKED and may(request.user, "extension.decide"),
        "may_withdraw": found.state == ExtensionState.ASKED
        and refusal(request.user, "extension.ask", bureau_id=found.bureau_id) is None,
        "due_on": due_day(found.period, Extension.objects.granted_until(found.bureau_id, found.period_id)),
    }  # fmt: skip
    return render(request, "initiatives/extension.html", facts, status=400 if form.errors else 200)


def _find(request, pk) -> Extension:
    rows = Extension.objects.visible_to(request.user).select_related("bureau", "period", "asked_by", "decided_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


def _decide(request, found: Extension, form) -> None:
    facts = {
        "extension_id": found.pk, "version": posted_version(request), "reason": form.cleaned_data["reason"],
        "by": request.user, "at": timezone.now(),
    }  # fmt: skip
    if request.POST.get("act") == "decline":
        extensions.decline(**facts)
        messages.success(request, _("Declined. The bureau sees your reason."))
        return
    made = extensions.grant(until_on=form.cleaned_data["until_on"], **facts)
    messages.success(
        request, _("Granted until %(day)s. Reminders and lateness follow that day.") % {"day": day(made.granted_until)}
    )


@require_POST
def withdraw(request, pk):
    try:
        extensions.withdraw(extension_id=pk, version=posted_version(request), by=request.user, at=timezone.now())
    except NotFound:
        raise
    except DomainError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Taken back."))
    return redirect("initiatives:my_reporting")
