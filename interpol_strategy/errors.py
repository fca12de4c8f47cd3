"""Pages for what went wrong. They ask the database nothing: it may be what went wrong."""

from __future__ import annotations

import logging
import sys
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import TemplateDoesNotExist, loader
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from accounts import kept
from core.errors import DomainError
from dashboard.day_pages import page_not_worked_out
from dashboard.days import page_of_today
from interpol_strategy import problems

logger = logging.getLogger(__name__)

PLAIN_PAGE = (
    '<!doctype html><html lang="{}" dir="{}"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{}</title><main><h1>{}</h1><p>{}</p>'
    '<p><a href="/">{}</a></p></main></html>'
)


def bad_request(request, exception=None):
    detail = _("The address or the form is damaged, or it comes from an older version of the page.")
    return answer(request, 400, "bad_request", _("This request cannot be read"), detail)


def permission_denied(request, exception=None):
    reason = str(exception or "") or _("Your role does not allow this. Ask a strategy officer if it should.")
    response = answer(request, 403, "not_allowed", _("Not yours to do"), reason)
    with translation.override("en"):
        response.refusal = str(exception or "")
    return response


def page_not_found(request, exception=None):
    detail = _("There is nothing here, or nothing that you may see.")
    return answer(request, 404, problems.NOTHING_HERE, _("Nothing here"), detail)


def server_error(request):
    """500, or 503 when what failed is the way to the database."""
    if isinstance(sys.exc_info()[1], problems.AWAY):
        return unavailable(request)
    detail = _("This is our fault. Nothing that was saved is lost. Tell us the number below if it happens again.")
    return answer(request, 500, "crash", _("Something went wrong"), detail)


def unavailable(request):
    detail = _(
        "The database does not answer just now. What you typed is still on the page before: try again in a few seconds."
    )
    response = answer(request, 503, "unavailable", _("Back in a moment"), detail)
    response["Retry-After"] = problems.RETRY_AFTER_SECONDS
    return response


def csrf_failure(request, reason=""):
    """What our own page sent with an old token comes back to be sent again with a press; the rest is refused."""
    if words := kept.from_an_old_page(request):
        return kept.hand_back(request, words, to=request.get_full_path(), status=403)
    detail = _("The form was open too long, or cookies are off. Go back, reload the page and send it again.")
    return answer(request, 403, "csrf", _("This form has expired"), detail)


class DomainErrors:
    """Turns a refusal that a page did not handle into its page; the API has its own handler."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        is_read = request.method in ("GET", "HEAD") and not request.path.startswith("/api/")
        if is_read and response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return redirect(_page_around(request.path))
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, problems.AWAY):
            logger.warning("The database is away: %s", exception)
            return unavailable(request)
        if not isinstance(exception, DomainError):
            return None
        try:
            if page := page_not_worked_out(request, exception) or page_of_today(request, exception):
                return page
        except DomainError as other:
            exception = other
        if exception.status == HTTPStatus.NOT_FOUND:
            return page_not_found(request)
        if exception.status == HTTPStatus.FORBIDDEN:
            return permission_denied(request, exception)
        return answer(request, exception.status, exception.code, _("This cannot be done"), str(exception))


def _page_around(path: str) -> str:
    """The page to which an address belongs that only takes forms.

    Somebody arrives there who changes the language of a refused form, signs in again on it or presses Enter in the
    address bar; Django would answer with an empty page.
    """
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return path


def answer(request, status: int, code: str, title: str, detail: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problems.json_problem(request, problems.problem(status, code, detail))
    facts = {
        "status": status,
        "code": code,
        "title": title,
        "detail": detail,
        "request_id": getattr(request, "request_id", ""),
    }
    return HttpResponse(_page(facts), status=status)


def _page(facts: dict) -> str:
    """The status's own template (it gets no request: `exception` is the reason), else a bare page."""
    try:
        template = loader.select_template(
            [f"{facts['status']}_{facts['code']}.html", f"{facts['status']}.html", "error.html"]
        )
    except TemplateDoesNotExist:
        return _bare_page(facts)
    reason = {"exception": facts["detail"], "reason": facts["detail"]}
    return template.render({**facts, **reason, "is_demonstration": settings.DEMO})


def _bare_page(facts: dict) -> str:
    direction = "rtl" if get_language_bidi() else "ltr"
    title, detail = facts["title"], facts["detail"]
    return format_html(PLAIN_PAGE, get_language() or "en", direction, title, title, detail, _("To the home page"))
