"""From findings to the page that says what looks wrong, and its file."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import number
from dashboard.quality import KINDS, Found
from dashboard.work import latest_moment

SHOWN = 100


def quality_page(question, period, found: list[Found], kind: str) -> dict:
    chosen = [one for one in found if one.kind == kind] if kind in KINDS else found
    counts = Counter(one.kind for one in found)
    return {
        "period": period,
        "sentence": _sentence(found, counts, period),
        "findings": [one.draw() for one in chosen[:SHOWN]],
        "more": max(0, len(chosen) - SHOWN),
        "chips": [
            {"label": label, "on": code == kind, "count": number(counts[code]),
             "url": _link(question, kind=None if code == kind else code)}
            for code, (label, _why) in KINDS.items() if counts[code]
        ],
        "is_filtered": kind in KINDS,
        "clear_url": _link(question),
        "csv_url": _link(question, name="dashboard:quality_csv", kind=kind),
        "stamp": {"known_at": latest_moment(), "waiting": question.waiting if question.is_reviewer else None},
    }  # fmt: skip


def _link(question, *, name: str = "dashboard:quality", **asked) -> str:
    given = {"period": question.period_code, **asked}
    query = urlencode({key: value for key, value in given.items() if value})
    return reverse(name) + (f"?{query}" if query else "")


def _sentence(found: list[Found], counts: Counter, period) -> str:
    if not found:
        return _("Nothing looks wrong in what you may see.")
    many = len(found)
    said = ngettext("%(n)s thing looks wrong", "%(n)s things look wrong", many) % {"n": number(many)}
    most, how_many = counts.most_common(1)[0]
    if how_many == many:
        return _("%(said)s: “%(what)s”.") % {"said": said, "what": KINDS[most][0]}
    return _("%(said)s, most often “%(what)s” (%(n)s).") % {"said": said, "what": KINDS[most][0], "n": number(how_many)}


HEAD = ["kind", "code", "subject", "bureau", "detail", "who_can_mend_it", "where"]


def csv_rows(found: list[Found]):
    for one in (each.draw() for each in found):
        plain = [_plain(words) for words in (one.subject, one.bureau, one.detail, one.who)]
        yield [one.kind, one.code, plain[0], plain[1], plain[2], plain[3], one.mend_url]


def _plain(words: str) -> str:
    return "".join(sign for sign in str(words) if sign not in "\u2066\u2067\u2068\u2069")
