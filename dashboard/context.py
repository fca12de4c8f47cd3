"""What the frame of every page needs: navigation, periods, the number that waits for review."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import may
from core.errors import DomainError
from dashboard.asked import asked

SECTIONS = [
    ("home", _("Home"), "dashboard:home"),
    ("strategy", _("Strategy"), "dashboard:overview"),
    ("bureaus", _("Bureaus"), "dashboard:bureaus"),
    ("initiatives", _("Initiatives"), "dashboard:initiatives"),
    ("reports", _("Reports"), "reports:editions"),
]
REVIEW = ("review", _("Review"), "initiatives:review")
USER_LINKS = [
    (_("Profile and language"), "accounts:profile"),
    (_("History"), "dashboard:history"),
]
ADMINISTRATION = (_("Administration"), "dashboard:administration")
ADMINISTRATORS = ("plan.edit", "account.manage", "audit.read")
FOOT_LINKS = [(_("Method and help"), "dashboard:method"), (_("Data and API"), "api-docs")]
PREFIXES = {
    "strategy": "strategy",
    "indicators": "strategy",
    "explain": "strategy",
    "bureaus": "bureaus",
    "reporting": "bureaus",
    "initiatives": "initiatives",
    "reports": "reports",
    "review": "review",
}


def page_context(request) -> dict:
    """`nav`, `periods`, `period`, `user_links` and `foot_links` for templates/base.html; nothing before sign-in."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    try:
        question = asked(request)
        periods, period = question.periods, question.period
    except DomainError:
        periods, period = [], None
    return {
        "nav": _sections(request),
        "periods": periods,
        "period": period,
        "user_links": [{"label": label, "url": url} for label, name in _user_links(request.user) if (url := _url(name))],
        "foot_links": [{"label": label, "url": url} for label, name in FOOT_LINKS if (url := _url(name))],
    }


def _user_links(user) -> list:
    administers = any(may(user, act) for act in ADMINISTRATORS)
    return [*USER_LINKS, ADMINISTRATION] if administers else USER_LINKS


def _sections(request) -> list[dict]:
    sections = [*SECTIONS]
    is_reviewer = asked(request).is_reviewer
    if is_reviewer:
        sections.insert(1, REVIEW)
    current = _current(request.path)
    return [
        {
            "code": code,
            "label": label,
            "url": _url(name),
            "current": code == current,
            "count": asked(request).waiting if code == "review" else None,
        }
        for code, label, name in sections
        if _url(name)
    ]


def _current(path: str) -> str:
    first = path.strip("/").split("/")[0]
    return PREFIXES.get(first, "home" if not first else "")


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
