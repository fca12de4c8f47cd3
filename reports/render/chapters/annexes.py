"""The annexes: every initiative, every indicator with its definition, coverage, method and words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from ..document import Block, Cell, Column, Heading, Para, Table, Terms
from ..text import ltr
from ..voice import Voice
from ..words import (
    aim_word,
    combine_word,
    frequency_word,
    glossary,
    handling_word,
    indicator_state_word,
    kind_word,
)
from .changes import all_changes
from .cover import left_out_sentence
from .indicators import per_period, spread_cell, status_cell, value_cell
from .parts import indicators_of, is_part, results_of


def annexes(voice: Voice, snapshot: dict) -> list[Block]:
    """One after another, for a reader who looks something up: only the first begins a page."""
    nothing = Para(_("Nothing to list."))
    return [
        Heading(1, _("Annex A: all initiatives"), starts_page=bool(snapshot["initiatives"])),
        *_initiatives(voice, snapshot),
        Heading(1, _("Annex B: indicators and their definitions")),
        *([block for plan in snapshot["plans"] for block in _indicators(voice, snapshot, plan)] or [nothing]),
        Heading(1, _("Annex C: data coverage")),
        *(_coverage(voice, snapshot) or [nothing]),
        Heading(1, _("Annex D: all changes")),
        *(all_changes(voice, snapshot) or [nothing if snapshot["previous"] else _first()]),
        Heading(1, _("Annex E: method")),
        *_method(voice, snapshot),
        Heading(1, _("Annex F: words")),
        Terms(glossary()),
    ]


def _first() -> Para:
    return Para(_("This is the first edition: there is nothing to compare it with."))


def _initiatives(voice: Voice, snapshot: dict) -> list[Block]:
    numbers = _aim_numbers(snapshot["plans"])
    columns = [
        Column(_("Code"), 1.5, "code"), Column(_("Initiative"), 3.7), Column(_("Lead bureau"), 2.35),
        Column(_("Aims"), 1.4), Column(_("Starts"), 1.55, "date"), Column(_("Ends"), 1.55, "date"),
        Column(_("Delivery"), 1.45, "percent"), Column(_("Status"), 3.25, "status"),
        Column(_("Last update"), 1, "text", "data"), Column(_("Partners"), 1, "number", "data"),
        Column(_("Handling"), 1, "text", "data"),
    ]  # fmt: skip
    rows = [_initiative_row(voice, initiative, numbers) for initiative in snapshot["initiatives"]]
    if not rows:
        return [Para(_("No initiative yet."))]
    return [*_left_out(voice, snapshot), Table("initiatives", _("All initiatives"), columns, rows, is_small=True)]


def _aim_numbers(plans: list[dict]) -> dict[str, str]:
    """Each aim's number; where there are several plans, with the year that its plan began."""
    years = {plan["code"]: f"\u00a0({plan['start_on'][:4]})" if len(plans) > 1 else "" for plan in plans}
    return {aim["code"]: ltr(f"{aim['number']}{years[plan['code']]}") for plan in plans for aim in plan["aims"]}


def _left_out(voice: Voice, snapshot: dict) -> list[Block]:
    sentence = left_out_sentence(voice, snapshot)
    return [Para(sentence, style="note")] if sentence else []


def _initiative_row(voice: Voice, initiative: dict, numbers: dict[str, str]) -> list[Cell]:
    return [
        Cell(initiative["code"], kind="code"),
        voice.text_cell(initiative["title"]),
        voice.text_cell(initiative["bureau_name"]),
        Cell(", ".join(numbers[code] for code in initiative["aims"] if code in numbers)),
        voice.day_cell(initiative["starts_on"]),
        voice.day_cell(initiative["ends_on"]),
        voice.percent_cell(initiative["delivery"]),
        status_cell(initiative["status"]),
        Cell(voice.period(initiative["last_period"]) or _("never")),
        voice.number_cell(initiative["partners"]),
        Cell(handling_word(initiative["handling"])),
    ]


def _indicators(voice: Voice, snapshot: dict, plan: dict) -> list[Block]:
    columns = [
        Column(_("Indicator"), 3), Column(_("Definition"), 4.2), Column(_("How it is measured"), 2.6),
        Column(_("Baseline"), 1.4, "number"), Column(_("Target"), 1.4, "number"),
    ]  # fmt: skip
    rows = [
        _definition_row(voice, indicator)
        for aim in plan["aims"]
        for result in aim["expected_results"]
        for indicator in indicators_of(result, is_part(snapshot))
    ]
    words, language = voice.words(plan["title"])
    table = Table(f"indicators {plan['code']}", _("Indicators"), columns, rows, where="page", is_small=True)
    return [Heading(2, words, lang=language), table if rows else Para(_("Nothing to list."))]


def _definition_row(voice: Voice, indicator: dict) -> list[Cell]:
    name, language = voice.words(indicator["name"])
    unit = "%" if indicator["is_percent"] else voice.words(indicator["unit_label"])[0]
    method = [
        kind_word(indicator["kind"], indicator["direction"]),
        unit,
        frequency_word(indicator["frequency"]),
        combine_word(indicator["combine"]),
    ]
    return [
        Cell(name, lang=language, sub=f"{indicator['code']} · {indicator_state_word(indicator['state'])}"),
        voice.text_cell(indicator["definition"]),
        Cell(_(", ").join(part for part in method if part)),
        replace(value_cell(voice, indicator, indicator["baseline"]), sub=per_period(indicator)),
        value_cell(voice, indicator, indicator["target"]),
    ]


def _coverage(voice: Voice, snapshot: dict) -> list[Block]:
    columns = [
        Column(_("Aim or expected result"), 5), Column(_("Indicators"), 1.2, "number"), Column(_("Known"), 1.2, "number"),
        Column(_("Coverage"), 1.3, "percent"), Column(_("Lowest"), 1.2, "percent"), Column(_("Highest"), 1.2, "percent"),
        Column(_("Delivery coverage"), 1.5, "percent"),
    ]  # fmt: skip
    blocks: list[Block] = []
    for plan in snapshot["plans"]:
        words, language = voice.words(plan["title"])
        rows = [row for aim in plan["aims"] for row in _coverage_rows(voice, plan, aim, is_part(snapshot))]
        blocks += [
            Heading(2, words, lang=language),
            Table(f"coverage {plan['code']}", _("Data coverage"), columns, rows, where="page"),
        ]
    return blocks


def _coverage_rows(voice: Voice, plan: dict, aim: dict, of_part: bool) -> list[list[Cell]]:
    title, language = voice.words(aim["title"])
    head = Cell(title, lang=language, kind="strong", sub=aim_word(plan["kind"], aim["number"]))
    rows = [[head, *_coverage_cells(voice, aim)]]
    for result in results_of(aim, of_part):
        words, language = voice.words(result["text"])
        rows.append([Cell(words, lang=language, kind="inset"), *_coverage_cells(voice, result)])
    return rows


def _coverage_cells(voice: Voice, node: dict) -> list[Cell]:
    results = node["results"]
    hidden = Cell(_("restricted"), kind="number")
    return [
        hidden if results["restricted"] else voice.number_cell(results["total"]),
        hidden if results["restricted"] else voice.number_cell(results["known"]),
        *[spread_cell(voice, results, name) for name in ("coverage", "low", "high")],
        spread_cell(voice, node["delivery"], "coverage"),
    ]


def _method(voice: Voice, snapshot: dict) -> list[Block]:
    limits = snapshot["thresholds"]
    words = {
        "on_track": voice.percent(limits["on_track"]), "at_risk": voice.percent(limits["at_risk"]),
        "floor": voice.percent(limits["coverage_floor"]),
        "stale": voice.number(Decimal(limits["stale_after"]), 1), "revision": limits["revision"],
    }  # fmt: skip
    return [
        Para(_("Progress of an indicator is the way covered from its baseline, divided by the whole way from baseline to "
               "target. One formula serves both directions; it may be below zero or above one, and is limited to that range only in "
               "bars and totals.")),
        Para(_("The planned path runs straight between the baseline, the dated milestones and the target, and is read at the "
               "date of the observation. Performance is the value against that path: on track from %(on_track)s, at risk from "
               "%(at_risk)s, off track below.") % words),
        Para(_("A total is the weighted mean of the known parts, always with its coverage and with the range in which it "
               "would lie if everything unknown were at zero or complete. Below a coverage of %(floor)s the verdict is "
               "“insufficient data”, never green or red.") % words),
        Para(_("A value has one of four states, kept apart everywhere: reported (zero is a value), not reported, not "
               "applicable, withheld. What is not applicable leaves both sums; what is withheld counts against coverage.")),
        Para(_("A value older than %(stale)s reporting intervals is stale: grey, not red. An initiative of several bureaus "
               "counts once at each level.") % words),
        Para(_("A total that rests on the restricted values of fewer than three bureaus is shown to cleared readers only; "
               "others see “restricted”.")),
        Para(_("Figures are computed exactly and rounded once, when drawn. The same frozen snapshot feeds this document, the "
               "web pages and the data files. Set of thresholds: %(revision)s.") % words),
    ]  # fmt: skip
