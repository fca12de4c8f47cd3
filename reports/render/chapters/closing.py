"""A closed plan: what it reached, objective by objective and result by result, in figures, in words and in what follows."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from .. import pictures
from ..closing_words import closing_facts, onward, way_sentence
from ..document import Block, Bullets, Cell, Column, Heading, Para, Table, Together
from ..text import apart, ltr
from ..voice import Voice
from ..words import aim_word, approval_word, crosswalk_word
from .aims import aims_table, judgement_note, lesson, node_figures, why_sentence
from .indicators import per_period, progress_cell, status_cell, value_cell


def closing_chapter(voice: Voice, snapshot: dict, plan: dict) -> list[Block]:
    words, language = voice.words(plan["title"])
    title = _("Closing assessment: %(title)s") % {"title": apart(words)}
    blocks: list[Block] = [Heading(1, title, starts_page=True), Para(_headline(voice, plan), style="lead")]
    blocks += [node_figures(voice, plan), *judgement_note(voice, plan)]
    results = [result for aim in plan["aims"] for result in aim["expected_results"]]
    blocks += [pictures.plan_pictures(voice, plan, results), aims_table(voice, plan)]
    blocks += [Heading(2, _("What this plan taught us")), *_said(voice, plan)]
    for aim in plan["aims"]:
        blocks += _aim(voice, snapshot, plan, aim)
    return blocks


def closing_lead(voice: Voice, snapshot: dict) -> list[Block]:
    """What a report on closed plans leads with: how each aim ended, in words and numbers."""
    items = [
        Para(
            _("%(aim)s – %(facts)s") % {"aim": voice.title(aim["title"]), "facts": closing_facts(voice, aim)},
            style=aim["status"],
        )
        for plan in snapshot["plans"]
        for aim in plan["aims"]
    ]
    return [Heading(2, _("What was reached")), Bullets(items, "lead")]


def _headline(voice: Voice, plan: dict) -> str:
    words = {"first": voice.day(plan["start_on"]), "last": voice.day(plan["end_on"])}
    return _("The plan ran from %(first)s to %(last)s and is closed. These are its closing values.") % words


def _aim(voice: Voice, snapshot: dict, plan: dict, aim: dict) -> list[Block]:
    words, _language = voice.words(aim["title"])
    title = _("%(aim)s: %(title)s") % {"aim": aim_word(plan["kind"], aim["number"]), "title": apart(words)}
    head = [
        Heading(2, title, status=aim["status"]),
        Para(why_sentence(voice, aim), style="lead"),
        *judgement_note(voice, aim),
        node_figures(voice, aim),
        *[Para(way) for way in way_sentence(voice, aim)],
        *_said(voice, aim),
        *_onward(voice, snapshot, aim),
    ]
    blocks: list[Block] = [Together(head)]
    for result in aim["expected_results"]:
        blocks += _result(voice, snapshot, result)
    return blocks


def _result(voice: Voice, snapshot: dict, result: dict) -> list[Block]:
    words = voice.words(result["text"])[0].rstrip(" .")
    title = _("Expected result %(code)s: %(text)s") % {"code": ltr(str(result["number"])), "text": apart(words)}
    facts = " ".join([closing_facts(voice, result), *way_sentence(voice, result)])
    head: list[Block] = [Heading(3, title, status=result["status"]), Para(facts, style="intro")]
    table = [_indicators(voice, result)] if result["indicators"] else [Para(_("No indicator yet."), style="note")]
    words_after = [*_said(voice, result), *_onward(voice, snapshot, result)]
    return [Together([*head, *table, *words_after])]


def _said(voice: Voice, node: dict) -> list[Block]:
    """What the organisation says of it; or, honestly, that nothing was said."""
    return lesson(voice, node) or [Para(_("No assessment has been written yet."), style="note")]


def _onward(voice: Voice, snapshot: dict, node: dict) -> list[Block]:
    lines = onward(voice, snapshot, node["code"])
    return [Para(_("What became of it: %(links)s") % {"links": _("; ").join(lines)})] if lines else []


def _indicators(voice: Voice, result: dict) -> Table:
    columns = [
        Column(_("Indicator"), 4.3), Column(_("Baseline"), 1.3, "number"), Column(_("Closing value"), 1.4, "number"),
        Column(_("Target"), 1.3, "number"), Column(_("Progress"), 1.2, "percent"), Column(_("Status"), 2.4, "status"),
    ]  # fmt: skip
    rows = [_indicator_row(voice, indicator) for indicator in result["indicators"]]
    return Table(f"closing {result['code']}", _("Closing values"), columns, rows, where="page", is_small=True)


def _indicator_row(voice: Voice, indicator: dict) -> list[Cell]:
    words, language = voice.words(indicator["name"])
    return [
        Cell(words, lang=language),
        replace(value_cell(voice, indicator, indicator["baseline"]), sub=per_period(indicator)),
        value_cell(voice, indicator, indicator["latest"]),
        value_cell(voice, indicator, indicator["target"]),
        progress_cell(voice, indicator),
        status_cell(indicator["status"]),
    ]


def assessments(voice: Voice, snapshot: dict) -> list[Table]:
    """The written assessments as a table of the data files."""
    columns = [Column(_("Code"), 1, "code"), Column(_("Subject"), 3), Column(_("Assessment"), 6)]
    rows = [
        [Cell(node["code"], kind="code"), voice.text_cell(title), voice.text_cell(node["assessment"])]
        for plan in snapshot["plans"]
        for node, title in _nodes(plan)
        if node.get("assessment")
    ]
    return [Table("assessments", _("Closing assessment"), columns, rows, where="data")] if rows else []


def _nodes(plan: dict):
    yield plan, plan["title"]
    for aim in plan["aims"]:
        yield aim, aim["title"]
        for result in aim["expected_results"]:
            yield result, result["text"]


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
