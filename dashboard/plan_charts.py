"""The charts on the pages of plans, in plain words for templates/_chart.html; each is drawn once for the same facts."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.formats import percent
from core.fragments import bare
from dashboard import sentences
from dashboard.figures import Figure
from dashboard.plans import Part
from reports import charts

PERCENT = Decimal(100)


@lru_cache(maxsize=1_000)
def _chart(draw, language: str, **facts) -> dict:
    """A chart in plain words, drawn once for the same facts; `language` is the thread's own. Nobody writes into it."""
    return plain_chart(draw(**facts))


def plain_chart(chart: charts.Chart) -> dict:
    """A chart as templates/_chart.html draws it, in plain words; the drawing's own words were escaped with it."""
    twin = {"headers": [*map(bare, chart.table.headers)], "rows": [[*map(bare, row)] for row in chart.table.rows]}
    return {"key": chart.key, "title": bare(chart.title), "summary": bare(chart.summary), "svg": bare(chart.svg), "table": twin}


def spark(part: Part) -> str:
    """The path of a part in small, ready for a page; nothing where nothing is known."""
    values = tuple(figure.progress * PERCENT if figure.progress is not None else None for figure in part.path)
    if all(value is None for value in values):
        return ""
    facts = {"title": str(part.node.title), "status": part.results.status, "key": f"spark-{part.node.pk}"}
    return _chart(charts.sparkline, get_language(), values=values, **facts)["svg"]


def trend_chart(periods, path, today=None) -> dict | None:
    """Progress of results, period by period, against what was expected."""
    if not any(figure.progress is not None for figure in path):
        return None
    days = [min(period.end_on, today or period.end_on) for period in periods]  # an open period has come to today
    told = list(zip(days, path, strict=True))
    known = tuple(charts.Point(on, _share(figure.progress)) for on, figure in told)
    planned = tuple(charts.Point(on, _share(figure.expected)) for on, figure in told if figure.expected is not None)
    last = next(figure for figure in reversed(path) if figure.progress is not None)
    return _chart(
        charts.path, get_language(), title=_("Progress of results"),
        summary=_("%(progress)s of the way, against %(expected)s expected by then.")
        % {"progress": percent(last.progress), "expected": percent(last.expected)},
        points=known, planned=planned, status=path[-1].status, unit="%", decimals=0, key="trend", today=today,
    )  # fmt: skip


def coverage_chart(row) -> dict | None:
    """How much of the weight is known, and between which bounds the figure lies; None where there is no weight at all.

    `row` is the figure as the summary keeps it (outcomes.summary.Row); all are shares of one.
    """
    if row is None or row.coverage is None:
        return None
    return _chart(
        charts.coverage, get_language(), title=_("How much is known"), summary=_known(row), key="coverage",
        share=row.coverage, low=row.lower, high=row.upper, value=_kept(row.progress),
    )  # fmt: skip


def _known(row) -> str:
    said = {"known": percent(row.coverage), "low": percent(row.lower), "high": percent(row.upper)}
    if row.lower is None or row.upper is None:
        return _("%(known)s of the weight is known.") % said
    if row.lower == row.upper:
        return _("%(known)s of the weight is known; the figure is %(low)s.") % said
    return _("%(known)s of the weight is known; with what is not, the figure lies between %(low)s and %(high)s.") % said


def _kept(share):
    """A mean of what is known, as it is drawn: between nothing and all."""
    return None if share is None else max(Decimal(0), min(Decimal(1), share))


def _share(value):
    return None if value is None else _kept(value) * PERCENT


def distribution_chart(figure: Figure) -> dict | None:
    """How the indicators beneath are spread over the statuses."""
    if not figure.counts:
        return None
    return _chart(
        _distribution, get_language(), title=_("Indicators by status"),
        summary=sentences.behind(figure),
        counts=tuple(figure.counts.items()), key="spread",
    )  # fmt: skip


def _distribution(*, counts, **facts) -> charts.Chart:
    return charts.distribution(counts=dict(counts), **facts)


def bullet(part: Part) -> dict | None:
    """How far an indicator has come, what was expected, and the target, as shares of the way."""
    figure = part.results
    if figure.progress is None or figure.is_hidden:
        return None
    return _chart(
        charts.bullet, get_language(), title=str(part.node.name),
        summary=_("%(progress)s of the way, against %(expected)s expected by now.")
        % {"progress": percent(figure.progress), "expected": percent(figure.expected)},
        value=figure.progress * PERCENT,
        expected=None if figure.expected is None else figure.expected * PERCENT,
        target=PERCENT, baseline=Decimal(0), status=figure.status, unit="%", decimals=0, key=f"way-{part.node.code}",
    )  # fmt: skip
