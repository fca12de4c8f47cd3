"""What was typed when the session had ended already: carried through the sign-in page, and handed back behind it.

Nothing is stored: the words travel from form to form in hidden fields, always within this site.
"""

from __future__ import annotations

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import QueryDict
from django.shortcuts import redirect, render, resolve_url

PREFIX = "kept."
NOT_CARRIED = {"csrfmiddlewaretoken"}


def through_sign_in(view):
    """For a view that takes long texts: who is signed out meanwhile signs in and finds their words again."""

    @login_not_required
    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            return _ask_to_sign_in(request)
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{_next(request)}")

    return wrapped


def _next(request) -> str:
    query = QueryDict(mutable=True)
    query["next"] = request.get_full_path()
    return query.urlencode(safe="/")


def _ask_to_sign_in(request):
    from accounts.forms import SignInForm

    facts = {"form": SignInForm(request), "next": request.get_full_path(), "kept": _words(request)}
    return render(request, "registration/login.html", facts, status=401)


def carried(request) -> list[tuple[str, str]]:
    """The pairs that came along with a sign-in form, in their order."""
    return [
        (name.removeprefix(PREFIX), value)
        for name, values in request.POST.lists()
        if name.startswith(PREFIX)
        for value in values
    ]


def hand_back(request, words, *, to: str, status: int = 200):
    """A page with one button, which sends the words where they were going."""
    return render(request, "registration/handed_back.html", {"words": words, "action": to}, status=status)


def from_an_old_page(request) -> list[tuple[str, str]]:
    """The words of a form whose token is from before signing in again; nothing unless our own page sent them.

    The browser itself says in `Origin` where a form was sent from, and no other site can say it for us.
    """
    own = f"{request.scheme}://{request.get_host()}"
    if (
        request.method != "POST"
        or request.headers.get("Origin") != own
        or request.path == resolve_url(settings.LOGIN_URL)
    ):
        return []
    return _words(request)


def _words(request) -> list[tuple[str, str]]:
    return [(name, value) for name, values in request.POST.lists() for value in values if name not in NOT_CARRIED]
