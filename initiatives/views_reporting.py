"""Reporting: what is owed, and one update from its first word to its last, whoever else writes at the same time."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.services import set_preferences
from core.errors import DomainError, Invalid, Stale
from core.forms import put_refusal
from initiatives import conflicts, drafting, duties, evidence, questions
from initiatives.entry import Entry, find_entry
from initiatives.forms import FileForm, UpdateForm
from initiatives.models import NARRATIVE_CHARACTERS
from initiatives.pages import address, chosen_period, day_of, posted_version, show_standing


@require_safe
def my_reporting(request):
    """The task list of the person's bureau."""
    listed = duties.reporting(request.user, at=timezone.now(), period=chosen_period(request))
    return render(request, "initiatives/my_reporting.html", {"reporting": listed})


@require_http_methods(["GET", "HEAD", "POST"])
def update(request, code, period):
    """The form of an update that may be written, else how it stands."""
    entry = find_entry(code=code, period_code=period, user=request.user)
    if request.method == "POST":
        return _take(request, entry)
    if entry.refusal or not entry.is_editable(day_of(entry)):
        return show_standing(request, entry)
    only = _names_asked(request, entry)
    return _ask(request, entry, UpdateForm(entry=entry, on=day_of(entry), only=only))


def _names_asked(request, entry):
    """The fields of the one question, or None for all. The way of asking that a person chose stays chosen, everywhere."""
    way = request.GET.get("way")
    if way in ("one", "all") and request.user.one_at_a_time != (way == "one"):
        request.user = set_preferences(
            person_id=request.user.pk, one_at_a_time=way == "one", by=request.user, at=timezone.now()
        )
    step = request.GET.get("step") or request.POST.get("step")
    if not step and way != "all" and request.user.one_at_a_time and request.method == "GET":
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
        "due": entry.deadline,
        "handling_level": entry.update.handling if entry.update else entry.initiative.handling,
    }
    return render(request, "initiatives/update.html", facts, status=status)


def _take(request, entry: Entry):
    """Everything that was posted is kept first; then comes what the pressed button asks for."""
    data, only = request.POST, _names_asked(request, entry)
    if data.get("resolving"):
        mine = UpdateForm(data, entry=entry, on=day_of(entry), only=only)
        data, undecided = conflicts.resolved(data, drafting.differences(mine, entry), mine.fields)
        if undecided:
            return _show_conflict(request, entry, only, status=400)
    form = UpdateForm(data, entry=entry, on=day_of(entry), only=only)
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
        return show_standing(request, entry, status=409, typed=_typed(request, entry))
    only = _names_asked(request, entry)
    mine = UpdateForm(request.POST, entry=entry, on=day_of(entry), only=only)
    if not drafting.differences(mine, entry):
        return _go_on(request, entry, mine, entry.update, request.POST)
    return _show_conflict(request, entry, only, status=409)


def _show_conflict(request, entry, only, *, status):
    mine = UpdateForm(request.POST, entry=entry, on=day_of(entry), only=only)
    found = drafting.differences(mine, entry)
    facts = {
        "name": f"{entry.initiative.code} · {entry.period.code}",
        "differences": [replace(one, pick=request.POST.get(f"pick.{one.name}") or one.pick) for one in found],
        "typed": conflicts.carried(request.POST, mine),
        "action": address("update", entry),
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
    form = UpdateForm(entry=entry, on=day_of(entry))
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
        return redirect(address("update", entry) + "#files")
    if act == "check":
        return redirect(address("check", entry))
    if data.get("go"):
        return redirect(
            address("update", entry) + f"?step={data['go']}" if data["go"] != "check" else address("check", entry)
        )
    messages.success(request, _("Saved %(time)s. Not sent yet.") % {"time": clock(kept.updated_at)})
    return redirect(address("update", entry) + (f"?step={data['step']}" if data.get("step") else ""))


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
            return redirect(address("update", entry) + "#files")
    fresh = find_entry(code=entry.initiative.code, period_code=entry.period.code, user=request.user)
    asked = UpdateForm(entry=fresh, on=day_of(entry), only=_names_asked(request, fresh))
    return _ask(request, fresh, asked, file_form=form, status=400)


def clock(moment) -> str:
    return timezone.localtime(moment).strftime("%H:%M")


@require_POST
def save(request, code, period):
    """The same as pressing "Save draft", by a script: the new version and when it was saved, once it is committed."""
    entry = find_entry(code=code, period_code=period, user=request.user)
    form = UpdateForm(request.POST, entry=entry, on=day_of(entry), only=_names_asked(request, entry))
    try:
        kept = drafting.keep_draft(
            entry=entry, form=form, version=posted_version(request), by=request.user, at=timezone.now()
        )
    except DomainError as refused:
        return JsonResponse({"code": refused.code, "detail": str(refused)}, status=refused.status)
    return JsonResponse({"version": kept.version, "saved_at": clock(kept.updated_at), "errors": form.errors})
