"""One page for a reader in a hurry: what changed, where each aim stands, what it rests on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..document import (
    Block,
    Contents,
    Figure,
    Figures,
    Heading,
    Legend,
    Para,
    Tile,
    Tiles,
)
from ..sentences import spread_value, verdict
from ..voice import Voice, part_of
from ..words import aim_word, status_meaning, status_word
from .aims import lesson, why_sentence
from .attention import first_items
from .changes import changes, corrections
from .closing import closing_lead
from .discipline import ratio
from .parts import scope_note

MOST_ITEMS = 3


def summary(voice: Voice, snapshot: dict) -> list[Block]:
    """The page that leads with what changed since the previous edition; a first one, with where the plans stand."""
    return [
        Heading(1, _("Summary"), starts_page=True),
        *_interim(snapshot),
        *corrections(voice, snapshot),
        *(changes(voice, snapshot) if _is_live(snapshot) else closing_lead(voice, snapshot)),
        *scope_note(voice, snapshot),
        *[block for plan in _in_force(snapshot) for block in _plan_at_a_glance(voice, snapshot, plan)],
        *_attention(voice, snapshot),
        _discipline(voice, snapshot),
    ]


def _interim(snapshot: dict) -> list[Block]:
    if not snapshot["period"]["is_open"]:
        return []
    return [Para(_("The period is still open: figures will change."), style="note")]


def _is_live(snapshot: dict) -> bool:
    """True unless the report is on closed plans alone, which have nothing before them and nothing to decide."""
    return bool(snapshot["previous"]) or any(plan["status"] != "closed" for plan in snapshot["plans"])


def _attention(voice: Voice, snapshot: dict) -> list[Block]:
    if not snapshot["attention"]:
        return []
    words = _("What needs attention first (%(shown)s of %(total)s)")
    items = first_items(voice, snapshot, MOST_ITEMS)
    counts = {"shown": voice.number(len(items.items)), "total": voice.number(len(snapshot["attention"]))}
    return [Heading(2, words % counts), items]


def reading_guide(voice: Voice, snapshot: dict) -> list[Block]:
    """The contents and how to read the signs and the numbers."""
    return [
        Heading(1, _("Contents and reading guide"), starts_page=True),
        Contents(_("Contents")),
        Heading(2, _("How to read this report")),
        Para(_("Progress of results (measured by indicators) and delivery (work done on initiatives) are two numbers "
               "and are never blended.")),
        Para(_("Unknown is never zero. Coverage says how much is known; the range says where progress would lie if "
               "everything unknown were at zero, and if it were complete.")),
        Legend([(status, status_word(status), status_meaning(status)) for status in _LEGEND]),
    ]  # fmt: skip


_LEGEND = ("achieved", "on_track", "at_risk", "off_track", "too_early", "insufficient_data", "stale", "no_data")


def _in_force(snapshot: dict) -> list[dict]:
    """The plans in force; in a closing report the closed ones."""
    return [plan for plan in snapshot["plans"] if plan["status"] != "closed"] or snapshot["plans"]


def _plan_at_a_glance(voice: Voice, snapshot: dict, plan: dict) -> list[Block]:
    words, language = voice.words(plan["title"])
    counts: dict[str, int] = {}
    for aim in plan["aims"]:
        counts[aim["status"]] = counts.get(aim["status"], 0) + 1
    is_one_aim = snapshot["scope"]["kind"] == "aim"
    return [
        Heading(2, words, lang=language),
        Para(why_sentence(voice, plan["aims"][0]) if is_one_aim else _aims_sentence(voice, plan, counts)),
        Tiles([aim_tile(voice, snapshot, plan, aim) for aim in plan["aims"]]),
        *lesson(voice, plan),
    ]


def _aims_sentence(voice: Voice, plan: dict, counts: dict[str, int]) -> str:
    words = {"total": voice.number(len(plan["aims"])), "verdict": verdict(voice, counts)}
    if plan["kind"] == "framework":
        return _("Of %(total)s strategic goals: %(verdict)s.") % words
    return _("Of %(total)s objectives: %(verdict)s.") % words


def aim_tile(voice: Voice, snapshot: dict, plan: dict, aim: dict) -> Tile:
    words, language = voice.words(aim["title"])
    results, delivery = aim["results"], aim["delivery"]
    return Tile(
        number=aim_word(plan["kind"], aim["number"]),
        title=words,
        lang=language,
        status=shown_status(aim),
        word=status_word(shown_status(aim)),
        lines=[
            (_("Results"), spread_value(voice, results)),
            (_("Expected"), spread_value(voice, results, "expected")),
            (_("Coverage"), spread_value(voice, results, "coverage")),
            (_("Delivery"), spread_value(voice, delivery)),
        ],
        share=results["value"],
        low=results["low"],
        high=results["high"],
        note=_since(voice, snapshot, aim),
    )


def _since(voice: Voice, snapshot: dict, aim: dict) -> str:
    """'+7 points since Q2 2026; was off track', as far as the previous edition tells."""
    before, now = aim.get("before"), aim["results"]["value"]
    if not before or not snapshot["previous"]:
        return ""
    parts = []
    if before["results"] is not None and now is not None:
        parts.append(_moved(voice, snapshot, before["results"], now))
    if before["status"] != aim["status"]:
        parts.append(_("was %(status)s") % {"status": status_word(before["status"])})
    return _("; ").join(parts)


def _moved(voice: Voice, snapshot: dict, before: str, now: str) -> str:
    period = voice.period(snapshot["previous"]["period"])
    if voice.percent(before) == voice.percent(now):
        return _("unchanged since %(period)s") % {"period": period}
    return _("%(points)s since %(period)s") % {"points": voice.points(before, now), "period": period}


def shown_status(node: dict) -> str:
    """The computed status; a judgement stands beside it and never replaces it."""
    return node["status"]


def _discipline(voice: Voice, snapshot: dict) -> Figures:
    now = snapshot["reporting"]["now"]
    share = part_of(now["sent"], now["due"])
    figures = [
        Figure(_("Updates sent"), ratio(voice, now["sent"], now["due"]), voice.percent(share) if share else ""),
        Figure(_("Bureaus that reported everything"),
               ratio(voice, snapshot["reporting"]["bureaus_complete"], snapshot["reporting"]["bureaus_due"])),
        Figure(_("Awaiting validation"), voice.number(snapshot.get("awaiting", 0)), _("updates, not counted yet")),
    ]  # fmt: skip
    return Figures(figures)
