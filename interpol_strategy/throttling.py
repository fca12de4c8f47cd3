"""Whose guesses are counted together, and what a person reads while sign-in is paused."""

from __future__ import annotations

from django.utils.translation import gettext as _

from interpol_strategy import errors

PAUSE_SECONDS = 30 * 60


def account_named(request, credentials) -> str:
    """The account that was tried: an e-mail address is one person's whatever its capitals and spaces."""
    named = (credentials or {}).get("username") or request.POST.get("username", "")
    return named.strip().lower()


def too_many_attempts(request, response=None, credentials=None):
    detail = _("Too many wrong passwords from here for this account. Try again in half an hour, or ask an administrator.")
    answer = errors.answer(request, 429, "too_many_attempts", _("Sign-in is paused"), detail)
    answer["Retry-After"] = str(PAUSE_SECONDS)
    return answer
