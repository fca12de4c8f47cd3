"""The style page as an officer sees it, made without a database, for the tests of the look."""

from __future__ import annotations

from types import SimpleNamespace

from django.template import Context
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import get_language_info

from dashboard.style_samples import sample

LANGUAGES = ["ar", "en", "es", "fr"]


class Reader:
    is_authenticated = True
    pk, bureau_id, full_name, email, role = 1, None, "Amara Okafor", "a@demo.invalid", "officer"

    def get_role_display(self):
        return "Strategy officer"


def page(language: str = "en", **more) -> str:
    """The style page as an officer sees it; no database is asked."""
    request = RequestFactory().get("/style/", {"period": "2026-Q4"})
    request.user, request.htmx = Reader(), False
    with translation.override(language):
        nav = [{"label": "Home", "url": "/", "current": True}, {"label": "Review", "url": "/review/", "count": 12}]
        frame = {"nav": nav, "periods": [SimpleNamespace(code="2026-Q4")], "period": SimpleNamespace(code="2026-Q4")}
        template = get_template("dashboard/style.html").template
        return template.render(_context(request, {**sample(), **frame, "user": Reader(), **more}))


def _context(request, values):
    """A context without the processors that ask the database."""
    offered = [get_language_info(code) for code in LANGUAGES]
    context = Context({"request": request, "offered_languages": offered, "is_demonstration": True, **values})
    context.request = request
    return context
