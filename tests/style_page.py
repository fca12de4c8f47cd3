"""The style page as an officer sees it, made without a database, for the tests of the look."""

from __future__ import annotations

from django.template import Context
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import get_language_info

from dashboard.style_samples import sample

LANGUAGES = ["ar", "en", "es", "fr"]
HEADER = {
    "nav": [{"label": "Home", "url": "/", "current": True}, {"label": "Review", "url": "/review/", "count": 12}],
    "periods": [{"code": "2026-Q4", "url": "?period=2026-Q4"}],
    "period": "2026-Q4",
    "offered_languages": [{"code": code, "name_local": get_language_info(code)["name_local"]} for code in LANGUAGES],
    "person": {"name": "Amara Okafor", "role": "Strategy officer", "bureau": None},
    "user_links": [{"label": "Settings", "url": "/settings/"}],
}


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
        template = get_template("dashboard/style.html").template
        return template.render(_context(request, {**sample(), "header": HEADER, "user": Reader(), **more}))


def _context(request, values):
    """A context without the processors that ask the database."""
    context = Context({"request": request, "is_demonstration": True, **values})
    context.request = request
    return context
