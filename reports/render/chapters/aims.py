"""A plan in force: where it stands, then a page per aim with its results, its indicators and the bureaus' words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .. import pictures
from ..document import Block, Cell, Column, Figure, Figures, Heading, Para, Quote, QuoteColumn, Quotes, Table, Together
from ..sentences import spread_value, verdict
from ..text import apart, ltr
from ..voice import Voice
from ..words import aim_word, bureaus_count, initiatives_count, status_word
from .indicators import indicators_table, spread_cell, status_cell
from .parts import is_part, results_of, scope_note, silent_note

MOST_QUOTES = 2


def plan_chapter(voice: Voice, snapshot: dict, plan: dict) -> list[Block]:
    words, language = voice.words(plan["title"])
    blocks: list[Block] = [Heading(1, words, lang=language, starts_page=True), *_statement(voice, plan)]
    if snapshot["scope"]["kind"] != "aim":
        blocks += [*scope_note(voice, snapshot), node_figures(voice, plan), *judgement_note(voice, plan)]
        results = [result for aim in plan["aims"] for result in results_of(aim, is_part(snapshot))]
        blocks += [pictures.plan_pictures(voice, plan, results), aims_table(voice, plan)]
    is_one_aim = snapshot["scope"]["kind"] == "aim"
    for aim in plan["aims"]:
        blocks += aim_page(voice, plan, aim, of_part=is_part(snapshot), starts_page=not is_one_aim)
    return blocks


def lesson(voice: Voice, node: dict) -> list[Block]:
    """What the organisation says of a closed plan, an aim or a result, marked where nobody approved the translation."""
    said = node.get("assessment")
    if not said:
        return []
    words, language = voice.words(said)
    is_working = voice.is_working(said)
    source = (
        _("Working translation of the organisation’s assessment") if is_working else _("The organisation’s assessment")
    )
    return [Quotes([QuoteColumn("", [Quote(words, language, source)])])]


def _statement(voice: Voice, plan: dict) -> list[Block]:
    blocks: list[Block] = []
    for name, style in (("statement_title", "lead"), ("statement", "body")):
        words, language = voice.words(plan[name])
        blocks += [Para(part, lang=language, style=style) for part in words.split("\n\n") if part.strip()]
    return blocks


def aims_table(voice: Voice, plan: dict) -> Table:
    columns = [
        Column(_("Aim"), 3.3), Column(_("Status"), 2.9, "status"), Column(_("Results"), 1.1, "percent"),
        Column(_("Expected by now"), 1.25, "percent"), Column(_("Range"), 1.5), Column(_("Coverage"), 1.5, "percent"),
        Column(_("Delivery"), 1.25, "percent"), Column(_("Initiatives"), 1.2, "number"),
    ]  # fmt: skip
    rows = [_aim_row(voice, plan, aim) for aim in plan["aims"]]
    if any("overall" in aim for aim in plan["aims"]):
        beside = [Column(_("Results, all bureaus"), 1.4, "percent"), Column(_("Delivery, all bureaus"), 1.4, "percent")]
        columns = [*columns[:4], *columns[5:7], *beside]
        shown = zip(rows, plan["aims"], strict=True)
        rows = [[*row[:4], *row[5:7], *overall_cells(voice, aim)] for row, aim in shown]
    return Table(f"aims {plan['code']}", _("The aims and where they stand"), columns, rows, where="page")


def _aim_row(voice: Voice, plan: dict, aim: dict) -> list[Cell]:
    words, language = voice.words(aim["title"])
    return [
        Cell(words, lang=language, sub=aim_word(plan["kind"], aim["number"])),
        status_cell(aim["status"]),
        spread_cell(voice, aim["results"]),
        _expected_cell(voice, aim["results"]),
        Cell(range_words(voice, aim["results"])),
        spread_cell(voice, aim["results"], "coverage"),
        spread_cell(voice, aim["delivery"]),
        voice.number_cell(aim["initiatives"]),
    ]


def overall_cells(voice: Voice, node: dict) -> list[Cell]:
    """What all bureaus have reached, beside the part that the report is about."""
    overall = node.get("overall")
    return [spread_cell(voice, overall[measure]) if overall else Cell("–") for measure in ("results", "delivery")]


def _expected_cell(voice: Voice, spread: dict) -> Cell:
    return Cell("–", kind="percent") if spread["expected"] is None else voice.percent_cell(spread["expected"])


def aim_page(voice: Voice, plan: dict, aim: dict, *, of_part: bool, starts_page: bool) -> list[Block]:
    results, silent = results_of(aim, of_part), silent_note(voice, aim, of_part)
    head = _aim_head(voice, plan, aim, starts_page=starts_page and bool(results))
    if silent and not results:
        return [Together([head, *silent])]
    return [head, *_aim_body(voice, aim, results), *silent, *_results(voice, results, of_part)]


def _aim_head(voice: Voice, plan: dict, aim: dict, *, starts_page: bool) -> Heading:
    words, language = voice.words(aim["title"])
    title = _("%(aim)s: %(title)s") % {"aim": aim_word(plan["kind"], aim["number"]), "title": apart(words)}
    return Heading(2, title, status=aim["status"], starts_page=starts_page)


def _aim_body(voice: Voice, aim: dict, results: list[dict]) -> list[Block]:
    return [
        Para(why_sentence(voice, aim), style="lead"),
        *judgement_note(voice, aim),
        node_figures(voice, aim),
        pictures.aim_pictures(voice, aim, results),
        *_quotes(voice, aim),
    ]


MOST_ROWS_TOGETHER = 16


def _results(voice: Voice, results: list[dict], of_part: bool) -> list[Block]:
    """Each expected result; the last two stay together, so that none stands alone on a page of its own."""
    *first, before, last = [[], [], *[_result(voice, result, of_part) for result in results]]
    alone = [block for result in first for block in result]
    rows = sum(len(block.rows) for block in (*before, *last) if isinstance(block, Table))
    return [*alone, Together([*before, *last])] if rows <= MOST_ROWS_TOGETHER else [*alone, *before, *last]


def why_sentence(voice: Voice, aim: dict) -> str:
    """'At risk: 4 on track, 2 at risk, 1 off track among 9 indicators; 60 initiatives of 32 bureaus.'"""
    words = {
        "status": status_word(aim["status"]).capitalize(),
        "verdict": verdict(voice, aim["results"]["counts"]),
        "total": voice.number(aim["results"]["total"]),
        "initiatives": initiatives_count(aim["initiatives"], voice.number(aim["initiatives"])),
        "bureaus": bureaus_count(aim["bureaus"], voice.number(aim["bureaus"])),
    }
    if aim["results"]["restricted"]:
        return (
            _(
                "Restricted: the verdict rests on values that you are not cleared for. Work: %(initiatives)s, %(bureaus)s."
            )
            % words
        )
    if not aim["results"]["total"]:
        return _("%(status)s: no indicator yet. %(initiatives)s, %(bureaus)s.") % words
    return _("%(status)s. Indicators (%(total)s): %(verdict)s. Work: %(initiatives)s, %(bureaus)s.") % words


def judgement_note(voice: Voice, node: dict) -> list[Block]:
    judged = node["judgement"]
    if not judged:
        return []
    words = {
        "computed": status_word(verdict_of(node)), "judged": status_word(judged["status"]), "by": apart(judged["by"]),
        "reason": apart(judged["reason"]), "until": voice.day(judged["until_on"]),
    }  # fmt: skip
    sentence = _("Computed: %(computed)s. Judged by %(by)s: %(judged)s. Reason: %(reason)s") % words
    if judged["until_on"]:
        sentence += " " + _("The judgement ends on %(until)s.") % words
    return [Para(sentence, style="note")]


def node_figures(voice: Voice, node: dict) -> Figures:
    results, delivery = node["results"], node["delivery"]
    return Figures([
        Figure(_("Progress of results"), spread_value(voice, results), expected_words(voice, results),
               results["value"], results["low"], results["high"], verdict_of(node)),
        Figure(_("Coverage of results"), spread_value(voice, results, "coverage"), known_words(voice, results),
               results["coverage"]),
        Figure(_("Delivery"), spread_value(voice, delivery), expected_words(voice, delivery), delivery["value"]),
    ])  # fmt: skip


def verdict_of(node: dict) -> str:
    """The verdict on a plan, an aim or a result; a plan's `status` is its life, not its verdict."""
    return node["node_status"] if "node_status" in node else node["status"]


def range_words(voice: Voice, spread: dict) -> str:
    if spread["low"] is None or spread["high"] is None or spread["restricted"]:
        return ""
    return _("%(low)s to %(high)s") % {"low": voice.percent(spread["low"]), "high": voice.percent(spread["high"])}


def expected_words(voice: Voice, spread: dict) -> str:
    """'26% expected by now; range 19% to 31%', as far as either is known; where nothing is open there is no range to tell."""
    parts = []
    if spread["expected"] is not None:
        parts.append(_("%(share)s expected by now") % {"share": voice.percent(spread["expected"])})
    is_open = voice.percent(spread["low"]) != voice.percent(spread["high"])
    if is_open and range_words(voice, spread):
        parts.append(_("range %(range)s") % {"range": range_words(voice, spread)})
    return _("; ").join(parts)


def known_words(voice: Voice, spread: dict) -> str:
    if not spread["total"]:
        return ""
    return _("%(known)s of %(total)s known") % {
        "known": voice.number(spread["known"]), "total": voice.number(spread["total"]),
    }  # fmt: skip


def _result(voice: Voice, result: dict, of_part: bool) -> list[Block]:
    words = voice.words(result["text"])[0].rstrip(" .")
    title = _("Expected result %(code)s: %(text)s") % {"code": ltr(str(result["number"])), "text": apart(words)}
    blocks: list[Block] = [
        Heading(3, title, status=result["status"]),
        Para(_result_sentence(voice, result), style="intro"),
    ]
    if not result["indicators"]:
        return [*blocks, Para(_("No indicator yet."), style="note")]
    return [*blocks, *indicators_table(voice, result, of_part)]


def _result_sentence(voice: Voice, result: dict) -> str:
    if result["results"]["restricted"]:
        return _("Results restricted, delivery %(delivery)s.") % {"delivery": spread_value(voice, result["delivery"])}
    words = {
        "results": spread_value(voice, result["results"]),
        "expected": voice.percent(result["results"]["expected"]),
        "coverage": voice.percent(result["results"]["coverage"]),
        "delivery": spread_value(voice, result["delivery"]),
    }
    if result["results"]["value"] is None:
        return _("No result is known yet; delivery: %(delivery)s.") % words
    if result["results"]["expected"] is None:
        return _("Results %(results)s, coverage %(coverage)s, delivery %(delivery)s.") % words
    return (
        _("Results %(results)s (%(expected)s expected by now), coverage %(coverage)s, delivery %(delivery)s.") % words
    )


def quote(voice: Voice, said: dict, label: str = "") -> Quote:
    parts = [ltr(said["bureau"]), ltr(said["initiative"]) if said["initiative"] else "", voice.period(said["period"])]
    return Quote(said["text"], said["language"], " · ".join(part for part in parts if part), label)


def _quotes(voice: Voice, aim: dict) -> list[Block]:
    """What stands in the way beside what is asked for, so that a reader meets both before the tables."""
    columns = [(_("In the bureaus’ own words"), aim["said"]), (_("Help wanted"), aim["help_wanted"])]
    told = [
        QuoteColumn(title, [quote(voice, said) for said in found[:MOST_QUOTES]]) for title, found in columns if found
    ]
    return [Quotes(told)] if told else []
