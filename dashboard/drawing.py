"""From figures to what a template draws: finished strings, tiles, rows and charts. Numbers are rounded here."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.formats import clipped, percent
from core.fragments import bare
from core.fragments import kept as kept_once
from core.templatetags.page import day as day_tag
from core.templatetags.page import moment as moment_tag
from dashboard import sentences
from dashboard.figures import Figure
from dashboard.judged import Judged
from dashboard.links import End, Link, Links
from dashboard.plan_charts import bullet, distribution_chart, spark, trend_chart
from dashboard.plans import AimView, Part, PlanView
from dashboard.result_page import ResultView
from outcomes.choices import CrosswalkKind, Kind, ProposalState

PERCENT = Decimal(100)
LABEL = 90


def address(node, kept: str = "") -> str:
    """The page of a plan, aim, expected result or indicator; `kept` is the question that goes with it."""
    return with_kept(_page_of(node), kept)


def _page_of(node) -> str:
    name = node._meta.model_name
    if name == "indicator":
        return page("dashboard:indicator", node.code)
    if name == "expectedresult":
        return page("dashboard:result", node.aim.plan.code, node.aim.number, node.number)
    if name in ("plan", "framework", "strategy"):
        return page("dashboard:plan", node.code)
    return page("dashboard:aim", node.plan.code, node.number)


@lru_cache(maxsize=4096)
def page(name: str, *args) -> str:
    """The address of a page of this product: worked out once, as a table names the same few again and again."""
    return reverse(name, args=args)


def with_kept(url: str, kept: str) -> str:
    return f"{url}?{kept}" if kept else url


def explanation_of(node_type: str, node, period, kept: str = "", **more) -> str:
    """The page that says how the node's figure of the period came about."""
    asked = {**dict(parse_qsl(kept)), "period": period.code if period else "", **more}
    query = urlencode({name: value for name, value in asked.items() if value})
    return with_kept(page("dashboard:explain", node_type, node.pk), query)


def stamp(question, *views) -> dict:
    """When the figures were last worked out, and how many updates are not in them yet."""
    return {"known_at": last_computed(views), "waiting": waiting(question), "known_on": question.known_on}


def last_computed(views):
    """When the last of their figures was worked out; None where there is none."""
    return max((view.figures.computed_at for view in views if view and view.figures.computed_at), default=None)


def waiting(question) -> int | None:
    """How many updates are not in the figures yet, for who reviews them."""
    return question.waiting if question.is_reviewer and not question.known_on else None


def judgement(judged: Judged | None) -> dict | None:
    """What somebody judged, in plain words for templates/dashboard/_judgement.html."""
    if judged is None:
        return None
    drawn = {"expires_on": bare(day_tag(judged.expires_on)), "at": bare(moment_tag(judged.recorded_at))}
    return {"status": judged.status, "reason": judged.reason, "by": judged.by, **drawn}


@kept_once
def reading(kept: str) -> list[dict]:
    """The pages that answer across plans: where is it weak, what changed, what comes, what looks wrong."""
    pages = (
        (_("Heat map"), "dashboard:heat_map"), (_("What changed"), "dashboard:changes"), (_("Timeline"), "dashboard:timeline"),
    )  # fmt: skip
    found = [{"label": label, "url": with_kept(page(name), kept)} for label, name in pages]
    return [*found, {"label": _("Data quality"), "url": with_kept(page("dashboard:quality"), kept)}]


def plan(view: PlanView) -> dict:
    return {
        "plan": view.plan,
        "url": address(view.plan, view.figures.kept),
        "period": view.period,
        "whole": view.whole,
        "sentence": sentences.standing(view.aims),
        "tiles": [tile(part, view.plan) for part in view.aims],
        "table": table(view.aims, caption=view.plan.title),
        "figures": key_figures(view.whole, "plan", view.plan, view.period),
    }


def plan_page(view: PlanView | None, code: str) -> dict:
    if view is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    kind = view.plan.kind
    return {**plan(view), "text": getattr(view.plan, kind)}


def tile(part: Part, of_plan) -> dict:
    word = _("Goal %(number)s") if of_plan.kind == "framework" else _("Objective %(number)s")
    return {
        "number": word % {"number": part.node.number},
        "title": part.node.title.spoken(),
        "url": address(part.node, part.kept),
        "status": part.results.status,
        "judged": part.judged,
        "is_hidden": part.results.is_hidden,
        "reached": _plain_share(part.results, part.results.progress),
        "expected": _plain_share(part.results, part.results.expected),
        "spark": spark(part),
        "change": sentences.change(part),
        "coverage": sentences.coverage(part.results),
    }  # fmt: skip


def _plain_share(figure: Figure, share) -> str:
    return "" if figure.is_hidden or share is None else percent(share)


def table(parts, *, caption, are_indicators=False, explained=None) -> dict:
    """Aims, expected results or indicators with their figures, as templates/dashboard/_rows.html draws them: plain words.

    `explained` names the page that says how a part's figure came about, where the table leads there.
    """
    rows = [_row(part, explained(part) if explained else "") for part in parts]
    return {"rows": rows, "caption": str(caption), "are_indicators": are_indicators}


def _row(part: Part, why_url: str) -> dict:
    results = part.results
    return {
        **named(part.node),
        "url": address(part.node, part.kept),
        "why_url": why_url,
        "status": results.status,
        "judged": part.judged,
        "is_hidden": results.is_hidden,
        "shown": shown_of(part),
        "reach": _plain(results.progress),
        "tick": _plain(results.expected),
        "expected": percent(results.expected),
        "delivery": shown(part.delivery),
        "coverage": percent(results.coverage),
    }


def named(node) -> dict:
    """How a table names an aim, an expected result or an indicator: number or code, and its words with their language."""
    number, code = getattr(node, "number", None), getattr(node, "code", "")
    words = next(getattr(node, name) for name in ("title", "text", "name") if hasattr(node, name))
    return {"number": number, "code": "" if number else code, "words": words.spoken()}


def _plain(share: Decimal | None) -> float | None:
    """A share for a bar, which is drawn to a thousandth; never for a figure."""
    return None if share is None else float(share)


def crosswalk(links: Links) -> dict[str, list[dict]]:
    """What leads where, in plain words, for templates/dashboard/_crosswalk.html."""
    return _crosswalk(links.rows)


@kept_once
def _crosswalk(rows: tuple[tuple, ...]) -> dict[str, list[dict]]:
    links = Links(rows)
    return {"aims": [_link(one) for one in links.aims], "results": [_link(one) for one in links.results]}


def _link(link: Link) -> dict:
    return {
        "start": end_of(link.start),
        "end": end_of(link.end) if link.end else None,
        "kind": str(CrosswalkKind(link.kind).label),
        "state": str(ProposalState.PROPOSED.label) if link.state == ProposalState.PROPOSED else "",
        "note": link.note.spoken(),
    }


def end_of(end: End, kept: str = "") -> dict:
    """One end of a link: its number, its words with their language, and its page."""
    if end.result is None:
        number, url = f"{end.aim}.", page("dashboard:aim", end.plan_code, end.aim)
    else:
        number, url = f"{end.aim}.{end.result}", page("dashboard:result", end.plan_code, end.aim, end.result)
    return {"number": number, "words": end.words.spoken(), "url": with_kept(url, kept)}


def shown_of(part: Part) -> str:
    """Progress of results; a level to be kept is met or not and has no percentage."""
    figure = part.results
    is_kept = getattr(part.node, "kind", "") == Kind.MAINTAIN
    if not is_kept or figure.actual is None or figure.is_hidden:
        return shown(figure)
    return _("not met") if figure.status == "off_track" else _("met")


def key_figures(part: Part, node_type: str, node, period) -> list[dict]:
    """Results, what was expected by now, delivery, coverage: never blended, each with its explanation."""
    results, delivery, url = part.results, part.delivery, explanation_of(node_type, node, period, part.kept)
    return [
        {"value": shown(results), "label": _("progress of results"), "note": sentences.reach(results), "url": url},
        {"value": unless_hidden(results, results.expected), "label": _("expected by now")},
        {"value": shown(delivery), "label": _("progress of delivery"), "note": sentences.reach(delivery),
         "url": url + ("&" if "?" in url else "?") + "measure=delivery"},
        {"value": unless_hidden(results, results.coverage), "label": _("coverage"),
         "note": _("share of the weight that is known")},
    ]  # fmt: skip


def shown(figure: Figure) -> str:
    return unless_hidden(figure, figure.progress)


def unless_hidden(figure: Figure, share) -> str:
    """A share of a figure: what the reader is not cleared for says so and is not called unknown."""
    return _("restricted") if figure.is_hidden else percent(share)


def aim(view: AimView) -> dict:
    parts = sorted(view.results, key=lambda part: part.results.drag, reverse=True)
    return {
        "crumbs": crumbs(view.aim.plan, kept=view.figures.kept),
        "sentence": sentences.why(view.whole),
        "figures": key_figures(view.whole, "aim", view.aim, view.period),
        "table": table(parts, caption=view.aim.title) if parts else None,
        "results": [_result_of(view, part) for part in parts],
        "charts": _charts_of(view),
        "judgement": judgement(view.judgement),
        "explain_url": explanation_of("aim", view.aim, view.period, view.figures.kept),
        "csv_url": with_kept(page("dashboard:aim_csv", view.aim.plan.code, view.aim.number), view.figures.kept),
    }


def _charts_of(view: AimView) -> list[dict]:
    """The aim's charts, each with the file that holds the same."""
    place, kept = (view.aim.plan.code, view.aim.number), view.figures.kept
    drawn = (
        (trend_chart(view.trend, view.whole.path, view.today), "dashboard:aim_trend_csv"),
        (distribution_chart(view.whole.results), "dashboard:aim_statuses_csv"),
    )
    return [{"chart": chart, "csv_url": with_kept(page(name, *place), kept)} for chart, name in drawn if chart]


def _result_of(view: AimView, part: Part) -> dict:
    """One expected result on the page of its aim, with the table of its indicators where there are any."""
    indicators, words = view.indicators[part.node.pk], part.node.text
    return {
        "key": part.node.pk,
        "number": f"{view.aim.number}.{part.node.number}",
        "words": words.spoken(),
        "url": address(part.node, part.kept),
        "table": table(indicators, caption=words, are_indicators=True) if indicators else None,
    }


def crumbs(*nodes, kept: str = "") -> list:
    top = (_("Strategy"), with_kept(page("dashboard:overview"), kept))
    return [top, *[(shorten(node), address(node, kept)) for node in nodes]]


def shorten(node) -> str:
    text = str(getattr(node, "title", None) or getattr(node, "text", None) or node)
    return clipped(text, LABEL)


def _trend_of(view: ResultView) -> dict:
    node = view.result
    csv_url = with_kept(page("dashboard:result_csv", node.aim.plan.code, node.aim.number, node.number), view.figures.kept)
    return {"chart": trend_chart(view.trend, view.whole.path, view.today), "csv_url": csv_url}


def _bullet_of(part: Part) -> dict:
    return {"chart": bullet(part), "csv_url": with_kept(page("dashboard:indicator_csv", part.node.code), part.kept)}


def result(view: ResultView) -> dict:
    node = view.result
    return {
        "result": node,
        "aim": node.aim,
        "plan": node.aim.plan,
        "crumbs": crumbs(node.aim.plan, node.aim, kept=view.figures.kept),
        "sentence": sentences.why(view.whole),
        "whole": view.whole,
        "figures": key_figures(view.whole, "result", node, view.period),
        "table": table(view.indicators, caption=node.text, are_indicators=True) if view.indicators else None,
        "contributions": view.contributions,
        "kept": view.figures.kept,
        "charts": [one for one in (_trend_of(view), *(_bullet_of(part) for part in view.indicators)) if one["chart"]],
        "judgement": judgement(view.judgement),
        "explain_url": explanation_of("result", node, view.period, view.figures.kept),
    }
