"""The crosswalk as officers edit it: what became of each part of one plan in another."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import may, require
from core.errors import Conflict, DomainError, Invalid, NotFound, Stale
from core.formats import number
from core.forms import put_refusal
from core.posted import make_once, posted_version
from core.texts import revised
from core.translations import Translated
from goals.models import Plan
from outcomes import definitions, linking
from outcomes.choices import ProposalState
from outcomes.models import Crosswalk
from outcomes.plan_forms import LinkForm
from outcomes.views_plans import require_reader


@require_http_methods(["GET", "HEAD", "POST"])
def crosswalk(request):
    """Two plans beside each other: each part with what it leads to, those that lead nowhere marked."""
    require_reader(request.user)
    plans = _plans(request.user)
    pair = _pair(request, plans)
    if pair is None:
        return render(request, "outcomes/crosswalk.html", {"plans": plans, "pair": None})
    if pair.start == pair.end:
        facts = {"plans": plans, "pair": pair, "sentence": _("Choose two different plans."), "is_one": True}
        return render(request, "outcomes/crosswalk.html", facts, status=400)
    form = LinkForm(request.POST or None, **_choices(pair), initial={"start": request.GET.get("part", "")[:30]})
    if request.method == "POST" and form.is_valid():
        require(request.user, "crosswalk.edit")
        try:
            make_once(request, lambda: _link(request, pair, form.cleaned_data))
        except DomainError as refused:
            put_refusal(form, _at_its_field(refused))
        else:
            messages.success(request, _("The link is proposed."))
            return redirect(address(pair))
    return _draw(request, plans, pair, form, status=400 if form.errors else 200)


def _at_its_field(refused: DomainError) -> DomainError:
    """The refusal with the form's own names; that two are linked already stands where the link leads."""
    if refused.code == "linked_already":
        return Conflict.on("end", refused.message)
    refused.fields = {"start" if name.startswith("from") else "end": words for name, words in refused.fields.items()}
    return refused


def _draw(request, plans, pair, form, *, status: int, **facts):
    facts |= {
        "plans": plans, "pair": pair, "form": form, "sentence": _sentence(pair), "here": address(pair),
        "key": request.POST.get("key") or uuid.uuid4().hex, "may_edit": may(request.user, "crosswalk.edit"),
    }  # fmt: skip
    return render(request, "outcomes/crosswalk.html", facts, status=status)


def _plans(user) -> list[Plan]:
    return list(Plan.objects.visible_to(user).select_related("predecessor").order_by("start_on", "code"))


def _pair(request, plans) -> linking.Pair | None:
    """The two plans in the address, or that a form carried; without them, a plan and the one before it."""
    by_code = {plan.code: plan for plan in plans}
    asked = [request.GET.get(name) or request.POST.get(name, "") for name in ("from", "to")]
    if all(asked):
        if not set(asked) <= set(by_code):
            raise NotFound(_("There is nothing here, or nothing that you may see."))
        return linking.read_pair(request.user, by_code[asked[0]], by_code[asked[1]])
    if len(plans) < 2:
        return None
    follower = next((plan for plan in reversed(plans) if plan.predecessor_id), None)
    start = by_code.get(follower.predecessor.code) if follower else None
    return linking.read_pair(request.user, start or plans[0], follower if start else plans[-1])


def address(pair: linking.Pair) -> str:
    return f"{reverse('outcomes:crosswalk')}?{urlencode({'from': pair.start.code, 'to': pair.end.code})}"


def _choices(pair) -> dict:
    return {
        "starts": [(part.key, part.label) for part in pair.starts],
        "ends": [(part.key, part.label) for part in pair.ends],
    }


def _sentence(pair) -> str:
    n, waiting = len(pair.without_link), pair.waiting
    if not pair.starts:
        return _("The plan on the left has no parts yet.")
    if waiting:
        words = ngettext("%(n)s link waits to be approved.", "%(n)s links wait to be approved.", waiting)
        return f"{_lead(pair, n)} {words % {'n': number(waiting)}}"
    return _lead(pair, n)


def _lead(pair, n: int) -> str:
    if not n and pair.waiting:
        return _("Every part of the earlier plan has a link.")
    if not n:
        return _("Every part of the earlier plan says what became of it.")
    words = ngettext(
        "%(n)s of %(all)s part of the earlier plan does not say yet what became of it.",
        "%(n)s of %(all)s parts of the earlier plan do not say yet what became of them.",
        len(pair.starts),
    )
    return words % {"n": number(n), "all": number(len(pair.starts))}


def _link(request, pair, given) -> dict:
    note = _noted(given["note"])
    made = definitions.link_plans(
        kind=given["kind"], note=note, by=request.user, at=timezone.now(),
        **linking.ends_from(pair, given["start"], given["end"]),
    )  # fmt: skip
    return {"pk": made.pk}


@require_POST
def approve(request, pk):
    """The link is right as it stands."""
    return _change(request, pk, _approve, _("The link is approved."))


@require_POST
def reword(request, pk):
    """The note beside a link is written anew; what it said stays on the trail."""
    return _change(request, pk, _reword, _("The note is saved."))


@require_POST
def remove(request, pk):
    """The link is taken away."""
    return _change(request, pk, _remove, _("The link is taken away. The trail keeps it."))


def _change(request, pk, act, done: str):
    """One act on one link: back at its part when it is done, and beside its field with what was typed when it is refused."""
    found = _find(request, pk)
    try:
        act(request, found)
    except (Invalid, Stale) as refused:
        plans = _plans(request.user)
        pair = _pair(request, plans)
        said = {"pk": found.pk, "act": act.__name__.strip("_"), "words": str(refused)}
        said |= {name: request.POST.get(name, "")[:2000] for name in ("reason", "note")}
        return _draw(request, plans, pair, LinkForm(**_choices(pair)), status=409 if isinstance(refused, Stale) else 400, refused=said)
    messages.success(request, done)
    return redirect(_back(request, found))


def _approve(request, found) -> None:
    definitions.edit_link(
        link_id=found.pk, version=posted_version(request), by=request.user, at=timezone.now(),
        state=ProposalState.APPROVED,
    )  # fmt: skip


def _reword(request, found) -> None:
    typed, standing = request.POST.get("note", "").strip()[:2000], found.note
    if not typed:
        raise Invalid.on("note", _("Write what the note is to say."))
    note = revised(standing, texts={standing.source: typed}) if standing else _noted(typed)
    definitions.edit_link(
        link_id=found.pk, version=posted_version(request), by=request.user, at=timezone.now(), note=note,
    )  # fmt: skip


def _remove(request, found) -> None:
    linking.remove_link(
        link_id=found.pk, version=posted_version(request), reason=request.POST.get("reason", "")[:2000],
        by=request.user, at=timezone.now(),
    )  # fmt: skip


def _noted(typed: str) -> Translated | None:
    """Words in the language that somebody works in; None for none."""
    language = (get_language() or "en")[:2]
    return Translated(source=language, texts={language: typed.strip()}) if typed.strip() else None


def _find(request, pk) -> Crosswalk:
    require(request.user, "crosswalk.edit")
    found = Crosswalk.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


def _back(request, link: Crosswalk) -> str:
    """The page of the same two plans, at the part that the link starts from."""
    codes = {name: request.POST.get(name, "") for name in ("from", "to")}
    part = f"#aim-{link.from_aim_id}" if link.from_aim_id else f"#result-{link.from_result_id}"
    return reverse("outcomes:crosswalk") + (f"?{urlencode(codes)}" if all(codes.values()) else "") + part
