"""From findings to the page that says what looks wrong, and its file."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import number
from dashboard.drawing import shorten
from dashboard.findings import KINDS
from dashboard.quality import Findings

SHOWN = 100


def quality_page(question, period, told: Findings, kind: str) -> dict:
    found, aim = told.found, told.aim.pk if told.aim else None
    chosen = [one for one in found if one.kind == kind] if kind in KINDS else found
    counts = Counter(one.kind for one in found)
    is_capped = kind in told.capped if kind in KINDS else bool(told.capped)
    return {
        "period": period,
        "sentence": _sentence(told, counts, question.known_on is not None),
        "findings": [one.draw() for one in chosen[:SHOWN]],
        "more": max(0, len(chosen) - SHOWN),
        "more_words": number(max(0, len(chosen) - SHOWN)) + ("+" if is_capped else ""),
        "is_capped": is_capped,
        "chips": [
            {"label": label, "on": code == kind, "count": _many(counts[code], code in told.capped),
             "url": _link(question, kind=None if code == kind else code, aim=aim)}
            for code, (label, _why) in KINDS.items() if counts[code]
        ],
        "aims": [
            {"label": shorten(one), "current": one == told.aim, "url": _link(question, kind=kind, aim=one.pk)}
            for one in told.aims
        ],
        "is_filtered": kind in KINDS,
        "clear_url": _link(question, aim=aim),
        "csv_url": _link(question, name="dashboard:quality_csv", kind=kind, aim=aim),
        "untold": [KINDS[one][0] for one in sorted(told.untold)],
        "stamp": {"known_at": None if question.known_on else question.figures_at, "known_on": question.known_on,
                  "is_day_alone": question.known_on is not None,
                  "waiting": question.waiting if question.is_reviewer and not question.known_on else None},
    }  # fmt: skip


def _many(count: int, is_capped: bool) -> str:
    return number(count) + ("+" if is_capped else "")


def _link(question, *, name: str = "dashboard:quality", **asked) -> str:
    given = {"period": question.period_code, "known_on": question.known_on or "", **asked}
    query = urlencode({key: value for key, value in given.items() if value})
    return reverse(name) + (f"?{query}" if query else "")


def _sentence(told: Findings, counts: Counter, is_past: bool) -> str:
    if not told.found:
        return _("Nothing looked wrong in what you may see.") if is_past else _("Nothing looks wrong in what you may see.")
    many = len(told.found)
    words = ngettext("%(n)s thing looks wrong", "%(n)s things look wrong", many)
    if is_past:
        words = ngettext("%(n)s thing looked wrong", "%(n)s things looked wrong", many)
    said = words % {"n": _many(many, bool(told.capped))}
    most, how_many = counts.most_common(1)[0]
    if how_many == many:
        return _("%(said)s: “%(what)s”.") % {"said": said, "what": KINDS[most][0]}
    facts = {"said": said, "what": KINDS[most][0], "n": _many(how_many, most in told.capped)}
    return _("%(said)s, most often “%(what)s” (%(n)s).") % facts


HEAD = ["kind", "code", "subject", "bureau", "detail", "who_can_mend_it", "where"]


def csv_rows(told: Findings, kind: str):
    """Every finding of the kind, or of all kinds; a last line says of which kinds there are more than a file takes."""
    for one in (each.draw() for each in told.found if not kind or each.kind == kind):
        plain = [_plain(words) for words in (one.subject, one.bureau, one.detail, one.who)]
        yield [one.kind, one.code, plain[0], plain[1], plain[2], plain[3], one.mend_url]
    for one in sorted(told.capped):
        if not kind or one == kind:
            yield [one, "", _("There are more: these are the first."), "", "", "", ""]


def _plain(words: str) -> str:
    return "".join(sign for sign in str(words) if sign not in "\u2066\u2067\u2068\u2069")
