"""A whole page drawn from plain values, its frame kept for whoever has the same; the frame's upper part is each reader's own.

What a page says below its lead, and when its figures were made, is put into room that the frame leaves: a frame is found again when
the figures are others, and no page is kept twice.
"""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

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

# What is put into the frame, each already marked up and escaped, and the room that is left for it.
ROOM = {"content": token_hex(16), "stamp_said": token_hex(16)}


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
    html = _drawn_around(template, plain).replace(TOKEN_HERE, token)
    return HttpResponse(html.replace(HEADER_HERE, header_for(frame["header"], token, request.get_full_path())))


def _drawn_around(template: str, plain: dict) -> str:
    """The page, with what it says put into its frame; where there is nothing to say no room is left."""
    said = {name: plain[name] for name in ROOM if plain.get(name)}
    html = drawn_page(template, plain | {name: ROOM[name] for name in said})
    for name, words in said.items():
        html = html.replace(ROOM[name], words)
    return html


def _has_a_day(knowledge: dict | None) -> bool:
    return bool(knowledge) and any([knowledge.get(name) for name in ("known_on", "unheeded", "refused")])


@kept
def _stamp(known_at: datetime | None, waiting: int | None, history_url: str) -> str:
    facts = {"known_at": known_at, "waiting": waiting, "known_on": None}
    return bare(render_to_string("_stamp.html", {"stamp": facts, "history_url": history_url}))
