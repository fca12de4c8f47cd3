"""What needs a decision: each item with its reason in figures and the words of those concerned."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from ..document import Block, Cell, Column, Heading, Item, Items, Para, Table
from ..sentences import attention_reason
from ..text import apart, ltr
from ..voice import Voice
from ..words import aim_word, role_word, status_word
from .aims import quote

MOST_ITEMS = 24


def attention_chapter(voice: Voice, snapshot: dict) -> list[Block]:
    """Everything that needs a decision, worst first. A report on closed plans alone has nothing left to decide."""
    found = snapshot["attention"]
    if not found and all(plan["status"] == "closed" for plan in snapshot["plans"]):
        return []
    blocks: list[Block] = [Heading(1, _("What needs attention"), starts_page=bool(found))]
    if not found:
        return [*blocks, Para(_("Nothing needs a decision now."))]
    places = _places(voice, snapshot)
    blocks += [Items([_item(voice, item, places) for item in found[:MOST_ITEMS]])]
    if len(found) > MOST_ITEMS:
        blocks.append(
            Para(_("%(count)s more items are in the spreadsheet.") % {"count": voice.number(len(found) - MOST_ITEMS)})
        )
    return [*blocks, _as_table(voice, found)]


def first_items(voice: Voice, snapshot: dict, most: int) -> Items:
    """The first of them without the words of those concerned, for the summary."""
    places = _places(voice, snapshot)
    found = snapshot["attention"][:most]
    return Items([replace(_item(voice, item, places), quotes=[], note="") for item in found], is_brief=True)


def _item(voice: Voice, item: dict, places: dict[str, str]) -> Item:
    words, language = voice.words(item["subject"]["title"])
    quotes = [quote(voice, item["said"])] if item["said"] else []
    quotes += [quote(voice, item["help_wanted"], _("Help wanted"))] if item["help_wanted"] else []
    note = places.get(item["subject"]["code"], "")
    return Item(item["status"] or "", _word(item), words, language, attention_reason(voice, item), quotes, note)


def _word(item: dict) -> str:
    """The status, or what it is that has none: work that is late, a call for help."""
    if item["status"]:
        return status_word(item["status"])
    return _("late") if item["kind"] == "late" else _("help wanted")


def _places(voice: Voice, snapshot: dict) -> dict[str, str]:
    """Where each thing belongs, and who is responsible, by its code."""
    found = {}
    for plan in snapshot["plans"]:
        for aim in plan["aims"]:
            for indicator in (one for result in aim["expected_results"] for one in result["indicators"]):
                where = aim_word(plan["kind"], aim["number"])
                found[indicator["code"]] = _place(voice, where, role_word(indicator["owner"]))
    for work in snapshot["initiatives"]:
        found[work["code"]] = _place(voice, ltr(work["code"]), voice.words(work["bureau_name"])[0])
    return found


def _place(voice: Voice, where: str, who: str) -> str:
    return _("%(where)s · responsible: %(who)s") % {"where": where, "who": apart(who)} if who else where


def _as_table(voice: Voice, found: list[dict]) -> Table:
    columns = [
        Column(_("Code"), 1, "code"), Column(_("Subject"), 3), Column(_("Status"), 1, "status"), Column(_("Reason"), 3),
        Column(_("Statement"), 3), Column(_("Help wanted"), 3),
    ]  # fmt: skip
    return Table("attention", _("What needs attention"), columns, [_row(voice, item) for item in found], where="data")


def _row(voice: Voice, item: dict) -> list[Cell]:
    return [
        Cell(item["subject"]["code"], kind="code"),
        voice.text_cell(item["subject"]["title"]),
        Cell(_word(item), kind="status", status=item["status"]),
        Cell(attention_reason(voice, item)),
        _words_cell(item["said"]),
        _words_cell(item["help_wanted"]),
    ]


def _words_cell(said: dict | None) -> Cell:
    return Cell(said["text"], lang=said["language"]) if said else Cell("")
