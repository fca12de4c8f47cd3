"""What changed since the previous edition: the lead of the summary, and the whole list for the annex."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..document import Block, Bullets, Cell, Column, Heading, Para, Table
from ..sentences import change_sentence, sense
from ..voice import Voice, unit_of
from ..words import sense_word, status_word

MOST_CHANGES = 5
MOST_BESIDE_A_CORRECTION = 3  # of both together: the summary stays one page, in languages with longer words, too
_ORDER = ("worse", "better", "")


def changes(voice: Voice, snapshot: dict) -> list[Block]:
    """The verdicts that changed as a count, then the heaviest differences: the worse first, then the better. A first edition
    has nothing before it, and begins with where the plans stand."""
    if not snapshot["previous"]:
        return []
    blocks: list[Block] = [Heading(2, _changes_heading(voice, snapshot))]
    if not snapshot["changes"]:
        return [*blocks, Para(_("Nothing changed since the previous edition."))]
    told = _heaviest(snapshot["changes"], _room_for_changes(snapshot))
    items = [Para(change_sentence(voice, change), style=sense(change) or "body") for change in told]
    lead = _counted(voice, snapshot["changes"])
    if more := len(snapshot["changes"]) - len(told):
        lead += " " + _("%(count)s more changes are listed in the annex.") % {"count": voice.number(more)}
    return [*blocks, Para(lead, style="lead"), Bullets(items, "lead")]


def _room_for_changes(snapshot: dict) -> int:
    """How many sentences the summary has left: what a correction says otherwise comes first."""
    if not snapshot["filing"]["corrects"]:
        return MOST_CHANGES
    return max(MOST_BESIDE_A_CORRECTION - len(snapshot.get("corrected", [])), 1)


def corrections(voice: Voice, snapshot: dict) -> list[Block]:
    """What a correction says otherwise than the edition whose place it takes; nothing where there is none."""
    if not snapshot["filing"]["corrects"] or "corrected" not in snapshot:
        return []
    words = {"number": snapshot["filing"]["corrects"]}
    heading = Heading(2, _("What is different from edition %(number)s, which this one corrects") % words)
    if not snapshot["corrected"]:
        return [heading, Para(_("No figure and no verdict differs."))]
    told = _heaviest(snapshot["corrected"], MOST_BESIDE_A_CORRECTION)
    items = Bullets([Para(change_sentence(voice, change), style=sense(change) or "body") for change in told], "lead")
    if more := len(snapshot["corrected"]) - len(told):
        count = {"count": voice.number(more)}
        return [heading, items, Para(_("%(count)s more changes are listed in the annex.") % count)]
    return [heading, items]


def _heaviest(found: list[dict], most: int) -> list[dict]:
    """A changed verdict carries its figures: the move of the same thing's results is not told twice."""
    judged = {change["subject"]["code"] for change in found if change["kind"] == "status" and change.get("moved")}
    told = [change for change in found if change["kind"] != "results" or change["subject"]["code"] not in judged]
    heaviest = sorted(told, key=lambda change: -change["weight"])[:most]
    return sorted(heaviest, key=lambda change: _ORDER.index(sense(change)))


def _counted(voice: Voice, found: list[dict]) -> str:
    verdicts = [sense(change) for change in found if change["kind"] == "status"]
    if not verdicts:
        return _("No verdict on an aim, a result or an indicator changed.")
    words = {name: voice.number(verdicts.count(name)) for name in ("better", "worse")}
    words["other"] = voice.number(verdicts.count(""))
    if verdicts.count(""):
        return (
            _(
                "Verdicts on aims, results and indicators: %(worse)s became worse, %(better)s better, %(other)s changed "
                "because more or less is known."
            )
            % words
        )
    return _("Verdicts on aims, results and indicators: %(worse)s became worse, %(better)s better.") % words


def _changes_heading(voice: Voice, snapshot: dict) -> str:
    previous = snapshot["previous"]
    words = {"number": previous["number"], "period": voice.period(previous["period"])}
    return _("What changed since edition %(number)s (%(period)s)") % words


def all_changes(voice: Voice, snapshot: dict) -> list[Block]:
    """Every difference from the previous edition and from the corrected one, for the annex and the spreadsheets."""
    return [
        *_table(voice, "changes", _("Changes since the previous edition"), snapshot["changes"]),
        *_table(voice, "corrections", _("Differences from the corrected edition"), snapshot.get("corrected", [])),
    ]


def _table(voice: Voice, key: str, caption: str, found: list[dict]) -> list[Block]:
    columns = [
        Column(_("Change"), 6),
        Column(_("Better or worse"), 1, "text", "data"),
        Column(_("Subject"), 2, "code", "data"),
        Column(_("Before"), 1, "text", "data"),
        Column(_("After"), 1, "text", "data"),
    ]
    rows = [_change_row(voice, change) for change in found]
    return [Table(key, caption, columns, rows)] if rows else []


def _change_row(voice: Voice, change: dict) -> list[Cell]:
    return [
        Cell(change_sentence(voice, change)),
        Cell(sense_word(sense(change))),
        Cell(change["subject"]["code"], kind="code"),
        _side(voice, change, change["before"]),
        _side(voice, change, change["after"]),
    ]


def _side(voice: Voice, change: dict, value: str | None) -> Cell:
    if change["kind"] == "status":
        return Cell(status_word(value))
    if change["kind"] in ("results", "delivery", "coverage", "first_value", "lost_value", "reporting"):
        return voice.percent_cell(value) if value else Cell("")
    if change["kind"] in ("value", "target") and "moved" in change:
        return voice.measure_cell(value, **unit_of(change["moved"]))
    return Cell(value or "")
