"""The page that a person begins with after signing in: one of ours, or a list as they saved it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import may
from accounts.models import SavedView

HOME = ""
# code: (label, address, the act that it asks for; None where everybody may)
PAGES = {
    HOME: (_("Home"), "dashboard:home", None),
    "strategy": (_("Strategy"), "dashboard:overview", None),
    "bureaus": (_("Bureaus"), "dashboard:bureaus", None),
    "initiatives": (_("Initiatives"), "dashboard:initiatives", None),
    "reports": (_("Reports"), "reports:editions", None),
    "my_reporting": (_("My reporting"), "initiatives:my_reporting", "update.write"),
    "review": (_("Review"), "initiatives:review", "review.read"),
}
VIEW = "view-"
LISTS = "dashboard:initiatives"


def choices_for(person) -> list[tuple[str, str]]:
    """Every page that the person may begin with: code and label."""
    pages = [(code, label) for code, (label, _address, act) in PAGES.items() if act is None or may(person, act)]
    return pages + [(f"{VIEW}{view.pk}", view.name) for view in SavedView.objects.open_to(person)]


def address_for(person) -> str:
    """Where signing in leads; home, where the saved list is gone or the page is no longer theirs."""
    code = person.start_page
    if code.startswith(VIEW):
        view = SavedView.objects.open_to(person).filter(pk=_number(code)).first()
        return f"{reverse(LISTS)}?{view.query}" if view else reverse(PAGES[HOME][1])
    _label, address, act = PAGES.get(code, PAGES[HOME])
    return reverse(address if act is None or may(person, act) else PAGES[HOME][1])


def is_open_to(person, code: str) -> bool:
    """Whether the person may begin with the page or the saved list."""
    if code.startswith(VIEW):
        return SavedView.objects.open_to(person).filter(pk=_number(code)).exists()
    return code in PAGES and (PAGES[code][2] is None or may(person, PAGES[code][2]))


def _number(code: str) -> int:
    digits = code.removeprefix(VIEW)
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else 0
