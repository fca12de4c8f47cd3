"""The page of an aim: read in two questions, and drawn once for the same answers."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from accounts.access import Reader, reader_of
from core.answers import Answer, answers_of
from core.fragments import bare, drawn, kept_page
from core.questions import record
from core.templatetags.page import prose, translation_note
from dashboard import aim_drawing, drawing
from dashboard.aim_bureaus import standing_steps, work_steps
from dashboard.asked import Asked
from dashboard.counting import bearing
from dashboard.figures import figures_in
from dashboard.judged import by_node, judgements_in_force, nodes_asked
from dashboard.plain import PlainAsked, plain
from dashboard.plans import (
    AimView,
    Below,
    aim_at,
    aim_in,
    aim_steps,
    gather_below,
    indicators_at,
    read_below,
    results_at,
)
from dashboard.standing import Standing, parts_by_bureau, parts_in, rank
from dashboard.summary_rows import summary, summary_asked
from goals.models import Aim
from outcomes.levels import AIM
from outcomes.models import ExpectedResult, Indicator

LEAD, WORK = ("crumbs", "sentence", "explain_url", "csv_url"), ("work_url", "work_label")
PARTS = ("figures", "judgement", "table", "results", "charts")
BESIDE = ("bureaus", "standing", "heat_url", "changed", "since", "changes_url")


class Told(NamedTuple):
    """What the page says, in plain words for templates/dashboard/aim.html, and when its figures were worked out.

    Nobody may write into the aim, or into its words.
    """

    aim: Aim
    values: dict
    known_at: datetime | None


def read_aim_page(question: Asked, plan_code: str, number: int) -> Told:
    """An aim and all below it. Two queries; a day in the past is worked out anew. Raises NotFound for what they may not see."""
    if question.moment is not None:
        below = read_below(question, plan_code, number)
        told = question.together(aim_steps(question, below), standing_steps(question, below), work_steps(question, below))
        return _told(question, *told)
    asked, reader = plain(question), reader_of(question.user)
    at = (plan_code, number)
    found = answers_of((aim_at, reader, *at), (results_at, reader, *at), (indicators_at, reader, *at))
    more = answers_of(*_asked_of(*found, asked, reader))
    return _told_of(*found, *more, asked, reader)


@kept_page
def _asked_of(aim: Answer, results: Answer, indicators: Answer, asked: PlainAsked, reader: Reader) -> tuple:
    """The questions for their figures, what people judged, how the bureaus stand, and how much work goes into the aim."""
    below = _below(aim, results, indicators, asked)
    figures = summary_asked(below.nodes, below.wanted, [below.period])
    return (
        (summary, *figures),
        (judgements_in_force, None, asked.today, nodes_asked(below.nodes)),
        (parts_by_bureau, AIM, below.aim.pk, below.period.pk if below.period else None),
        bearing(reader, f"aim:{below.aim.pk}"),
    )


@kept_page
def _told_of(
    aim: Answer, results: Answer, indicators: Answer, figures: Answer, judged: Answer, parts: Answer, works: Answer,
    asked: PlainAsked, reader: Reader,
) -> Told:  # fmt: skip
    """Drawn once for the same answers and whoever sees alike."""
    below = _below(aim, results, indicators, asked)
    view = below.view(figures_in(reader, figures.rows, kept=asked.kept), by_node(judged.rows))
    [(many,)] = works.rows
    return _told(asked, view, rank(parts_in(reader, parts.rows)), int(many))


def _below(aim: Answer, results: Answer, indicators: Answer, asked: PlainAsked) -> Below:
    found = [record(ExpectedResult, row) for row in results.rows], [record(Indicator, row) for row in indicators.rows]
    return gather_below(asked, aim_in(aim.rows), *found)


def _told(question: Asked | PlainAsked, view: AimView, standing: Standing, works: int) -> Told:
    aim, results, facts = view.aim, view.whole.results, drawing.aim(view)
    beside = aim_drawing.beside(question, view, standing, works)
    words = {"text": bare(prose(aim.text)), "note": bare(translation_note(aim.text))} if aim.text else {"text": "", "note": ""}
    parts = {name: facts[name] for name in PARTS} | {name: beside[name] for name in BESIDE}
    values = {
        "number": aim.number,
        "title": aim.title.spoken(),
        "is_goal": aim.plan.kind == "framework",
        "status": "" if results.is_hidden else results.status,
        **{name: facts[name] for name in LEAD},
        **{name: beside[name] for name in WORK},
        "content": bare(drawn("dashboard/_aim.html", {**parts, **words, "computed": results.status})),
    }
    return Told(aim, values, view.figures.computed_at)
