"""Puts differences, verdicts and reasons into sentences of the report's language; figures come ready from Voice."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .text import ltr
from .voice import Voice, unit_of
from .words import status_word


def change_sentence(voice: Voice, change: dict) -> str:
    """One difference from the previous edition in one sentence; raises KeyError for an unknown kind."""
    return _CHANGES[change["kind"]](voice, change)


def _subject(voice: Voice, change: dict) -> str:
    return voice.title(change["subject"]["title"])


def _status(voice: Voice, change: dict) -> str:
    words = {
        "subject": _subject(voice, change),
        "before": status_word(change["before"]),
        "after": status_word(change["after"]),
    }
    return _with_figures(voice, change.get("moved"), words)


def _with_figures(voice: Voice, moved: dict | None, words: dict) -> str:
    """The changed verdict with the figures behind it, as far as they are known."""
    if not moved or moved["after"] is None:
        return _("“%(subject)s” went from %(before)s to %(after)s.") % words
    unit = unit_of(moved)
    words |= {name: voice.measure(moved[key], **unit) for name, key in _FIGURES if moved[key] is not None}
    if "expected" not in words:
        return _("“%(subject)s” went from %(before)s to %(after)s; it stands at %(now)s.") % words
    if words.get("was", words["now"]) == words["now"]:
        sentence = _(
            "“%(subject)s” went from %(before)s to %(after)s; it stands at %(now)s, against %(expected)s expected."
        )
        return sentence % words
    return (
        _(
            "“%(subject)s” went from %(before)s to %(after)s; it was %(was)s and is %(now)s, against %(expected)s expected."
        )
        % words
    )


_FIGURES = (("was", "before"), ("now", "after"), ("expected", "expected"))


def sense(change: dict) -> str:
    """Whether the difference is for the worse, for the better, or neither (empty)."""
    before, after = change["before"], change["after"]
    if change["kind"] == "status":
        places = [ORDER.index(status) for status in (before, after) if status in ORDER]
        return "" if len(places) < 2 else "worse" if places[1] > places[0] else "better"
    if change["kind"] in ("results", "delivery", "coverage", "reporting"):
        return "worse" if Decimal(after) < Decimal(before) else "better"
    return {"lost_value": "worse", "attention_new": "worse", "attention_gone": "better"}.get(change["kind"], "")


ORDER = ("achieved", "on_track", "at_risk", "off_track")


def _reporting(voice: Voice, change: dict) -> str:
    words = {"before": voice.percent(change["before"]), "after": voice.percent(change["after"])}
    words["points"] = voice.points(change["before"], change["after"])
    return _("Updates sent went from %(before)s to %(after)s of those due (%(points)s).") % words


def _attention_new(voice: Voice, change: dict) -> str:
    text = ngettext(
        "%(count)s thing needs attention that did not before.", "%(count)s things need attention that did not before.",
        change["count"],
    )  # fmt: skip
    return text % {"count": voice.number(change["count"])}


def _attention_gone(voice: Voice, change: dict) -> str:
    text = ngettext(
        "%(count)s thing no longer needs attention.", "%(count)s things no longer need attention.", change["count"]
    )
    return text % {"count": voice.number(change["count"])}


def _shares(voice: Voice, change: dict) -> dict:
    return {
        "subject": _subject(voice, change),
        "before": voice.percent(change["before"]),
        "after": voice.percent(change["after"]),
        "points": voice.points(change["before"], change["after"]),
    }


def _results(voice: Voice, change: dict) -> str:
    sentence = _("“%(subject)s”: progress of results went from %(before)s to %(after)s (%(points)s).")
    return sentence % _shares(voice, change)


def _delivery(voice: Voice, change: dict) -> str:
    sentence = _("“%(subject)s”: delivery went from %(before)s to %(after)s (%(points)s).")
    return sentence % _shares(voice, change)


def _coverage(voice: Voice, change: dict) -> str:
    sentence = _("“%(subject)s”: coverage went from %(before)s to %(after)s (%(points)s).")
    return sentence % _shares(voice, change)


def _first_value(voice: Voice, change: dict) -> str:
    words = {"subject": _subject(voice, change), "after": voice.percent(change["after"])}
    return _("“%(subject)s” has a first known progress of results: %(after)s.") % words


def _lost_value(voice: Voice, change: dict) -> str:
    words = {"subject": _subject(voice, change), "before": voice.percent(change["before"])}
    return _("“%(subject)s”: progress of results is no longer known; it was %(before)s.") % words


def target_words(voice: Voice, change: dict, value: str) -> str:
    """A target in its own unit; editions filed before the unit was kept beside it say the bare number."""
    return voice.measure(value, **unit_of(change["moved"])) if "moved" in change else ltr(value)


def _target(voice: Voice, change: dict) -> str:
    words = {name: target_words(voice, change, change[name]) for name in ("before", "after")}
    words["subject"] = _subject(voice, change)
    return _("The target of “%(subject)s” was changed from %(before)s to %(after)s.") % words


def _value(voice: Voice, change: dict) -> str:
    moved = change["moved"]
    unit = unit_of(moved)
    words = {name: voice.measure(change[name], **unit) for name in ("before", "after")}
    return _("“%(subject)s” was given as %(before)s; it is %(after)s.") % (words | {"subject": _subject(voice, change)})


def _started(voice: Voice, change: dict) -> str:
    text = ngettext("%(count)s initiative started.", "%(count)s initiatives started.", change["count"])
    return text % {"count": voice.number(change["count"])}


def _completed(voice: Voice, change: dict) -> str:
    text = ngettext("%(count)s initiative was completed.", "%(count)s initiatives were completed.", change["count"])
    return text % {"count": voice.number(change["count"])}


def _indicators_added(voice: Voice, change: dict) -> str:
    text = ngettext("%(count)s indicator was added.", "%(count)s indicators were added.", change["count"])
    return text % {"count": voice.number(change["count"])}


_CHANGES = {
    "status": _status,
    "results": _results,
    "delivery": _delivery,
    "coverage": _coverage,
    "first_value": _first_value,
    "lost_value": _lost_value,
    "target": _target,
    "value": _value,
    "initiatives_started": _started,
    "initiatives_completed": _completed,
    "indicators_added": _indicators_added,
    "reporting": _reporting,
    "attention_new": _attention_new,
    "attention_gone": _attention_gone,
}


def attention_reason(voice: Voice, item: dict) -> str:
    """Why this needs a decision, with the figures."""
    words = _told_apart(voice, item)
    return {
        "behind": _("The value is %(actual)s; %(expected)s was expected by now.")
        if item["expected"] is not None
        else _("The value is %(actual)s."),
        "fell": _("The cumulative value fell to %(actual)s; a cumulative value should never fall."),
        "stale": _("No new value for more than one and a half reporting intervals; the last was %(actual)s."),
        "low_coverage": _("Too little is known: coverage is %(actual)s, and at least %(expected)s is needed."),
        "late": _("Past its end date without being completed; delivery stands at %(actual)s."),
        "aim": _("Performance is %(actual)s of what was expected by now."),
        "help": _("A bureau asks for help."),
    }[item["kind"]] % words


def _told_apart(voice: Voice, item: dict) -> dict[str, str]:
    """Value and expectation, with as many more decimals as it takes that two different numbers do not look the same."""
    actual, expected = item["actual"], item["expected"]
    for decimals in range(item["decimals"], item["decimals"] + 3):
        unit = unit_of(item) | {"decimals": decimals}
        words = {"actual": voice.measure(actual, **unit), "expected": voice.measure(expected, **unit)}
        if actual is None or expected is None or words["actual"] != words["expected"]:
            break
    return words


def spread_value(voice: Voice, spread: dict, name: str = "value") -> str:
    """One share of a node's number; what is kept from this reader is called restricted and never "no data"."""
    if spread["restricted"]:
        return _("restricted")
    return voice.percent(spread[name])


def verdict(voice: Voice, counts: dict[str, int]) -> str:
    """The statuses of a set of things, as a list in words: '3 on track, 2 at risk, 1 off track'."""
    order = (
        "achieved",
        "on_track",
        "at_risk",
        "off_track",
        "too_early",
        "insufficient_data",
        "stale",
        "no_data",
        "restricted",
    )
    parts = [
        _("%(count)s %(status)s") % {"count": voice.number(counts[status]), "status": status_word(status)}
        for status in order
        if counts.get(status)
    ]
    return listed(parts)


def listed(parts: list[str]) -> str:
    """Parts joined as a list in a sentence."""
    return _(", ").join(parts)
