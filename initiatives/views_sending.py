"""Sending: answers checked and sent, what comes next, and an update taken back, corrected or talked about."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Conflict, Invalid, Stale
from core.forms import put_refusal
from initiatives import duties, life, questions
from initiatives.choices import WAITING_STATES, UpdateState
from initiatives.entry import Entry, find_entry
from initiatives.forms import CommentForm, CorrectionForm, UpdateForm
from initiatives.pages import address, day_of, holder_words, posted_version, show_standing


@require_safe
def check(request, code, period):
    """All answers on one page before they are sent, with what is missing and what looks odd."""
    entry = find_entry(code=code, period_code=period, user=request.user)
    if entry.update is None or entry.refusal or not entry.is_editable(day_of(entry)):
        return redirect(address("update", entry))
    return _show_check(request, entry)


def _show_check(request, entry: Entry, *, faults=None, doubts=(), warning="", status=200):
    rows = [row.value for row in entry.rows]
    if faults is None:
        faults = life.missing_before_submission(entry.update, day_of(entry), rows)
    form = UpdateForm(entry=entry, on=day_of(entry))
    facts = {
        "entry": entry,
        "answers": questions.answers_of(form, entry, faults),
        "faults": faults,
        "doubts": doubts,
        "warning": warning,
        "due": entry.deadline,
        "handling_level": entry.update.handling,
    }
    return render(request, "initiatives/check.html", facts, status=status)


@require_POST
def send(request, code, period):
    """Off it goes, with what was confirmed; a second press finds it sent already."""
    entry = find_entry(code=code, period_code=period, user=request.user)
    if entry.update is not None and entry.update.state in WAITING_STATES:
        return redirect(address("sent", entry))
    if entry.update is None or entry.refusal:
        return show_standing(request, entry)
    confirmed = {
        row.indicator.pk: list(row.odd)
        for row in entry.rows
        if row.odd and request.POST.get(f"confirm.{row.indicator.pk}")
    }
    doubts = [row.indicator.pk for row in entry.rows if row.unconfirmed and row.indicator.pk not in confirmed]
    if doubts:
        return _show_check(request, entry, doubts=doubts, status=400)
    try:
        life.submit(
            update_id=entry.update.pk, version=posted_version(request), by=request.user, at=timezone.now(),
            confirmed=confirmed,
        )  # fmt: skip
    except Invalid as refused:
        return _show_check(request, entry, faults=refused.fields, status=400)
    except Stale:
        return _show_check(
            request, entry, warning=_("Somebody changed these answers meanwhile. Check them again."), status=409
        )
    return redirect(address("sent", entry))


@require_safe
def sent(request, code, period):
    """It arrived: what happens next, who has it now, and what is left to do."""
    entry = find_entry(code=code, period_code=period, user=request.user)
    if entry.update is None or entry.update.is_editable or entry.refusal:
        return redirect(address("update", entry))
    listed = duties.reporting(request.user, at=timezone.now(), with_feedback=False)
    holder = holder_words(entry.update, entry.initiative.lead_bureau, request.user)
    facts = {"entry": entry, "holder": holder, "reporting": listed, "handling_level": entry.update.handling}
    return render(request, "initiatives/sent.html", facts)


@require_POST
def withdraw(request, code, period):
    entry = find_entry(code=code, period_code=period, user=request.user)
    life.withdraw(update_id=_present(entry).pk, version=posted_version(request), by=request.user, at=timezone.now())
    messages.success(request, _("Taken back. It is a draft again, and not sent."))
    return redirect(address("update", entry))


def _present(entry):
    if entry.update is None:
        raise Conflict(_("There is no update yet."), code="no_update")
    return entry.update


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request, code, period):
    """A new revision of what was validated, with the reason for it."""
    entry = find_entry(code=code, period_code=period, user=request.user)
    if _present(entry).state != UpdateState.VALIDATED or entry.refusal:
        return redirect(address("update", entry))
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            life.correct(
                update_id=entry.update.pk, version=posted_version(request), by=request.user, at=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
            return redirect(address("update", entry))
        except (Invalid, Stale, Conflict) as refused:
            put_refusal(form, refused)
    return render(
        request, "initiatives/correct.html", {"entry": entry, "form": form}, status=400 if form.errors else 200
    )


@require_POST
def comment(request, code, period):
    """A word from the bureau in the thread with its reviewers."""
    entry = find_entry(code=code, period_code=period, user=request.user)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            life.comment(update_id=_present(entry).pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            return redirect(address("update", entry) + "#thread")
        except Invalid as refused:
            put_refusal(form, refused)
    return show_standing(request, entry, status=400, comment_form=form)
