"""Approving working translations together: a page of them beside their sources, ticked, approved, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import may, require
from accounts.models import UndoableAct
from core.errors import Invalid
from core.formats import number, said_of
from core.translations import LANGUAGES
from goals.models import Plan
from outcomes import vouching, wording
from outcomes.pages import place_asked
from outcomes.views_plans import require_reader

ON_A_PAGE = 20
MOST_NAMED = 20


@require_http_methods(["GET", "HEAD", "POST"])
def approve_together(request):
    """Twenty working translations of one language side by side with their sources; those ticked are approved."""
    require_reader(request.user)
    if request.method == "POST":
        return _approve(request)
    plans = list(Plan.objects.visible_to(request.user).order_by("-start_on"))
    plan = request.GET.get("plan", "")
    plan = plan if plan in {one.code for one in plans} else ""
    everything = wording.read_wordings(request.user, plan=plan)
    found = {language: vouching.drafts(everything, language) for language in LANGUAGES}
    language = _language(request.GET.get("language", ""), found)
    waiting, after = found[language], place_asked(request.GET)
    may_edit = may(request.user, "plan.edit")
    facts = {
        "rows": [_row(one, language, plans) for one in waiting[after : after + ON_A_PAGE]],
        "total": len(waiting),
        "language": get_language_info(language),
        "tabs": [_tab(one, plan, language, len(rows)) for one, rows in found.items() if rows or one == language],
        "chips": [_chip(one, plan, language) for one in plans] if len(plans) > 1 else [],
        "pager": _pager(plan, language, after, len(waiting)),
        "plan": plan,
        "undoable": vouching.open_acts(by=request.user, at=timezone.now()) if may_edit else [],
        "may_edit": may_edit,
    }
    return render(request, "outcomes/approve_together.html", facts)


def _language(asked: str, found: dict) -> str:
    """The one asked for; else the reader's own where something waits in it; else where most waits."""
    if asked in found:
        return asked
    own = (get_language() or "en")[:2]
    return own if found.get(own) else max(found, key=lambda one: len(found[one]))


def _row(one, language: str, plans: list) -> dict:
    return {
        "text": one,
        "key": f"{one.kind}-{one.pk}-{one.field}-{one.version}",
        "plan": next((plan.title for plan in plans if plan.code == one.plan), ""),
        "source": one.text.texts[one.text.source],
        "source_language": one.text.source,
        "words": one.text.texts[language],
        "url": reverse("outcomes:translate", args=[one.kind, one.pk, one.field, language]),
    }


def _asked(plan: str, language: str, **more) -> str:
    return "?" + urlencode({name: value for name, value in {"language": language, "plan": plan, **more}.items() if value})


def _tab(one: str, plan: str, language: str, waiting: int) -> dict:
    name = get_language_info(one)["name_translated"]
    return {"label": name, "url": _asked(plan, one), "current": one == language, "count": number(waiting)}


def _chip(one: Plan, plan: str, language: str) -> dict:
    is_on = one.code == plan
    return {"label": str(one.title), "url": _asked("" if is_on else one.code, language), "on": is_on}


def _pager(plan: str, language: str, after: int, total: int) -> dict | None:
    if total <= ON_A_PAGE:
        return None
    shown, following = min(ON_A_PAGE, max(total - after, 0)), after + ON_A_PAGE
    return {
        "shown": shown,
        "known": number(total),
        "next": _asked(plan, language, after=following) if following < total else None,
        "previous": _asked(plan, language, after=max(after - ON_A_PAGE, 0)) if after else None,
    }


def _chosen(request) -> dict[vouching.Place, int]:
    """The ticked rows as `kind-key-field-version`; what is no such thing is passed over."""
    chosen = {}
    for words in request.POST.getlist("chosen"):
        kind, pk, field, version = [*words.split("-"), "", "", ""][:4]
        if kind in wording.KINDS and _is_number(pk) and _is_number(version):
            chosen[vouching.Place(kind, int(pk), field)] = int(version)
    return chosen


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) < 10


def _approve(request):
    language = request.POST.get("language", "")
    try:
        done = vouching.approve_many(chosen=_chosen(request), language=language, by=request.user, at=timezone.now())
    except Invalid as refused:
        messages.warning(request, str(refused))
    else:
        _say(request, done, ngettext("%(n)s translation is approved.", "%(n)s translations are approved.", len(done.done)))
    plan = request.POST.get("plan", "")
    return redirect(reverse("outcomes:approve_together") + _asked(plan, language if language in LANGUAGES else ""))


def _say(request, done: vouching.Outcome, words: str) -> None:
    if done.done:
        messages.success(request, words % {"n": number(len(done.done))})
    for place, reason in done.refused[:MOST_NAMED]:
        known = place.field in wording.KINDS[place.kind].fields
        messages.warning(request, said_of(wording.name_of(place.kind, place.field), reason) if known else reason)
    if len(done.refused) > MOST_NAMED:
        messages.warning(request, _("and %(n)s more") % {"n": number(len(done.refused) - MOST_NAMED)})


@require_safe
def approved_together(request, public_id):
    """What was approved together, and whether it can still be taken back."""
    require(request.user, "plan.edit")
    act = get_object_or_404(UndoableAct, public_id=public_id, kind=vouching.ACT, person=request.user)
    seen = {(one.kind, one.pk, one.field): one for one in wording.read_wordings(request.user)}
    rows = [(seen.get((item["kind"], item["pk"], item["field"])), item) for item in act.items]
    facts = {
        "act": act,
        "is_open": act.undone_at is None and timezone.now() < act.ends_at,
        "language": get_language_info(act.items[0]["language"]),
        "rows": [_row(one, item["language"], []) | {"words": item["words"]} for one, item in rows if one is not None],
    }
    return render(request, "outcomes/approved_together.html", facts)


@require_POST
def take_back_approvals(request, public_id):
    """They are working translations again, where nobody has changed them since; what could not be is named."""
    done = vouching.take_back(public_id=public_id, by=request.user, at=timezone.now())
    _say(request, done, ngettext(
        "%(n)s translation is a working translation again.", "%(n)s translations are working translations again.", len(done.done)
    ))  # fmt: skip
    return redirect("outcomes:approved_together", public_id)
