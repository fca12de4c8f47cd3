"""One page for a reader in a hurry: what changed, where each aim stands, what it rests on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..document import (
    Block,
    Bullets,
    Cell,
    Column,
    Contents,
    Figure,
    Figures,
    Heading,
    Legend,
    Para,
    Table,
    Tile,
    Tiles,
)
from ..sentences import change_sentence, spread_value, verdict
from ..voice import Voice, part_of
from ..words import aim_word, status_meaning, status_word
from .aims import lesson, scope_note, why_sentence
from .discipline import ratio

MOST_CHANGES = 6


def summary(voice: Voice, snapshot: dict) -> list[Block]:
    """The page that leads with what changed since the previous edition."""
    return [
        Heading(1, _("Summary"), starts_page=True),
        Heading(2, _changes_heading(voice, snapshot)),
        *_changes(voice, snapshot),
        *scope_note(voice, snapshot),
        *[block for plan in _in_force(snapshot) for block in _plan_at_a_glance(voice, snapshot, plan)],
        _discipline(voice, snapshot),
    ]


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


def all_changes(voice: Voice, snapshot: dict) -> list[Block]:
    """Every difference from the previous edition, for the annex and the spreadsheets."""
    rows = [_change_row(voice, change) for change in snapshot["changes"]]
    columns = [
        Column(_("Change"), 6),
        Column(_("Subject"), 2, "code", "data"),
        Column(_("Before"), 1, "text", "data"),
        Column(_("After"), 1, "text", "data"),
    ]
    return [Table("changes", _("Changes since the previous edition"), columns, rows)] if rows else []


def _change_row(voice: Voice, change: dict) -> list[Cell]:
    return [
        Cell(change_sentence(voice, change)),
        Cell(change["subject"]["code"], kind="code"),
        _side(voice, change, change["before"]),
        _side(voice, change, change["after"]),
    ]


def _side(voice: Voice, change: dict, value: str | None) -> Cell:
    if change["kind"] == "status":
        return Cell(status_word(value))
    if change["kind"] in ("results", "delivery", "coverage", "first_value", "lost_value"):
        return voice.percent_cell(value) if value else Cell("")
    return Cell(value or "")


def _in_force(snapshot: dict) -> list[dict]:
    """The plans in force; in a closing report the closed ones."""
    return [plan for plan in snapshot["plans"] if plan["status"] != "closed"] or snapshot["plans"]


def _changes_heading(voice: Voice, snapshot: dict) -> str:
    previous = snapshot["previous"]
    if not previous:
        return _("What changed")
    words = {"number": previous["number"], "period": voice.period(previous["period"])}
    return _("What changed since edition %(number)s (%(period)s)") % words


def _changes(voice: Voice, snapshot: dict) -> list[Block]:
    if not snapshot["previous"]:
        return [Para(_("This is the first edition: there is nothing to compare it with."))]
    if not snapshot["changes"]:
        return [Para(_("Nothing changed since the previous edition."))]
    heaviest = sorted(snapshot["changes"], key=lambda change: -change["weight"])[:MOST_CHANGES]
    blocks: list[Block] = [Bullets([Para(change_sentence(voice, change)) for change in heaviest], "lead")]
    if more := len(snapshot["changes"]) - len(heaviest):
        blocks.append(
            Para(_("%(count)s more changes are listed in the annex.") % {"count": voice.number(more)}, style="note")
        )
    return blocks


def _plan_at_a_glance(voice: Voice, snapshot: dict, plan: dict) -> list[Block]:
    words, language = voice.words(plan["title"])
    counts: dict[str, int] = {}
    for aim in plan["aims"]:
        counts[aim["status"]] = counts.get(aim["status"], 0) + 1
    is_one_aim = snapshot["scope"]["kind"] == "aim"
    return [
        Heading(2, words, lang=language),
        Para(why_sentence(voice, plan["aims"][0]) if is_one_aim else _aims_sentence(voice, plan, counts)),
        Tiles([aim_tile(voice, plan, aim) for aim in plan["aims"]]),
        *lesson(voice, plan),
    ]


def _aims_sentence(voice: Voice, plan: dict, counts: dict[str, int]) -> str:
    words = {"total": voice.number(len(plan["aims"])), "verdict": verdict(voice, counts)}
    if plan["kind"] == "framework":
        return _("Of %(total)s strategic goals: %(verdict)s.") % words
    return _("Of %(total)s objectives: %(verdict)s.") % words


def aim_tile(voice: Voice, plan: dict, aim: dict) -> Tile:
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
            (_("Expected"), voice.percent(results["expected"])),
            (_("Coverage"), voice.percent(results["coverage"])),
            (_("Delivery"), spread_value(voice, delivery)),
        ],
        share=results["value"],
        low=results["low"],
        high=results["high"],
    )


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
        Figure(_("Needs attention"), voice.number(len(snapshot["attention"])), _("items, see the chapter")),
        Figure(_("Awaiting validation"), voice.number(snapshot.get("awaiting", 0)), _("updates, not counted yet")),
    ]  # fmt: skip
    return Figures(figures)
