"""The charts of each chapter: picks the facts, asks `reports.charts` to draw them, keeps the sentence with the picture."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from reports.charts import Chart, Point, distribution, heat_map, path

from .document import Picture, Pictures
from .sentences import verdict
from .voice import Voice, part_of
from .words import aim_word, status_word

HALF = 360
WHOLE = 640
_HUNDRED = Decimal(100)


def plan_pictures(voice: Voice, plan: dict) -> Pictures:
    """The way so far beside the aims against the three numbers."""
    shown = [_trend(voice, plan, plan["node_status"]), _aims_grid(voice, plan)]
    return Pictures([picture for picture in shown if picture])


def aim_pictures(voice: Voice, aim: dict) -> Pictures:
    """The way so far beside the number of indicators in each status."""
    shown = [_trend(voice, aim, aim["status"]), _statuses(voice, aim)]
    return Pictures([picture for picture in shown if picture])


def discipline_pictures(voice: Voice, reporting: dict) -> Pictures:
    """The share of updates sent, and sent on time, over the periods."""
    periods = [*reporting["before"], reporting["now"]]
    if len(periods) < 2:
        return Pictures([])
    return Pictures([
        _shares_sent(voice, periods, "sent", _("Updates sent, share of those due")),
        _shares_sent(voice, periods, "on_time", _("Updates sent on time, share of those due")),
    ])  # fmt: skip


def _picture(chart: Chart, summary: str) -> Picture:
    return Picture(str(chart.svg), summary, chart.title)


def _hundredfold(figure: str | None) -> Decimal | None:
    return None if figure is None else Decimal(figure) * _HUNDRED


def _trend(voice: Voice, node: dict, status: str) -> Picture | None:
    known = [point for point in node["trend"] if point["value"] is not None]
    if len(known) < 2:
        return None
    title = _("Progress of results against the planned path")
    summary = _("From %(first)s in %(from)s to %(last)s in %(to)s.") % {
        "first": voice.percent(known[0]["value"]), "from": voice.period(known[0]["period"]),
        "last": voice.percent(known[-1]["value"]), "to": voice.period(known[-1]["period"]),
    }  # fmt: skip
    chart = path(
        title=title, summary=summary, points=_points(node["trend"], "value"), planned=_points(node["trend"], "expected"),
        status=status, unit="%", decimals=0, width=HALF,
    )  # fmt: skip
    return _picture(chart, summary)


def _points(trend: list[dict], name: str) -> list[Point]:
    return [Point(date.fromisoformat(point["on"]), _hundredfold(point[name])) for point in trend]


def _statuses(voice: Voice, aim: dict) -> Picture | None:
    counts = aim["results"]["counts"]
    if not any(counts.values()):
        return None
    title = _("Indicators by status")
    summary = verdict(voice, counts)
    return _picture(distribution(title=title, summary=summary, counts=counts, width=HALF), summary)


def _aims_grid(voice: Voice, plan: dict) -> Picture | None:
    if not plan["aims"]:
        return None
    title = _("Each aim in three numbers")
    summary = "; ".join(f"{aim_word(plan['kind'], aim['number'])}: {status_word(aim['status'])}" for aim in plan["aims"])
    rows = [(aim_word(plan["kind"], aim["number"]), _aim_cells(voice, aim)) for aim in plan["aims"]]
    columns = [_("Results"), _("Delivery"), _("Coverage")]
    chart = heat_map(title=title, summary=summary, columns=columns, rows=rows, corner=_("Aim"), width=HALF)
    return _picture(chart, summary)


def _aim_cells(voice: Voice, aim: dict) -> list[tuple[str, str]]:
    return [
        (aim["status"], voice.percent(aim["results"]["value"])),
        ("", voice.percent(aim["delivery"]["value"])),
        ("", voice.percent(aim["results"]["coverage"])),
    ]


def _shares_sent(voice: Voice, periods: list[dict], name: str, title: str) -> Picture:
    shares = [(period, part_of(period[name], period["due"])) for period in periods]
    summary = _("From %(first)s in %(from)s to %(last)s in %(to)s.") % {
        "first": voice.percent(shares[0][1]), "from": voice.period(shares[0][0]["period"]),
        "last": voice.percent(shares[-1][1]), "to": voice.period(shares[-1][0]["period"]),
    }  # fmt: skip
    points = [Point(date.fromisoformat(period["on"]), _hundredfold(share)) for period, share in shares]
    return _picture(path(title=title, summary=summary, points=points, unit="%", decimals=0, width=HALF), summary)
