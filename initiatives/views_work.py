"""The work itself: an initiative logged once however often its form is sent, and edited without losing anyone's words."""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import require
from core.errors import Invalid, KeyReused, NotFound, Stale
from core.formats import said_of
from core.forms import put_refusal
from core.idempotency import Answer, answer_once, fingerprint
from core.numbers import Unreadable, read_number, written
from initiatives import conflicts, services
from initiatives.models import Initiative
from initiatives.pages import posted_version
from initiatives.work_form import InitiativeForm, groups_of, initial_of, read_choices, with_relations


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """Log an initiative of one's own bureau."""
    require(request.user, "initiative.create", bureau_id=request.user.bureau_id)
    choices = read_choices(request.user)
    form = InitiativeForm(request.POST or None, choices=choices, initial=_first_answers(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            made = _create_once(request, form)
        except (Invalid, KeyReused) as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("%(code)s is logged. Its updates are asked for from now on.") % made)
            return _open(made["code"])
    return _draw(request, form, key=request.POST.get("key") or uuid.uuid4().hex)


def _first_answers(user) -> dict:
    return {"language": user.language, "status": "active", "handling": 1}


def _create_once(request, form) -> dict:
    """The key travels in the form: sent twice, it is one initiative."""

    def make() -> Answer:
        made = services.create_initiative(by=request.user, at=timezone.now(), **form.values())
        return Answer(303, {"code": made.code})

    seen = fingerprint("POST", request.path, _without_token(request))
    return answer_once(user_id=request.user.pk, key=request.POST.get("key", ""), seen=seen, make=make).body


def _without_token(request) -> bytes:
    words = request.POST.copy()
    words.pop("csrfmiddlewaretoken", None)
    return words.urlencode().encode()


def _open(code):
    return redirect("dashboard:initiative", code)


def _draw(request, form, *, initiative=None, **facts):
    known = {
        "form": form,
        "initiative": initiative,
        "groups": groups_of(form),
        "milestones": [[form[f"milestones.{place}.{part}"] for part in ("title", "due_on", "done_on", "weight")]
                       for place in form.places],
        "total": written(_total(form)),
        "seen": request.POST.get("seen") or (conflicts.seen_words(form) if initiative else ""),
        "handling_level": initiative.handling if initiative else None,
    }  # fmt: skip
    return render(request, "initiatives/work.html", known | facts, status=400 if form.errors else 200)


def _total(form) -> Decimal:
    """What the shares add up to, as far as they can be read."""
    total = Decimal(0)
    for result in form.options.results:
        words = form[f"shares.{result.pk}"].value()
        try:
            total += read_number(str(words or "")) or 0
        except Unreadable:
            continue
    return total


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, code):
    """Change an initiative; somebody else's change meanwhile is shown, not overwritten."""
    initiative = with_relations(Initiative.objects.visible_to(request.user)).filter(code=code).first()
    if initiative is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    require(request.user, "initiative.edit", bureau_id=initiative.lead_bureau_id)
    choices = read_choices(request.user, initiative)
    standing = InitiativeForm(choices=choices, initial=initial_of(initiative))
    if request.method != "POST":
        return _draw(request, standing, initiative=initiative, version=initiative.version)
    data = request.POST
    if data.get("resolving"):
        mine = InitiativeForm(data, choices=choices)
        data, undecided = conflicts.resolved(data, conflicts.differences(mine, standing), mine.fields)
        if undecided:
            return _show_conflict(request, initiative, standing, choices, status=400)
    return _save(request, initiative, standing, choices, data)


def _save(request, initiative, standing, choices, data):
    form = InitiativeForm(data, choices=choices, initial=standing.initial)
    if form.is_valid():
        try:
            services.edit_initiative(
                initiative_id=initiative.pk, version=posted_version(request), by=request.user, at=timezone.now(),
                reason=data.get("why", "")[:500], **form.values(),
            )  # fmt: skip
        except Stale:
            return _show_conflict(request, initiative, standing, choices, status=409)
        except Invalid as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Saved."))
            return _open(initiative.code)
    return _draw(request, form, initiative=initiative, version=data.get("version", ""))


def _show_conflict(request, initiative, standing, choices, *, status):
    mine = InitiativeForm(request.POST, choices=choices)
    found = conflicts.differences(mine, standing, _label(choices))
    facts = {
        "name": initiative.code,
        "differences": [replace(one, pick=request.POST.get(f"pick.{one.name}") or one.pick) for one in found],
        "typed": conflicts.carried(request.POST, mine),
        "seen": request.POST.get("seen", ""),
        "is_undecided": status == 400,
        "action": request.path,
        "version": initiative.version,
        "changed_at": initiative.updated_at,
        "who": conflicts.last_writer(initiative),
        "handling_level": initiative.handling,
    }
    return render(request, "initiatives/conflict.html", facts, status=status)


def _label(choices):
    """Shares and milestones say which one they are about."""
    results = choices.by_pk("results")

    def words(name, field) -> str:
        parts = name.split(".")
        if parts[0] == "shares":
            return _("Share of %(result)s") % {"result": results[parts[1]].text}
        if parts[0] == "milestones":
            return said_of(f"{_('Milestone')} {int(parts[1]) + 1}", field.label)
        return str(field.label)

    return words
