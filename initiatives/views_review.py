"""Review: what waits, one update against last time's, and the decisions; the head's approval uses the same page."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import refusal, require
from core.errors import DomainError, Invalid, Stale
from core.forms import put_refusal
from initiatives import duties, life, review, taking_back
from initiatives.entry import entry_of
from initiatives.forms import CommentForm, ReturnForm
from initiatives.models import Update
from initiatives.pages import chosen_versions, posted_version
from initiatives.reviewing import chips_of, review_facts

ORDER = "review_order"
MOST_AT_ONCE = 50


@require_safe
def queue(request):
    """The queue, odd ones first. Its order is remembered, so that stepping through it is steady."""
    require(request.user, "review.read")
    found = review.queue(request.user, after=request.GET.get("after", ""))
    show = request.GET.get("show", "")
    rows = {"odd": found.odd, "clean": found.clean}.get(show, found.rows)
    order = [row.update.pk for row in rows]
    if request.session.get(ORDER) != order:
        request.session[ORDER] = order
    facts = {
        "queue": found,
        "rows": rows,
        "show": show,
        "chips": chips_of(found, show),
        "counted_to": review.MOST_SAID,
        "may_validate": refusal(request.user, "update.validate") is None,
        "undoable": taking_back.open_acts(by=request.user, at=timezone.now()),
    }
    return render(request, "initiatives/review_queue.html", facts)


@require_safe
def update(request, pk):
    """One update, side by side with last time's."""
    require(request.user, "review.read")
    return _show(request, entry_of(update_id=pk, user=request.user))


def _show(request, entry, *, status=200, **facts):
    order = request.session.get(ORDER) or _oldest_first(request.user)
    before, after = review.neighbours(order, entry.update.pk)
    place = order.index(entry.update.pk) + 1 if entry.update.pk in order else None
    known = {"before": before, "after": after, "place": place, "of": len(order)}
    return render(request, "initiatives/review.html", review_facts(request.user, entry) | known | facts, status=status)


def _oldest_first(user) -> list[int]:
    return list(review.waiting_for(user).values_list("pk", flat=True)[: review.PAGE])


@require_POST
def validate(request, pk):
    """Accept what was seen, and go on to the next."""
    entry = entry_of(update_id=pk, user=request.user)
    try:
        life.validate(update_id=pk, version=posted_version(request), by=request.user, at=timezone.now())
    except Stale as refused:
        return _show(request, entry, status=409, warning=str(refused))
    messages.success(request, _("Validated: %(name)s.") % {"name": _name(entry)})
    return _next(request, pk)


def _name(entry) -> str:
    return f"{entry.initiative.code} {entry.period.code}"


def _next(request, pk):
    """The next one that still waits, in the order that the reviewer began with."""
    order = request.session.get(ORDER) or []
    _before, after = review.neighbours(order, pk)
    left = [one for one in order if one != pk]
    request.session[ORDER] = left
    if request.user.role == "head":
        return redirect("initiatives:approvals")
    if after is not None and left:
        return redirect("initiatives:review_update", after)
    return redirect("initiatives:review")


@require_POST
def send_back(request, pk):
    """Return it to its author with a reason and a comment; heads do it before their approval."""
    entry = entry_of(update_id=pk, user=request.user)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            life.return_to_author(
                update_id=pk, version=posted_version(request), by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except (Invalid, Stale) as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Returned to its author: %(name)s.") % {"name": _name(entry)})
            return _next(request, pk)
    return _show(request, entry_of(update_id=pk, user=request.user), status=400, return_form=form)


@require_POST
def ask(request, pk):
    """A question in the thread; the update stays where it is."""
    entry = entry_of(update_id=pk, user=request.user)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            life.comment(update_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Invalid as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Your words are in the thread; the bureau sees them."))
            return redirect("initiatives:review_update", pk)
    return _show(request, entry, status=400, comment_form=form)


@require_POST
def bulk(request):
    """Validate several that have no flag: first what would happen, then, with the exact number confirmed, what did."""
    require(request.user, "update.validate")
    seen = chosen_versions(request, most=MOST_AT_ONCE)
    rows = [row for row in review.rows_of(request.user, list(seen)) if row.is_clean]
    if request.POST.get("confirmed") != "1":
        lasting = taking_back.lasting([row.update for row in rows], at=timezone.now())
        facts = {"rows": rows, "left_out": len(seen) - len(rows), "lasting": lasting}
        return render(request, "initiatives/bulk_validate.html", facts)
    done, refused = _validate_each(request, [(row.update, seen[row.update.pk]) for row in rows])
    if done:
        n = len(done)
        taking_back.remember_many(done, by=request.user, at=timezone.now())
        messages.success(request, ngettext("%(n)s update is validated.", "%(n)s updates are validated.", n) % {"n": n})
    for words in refused:
        messages.warning(request, words)
    return redirect("initiatives:review")


def _validate_each(request, updates) -> tuple[list[Update], list[str]]:
    """Each in its own transaction, each with the version that was seen; what is refused is said by name."""
    done, refused = [], []
    for one, version in updates:
        try:
            done.append(life.validate(update_id=one.pk, version=version, by=request.user, at=timezone.now()))
        except DomainError as error:
            refused.append(f"{one.initiative.code} {one.period.code}: {error}")
    return done, refused


@require_safe
def decided(request):
    """What the reviewer decided lately, and what of it they can still take back."""
    require(request.user, "review.read")
    mine, now = Update.objects.visible_to(request.user).select_related("initiative__lead_bureau", "period"), timezone.now()
    validated = taking_back.with_others(mine.filter(validated_by=request.user)).order_by("-validated_at")[:MOST_AT_ONCE]
    facts = {
        "validated": [(one, taking_back.refusal_to_take_back(one, request.user, now)) for one in validated],
        "returned": mine.filter(returned_by=request.user).order_by("-returned_at")[:MOST_AT_ONCE],
        "undoable": taking_back.open_acts(by=request.user, at=now),
    }
    return render(request, "initiatives/decided.html", facts)


@require_POST
def take_back(request, pk):
    """Have an update that one validated wait for review again."""
    try:
        made = taking_back.take_back(
            update_id=pk, version=posted_version(request), reason=request.POST.get("reason", "")[:500],
            by=request.user, at=timezone.now(),
        )  # fmt: skip
    except (Invalid, Stale) as refused:
        messages.warning(request, str(refused))
        return redirect("initiatives:decided")
    messages.success(request, _("It waits for review again: %(name)s.") % {"name": f"{made.initiative.code} {made.period.code}"})
    return redirect("initiatives:decided")


@require_POST
def take_back_many(request, public_id):
    """Take back what was validated together, for ten minutes."""
    told = taking_back.take_back_many(
        public_id=public_id, reason=_("Undone within ten minutes"), by=request.user, at=timezone.now()
    )
    n = len(told.done)
    messages.success(request, ngettext("%(n)s update waits again.", "%(n)s updates wait again.", n) % {"n": n})
    for name, words in told.refused:
        messages.warning(request, f"{name}: {words}")
    return redirect("initiatives:decided")


@require_safe
def approvals(request):
    """What waits for the head of the bureau."""
    require(request.user, "update.approve", bureau_id=request.user.bureau_id)
    waiting = (
        Update.objects.waiting_for_head(request.user.bureau).select_related("initiative", "period", "author").with_due()
    )
    rows = [(one, duties.is_late(one, request.user.bureau)) for one in waiting.order_by("submitted_at", "id")]
    return render(request, "initiatives/approvals.html", {"rows": rows})


@require_safe
def approval(request, pk):
    """One update of the head's own bureau, before it leaves."""
    entry = entry_of(update_id=pk, user=request.user)
    require(request.user, "update.approve", bureau_id=entry.initiative.lead_bureau_id)
    return _show(request, entry)


@require_POST
def approve(request, pk):
    entry = entry_of(update_id=pk, user=request.user)
    try:
        life.approve(update_id=pk, version=posted_version(request), by=request.user, at=timezone.now())
    except Stale as refused:
        return _show(request, entry, status=409, warning=str(refused))
    messages.success(request, _("Approved: %(name)s. The strategy officers have it now.") % {"name": _name(entry)})
    return redirect("initiatives:approvals")
