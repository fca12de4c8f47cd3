"""Reporting: what is owed, one update from its first word to its answers checked, sent and, if need be, taken back."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.kept import through_sign_in
from core.errors import Conflict, DomainError, Invalid, NotAllowed, Stale
from core.forms import put_refusal
from initiatives import conflicts, drafting, duties, evidence, life, questions
from initiatives.choices import UpdateState
from initiatives.entry import Entry, find_entry
from initiatives.forms import CommentForm, CorrectionForm, FileForm, UpdateForm
from initiatives.models import NARRATIVE_CHARACTERS, WAITING_STATES
from initiatives.pages import chosen_period, posted_version, standing_facts

ONE_AT_A_TIME = "one_question_at_a_time"


@require_safe
def my_reporting(request):
    """The task list of the person's bureau."""
    listed = duties.reporting(request.user, at=timezone.now(), period=chosen_period(request))
    return render(request, "initiatives/my_reporting.html", {"reporting": listed})


@through_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def update(request, code, period):
    """The form of an update that may be written, else how it stands."""
    entry = find_entry(code=code, period_code=period, user=request.user)
    if request.method == "POST":
        return _take(request, entry)
    if entry.refusal or not entry.is_editable(timezone.localdate()):
        return _stand(request, entry)
    only = _names_asked(request, entry)
    return _ask(request, entry, UpdateForm(entry=entry, on=timezone.localdate(), only=only))


def _stand(request, entry: Entry, status=200, **facts):
    if entry.update is None and entry.refusal:
        raise NotAllowed(entry.refusal)
    return render(request, "initiatives/standing.html", standing_facts(request.user, entry) | facts, status=status)


def _names_asked(request, entry):
    """The fields of the one question, or None for all. The way of asking that a person chose stays chosen."""
    way = request.GET.get("way")
    if way in ("one", "all"):
        request.session[ONE_AT_A_TIME] = way == "one"
    step = request.GET.get("step") or request.POST.get("step")
    if not step and way != "all" and request.session.get(ONE_AT_A_TIME) and request.method == "GET":
        step = questions.steps_of(entry)[0][0]
    return next((names for name, names in questions.steps_of(entry) if name == step), None)


def _step(entry, only) -> str:
    return next((name for name, names in questions.steps_of(entry) if names == only), "")


def _ask(request, entry: Entry, form: UpdateForm, *, file_form=None, status=200):
    steps = [name for name, _names in questions.steps_of(entry)]
    step = next((name for name, names in questions.steps_of(entry) if set(names) == set(form.fields)), "")
    at = steps.index(step) if step else None
    letters, elsewhere = questions.letters(form, entry)
    facts = {
        "entry": entry,
        "form": form,
        "sections": questions.sections_of(form, entry),
        "step": step,
        "step_number": at + 1 if step else None,
        "steps": len(steps),
        "back": steps[at - 1] if step and at else "",
        "next_step": [*steps[1:], "check"][at] if step else "",
        "saved_at": entry.update.updated_at if entry.update else None,
        "saved_today": bool(entry.update) and timezone.localdate(entry.update.updated_at) == timezone.localdate(),
        "letters": letters,
        "letters_elsewhere": elsewhere,
        "most_letters": NARRATIVE_CHARACTERS,
        "seen": request.POST.get("seen") or conflicts.seen_words(form),
        "file_form": file_form or FileForm(),
        "shows_files": not step or step == questions.FILES,
        "due": duties.deadline(entry.period, entry.initiative.lead_bureau),
        "handling_level": entry.update.handling if entry.update else entry.initiative.handling,
    }
    return render(request, "initiatives/update.html", facts, status=status)


def _take(request, entry: Entry):
    """Everything that was posted is kept first; then comes what the pressed button asks for."""
    data, only = request.POST, _names_asked(request, entry)
    if data.get("resolving"):
        mine = UpdateForm(data, entry=entry, on=timezone.localdate(), only=only)
        data, undecided = conflicts.resolved(data, drafting.differences(mine, entry), mine.fields)
        if undecided:
            return _show_conflict(request, entry, only, status=400)
    form = UpdateForm(data, entry=entry, on=timezone.localdate(), only=only)
    try:
        kept = drafting.keep_draft(
            entry=entry, form=form, version=posted_version(request), by=request.user, at=timezone.now()
        )
    except Stale:
        return _meet(request, code=entry.initiative.code, period=entry.period.code)
    if form.errors and "go" not in data:
        fresh = find_entry(code=entry.initiative.code, period_code=entry.period.code, user=request.user)
        return _ask(request, fresh, form, status=400)
    return _go_on(request, entry, form, kept, data)


def _meet(request, *, code, period):
    """Somebody saved first. Where both said the same nothing is lost and nothing is asked."""
    entry = find_entry(code=code, period_code=period, user=request.user)
    if entry.update is None or not entry.update.is_editable:
        return _stand(request, entry, status=409, typed=_typed(request, entry))
    only = _names_asked(request, entry)
    mine = UpdateForm(request.POST, entry=entry, on=timezone.localdate(), only=only)
    if not drafting.differences(mine, entry):
        return redirect(_url("update", entry))
    return _show_conflict(request, entry, only, status=409)


def _show_conflict(request, entry, only, *, status):
    mine = UpdateForm(request.POST, entry=entry, on=timezone.localdate(), only=only)
    found = drafting.differences(mine, entry)
    facts = {
        "name": f"{entry.initiative.code} · {entry.period.code}",
        "differences": [replace(one, pick=request.POST.get(f"pick.{one.name}") or one.pick) for one in found],
        "typed": conflicts.carried(request.POST, mine),
        "action": _url("update", entry),
        "version": entry.version,
        "changed_at": entry.update.updated_at,
        "who": conflicts.last_writer(entry.update),
        "handling_level": entry.update.handling,
        "step": _step(entry, only),
        "seen": request.POST.get("seen", ""),
        "is_undecided": status == 400,
    }
    return render(request, "initiatives/conflict.html", facts, status=status)


def _typed(request, entry) -> list:
    """What was typed into a form that came too late, to be copied by hand."""
    form = UpdateForm(entry=entry, on=timezone.localdate())
    names = [name for name in form.fields if not name.endswith((".state", ".observed_on"))]
    return [(form.fields[name].label, request.POST[name]) for name in names if request.POST.get(name, "").strip()]


def _go_on(request, entry, form, kept, data):
    act = data.get("act", "save")
    if act == "add_file":
        return _add_file(request, entry, kept)
    if data.get("remove_file"):
        evidence.remove_evidence(
            public_id=data["remove_file"], version=kept.version, by=request.user, at=timezone.now()
        )
        messages.success(request, _("The file is taken off the update."))
        return redirect(_url("update", entry) + "#files")
    if act == "check":
        return redirect(_url("check", entry))
    if data.get("go"):
        return redirect(_url("update", entry) + f"?step={data['go']}" if data["go"] != "check" else _url("check", entry))
    messages.success(request, _("Saved %(time)s. Not sent yet.") % {"time": clock(kept.updated_at)})
    return redirect(_url("update", entry) + (f"?step={data['step']}" if data.get("step") else ""))


def _add_file(request, entry, kept):
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            evidence.add_evidence(
                update_id=kept.pk, version=kept.version, file=form.cleaned_data["file"], by=request.user,
                at=timezone.now(),
            )  # fmt: skip
        except Invalid as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The file is added."))
            return redirect(_url("update", entry) + "#files")
    fresh = find_entry(code=entry.initiative.code, period_code=entry.period.code, user=request.user)
    asked = UpdateForm(entry=fresh, on=timezone.localdate(), only=_names_asked(request, fresh))
    return _ask(request, fresh, asked, file_form=form, status=400)


def clock(moment) -> str:
    return timezone.localtime(moment).strftime("%H:%M")


def _url(name, entry) -> str:
    return reverse(f"initiatives:{name}", args=[entry.initiative.code, entry.period.code])


@require_POST
def save(request, code, period):
    """The same as pressing "Save draft", by a script: the new version and when it was saved, once it is committed."""
    entry = find_entry(code=code, period_code=period, user=request.user)
    form = UpdateForm(request.POST, entry=entry, on=timezone.localdate(), only=_names_asked(request, entry))
    try:
        kept = drafting.keep_draft(
            entry=entry, form=form, version=posted_version(request), by=request.user, at=timezone.now()
        )
    except DomainError as refused:
        return JsonResponse({"code": refused.code, "detail": str(refused)}, status=refused.status)
    return JsonResponse(
        {"version": kept.version, "saved_at": clock(kept.updated_at), "errors": form.errors}
    )


@require_safe
def check(request, code, period):
    """All answers on one page before they are sent, with what is missing and what looks odd."""
    entry = find_entry(code=code, period_code=period, user=request.user)
    if entry.update is None or entry.refusal or not entry.is_editable(timezone.localdate()):
        return redirect(_url("update", entry))
    return _show_check(request, entry)


def _show_check(request, entry: Entry, *, faults=None, doubts=(), warning="", status=200):
    rows = [row.value for row in entry.rows]
    if faults is None:
        faults = life.missing_before_submission(entry.update, timezone.now().date(), rows)
    form = UpdateForm(entry=entry, on=timezone.localdate())
    facts = {
        "entry": entry,
        "answers": questions.answers_of(form, entry, faults),
        "faults": faults,
        "doubts": doubts,
        "warning": warning,
        "due": duties.deadline(entry.period, entry.initiative.lead_bureau),
        "handling_level": entry.update.handling,
    }
    return render(request, "initiatives/check.html", facts, status=status)


@require_POST
def send(request, code, period):
    """Off it goes, with what was confirmed; a second press finds it sent already."""
    entry = find_entry(code=code, period_code=period, user=request.user)
    if entry.update is not None and entry.update.state in WAITING_STATES:
        return redirect(_url("sent", entry))
    if entry.update is None or entry.refusal:
        return _stand(request, entry)
    confirmed = {
        row.indicator.pk: list(row.odd) for row in entry.rows if row.odd and request.POST.get(f"confirm.{row.indicator.pk}")
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
        return _show_check(request, entry, warning=_("Somebody changed these answers meanwhile. Check them again."), status=409)
    return redirect(_url("sent", entry))


@require_safe
def sent(request, code, period):
    """It arrived: what happens next, who has it now, and what is left to do."""
    entry = find_entry(code=code, period_code=period, user=request.user)
    if entry.update is None or entry.update.is_editable or entry.refusal:
        return redirect(_url("update", entry))
    listed = duties.reporting(request.user, at=timezone.now())
    return render(request, "initiatives/sent.html", standing_facts(request.user, entry) | {"reporting": listed})


@require_POST
def withdraw(request, code, period):
    entry = find_entry(code=code, period_code=period, user=request.user)
    life.withdraw(
        update_id=_present(entry).pk, version=posted_version(request), by=request.user, at=timezone.now()
    )
    messages.success(request, _("Taken back. It is a draft again, and not sent."))
    return redirect(_url("update", entry))


def _present(entry):
    if entry.update is None:
        raise Conflict(_("There is no update yet."), code="no_update")
    return entry.update


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request, code, period):
    """A new revision of what was validated, with the reason for it."""
    entry = find_entry(code=code, period_code=period, user=request.user)
    if _present(entry).state != UpdateState.VALIDATED or entry.refusal:
        return redirect(_url("update", entry))
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            life.correct(
                update_id=entry.update.pk, version=posted_version(request), by=request.user, at=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
            return redirect(_url("update", entry))
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
            return redirect(_url("update", entry) + "#thread")
        except Invalid as refused:
            put_refusal(form, refused)
    return _stand(request, entry, status=400, comment_form=form)
