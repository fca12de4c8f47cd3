"""The table of a result's indicators, and the cells that show one value or one verdict everywhere."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from ...snapshot.plan import is_yes_or_no
from ..document import Block, Cell, Column, Para, Table
from ..voice import Voice, unit_of
from ..words import status_word, value_state_word
from .parts import indicators_of


def indicators_table(voice: Voice, result: dict, of_part: bool) -> list[Block]:
    """The indicators with their values; in a part those that it says something of, and how many it does not."""
    shown = indicators_of(result, of_part)
    silent = len(result["indicators"]) - len(shown)
    words = _("Indicators without a value of this part: %(count)s.") % {"count": voice.number(silent)}
    table = [_table(voice, result, shown, of_part)] if shown else []
    return [*table, Para(words, style="note")] if silent else table


def _table(voice: Voice, result: dict, shown: list[dict], of_part: bool) -> Table:
    columns = [
        Column(_("Indicator"), 3.6), Column(_("Code"), 1, "code", "data"), Column(_("Unit"), 1, "text", "data"),
        Column(_("Baseline"), 1.3, "number"), Column(_("Latest"), 1.4, "number"),
        Column(_("Expected by now"), 1.4, "number"), Column(_("Target"), 1.3, "number"),
        Column(_("Progress"), 1.6, "percent"), Column(_("Status"), 2.6, "status"),
    ]  # fmt: skip
    rows = [_indicator_row(voice, indicator, of_part) for indicator in shown]
    return Table(f"result {result['code']}", _("Indicators"), columns, rows, where="page", is_small=True)


def _indicator_row(voice: Voice, indicator: dict, of_part: bool) -> list[Cell]:
    words, language = voice.words(indicator["name"])
    unit = "%" if indicator["is_percent"] else voice.words(indicator["unit_label"])[0]
    notes = [
        unit,
        _("proposed") if indicator["state"] == "proposed" else "",
        _("falling") if indicator["is_falling"] else "",
    ]
    return [
        Cell(words, lang=language, sub=" · ".join(note for note in notes if note)),
        Cell(indicator["code"], kind="code"),
        Cell(unit),
        replace(value_cell(voice, indicator, indicator["baseline"]), sub=per_period(indicator)),
        value_cell(voice, indicator, indicator["latest"]),
        own_measure(voice, indicator, indicator["expected"]),
        value_cell(voice, indicator, indicator["target"]),
        progress_cell(voice, indicator, of_part),
        _verdict_cell(indicator, of_part),
    ]


def per_period(indicator: dict) -> str | None:
    """A count per period is told as its sum so far, but its baseline is the count of one period."""
    is_count = indicator.get("is_sum") and indicator["baseline"] and not indicator["restricted"]
    return _("per period") if is_count else None


def _is_judged(indicator: dict, of_part: bool) -> bool:
    """A part without a target of its own is not judged, which is no lack of data."""
    return not of_part or bool(indicator["target"]) or indicator["status"] != "insufficient_data"


def progress_cell(voice: Voice, indicator: dict, of_part: bool = False) -> Cell:
    """The way covered. What has a value but no way to cover (a level to maintain, no baseline) has none: no lack of data."""
    if indicator["restricted"]:
        return Cell(_("restricted"), kind="percent")
    is_measured = bool(indicator["latest"]) and indicator["latest"]["state"] == "reported"
    if not _is_judged(indicator, of_part) or (indicator["progress"] is None and is_measured):
        return Cell("–", kind="percent")
    return voice.percent_cell(indicator["progress"])


def _verdict_cell(indicator: dict, of_part: bool) -> Cell:
    is_judged = _is_judged(indicator, of_part)
    return status_cell(indicator["status"]) if is_judged else Cell(_("not judged"), kind="status")


def value_cell(voice: Voice, indicator: dict, value: dict | None) -> Cell:
    """A value in one of its four states; zero is shown as zero, the other states by their word."""
    if indicator["restricted"]:
        return Cell(_("restricted"), kind="number")
    if value is None:
        return Cell("–", kind="number")
    if value["state"] != "reported":
        return Cell(value_state_word(value["state"]), kind="number")
    return own_measure(voice, indicator, value["value"])


def own_measure(voice: Voice, indicator: dict, figure: str | None) -> Cell:
    if figure is None or indicator["restricted"]:
        return Cell("–", kind="number")
    return voice.measure_cell(figure, **unit_of(indicator | {"is_yes_or_no": is_yes_or_no(indicator)}))


def status_cell(status: str) -> Cell:
    return Cell(status_word(status), kind="status", status=status)


def spread_cell(voice: Voice, spread: dict, name: str = "value") -> Cell:
    return Cell(_("restricted"), kind="percent") if spread["restricted"] else voice.percent_cell(spread[name])
