"""From figures to what a template draws: finished strings, tiles, rows and charts. Numbers are rounded here."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.formats import percent
from dashboard import sentences
from dashboard.figures import Figure
from dashboard.plans import AimView, Part, PlanView, ResultView
from outcomes.choices import Kind
from reports import charts

PERCENT = Decimal(100)
LABEL = 90


def address(node, kept: str = "") -> str:
    """The page of a plan, aim, expected result or indicator; `kept` is the question that goes with it."""
    return with_kept(_page_of(node), kept)


def _page_of(node) -> str:
    name = node._meta.model_name
    if name == "indicator":
        return reverse("dashboard:indicator", args=[node.code])
    if name == "expectedresult":
        return reverse("dashboard:result", args=[node.aim.plan.code, node.aim.number, node.number])
    if name in ("plan", "framework", "strategy"):
        return reverse("dashboard:plan", args=[node.code])
    return reverse("dashboard:aim", args=[node.plan.code, node.number])


def with_kept(url: str, kept: str) -> str:
    return f"{url}?{kept}" if kept else url


def explanation_of(node_type: str, node, period, kept: str = "", **more) -> str:
    """The page that says how the node's figure of the period came about."""
    asked = {**dict(parse_qsl(kept)), "period": period.code if period else "", **more}
    query = urlencode({name: value for name, value in asked.items() if value})
    return with_kept(reverse("dashboard:explain", args=[node_type, node.pk]), query)


def stamp(question, *views) -> dict:
    """When the figures were last worked out, and how many updates are not in them yet."""
    moments = [view.figures.computed_at for view in views if view and view.figures.computed_at]
    return {
        "known_at": max(moments, default=None),
        "waiting": question.waiting if question.is_reviewer and not question.known_on else None,
        "known_on": question.known_on,
    }


def reading(kept: str) -> list[dict]:
    """The pages that answer across plans: where is it weak, what changed, what comes, what looks wrong."""
    pages = ((_("Heat map"), "dashboard:heat_map"), (_("What changed"), "dashboard:changes"))
    found = [{"label": label, "url": with_kept(reverse(name), kept)} for label, name in pages]
    today = ((_("Timeline"), "dashboard:timeline"), (_("Data quality"), "dashboard:quality"))
    return [*found, *({"label": label, "url": reverse(name)} for label, name in today)]


def plan(view: PlanView) -> dict:
    return {
        "plan": view.plan,
        "url": address(view.plan, view.figures.kept),
        "period": view.period,
        "whole": view.whole,
        "sentence": sentences.standing(view.aims),
        "tiles": [tile(part, view.plan) for part in view.aims],
        "rows": [row(part, view.period) for part in view.aims],
        "figures": key_figures(view.whole, "plan", view.plan, view.period),
    }


def plan_page(view: PlanView | None, code: str) -> dict:
    if view is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    kind = view.plan.kind
    return {**plan(view), "text": getattr(view.plan, kind)}


def tile(part: Part, of_plan) -> dict:
    word = _("Goal %(number)s") if of_plan.kind == "framework" else _("Objective %(number)s")
    shares = [f.progress * PERCENT if f.progress is not None else None for f in part.path]
    title = str(part.node.title)
    return {
        "number": word % {"number": part.node.number},
        "title": part.node.title,
        "url": address(part.node, part.kept),
        "status": part.results.status,
        "is_hidden": part.results.is_hidden,
        "spark": charts.sparkline(shares, title=title, status=part.results.status, key=f"spark-{part.node.pk}").svg
        if any(share is not None for share in shares) else "",
        "change": sentences.change(part),
        "coverage": sentences.coverage(part.results),
    }  # fmt: skip


def row(part: Part, period) -> dict:
    """One line of a table of aims, expected results or indicators."""
    return {
        "node": part.node,
        "url": address(part.node, part.kept),
        "status": part.results.status,
        "is_hidden": part.results.is_hidden,
        "results": part.results,
        "delivery": part.delivery,
        "behind": part.results.behind,
        "drag": part.results.drag,
        "change": part.change,
        "shown": shown_of(part),
    }


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
        {"value": percent(results.expected), "label": _("expected by now")},
        {"value": shown(delivery), "label": _("progress of delivery"), "note": sentences.reach(delivery),
         "url": url + ("&" if "?" in url else "?") + "measure=delivery"},
        {"value": percent(results.coverage) if not results.is_hidden else _("restricted"), "label": _("coverage"),
         "note": _("share of the weight that is known")},
    ]  # fmt: skip


def shown(figure: Figure) -> str:
    return _("restricted") if figure.is_hidden else percent(figure.progress)


def aim(view: AimView) -> dict:
    parts = sorted(view.results, key=lambda part: part.results.drag, reverse=True)
    return {
        "aim": view.aim,
        "plan": view.aim.plan,
        "crumbs": crumbs(view.aim.plan, kept=view.figures.kept),
        "sentence": sentences.why(view.whole),
        "whole": view.whole,
        "figures": key_figures(view.whole, "aim", view.aim, view.period),
        "rows": [
            {**row(part, view.period), "indicators": [row(one, view.period) for one in view.indicators[part.node.pk]]}
            for part in parts
        ],
        "trend": trend_chart(view.aim.title, view.trend, view.whole.path, view.today),
        "counts": distribution_chart(view.whole.results),
        "judgement": view.judgement,
        "explain_url": explanation_of("aim", view.aim, view.period, view.figures.kept),
        "csv_url": with_kept(reverse("dashboard:aim_csv", args=[view.aim.plan.code, view.aim.number]), view.figures.kept),
    }


def crumbs(*nodes, kept: str = "") -> list:
    top = (_("Strategy"), with_kept(reverse("dashboard:overview"), kept))
    return [top, *[(shorten(node), address(node, kept)) for node in nodes]]


def shorten(node) -> str:
    text = str(getattr(node, "title", None) or getattr(node, "text", None) or node)
    return text if len(text) <= LABEL else text[: LABEL - 1].rstrip() + "…"


def trend_chart(title, periods, path, today=None):
    """Progress of results, period by period, against what was expected."""
    if not any(figure.progress is not None for figure in path):
        return None
    days = [min(period.end_on, today or period.end_on) for period in periods]  # an open period has come to today
    known = [charts.Point(on, _share(figure.progress)) for on, figure in zip(days, path, strict=True)]
    planned = [
        charts.Point(on, _share(figure.expected))
        for on, figure in zip(days, path, strict=True)
        if figure.expected is not None
    ]
    last = next(figure for figure in reversed(path) if figure.progress is not None)
    return charts.path(
        title=_("Progress of results"),
        summary=_("%(progress)s of the way, against %(expected)s expected by then.")
        % {"progress": percent(last.progress), "expected": percent(last.expected)},
        points=known, planned=planned, status=path[-1].status, unit="%", decimals=0, key="trend", today=today,
    )  # fmt: skip


def _share(value):
    return None if value is None else max(Decimal(0), min(Decimal(1), value)) * PERCENT


def distribution_chart(figure: Figure):
    """How the indicators beneath are spread over the statuses."""
    if not figure.counts:
        return None
    return charts.distribution(
        title=_("Indicators by status"),
        summary=_("%(behind)s of %(leaves)s indicators are behind.") % {"behind": figure.behind, "leaves": figure.leaves},
        counts=figure.counts, key="spread",
    )  # fmt: skip


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
        "rows": [
            {**row(part, view.period), "bullet": bullet(part),
             "csv_url": with_kept(reverse("dashboard:indicator_csv", args=[part.node.code]), view.figures.kept)}
            for part in view.indicators
        ],
        "csv_url": with_kept(reverse("dashboard:result_csv", args=[node.aim.plan.code, node.aim.number, node.number]), view.figures.kept),
        "contributions": view.contributions,
        "trend": trend_chart(node.text, view.trend, view.whole.path, view.today),
        "judgement": view.judgement,
        "explain_url": explanation_of("result", node, view.period, view.figures.kept),
    }


def bullet(part: Part):
    """How far an indicator has come, what was expected, and the target, as shares of the way."""
    figure = part.results
    if figure.progress is None or figure.is_hidden:
        return None
    return charts.bullet(
        title=str(part.node.name),
        summary=_("%(progress)s of the way, against %(expected)s expected by now.")
        % {"progress": percent(figure.progress), "expected": percent(figure.expected)},
        value=figure.progress * PERCENT,
        expected=None if figure.expected is None else figure.expected * PERCENT,
        target=PERCENT, baseline=Decimal(0), status=figure.status, unit="%", decimals=0, key=f"way-{part.node.code}",
    )  # fmt: skip
