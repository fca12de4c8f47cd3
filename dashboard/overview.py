"""The overview of the plans: read in two questions, and drawn once for the same answers."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from accounts.access import Reader, reader_of, reader_of_totals
from core.answers import Answer, answers_of
from core.fragments import bare, drawn, kept_page
from dashboard import drawing
from dashboard.asked import Asked
from dashboard.closing import closing
from dashboard.figures import figures_in
from dashboard.judged import by_node, judgements_in_force, nodes_asked
from dashboard.links import Links, crosswalk_steps, links_between
from dashboard.plain import PlainAsked, plain
from dashboard.plans import PlanView, gather_plans, plans_steps, plans_with_aims
from dashboard.summary_rows import summary, summary_asked

PARTS = ("url", "sentence", "figures", "tiles", "table")


class Told(NamedTuple):
    """What the page says: the sentence that answers it, all below as it is drawn, and when its figures were worked out."""

    sentence: str
    content: str
    known_at: datetime | None


def read_overview(question: Asked) -> Told:
    """Where the plans stand. Two queries; a day in the past is worked out anew."""
    if question.moment is not None:
        return _told(*question.together(plans_steps(question), crosswalk_steps(question.user)))
    asked, reader = plain(question), reader_of(question.user)
    plans, links = answers_of((plans_with_aims, reader), (links_between, reader))
    figures, judged = answers_of(*_figures_of(plans, asked))
    return _told_of(plans, links, figures, judged, asked, reader_of_totals(question.user))


@kept_page
def _figures_of(plans: Answer, asked: PlainAsked) -> tuple:
    """The questions for the figures of these plans, and for what people judged of their aims."""
    found = gather_plans(asked, plans.rows)
    figures = summary_asked(found.nodes, found.wanted, set(found.periods.values()))
    return (summary, *figures), (judgements_in_force, None, asked.today, nodes_asked(found.nodes))


@kept_page
def _told_of(plans: Answer, links: Answer, figures: Answer, judged: Answer, asked: PlainAsked, reader: Reader) -> Told:
    """Drawn once for the same answers. Figures are of all bureaus together, so whoever is cleared alike sees the same."""
    views = gather_plans(asked, plans.rows).views(figures_in(reader, figures.rows, kept=asked.kept), by_node(judged.rows))
    return _told(views, Links(tuple(links.rows)))


def _told(views: list[PlanView], links: Links) -> Told:
    plans = [_plan(view, links) for view in views]
    content = bare(drawn("dashboard/_overview.html", {"plans": plans, "crosswalk": drawing.crosswalk(links)}))
    return Told(plans[0]["sentence"] if plans else "", content, drawing.last_computed(views))


def _plan(view: PlanView, links: Links) -> dict:
    """One plan in plain words."""
    plan, facts = view.plan, drawing.plan(view)
    return {
        **{name: facts[name] for name in PARTS},
        "key": plan.pk,
        "title": plan.title.spoken(),
        "status": plan.status,
        "status_word": str(plan.get_status_display()),
        "years": f"{plan.start_on.year}–{plan.end_on.year}",
        "period": view.period.code if view.period else "",
        "closing": closing(view, links),
    }
