"""The tables of the spreadsheet and the CSV files: whole, one per kind of thing, drawn with the same cells as the pages."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ..document import Cell, Column, Table
from ..voice import Voice
from ..words import aim_word, combine_word, frequency_word, indicator_state_word, kind_word, role_word
from .aims import overall_cells, verdict_of
from .closing import assessments
from .indicators import own_measure, progress_cell, spread_cell, status_cell, value_cell


def data_tables(voice: Voice, snapshot: dict) -> list[Table]:
    return [
        _nodes(voice, snapshot),
        _indicators(voice, snapshot),
        _trend(voice, snapshot),
        _discipline(voice, snapshot),
        *assessments(voice, snapshot),
    ]


def _nodes(voice: Voice, snapshot: dict) -> Table:
    columns = [
        Column(_("Level"), 1), Column(_("Code"), 1, "code"), Column(_("Title"), 4), Column(_("Status"), 1, "status"),
        Column(_("Judgement"), 1), Column(_("Results"), 1, "percent"), Column(_("Expected by now"), 1, "percent"),
        Column(_("Coverage of results"), 1, "percent"),
        Column(_("Lowest"), 1, "percent"), Column(_("Highest"), 1, "percent"), Column(_("Known"), 1, "number"),
        Column(_("Indicators"), 1, "number"), Column(_("Delivery"), 1, "percent"),
        Column(_("Delivery coverage"), 1, "percent"), Column(_("Initiatives"), 1, "number"),
    ]  # fmt: skip
    rows = [_node_row(voice, *found) for plan in snapshot["plans"] for found in _nodes_of(plan)]
    if snapshot["scope"]["kind"] in ("region", "bureau"):
        columns += [Column(_("Results, all bureaus"), 1, "percent"), Column(_("Delivery, all bureaus"), 1, "percent")]
        nodes = [node for plan in snapshot["plans"] for _level, node, _title in _nodes_of(plan)]
        rows = [row + overall_cells(voice, node) for row, node in zip(rows, nodes, strict=True)]
    return Table("progress", _("Progress"), columns, rows, where="data")


def _nodes_of(plan: dict) -> Iterator[tuple[str, dict, dict]]:
    yield _("Plan"), plan, plan["title"]
    for aim in plan["aims"]:
        yield aim_word(plan["kind"], aim["number"]), aim, aim["title"]
        for result in aim["expected_results"]:
            yield _("Expected result"), result, result["text"]


def _node_row(voice: Voice, level: str, node: dict, title: dict) -> list[Cell]:
    results, delivery, judged = node["results"], node["delivery"], node["judgement"]
    return [
        Cell(level),
        Cell(node["code"], kind="code"),
        voice.text_cell(title),
        status_cell(verdict_of(node)),
        status_cell(judged["status"]) if judged else Cell(""),
        *[spread_cell(voice, results, name) for name in ("value", "expected", "coverage", "low", "high")],
        voice.number_cell(results["known"]),
        voice.number_cell(results["total"]),
        spread_cell(voice, delivery),
        spread_cell(voice, delivery, "coverage"),
        voice.number_cell(node["initiatives"]) if "initiatives" in node else Cell(""),
    ]


def _every_indicator(snapshot: dict) -> Iterator[dict]:
    for plan in snapshot["plans"]:
        for aim in plan["aims"]:
            for result in aim["expected_results"]:
                yield from result["indicators"]


def _indicators(voice: Voice, snapshot: dict) -> Table:
    columns = [
        Column(_("Code"), 1, "code"), Column(_("Indicator"), 4), Column(_("Unit"), 1), Column(_("State"), 1),
        Column(_("Baseline"), 1, "number"), Column(_("Baseline date"), 1, "date"), Column(_("Latest"), 1, "number"),
        Column(_("Observed on"), 1, "date"), Column(_("Expected by now"), 1, "number"), Column(_("Target"), 1, "number"),
        Column(_("Target date"), 1, "date"), Column(_("Progress"), 1, "percent"), Column(_("Status"), 1, "status"),
        Column(_("Bureaus that reported"), 1, "number"), Column(_("Bureaus expected"), 1, "number"),
        Column(_("Kind"), 1), Column(_("Frequency"), 1), Column(_("How values combine"), 2), Column(_("Definition"), 4),
        Column(_("Means of verification"), 3), Column(_("Source"), 2), Column(_("Owner"), 2),
    ]  # fmt: skip
    rows = [_indicator_row(voice, indicator) for indicator in _every_indicator(snapshot)]
    return Table("indicators", _("Indicators"), columns, rows, where="data")


def _indicator_row(voice: Voice, indicator: dict) -> list[Cell]:
    def dated(value: dict | None) -> Cell:
        return voice.day_cell(value["on"]) if value else Cell("", kind="date")

    return [
        Cell(indicator["code"], kind="code"),
        voice.text_cell(indicator["name"]),
        Cell("%") if indicator["is_percent"] else voice.text_cell(indicator["unit_label"]),
        Cell(indicator_state_word(indicator["state"])),
        value_cell(voice, indicator, indicator["baseline"]),
        dated(indicator["baseline"]),
        value_cell(voice, indicator, indicator["latest"]),
        dated(indicator["latest"]),
        own_measure(voice, indicator, indicator["expected"]),
        value_cell(voice, indicator, indicator["target"]),
        dated(indicator["target"]),
        progress_cell(voice, indicator),
        status_cell(indicator["status"]),
        voice.number_cell(indicator["reported_by"]),
        voice.number_cell(indicator["expected_from"]),
        Cell(kind_word(indicator["kind"], indicator["direction"])),
        Cell(frequency_word(indicator["frequency"])),
        Cell(combine_word(indicator["combine"])),
        voice.text_cell(indicator["definition"]),
        voice.text_cell(indicator["means"]),
        voice.text_cell(indicator["source"]),
        Cell(role_word(indicator["owner"])),
    ]


def _trend(voice: Voice, snapshot: dict) -> Table:
    columns = [Column(_("Code"), 1, "code"), Column(_("Period"), 1), Column(_("Results"), 1, "percent"),
               Column(_("Expected by now"), 1, "percent")]  # fmt: skip
    rows = [
        [Cell(node["code"], kind="code"), Cell(voice.period(point["period"])), voice.percent_cell(point["value"]),
         voice.percent_cell(point["expected"])]
        for plan in snapshot["plans"]
        for _level, node, _title in _nodes_of(plan)
        for point in node["trend"]
    ]  # fmt: skip
    return Table("trend", _("Trend"), columns, rows, where="data")


def _discipline(voice: Voice, snapshot: dict) -> Table:
    columns = [Column(_("Period"), 1), Column(_("Due"), 1, "number"), Column(_("Sent"), 1, "number"),
               Column(_("On time"), 1, "number"), Column(_("Validated"), 1, "number")]  # fmt: skip
    reporting = snapshot["reporting"]
    rows = [
        [Cell(voice.period(period["period"])), *[voice.number_cell(period[name]) for name in _COUNTED]]
        for period in [*reporting["before"], reporting["now"]]
    ]
    return Table("reporting", _("Updates by period"), columns, rows, where="data")


_COUNTED = ("due", "sent", "on_time", "validated")
