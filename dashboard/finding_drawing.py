"""The list of initiatives as a template draws it: chips with counts, headings that sort, cells, saved views."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.access import may, own_bureau_id
from core.formats import day, number, said_of
from core.fragments import bare
from core.keyset import MOST_COUNTED
from core.templatetags.page import day as day_tag
from core.templatetags.page import handling, of_hundred, status, text
from dashboard.asked import asked
from dashboard.drawing import page, with_kept
from dashboard.finding import COLUMNS, Found
from initiatives import bulk
from initiatives.choices import InitiativeStatus
from initiatives.facets import NAMES

# What an address may carry that narrows nothing.
LOOKS = ("period", "cursor", "ordering", "columns", "known_on", "as_known_on")
ALWAYS_SHOWN = ("status",)


def _asking(request, **changes) -> str:
    """The list's address with some of its question changed, from its first page; None takes a part away."""
    return _address(tuple((name, tuple(values)) for name, values in request.GET.lists()), tuple(changes.items()))


@lru_cache(maxsize=4096)
def _address(asked: tuple, changes: tuple) -> str:
    changed = dict(changes)
    kept = [(name, value) for name, values in asked if name not in ("cursor", *changed) for value in values]
    return "?" + urlencode([*kept, *((name, value) for name, value in changes if value is not None)])


def listed(request, found: Found, facets, views, undoable) -> dict:
    """All that the page draws."""
    is_filtered = any(value for key, value in request.GET.items() if key not in LOOKS)
    question = asked(request)
    changes = may(request.user, "initiative.change_many") and question.known_on is None
    return {
        "table": _table(request, found, facets, changes) if found.page.items else None,
        "faults": [str(words[0]) for words in found.faults.values()],
        "sentence": _sentence(is_filtered, found),
        "is_past": question.known_on is not None,
        "is_filtered": is_filtered,
        "applied": _applied(request, facets),
        "counted": _counted_note(facets),
        "facets": [
            _facet(request, name, choices)
            for name, choices in facets.choices.items() if len(choices) > 1 or name in request.GET
        ],
        "asking": {
            "search": request.GET.get("search", ""),
            "bureau": request.GET.get("bureau", ""),
            "bureaus": facets.bureaus,
            "kept": _kept(request, "search", "bureau"),
        },
        "choosing": {
            "columns": [(code, str(label), code in found.columns) for code, (label, _order) in COLUMNS.items()],
            "kept": _kept(request, "columns"),
        },
        "pager": _pager(request, found),
        "views": [_view(request, one) for one in views],
        "question": request.GET.urlencode(),
        "clear_url": reverse("dashboard:initiatives") + _only(request, "columns", "ordering", "period", "known_on"),
        "file_url": reverse("dashboard:initiatives_csv") + _asking(request),
        "workbook_url": reverse("dashboard:initiatives_xlsx") + _asking(request),
        "may_create": may(request.user, "initiative.create") and question.known_on is None,
        "may_share": may(request.user, "view.share"),
        "may_change": changes,
        "known": found.known,
        "may_change_all": changes and _may_change_all(request, found),
        "undoable": undoable,
    }


def _may_change_all(request, found: Found) -> bool:
    """Where more matches than the page shows, all of it may be changed by this person, and it is not too much."""
    own = request.user.bureau.code if own_bureau_id(request.user) else None
    is_theirs = own is None or request.GET.get("bureau") == own
    return is_theirs and not found.is_capped and len(found.page.items) < found.known <= bulk.MOST_AT_ONCE


def _sentence(is_filtered: bool, found: Found) -> str:
    known = _("more than %(n)s") % {"n": number(found.known)} if found.is_capped else number(found.known)
    if is_filtered:
        return ngettext("%(known)s initiative matches.", "%(known)s initiatives match.", found.known) % {"known": known}
    logged = ngettext("%(known)s initiative has been logged.", "%(known)s initiatives have been logged.", found.known)
    return logged % {"known": known}


def _pager(request, found: Found) -> dict:
    page = found.page
    return {
        "next": _asking(request, cursor=page.next) if page.next else None,
        "previous": _asking(request, cursor=page.previous) if page.previous else None,
        "shown": len(page.items),
        "known": f"{number(found.known)}+" if found.is_capped else number(found.known),
    }


# chips


def _applied(request, facets) -> list[dict]:
    """Each filter that is set, in words, with the address that takes it off."""
    words = {"bureau": dict(facets.bureaus)} | {name: facets.words(name) for name in NAMES}
    return [
        {"label": _filter_words(name, words.get(name, {}).get(value, value)), "on": True,
         "url": _asking(request, **{name: None})}
        for name, value in request.GET.items() if value and name not in LOOKS
    ]  # fmt: skip


def _filter_words(name: str, value: str) -> str:
    labels = {**NAMES, "search": _("Search"), "bureau": _("Bureau"), "indicator": _("Indicator"), "plan": _("Strategy"),
              "partner": _("Partners"), "running_in": _("Period"), "owing": _("Owing an update for")}  # fmt: skip
    return said_of(labels.get(name, name), value[:40])


def _facet(request, name: str, choices) -> dict:
    chosen = request.GET.get(name, "")
    return {
        "name": str(NAMES[name]),
        "is_open": name in ALWAYS_SHOWN,
        "chips": [
            {"label": choice.label, "count": _count(choice), "on": choice.code == chosen,
             "url": _asking(request, **{name: None if choice.code == chosen else choice.code})}
            for choice in choices
        ],
    }  # fmt: skip


def _counted_note(facets) -> str:
    """What the numbers beside the filters say where not everything that was found was counted."""
    if not any(choice.is_least for choices in facets.choices.values() for choice in choices):
        return ""
    return _("Counted among %(n)s of the initiatives found: a number with + is how many there are at least.") % {
        "n": number(MOST_COUNTED)
    }


def _count(choice) -> str | None:
    if choice.count is None:
        return None
    return f"{number(choice.count)}+" if choice.is_least else number(choice.count)


def _kept(request, *without) -> list[tuple[str, str]]:
    """What a form of the page carries on: the rest of the question."""
    left_out = (*without, "cursor")
    return [(name, value) for name, values in request.GET.lists() if name not in left_out for value in values if value]


def _only(request, *names) -> str:
    query = QueryDict(mutable=True)
    query.update({name: request.GET[name] for name in names if request.GET.get(name)})
    return f"?{query.urlencode()}" if query else ""


def _view(request, view) -> dict:
    return {
        "pk": view.pk,
        "label": view.name,
        "url": f"?{view.query}",
        "on": False,
        "is_shared": view.is_shared,
        "may_be_removed": view.may_be_removed_by(request.user),
    }


# the table


def _table(request, found: Found, facets, may_change: bool) -> dict:
    """The rows and headings in plain words, as templates/dashboard/_work.html draws them."""
    heads = [_sorting(_("Initiative"), "title", found, request), *(_head(code, found, request) for code in found.columns)]
    own, kept, language = own_bureau_id(request.user), asked(request).kept, get_language()
    columns = [(head["label"], _CELLS[code]) for code, head in zip(found.columns, heads[1:], strict=True)]
    return {
        "heads": heads,
        "may_change": may_change,
        "rows": [
            _row(one, columns, facets, kept, language, is_changed_here=may_change and own in (None, one.lead_bureau_id))
            for one in found.page.items
        ],
    }


def _head(code: str, found: Found, request) -> dict:
    label, order = COLUMNS[code]
    return _sorting(label, order, found, request) if order else {"label": str(label), "url": ""}


def _sorting(label, order: str, found: Found, request) -> dict:
    """A heading that sorts: what the order is now, and the address of the next one."""
    rising = found.ordering == order
    now = "ascending" if rising else "descending" if found.ordering == f"-{order}" else "none"
    return {"label": str(label), "sort": now, "url": _asking(request, ordering=f"-{order}" if rising else order)}


def _row(one, columns, facets, kept: str, language: str, *, is_changed_here: bool) -> dict:
    """`columns` are headings with what draws their cells; `language` is the thread's own."""
    return {
        "code": one.code,
        "title": one.title,
        "language": one.language,
        "url": with_kept(page("dashboard:initiative", one.code), kept),
        "choice": f"{one.pk}-{one.version}" if is_changed_here else "",
        "cells": [(label, cell(one, facets, language)) for label, cell in columns],
    }


@lru_cache(maxsize=32)
def _status(code: str, language: str) -> str:
    return escape(InitiativeStatus(code).label)[:]


@lru_cache(maxsize=2000)
def span(starts_on, ends_on, language: str) -> str:
    """The days of a piece of work; many share them, and drawing a day is not cheap."""
    first, last = (day(one).replace(" ", "\N{NO-BREAK SPACE}") for one in (starts_on, ends_on))
    return f"{first} \N{EN DASH} {last}"


@lru_cache(maxsize=4096)
def _words(words: str, language: str) -> str:
    """A name, marked with the language that it is in; the same few come with many rows."""
    return bare(text((words, language)))


@lru_cache(maxsize=32)
def _handling(level: int, language: str) -> str:
    return bare(handling(level))


def _named(codes, labels) -> str:
    return bare(format_html_join(", ", "<bdi>{}</bdi>", ((labels.get(str(code), code),) for code in codes)))


def _delivery(one) -> str:
    if one.said_delivery_percent is None:
        return "\N{EM DASH}"
    return bare(format_html("<bdi>{}</bdi> {}", of_hundred(one.said_delivery_percent), status(one.said_delivery_status)))


# What draws a cell: of the row, the names of what was linked, and the language. Finished strings, escaped and marked up.
_CELLS = {
    "bureau": lambda one, facets, language: _words(*one.bureau_name.in_language(language)),
    "region": lambda one, facets, language: _words(*one.region_name.in_language(language)) if one.region_name else "",
    "status": lambda one, facets, language: _status(one.status, language),
    "days": lambda one, facets, language: span(one.starts_on, one.ends_on, language),
    "delivery": lambda one, facets, language: _delivery(one),
    "results": lambda one, facets, language: _named(one.result_codes, {}),
    "crime_areas": lambda one, facets, language: _named(one.area_codes, facets.words("crime_area")),
    "capabilities": lambda one, facets, language: _named(one.capability_keys, facets.words("capability")),
    "handling": lambda one, facets, language: _handling(one.handling, language),
    "updated": lambda one, facets, language: bare(day_tag(one.updated_at)),
}
