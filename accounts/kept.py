"""What was typed when the session had ended already: carried through the sign-in page, and handed back behind it.

Nothing is stored: the words travel from form to form in hidden fields, always within this site.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.shortcuts import render, resolve_url

PREFIX = "kept."
NOT_CARRIED = {"csrfmiddlewaretoken"}


class SignInAgain(LoginRequiredMiddleware):
    """Nobody comes in without signing in; who sent a form when the session had ended finds their words behind the sign-in."""

    def handle_no_permission(self, request, view_func):
        if request.method == "POST" and _is_a_page(request) and may_be_carried(view_func) and _words(request):
            return _ask_to_sign_in(request)
        return super().handle_no_permission(request, view_func)


def never_carried(view):
    """For a view that takes a secret: it is not written into a page."""
    view.is_never_carried = True
    return view


def may_be_carried(view) -> bool:
    return not getattr(view, "is_never_carried", False)


def _is_a_page(request) -> bool:
    """Whether a person looks at the answer; a script asks for what it can read."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


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
        or (request.resolver_match and not may_be_carried(request.resolver_match.func))
    ):
        return []
    return _words(request)


def _words(request) -> list[tuple[str, str]]:
    return [(name, value) for name, values in request.POST.lists() for value in values if name not in NOT_CARRIED]
