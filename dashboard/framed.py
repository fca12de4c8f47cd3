"""A whole page drawn from plain values, kept for whoever has the same; the upper part of its frame is each reader's own."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string

from core.fragments import bare, drawn_page, kept
from core.templatetags.page import HEADER_HERE, TOKEN_HERE, header_for
from dashboard.asked import asked
from dashboard.context import page_context


def framed(request, template: str, values: dict, *, stamp: dict | None = None) -> HttpResponse:
    """The page of the template from plain values (as for `core.fragments.drawn`), with the stamp of when its figures were made.

    `stamp` holds known_at and waiting; `history_url` among the values stands in it. Where something is to be said to this
    reader alone, or of a day that they asked for, the page is drawn as any other.
    """
    frame = page_context(request)
    if len(get_messages(request)) or _has_a_day(frame["knowledge"]):
        stamp = {**stamp, "known_on": asked(request).known_on} if stamp else None
        return render(request, template, {**values, "stamp": stamp})
    plain = {
        **values, "stamp_said": _stamp(stamp["known_at"], stamp["waiting"], values.get("history_url", "")) if stamp else "",
        "foot_links": frame["foot_links"], "is_demonstration": settings.DEMO, "header_here": HEADER_HERE, "csrf_token": TOKEN_HERE,
    }  # fmt: skip
    token = get_token(request)
    html = drawn_page(template, plain).replace(TOKEN_HERE, token)
    return HttpResponse(html.replace(HEADER_HERE, header_for(frame["header"], token, request.get_full_path())))


def _has_a_day(knowledge: dict | None) -> bool:
    return bool(knowledge) and any([knowledge.get(name) for name in ("known_on", "unheeded", "refused")])


@kept
def _stamp(known_at: datetime | None, waiting: int | None, history_url: str) -> str:
    facts = {"known_at": known_at, "waiting": waiting, "known_on": None}
    return bare(render_to_string("_stamp.html", {"stamp": facts, "history_url": history_url}))
