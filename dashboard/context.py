"""What the frame of every page needs, in plain words: navigation, periods, the number that waits for review."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from accounts.access import may
from accounts.models import Role
from core.errors import DomainError
from core.fragments import kept
from dashboard.asked import asked
from dashboard.days import DAYS_OF_KNOWLEDGE, READ_AS_KNOWN

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
    (_("My letters"), "initiatives:letters"),
    (_("History"), "dashboard:history"),
]
ADMINISTRATION = (_("Administration"), "dashboard:administration")
ADMINISTRATORS = ("plan.edit", "account.manage", "audit.read")
FOOT_LINKS = [(_("Method and help"), "dashboard:method"), (_("Data and API"), "api-docs")]
READ_ON = ("home", "strategy", "bureaus", "initiatives")
LEFT_BEHIND = ("period", "page", "after", "before")  # what another period's page does not begin with
PREFIXES = {
    "strategy": "strategy",
    "indicators": "strategy",
    "explain": "strategy",
    "explain/initiative": "initiatives",
    "heat-map": "strategy",
    "timeline": "strategy",
    "changes": "strategy",
    "data-quality": "strategy",
    "bureaus": "bureaus",
    "reporting": "bureaus",
    "extensions": "bureaus",
    "periods": "bureaus",
    "initiatives": "initiatives",
    "reports": "reports",
    "review": "review",
}


def page_context(request) -> dict:
    """`header`, `foot_links` and `knowledge` for templates/base.html; nothing before sign-in."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    knowledge = _knowledge(request)
    periods = _periods(request)
    return {
        "header": {
            "nav": _sections(request, chosen=_chosen(request, periods)),
            **periods,
            "tool": _tool(knowledge),
            "offered_languages": _languages(),
            "person": _person(request.user),
            "user_links": _user_links(any([may(request.user, act) for act in ADMINISTRATORS])),
        },
        "knowledge": knowledge,
        "kept_question": asked(request).kept if periods["period"] else "",
        "foot_links": _foot_links(),
    }


def _links(named) -> list[dict]:
    return [{"label": str(label), "url": url} for label, name in named if (url := _url(name))]


@kept
def _foot_links() -> list[dict]:
    return _links(FOOT_LINKS)


@kept
def _user_links(administers: bool) -> list[dict]:
    return _links([*USER_LINKS, ADMINISTRATION] if administers else USER_LINKS)


@kept
def _role(code: str) -> str:
    return str(Role(code).label)


@cache
def _languages() -> list[dict]:
    return [{"code": code, "name_local": get_language_info(code)["name_local"]} for code, _name in settings.LANGUAGES]


def _person(user) -> dict:
    """Who is reading, in plain words, for the menu of their own."""
    bureau = user.bureau.name.spoken() if user.bureau_id else None
    return {"name": user.full_name or user.email, "role": _role(user.role), "bureau": bureau}


def _periods(request) -> dict:
    """Every period that has begun with its address, which keeps the rest of the question, and the code of the chosen one."""
    try:
        question = asked(request)
        found, chosen = question.periods, question.period
    except DomainError:
        found, chosen = [], None
    rest = request.GET.copy()
    for name in LEFT_BEHIND:
        rest.pop(name, None)
    kept_query = f"&{rest.urlencode()}" if rest else ""
    codes = tuple([one.code for one in found])
    return {"periods": _menu(codes, kept_query), "period": chosen.code if chosen else ""}


@kept
def _menu(codes: tuple[str, ...], kept_query: str) -> list[dict]:
    return [{"code": code, "url": f"?period={quote(code)}{kept_query}"} for code in codes]


def _chosen(request, periods: dict) -> str:
    """The period that the reader chose, which every section is opened in; none for the usual one, or one that there is not."""
    return periods["period"] if asked(request).period_code else ""


def _sections(request, *, chosen: str) -> list[dict]:
    question = asked(request)
    known_on = question.known_on.isoformat() if question.known_on else ""
    waiting = question.waiting if question.is_reviewer else None
    return _navigation(_current(request.path), chosen, known_on, waiting)


@kept
def _navigation(current: str, chosen: str, known_on: str, waiting: int | None) -> list[dict]:
    """The sections; with the number that waits for whoever reviews."""
    sections = [*SECTIONS] if waiting is None else [SECTIONS[0], REVIEW, *SECTIONS[1:]]
    return [
        {
            "label": str(label),
            "url": _as_asked(_url(name), chosen, known_on if code in READ_ON else ""),
            "current": code == current,
            "count": waiting if code == "review" else None,
        }
        for code, label, name in sections
        if _url(name)
    ]


def _as_asked(url: str, period: str, known_on: str) -> str:
    """A section in the period that the reader chose; plans and work are read on as known on the chosen day, too."""
    query = urlencode({name: value for name, value in (("period", period), ("known_on", known_on)) if value})
    return f"{url}?{query}" if query else url


def _knowledge(request) -> dict | None:
    """For pages that can be read as they stood on a day: that day, and what else was asked.

    Of all others only that a day in the address is not heeded, where there is one; else None.
    """
    match = request.resolver_match
    if match is None:
        return None
    left_out = (*DAYS_OF_KNOWLEDGE, "cursor")  # another day's list begins with its first page
    others = [(name, value) for name, values in request.GET.lists() if name not in left_out for value in values]
    today_url = request.path + (f"?{urlencode(others)}" if others else "")
    if match.view_name not in READ_AS_KNOWN:
        is_asked = any(request.GET.get(name) for name in DAYS_OF_KNOWLEDGE)
        return {"unheeded": True, "today_url": today_url} if is_asked else None
    try:
        question = asked(request)
    except DomainError:
        return None
    return {
        "known_on": question.known_on, "latest": timezone.localdate(), "others": others, "today_url": today_url,
        "refused": question.refused,
    }  # fmt: skip


def _tool(knowledge: dict | None) -> dict | None:
    """The menu's field for that day, in plain words."""
    if knowledge is None or "unheeded" in knowledge or knowledge["refused"]:
        return None  # a day that was refused is asked for anew on the page itself
    known_on = knowledge["known_on"]
    latest = knowledge["latest"].isoformat()
    return {"known_on": known_on.isoformat() if known_on else "", "latest": latest, "others": knowledge["others"]}


def _current(path: str) -> str:
    first, *rest = path.strip("/").split("/")
    deeper = PREFIXES.get(f"{first}/{rest[0]}") if rest else None
    return deeper or PREFIXES.get(first, "home" if not first else "")


@cache
def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
