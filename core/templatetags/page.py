"""What every template may say: a status, a number, a day, a person's text. `{% load page %}`"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from secrets import token_hex

from django import template
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from core import formats, fragments
from core.handling import Handling
from core.shapes import MIRRORED, sheet
from core.status import STATUSES, status_of
from core.translations import Translated, TranslationState

register = template.Library()

UPDATE_STATES = {
    "not_started": ("quiet", gettext_lazy("not started")),
    "draft": ("open", gettext_lazy("draft saved")),
    "ready": ("open", gettext_lazy("ready to send")),
    "submitted": ("done", gettext_lazy("sent")),
    "bureau_approved": ("done", gettext_lazy("sent, approved by the bureau")),
    "returned": ("warn", gettext_lazy("returned")),
    "validated": ("good", gettext_lazy("validated")),
    "overdue": ("bad", gettext_lazy("overdue")),
}

# Periods, ISO days, ranges and e-mail addresses: a right-to-left line would turn their parts round.
TURNING = re.compile(r"\b\d{4}-(?:Q[1-4]|\d{2}(?:-\d{2})?)\b|[\w.+-]+@[\w.-]+\w")
# The code of a period in a text, not within a tag: a line may end at its hyphen.
PERIOD = re.compile(r"\b\d{4}-Q[1-4]\b(?![^<>]*>)")
PARTS = re.compile(r"[/_@]")
# Where a part that is kept leaves room for what is never kept: the form's token, and the address that is being read.
TOKEN_HERE, ADDRESS_HERE = token_hex(16), token_hex(16)
HEADER_HERE = token_hex(16)  # where a whole page leaves room for it


@register.filter
def unbroken(drawn):
    """What was drawn already, with the code of every period kept on one line: never 2026-, then Q4."""
    return mark_safe(PERIOD.sub('<span class="nowrap">\\g<0></span>', drawn))  # noqa: S308 - drawn by a template


@register.filter
def parted(name):
    """A long name without spaces (a time zone, an address) that may go on in the next line after / _ or @, not within a word."""
    return mark_safe(PARTS.sub("\\g<0><wbr>", escape(name)))  # noqa: S308 - escaped here


@register.simple_tag
def colon():
    """What stands between a name and what is said of it, with the room that the language leaves around it."""
    return formats.colon()


@register.filter
def inside(name):
    """The name of a language within a sentence: French and Spanish begin it with a small letter."""
    return formats.inside(name)


@register.simple_tag
def status(code, label=None, size=""):
    """Shape, word and colour of a status; `label` replaces the word, `size` is "large" or nothing."""
    label = None if label == "" else label
    if label is None and not size:
        return _status(status_of(code).code, get_language())
    return _draw_status(status_of(code), label, size)


@lru_cache(maxsize=64)
def _status(code: str, language: str) -> SafeString:
    return _draw_status(STATUSES[code], None, "")


def _draw_status(found, label, size) -> SafeString:
    return format_html(
        '<span class="status s-{}{}"><svg aria-hidden="true"><use href="#s-{}"/></svg><span>{}</span></span>',
        found.code,
        f" {size}" if size else "",
        found.code,
        found.label if label is None else label,
    )


@register.simple_tag
def status_mark(code):
    """The shape alone, named for those who cannot see it."""
    found = status_of(code)
    return format_html(
        '<span class="status s-{}"><svg role="img" aria-label="{}"><use href="#s-{}"/></svg></span>',
        found.code,
        found.label,
        found.code,
    )


@register.simple_tag
def symbols():
    """The sheet of shapes that every page carries once."""
    return sheet()


@register.simple_tag
@lru_cache(maxsize=64)
def icon(name):
    """A small drawing beside a word; it never stands alone."""
    mirrored = " mirrored" if name in MIRRORED else ""
    return format_html('<svg class="icon{}" aria-hidden="true"><use href="#i-{}"/></svg>', mirrored, name)


@register.simple_tag
def update_state(state):
    """The state of an update in the liaison's words: not started, draft saved, sent, returned, validated."""
    kind, label = UPDATE_STATES.get(state, ("quiet", state))
    return format_html('<span class="tag {}">{}</span>', kind, label)


@register.simple_tag
def handling(level):
    """The handling level as a tag; nothing for a missing level."""
    if level is None or level == "":
        return ""
    return _handling(int(level), get_language())


@lru_cache(maxsize=32)
def _handling(level: int, language: str) -> SafeString:
    level = Handling(level)
    return format_html('<span class="tag handling-{}">{}</span>', level.value, level.label)


@register.simple_tag
def fragment(template, values=None, **more):
    """A part that is drawn from plain values alone, and kept (core.fragments)."""
    return fragments.drawn(template, {**(values or {}), **more})


@register.simple_tag(takes_context=True)
def header(context):
    """The frame's upper part, from `header` (dashboard.context); room for it, where a page leaves room (dashboard.framed)."""
    if "header_here" in context:
        return mark_safe(context["header_here"])  # noqa: S308 - a constant
    return header_for(context.get("header", {}), context.get("csrf_token", ""), context["request"].get_full_path())


def header_for(header: dict, token: str, address: str) -> SafeString:
    """The frame's upper part for a reader; kept without the token and the address of its forms."""
    drawn = fragments.drawn("_header.html", {**header, "token": TOKEN_HERE, "address": ADDRESS_HERE})
    field = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
    return mark_safe(drawn.replace(TOKEN_HERE, field).replace(ADDRESS_HERE, escape(address)))  # noqa: S308 - both are escaped


@register.filter
def text(value):
    """A `Translated`, or its words with their language, in the reader's language and marked with the one that it is in."""
    if isinstance(value, Translated):
        value = value.spoken()
    if not isinstance(value, tuple):
        return format_html('<bdi dir="auto">{}</bdi>', value)
    return _marked(*value)


@lru_cache(maxsize=4096, typed=True)  # words that are marked up and words that look like them are not the same
def _marked(words: str, language: str) -> SafeString:
    return format_html('<span lang="{}" dir="auto">{}</span>', language, words)


@register.filter
def prose(value):
    """A long `Translated` as paragraphs, marked with the language that it really is in."""
    words, language = value.in_language(get_language())
    return _paragraphs(words, language)


@register.simple_tag
def translation_note(value):
    """Says when the reader sees a draft, stale or missing translation instead of the approved one."""
    state = value.state((get_language() or "en").split("-")[0])
    if state in (TranslationState.SOURCE, TranslationState.APPROVED) or not value:
        return ""
    words = {
        TranslationState.DRAFT: _("working translation"),
        TranslationState.STALE: _("translation of an older text"),
        TranslationState.MISSING: _("not translated yet"),
    }[TranslationState(state)]
    return format_html('<span class="tag quiet">{}</span>', words)


@register.simple_tag
def said(words, language=""):
    """What a person wrote, as paragraphs in its own language and direction."""
    return _paragraphs(words or "", language)


def _paragraphs(words: str, language: str) -> SafeString:
    words = TURNING.sub("\u2066\\g<0>\u2069", words)
    body = linebreaks(words, autoescape=True).replace("<p>", '<p dir="auto">')
    mark = f' lang="{escape(language)}"' if language else ""
    return mark_safe(f'<div class="said"{mark} dir="auto">{body}</div>')  # noqa: S308 - linebreaks escaped it


@register.filter
def number(value, decimals=None):
    """1204.5 as the reader writes it."""
    return formats.number(value, None if decimals in (None, "") else int(decimals))


@register.filter
def signed(value, decimals=None):
    """A change with its sign."""
    return formats.signed(value, None if decimals in (None, "") else int(decimals))


@register.filter
def percent(share, decimals=0):
    """A share of one as a percentage."""
    return formats.percent(share, int(decimals))


@register.simple_tag
def band(low, high, decimals=None):
    """The shares of one between two limits, in words; a missing limit leaves that side open."""
    low, high = (formats.percent(limit, decimals) if limit not in (None, "") else None for limit in (low, high))
    if low is None:
        return _("below %(high)s") % {"high": high} if high else _("any outcome")
    return _("from %(low)s to below %(high)s") % {"low": low, "high": high} if high else _("%(low)s or more") % {"low": low}


@register.filter
def of_hundred(value):
    """A number out of a hundred as a percentage."""
    return formats.percent(value / Decimal(100), None) if value not in (None, "") else formats.percent(None)


@register.filter(expects_localtime=True)
def day(value):
    """A day as `<time>`; of a moment, the day that it is for the reader."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.day(value)) if value else ""


@register.filter
def moment(value):
    """A day and an hour as `<time>`, in the reader's time zone."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.moment(value)) if value else ""


@register.filter
def days_late(value, on):
    """'3 days late', or nothing for what is not late."""
    late = (on - value).days if value and on else 0
    return ngettext("%(n)s day late", "%(n)s days late", late) % {"n": late} if late > 0 else ""


@register.simple_tag
def bar(share, code="on_track", expected=None):
    """A share of one as a thin bar in the colour of its status, with a tick where it should be by now."""
    if share is None:
        return mark_safe('<svg class="bar unknown" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"/>')
    tick = ""
    if expected is not None:
        tick = format_html('<rect class="tick" x="{}" width="1.5" height="8"/>', _reach(expected, 98.5))
    return format_html(
        '<svg class="bar s-{}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="8"/><rect class="fill" width="{}" height="8"/>{}</svg>',
        status_of(code).code,
        _reach(share, 100),
        tick,
    )


def _reach(share, most) -> float:
    """How far along a bar of a hundred; what is below zero or above one stays inside the bar."""
    return round(min(max(float(share), 0.0), 1.0) * most, 1)


@register.simple_tag
def change(delta, decimals=None, unit=""):
    """A change since the previous period: an arrow, a sign, a number; no colour, as up is not always good."""
    if delta is None:
        return ""
    arrow = "up" if delta > 0 else "down" if delta < 0 else ""
    drawn = icon(arrow) if arrow else ""
    said_as = formats.signed(delta, decimals) if delta else _("no change")
    return format_html('<span class="change">{}<bdi>{}{}</bdi></span>', drawn, said_as, unit if delta else "")
