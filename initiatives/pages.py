"""What several working pages ask of a request, and the facts that they draw alike."""

from __future__ import annotations

from datetime import date

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import may, sight
from accounts.models import Role, User
from core.errors import NotAllowed, NotFound
from core.models import Period
from initiatives import duties, questions
from initiatives.choices import UpdateState
from initiatives.clocks import today_at
from initiatives.forms import CommentForm, UpdateForm
from initiatives.models import Comment


def posted_version(request) -> int:
    """The version that the page was drawn from; what is no number fits no record."""
    words = request.POST.get("version", "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else -1


def chosen_versions(request, *, most: int) -> dict[int, int]:
    """The ticked rows, as `id-version`, with the version that was on the page; no more than so many."""
    pairs = [words.partition("-") for words in request.POST.getlist("chosen")]
    read = {
        int(pk): int(version)
        for pk, _mark, version in pairs
        if pk.isdecimal() and pk.isascii() and len(pk) < 18 and version.isdecimal() and version.isascii() and len(version) < 10
    }
    return dict(list(read.items())[:most])


def address(name: str, entry) -> str:
    """Where one of the update's pages is."""
    return reverse(f"initiatives:{name}", args=[entry.initiative.code, entry.period.code])


def day_of(entry) -> date:
    """The day it is where the bureau works."""
    return today_at(entry.initiative.lead_bureau, timezone.now())


def show_standing(request, entry, status: int = 200, **facts):
    """The update as it stands, to read; where nothing stands and nothing may be written, the reason."""
    if entry.update is None and entry.refusal:
        raise NotAllowed(entry.refusal)
    return render(request, "initiatives/standing.html", standing_facts(request.user, entry) | facts, status=status)


def chosen_period(request) -> Period | None:
    """The period in the address, if there is one. Raises NotFound for an unknown one."""
    code = request.GET.get("period", "")
    if not code:
        return None
    found = Period.objects.filter(code=code[:16]).first()
    if found is None:
        raise NotFound(_("There is no such reporting period."))
    return found


def standing_facts(user, entry) -> dict:
    """How an update stands, for whoever may see it: its answers, who has it, its thread, and what may be done."""
    update = entry.update
    bureau = entry.initiative.lead_bureau
    form = UpdateForm(entry=entry) if update else None
    is_ours = may(user, "update.submit", bureau_id=bureau.pk)
    return {
        "entry": entry,
        "state": update.state if update else "not_started",
        "answers": questions.answers_of(form, entry, {}) if update else [],
        "holder": holder_words(update, bureau, user) if update else "",
        "may_withdraw": is_ours and update is not None and update.state in ("submitted", "bureau_approved"),
        "may_correct": is_ours and update is not None and update.state == UpdateState.VALIDATED,
        "may_comment": may(user, "update.comment", bureau_id=bureau.pk) and update is not None,
        "comments": thread_of(update) if update else [],
        "comment_form": CommentForm(),
        "due": entry.deadline,
        "is_extended": entry.extended_until is not None and entry.extended_until > entry.period.due_on,
        "is_late": duties.is_late(update, bureau) if update else False,
        "handling_level": update.handling if update else entry.initiative.handling,
    }


def holder_words(update, bureau, user) -> str:
    """Who has the update now, in one sentence; people are named where the reader may know of them."""
    if update.state == UpdateState.SUBMITTED and bureau.requires_head_approval:
        heads = User.objects.active().filter(sight(user).people(), bureau=bureau, role=Role.HEAD)
        names = ", ".join(heads.order_by("full_name").values_list("full_name", flat=True))
        if names:
            return _("The head of the bureau (%(names)s) has it now, and approves it before it leaves.") % {"names": names}
        return _("The head of the bureau has it now, and approves it before it leaves.")
    if update.state in (UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED):
        return _("The strategy officers have it now: one of them validates it, or returns it with a comment.")
    if update.state == UpdateState.RETURNED:
        return _("Your bureau has it again: it was returned with a comment.")
    if update.state == UpdateState.VALIDATED:
        return _("It is validated and counts in the figures.")
    return _("It is a draft. Your bureau has it, and nobody else sees it.")


def thread_of(update) -> list[dict]:
    comments = Comment.objects.filter(update=update).select_related("author")
    return [
        {"who": one.author.full_name, "at": one.written_at, "words": one.text, "language": one.language}
        for one in comments
    ]
