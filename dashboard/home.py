"""The first page of each role: what needs a decision, what is owed, or whether we are on track."""

from __future__ import annotations

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.access import sight
from accounts.models import Role
from core.formats import number
from core.together import only
from dashboard import drawing, sentences
from dashboard.administration import waiting_rooms
from dashboard.asked import Asked, asked
from dashboard.first_use import read_steps, way_steps
from dashboard.home_then import lead, officer_then, reporting_then
from dashboard.plans import read_plans
from dashboard.reporting_views import shown
from dashboard.work import duty_steps, last_due_period
from initiatives import duties, review
from initiatives.models import Update
from reports.reading import latest_edition

MOST_MOVES = 5
MOST_CHANGES = 8


def home(request):
    """Each role's own first question."""
    question = asked(request)
    if request.user.role in (Role.LIAISON, Role.HEAD):
        return _liaison(request, question)
    if request.user.role in (Role.OFFICER, Role.AUDITOR):
        return _officer(request, question)
    return _leader(request, question)


def _liaison(request, question: Asked):
    """What do I owe, and by when? Of a past day, what was owed then."""
    if question.moment is not None:
        then = reporting_then(question)
        return render(request, "dashboard/home_liaison_then.html", {"reporting": then, "sentence": lead(then)})
    period = question.period if question.period_code else None
    listed = duties.reporting(request.user, at=timezone.now(), period=period)
    return render(request, "dashboard/home_liaison.html", {"reporting": listed})


def _officer(request, question: Asked):
    """What needs a decision from me today? Of a past day, what needed one then."""
    if question.moment is not None:
        return shown(request, "dashboard/home_officer.html", officer_then(question))
    period = last_due_period(question)
    oldest = Update.objects.waiting().filter(sight(request.user).handled())[:1]
    duties, oldest, elsewhere, validated, steps, odd, _at = question.together(
        duty_steps(question, period), only(oldest), waiting_rooms(request.user, question.today),
        only(_validated_last(request.user)), way_steps(question), review.odd_steps(request.user), question.with_figures_at(),
    )  # fmt: skip
    late = _late(question, duties)
    context = {
        "waiting": question.waiting,
        "oldest": oldest[0] if oldest else None,
        "late": late[:MOST_CHANGES],
        "late_count": len(late),
        "late_more": max(0, len(late) - MOST_CHANGES),
        "late_period": period,
        "is_over": is_over(period, question.today),
        "odd": odd,
        "deadline": _next_deadline(question),
        "elsewhere": elsewhere,
        "changes": [_change(update) for update in validated],
        "sentence": _officer_sentence(question, late, period, odd),
        "stamp": {"known_at": question.figures_at, "waiting": question.waiting},
        "steps": steps,
    }
    return render(request, "dashboard/home_officer.html", context)


def _late(question: Asked, duties: list) -> list:
    """The bureaus that are late for the period; one that was given more time is not, until that has passed."""
    return [duty for duty in duties if not duty.is_complete and duty.due_on < question.today]


def is_over(period, today) -> bool:
    """Whether nobody can report for the period any more, so that no bureau is late for it."""
    return period is not None and not period.is_open(today)


def _officer_sentence(question: Asked, late, period, odd: int) -> str:
    waits = _waits(question.waiting, odd)
    if not late:
        return _("%(waits)s; no bureau is late.") % {"waits": waits}
    behind = ngettext("%(n)s bureau is late for %(period)s", "%(n)s bureaus are late for %(period)s", len(late))
    if is_over(period, question.today):
        behind = ngettext(
            "%(n)s bureau did not report in full for %(period)s, which is closed",
            "%(n)s bureaus did not report in full for %(period)s, which is closed",
            len(late),
        )
    return _("%(waits)s, and %(behind)s.") % {
        "waits": waits, "behind": behind % {"n": number(len(late)), "period": period.code},
    }  # fmt: skip


def _waits(waiting: int, odd: int) -> str:
    """How much waits for review, and how much of that asks a question; beyond a hundred that is the least that it can be."""
    waits = ngettext("%(n)s update waits for review", "%(n)s updates wait for review", waiting) % {"n": number(waiting)}
    if not odd:
        return waits
    words = ngettext("%(waits)s (%(n)s has something odd about it)", "%(waits)s (%(n)s have something odd about them)", odd)
    if waiting > review.PAGE:
        words = ngettext(
            "%(waits)s (at least %(n)s has something odd about it)",
            "%(waits)s (at least %(n)s have something odd about them)",
            odd,
        )
    return words % {"waits": waits, "n": number(odd)}


def _next_deadline(question: Asked):
    ahead = [period for period in question.periods if period.due_on >= question.today]
    return min(ahead, key=lambda period: period.due_on, default=None)


def _validated_last(user):
    """The updates validated last, as far as the reader may see them."""
    rows = Update.objects.visible_to(user).current().select_related("initiative__lead_bureau", "period", "validated_by")
    return rows.order_by("-validated_at", "-id")[:MOST_CHANGES]


def _change(update: Update) -> dict:
    return {
        "at": update.validated_at,
        "who": update.validated_by.full_name,
        "subject": update.initiative.title,
        "language": update.initiative.language,
        "url": reverse("dashboard:initiative", args=[update.initiative.code]),
        "words": update.period.code,
    }


def _leader(request, question: Asked):
    """Are we on track, and what changed?"""
    plans = read_plans(question)
    current = next((view for view in plans if view.plan.status == "in_force"), plans[0] if plans else None)
    aims = current.aims if current else []
    moves = sorted((p for p in aims if p.change), key=lambda part: abs(part.change), reverse=True)
    context = {
        "plans": [drawing.plan(view) for view in plans if view is current],
        "sentence": f"{sentences.standing(aims)} {sentences.moved(aims)}".rstrip(),
        "moves": [
            {"node": part.node, "url": drawing.address(part.node, part.kept), "status": part.results.status,
             "words": sentences.change(part)}
            for part in moves[:MOST_MOVES]
        ],  # fmt: skip
        "stamp": drawing.stamp(question, *plans),
        "latest": latest_edition(request.user, get_language(), at=question.moment),
        "kept": f"?{question.kept}" if question.kept else "",
        "steps": read_steps(question) if request.user.role == Role.ADMIN and not question.known_on else [],
    }
    return render(request, "dashboard/home_leader.html", context)
