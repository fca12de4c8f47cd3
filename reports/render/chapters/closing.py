"""A closed plan: what it achieved, objective by objective and result by result, and where its aims went."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .. import pictures
from ..document import Block, Cell, Column, Heading, Para, Table
from ..text import apart
from ..voice import Voice
from ..words import aim_word, approval_word, crosswalk_word
from .aims import _judgement, aims_table, node_figures, spread_cell, status_cell, value_cell, why_sentence


def closing_chapter(voice: Voice, plan: dict) -> list[Block]:
    words, language = voice.words(plan["title"])
    title = _("Closing assessment: %(title)s") % {"title": apart(words)}
    blocks: list[Block] = [Heading(1, title, starts_page=True), Para(_headline(voice, plan), style="lead")]
    blocks += [node_figures(voice, plan), *_judgement(voice, plan)]
    blocks += [pictures.plan_pictures(voice, plan), aims_table(voice, plan)]
    for aim in plan["aims"]:
        blocks += _aim(voice, plan, aim)
    return blocks


def _headline(voice: Voice, plan: dict) -> str:
    words = {"first": voice.day(plan["start_on"]), "last": voice.day(plan["end_on"])}
    return _("The plan ran from %(first)s to %(last)s and is closed. These are its closing values.") % words


def _aim(voice: Voice, plan: dict, aim: dict) -> list[Block]:
    words, _language = voice.words(aim["title"])
    title = _("%(aim)s: %(title)s") % {"aim": aim_word(plan["kind"], aim["number"]), "title": apart(words)}
    return [
        Heading(2, title, status=aim["status"]),
        Para(why_sentence(voice, aim), style="intro"),
        *_judgement(voice, aim),
        _results_table(voice, aim),
    ]


def _results_table(voice: Voice, aim: dict) -> Table:
    columns = [
        Column(_("Expected result and its indicators"), 5), Column(_("Baseline"), 1.3, "number"),
        Column(_("Closing value"), 1.4, "number"), Column(_("Target"), 1.3, "number"),
        Column(_("Results"), 1.1, "percent"), Column(_("Status"), 1.8, "status"),
    ]  # fmt: skip
    rows = [row for result in aim["expected_results"] for row in _result_rows(voice, result)]
    return Table(f"closing {aim['code']}", _("Closing values"), columns, rows, where="page", is_small=True)


def _result_rows(voice: Voice, result: dict) -> list[list[Cell]]:
    words, language = voice.words(result["text"])
    head = [
        Cell(f"{result['number']}. {words}", lang=language, kind="strong"), Cell(""), Cell(""), Cell(""),
        spread_cell(voice, result["results"]), status_cell(result["status"]),
    ]  # fmt: skip
    return [head, *[_indicator_row(voice, indicator) for indicator in result["indicators"]]]


def _indicator_row(voice: Voice, indicator: dict) -> list[Cell]:
    words, language = voice.words(indicator["name"])
    return [
        Cell(words, lang=language, kind="inset"),
        value_cell(voice, indicator, indicator["baseline"]),
        value_cell(voice, indicator, indicator["latest"]),
        value_cell(voice, indicator, indicator["target"]),
        voice.percent_cell(indicator["progress"]),
        status_cell(indicator["status"]),
    ]


def crosswalk_chapter(voice: Voice, snapshot: dict) -> list[Block]:
    """Where each aim of the closed plan went."""
    if not snapshot["crosswalk"]:
        return []
    columns = [
        Column(_("From"), 4),
        Column(_("Link"), 1.5),
        Column(_("To"), 4),
        Column(_("State"), 1.3),
        Column(_("Note"), 3),
    ]
    rows = [_crossing(voice, link) for link in snapshot["crosswalk"]]
    return [
        Heading(1, _("Crosswalk: where the aims of the closed plan went"), starts_page=True),
        Para(_("A link says what became of an aim or an expected result in the plan that follows.")),
        Table("crosswalk", _("Crosswalk"), columns, rows, is_small=True),
    ]


def _crossing(voice: Voice, link: dict) -> list[Cell]:
    return [
        voice.text_cell(link["source"]["title"]),
        Cell(crosswalk_word(link["kind"])),
        voice.text_cell(link["target"]["title"]) if link["target"] else Cell("–"),
        Cell(approval_word(link["state"])),
        voice.text_cell(link["note"]),
    ]
