"""A page of a past day whose figures nobody has worked out yet: what is lacking, the button that asks for it, and how far it is."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from core.errors import Conflict, DomainError
from dashboard.asked import asked
from dashboard.days import READ_AS_KNOWN
from dashboard.kept_days import PICTURES, NotWorkedOut, period_of
from dashboard.tallies import TALLIES


def page_not_worked_out(request, refused: DomainError):
    """In place of a reading page: what it lacks, and who can have it made. None where something else was refused, or a file is asked for.

    It is kept for nobody, because no act of anybody ends the waiting.
    """
    match = request.resolver_match
    if not isinstance(refused, NotWorkedOut) or match is None or match.view_name not in READ_AS_KNOWN:
        return None
    request.asked_page = None
    facts = {"lacking": PICTURES.standing(refused.day, refused.period), "here": request.get_full_path()}
    return render(request, "dashboard/not_worked_out.html", facts)


@require_POST
def work_out_day(request):
    """Have a worker add up the figures of a past day, once for everybody, and go back to the page that lacks them.

    With `counts`, how bureaus had reported by that day, too.
    """
    question, now = asked(request), timezone.now()
    try:
        if question.known_on is not None and not question.is_at_once:
            PICTURES.ask_for(question.known_on, at=now, by=request.user, period=period_of(question))
            if request.POST.get("counts"):
                TALLIES.ask_for(question.known_on, at=now, by=request.user)
    except Conflict as refused:
        messages.error(request, str(refused))
    return redirect(_back(request))


def _back(request) -> str:
    """The page that it was asked from; nowhere else but here."""
    here = request.POST.get("next", "")
    is_ours = here.startswith("/") and url_has_allowed_host_and_scheme(here, allowed_hosts=None)
    return here if is_ours else reverse("dashboard:home")
