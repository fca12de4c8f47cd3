"""What needs a decision: each item with its reason in figures and the words of those concerned."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..document import Block, Cell, Column, Heading, Item, Items, Para, Table
from ..sentences import attention_reason
from ..voice import Voice
from ..words import status_word
from .aims import quote

MOST_ITEMS = 24


def attention_chapter(voice: Voice, snapshot: dict) -> list[Block]:
    found = snapshot["attention"]
    blocks: list[Block] = [Heading(1, _("What needs attention"), starts_page=bool(found))]
    if not found:
        return [*blocks, Para(_("Nothing needs a decision now."))]
    blocks += [Items([_item(voice, item) for item in found[:MOST_ITEMS]])]
    if len(found) > MOST_ITEMS:
        blocks.append(
            Para(_("%(count)s more items are in the spreadsheet.") % {"count": voice.number(len(found) - MOST_ITEMS)})
        )
    return [*blocks, _as_table(voice, found)]


def _item(voice: Voice, item: dict) -> Item:
    words, language = voice.words(item["subject"]["title"])
    quotes = [quote(voice, item["said"])] if item["said"] else []
    quotes += [quote(voice, item["help_wanted"], _("Help wanted"))] if item["help_wanted"] else []
    status = item["status"] or "no_data"
    return Item(status, status_word(status), words, language, attention_reason(voice, item), quotes)


def _as_table(voice: Voice, found: list[dict]) -> Table:
    columns = [
        Column(_("Code"), 1, "code"), Column(_("Subject"), 3), Column(_("Status"), 1, "status"), Column(_("Reason"), 3),
        Column(_("Statement"), 3), Column(_("Help wanted"), 3),
    ]  # fmt: skip
    return Table("attention", _("What needs attention"), columns, [_row(voice, item) for item in found], where="data")


def _row(voice: Voice, item: dict) -> list[Cell]:
    status = item["status"] or "no_data"
    return [
        Cell(item["subject"]["code"], kind="code"),
        voice.text_cell(item["subject"]["title"]),
        Cell(status_word(status), kind="status", status=status),
        Cell(attention_reason(voice, item)),
        _words_cell(item["said"]),
        _words_cell(item["help_wanted"]),
    ]


def _words_cell(said: dict | None) -> Cell:
    return Cell(said["text"], lang=said["language"]) if said else Cell("")
