"""The computed closing facts of an aim or an expected result in sentences, and what became of it in the plan that follows."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .sentences import spread_value
from .voice import Voice
from .words import aim_word, approval_word, crosswalk_word, status_word


def closing_facts(voice: Voice, node: dict) -> str:
    """Status, how many indicators reached their target, the result against what was expected, coverage and delivery."""
    results, words = node["results"], _figures(voice, node)
    delivered = _delivered(voice, node["delivery"])
    if results["restricted"]:
        return " ".join([_("The results are restricted."), delivered])
    if not results["total"]:
        return " ".join([_("%(status)s: no indicator was set.") % words, delivered])
    reached = ngettext(
        "%(status)s: %(reached)s of %(total)s indicator reached its final target.",
        "%(status)s: %(reached)s of %(total)s indicators reached their final target.",
        results["total"],
    )
    if results["value"] is None:
        closed = _("No closing value is known.")
    else:
        closed = _("Results closed at %(value)s of the way (%(expected)s expected), with %(coverage)s of them known.")
    return f"{reached % words} {closed % words} {delivered}"


def _delivered(voice: Voice, delivery: dict) -> str:
    if delivery["restricted"]:
        return _("How much of the work was delivered is restricted.")
    if delivery["value"] is None:
        return _("How much of the work was delivered is not known.")
    return _("%(delivery)s of the work was delivered.") % {"delivery": voice.percent(delivery["value"])}


def _figures(voice: Voice, node: dict) -> dict:
    results = node["results"]
    return {
        "status": status_word(node["status"]).capitalize(),
        "reached": voice.number(results["counts"].get("achieved", 0)),
        "total": voice.number(results["total"]),
        "value": spread_value(voice, results),
        "expected": voice.percent(results["expected"]),
        "coverage": voice.percent(results["coverage"]),
    }


def way_sentence(voice: Voice, node: dict) -> list[str]:
    """The way from the first known value to the last, and the widest gap to the path; empty where less is known."""
    known = [point for point in node["trend"] if point["value"] is not None]
    if len(known) < 2:
        return []
    words = {
        "first": voice.percent(known[0]["value"]), "from": voice.period(known[0]["period"]),
        "last": voice.percent(known[-1]["value"]), "to": voice.period(known[-1]["period"]),
    }  # fmt: skip
    return [_("Its way: from %(first)s in %(from)s to %(last)s in %(to)s.") % words]


def onward(voice: Voice, snapshot: dict, code: str) -> list[str]:
    """Each link from the thing to the plan that follows: 'continued as Strategic goal 2 “...” (proposed)'."""
    return [_link(voice, link) for link in snapshot["crosswalk"] if link["source"]["code"] == code]


def _link(voice: Voice, link: dict) -> str:
    words = {"kind": crosswalk_word(link["kind"]), "state": approval_word(link["state"])}
    if link["target"] is None:
        return _("%(kind)s (link %(state)s)") % words
    words |= {"title": voice.title(link["target"]["title"]), "where": _place(link["target"])}
    return _("%(kind)s – %(where)s, “%(title)s” (link %(state)s)") % words


def _place(target: dict) -> str:
    """'Strategic goal 2' or 'Expected result 2.6', read off the code of the thing."""
    number = target["code"].rpartition("-")[2]
    if target["kind"] == "aim":
        return aim_word("framework", number)
    return _("Expected result %(code)s") % {"code": number}
