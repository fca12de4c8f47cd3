"""Chasing by hand, the schedule of reminders, and the letters that a person was sent."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import may, require
from core.errors import Conflict, Invalid, NotFound, Stale
from core.formats import moment
from core.forms import put_refusal
from core.models import Period
from initiatives.chasing import by_hand, wishes
from initiatives.chasing.calendar import Calendar
from initiatives.chasing.records import Letter
from initiatives.forms_chasing import ScheduleForm, WayForm
from initiatives.pages import posted_version

MOST_LETTERS = 30


@require_POST
def remind(request):
    """Remind the chosen bureaus: first whom it would reach, then, with the exact number confirmed, what was done."""
    require(request.user, "reminder.send")
    period = Period.objects.filter(code=request.POST.get("period", "")[:16].replace("\x00", "")).first()
    if period is None:
        raise NotFound(_("There is no such reporting period."))
    codes = request.POST.getlist("chosen")
    bureaus = by_hand.chosen_bureaus(codes) if codes else []
    if request.POST.get("confirmed") != "1":
        plan = by_hand.plan_reminder(period=period, bureaus=bureaus, by=request.user, at=timezone.now())
        goes_at = timezone.now() + by_hand.UNDO_WITHIN
        return render(request, "initiatives/remind.html", {"plan": plan, "goes_at": goes_at, "back": _back(period)})
    try:
        batch = by_hand.remind(period=period, bureaus=bureaus, by=request.user, at=timezone.now())
    except (Conflict, Invalid) as refused:
        messages.error(request, str(refused))
    else:
        _say_so(request, batch)
    return redirect(_back(period))


def _back(period) -> str:
    return f"/reporting/?period={period.code}"


def _say_so(request, batch) -> None:
    found = Letter.objects.filter(batch=batch)
    bureaus = found.values("bureau").distinct().count()
    words = ngettext(
        "%(n)s bureau is reminded; the letters go out at %(time)s.",
        "%(n)s bureaus are reminded; the letters go out at %(time)s.",
        bureaus,
    )
    messages.success(request, words % {"n": bureaus, "time": moment(found.first().send_after)})


@require_POST
def take_back(request, batch):
    """Reminders that have not gone are taken back."""
    try:
        undone = by_hand.take_back(batch=batch, by=request.user, at=timezone.now())
    except Conflict as refused:
        messages.error(request, str(refused))
    else:
        words = ngettext(
            "%(n)s letter is taken back; nobody gets it.", "%(n)s letters are taken back; nobody gets them.", undone
        )
        messages.success(request, words % {"n": undone})
    return redirect(_back(Period.objects.filter(letters__batch=batch).first()))


@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request):
    """When are bureaus reminded, and who hears of it next?"""
    require(request.user, "review.read")
    held = wishes.present_schedule()
    initial = {name: getattr(held, name) for name in wishes.FIELDS}
    form = ScheduleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            wishes.set_schedule(
                version=posted_version(request), by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except (Invalid, Stale) as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The schedule is changed; it holds from now on."))
            return redirect("initiatives:schedule")
    facts = {
        "form": form, "schedule": held, "may_change": may(request.user, "reminder.schedule"), "usual": Calendar(),
        "weekday": dict(ScheduleForm.base_fields["digest_weekday"].choices)[held.digest_weekday],
    }  # fmt: skip
    return render(request, "initiatives/schedule.html", facts, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def letters(request):
    """Which letters was I sent, and how do I wish to hear of things?"""
    held = wishes.way_of(request.user)
    form = WayForm(request.POST or None, initial={name: getattr(held, name) for name in wishes.WISHES})
    if request.method == "POST" and form.is_valid():
        wishes.choose_way(by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("initiatives:letters")
    sent = Letter.objects.filter(recipient=request.user).select_related("bureau", "period")[:MOST_LETTERS]
    facts = {"form": form, "letters": list(sent)}
    return render(request, "initiatives/letters.html", facts, status=400 if form.errors else 200)
