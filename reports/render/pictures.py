"""The charts of each chapter: picks the facts, asks `reports.charts` to draw them, keeps the sentence with the picture."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.charts import Chart, Point, distribution, path
from reports.charts.drawing import key_of

from .document import Picture, Pictures
from .sentences import verdict
from .voice import Voice, part_of

HALF = 360
_HUNDRED = Decimal(100)


def plan_pictures(voice: Voice, plan: dict, results: list[dict]) -> Pictures:
    """The way so far beside the number of indicators and of expected results in each status."""
    return _beside(
        _trend(voice, plan, plan["node_status"]),
        _indicator_statuses(plan),
        _result_statuses(plan["code"], results),
    )


def aim_pictures(voice: Voice, aim: dict, results: list[dict]) -> Pictures:
    """The way so far beside the number of indicators and of expected results in each status."""
    return _beside(_trend(voice, aim, aim["status"]), _indicator_statuses(aim), _result_statuses(aim["code"], results))


def discipline_pictures(voice: Voice, reporting: dict) -> Pictures:
    """The share of updates sent, and sent on time, over the periods."""
    periods = [period for period in (*reporting["before"], reporting["now"]) if period["due"]]
    if len(periods) < 2:
        return Pictures([])
    return Pictures([
        [_shares_sent(voice, periods, "sent", _("Updates sent, share of those due"))],
        [_shares_sent(voice, periods, "on_time", _("Updates sent on time, share of those due"))],
    ])  # fmt: skip


def _beside(*pictures: Picture | None) -> Pictures:
    """The first picture in one column, the others under each other in the next; columns without a picture vanish."""
    first, *others = pictures
    columns = [[first] if first else [], [picture for picture in others if picture]]
    return Pictures([column for column in columns if column])


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
        status="" if status == "restricted" else status, unit="%", decimals=0, width=HALF, height=200,
        key=key_of("trend", node["code"]),
    )  # fmt: skip
    return _picture(chart, summary)


def _points(trend: list[dict], name: str) -> list[Point]:
    return [Point(date.fromisoformat(point["on"]), _hundredfold(point[name])) for point in trend]


def _indicator_statuses(node: dict) -> Picture | None:
    return _distribution(_("Indicators by status"), node["results"]["counts"], key_of("indicators", node["code"]))


def _result_statuses(code: str, results: list[dict]) -> Picture | None:
    counts = Counter(result["status"] for result in results if result["status"] != "restricted")
    return _distribution(_("Expected results by status"), dict(counts), key_of("results", code))


def _distribution(title: str, counts: dict[str, int], key: str) -> Picture | None:
    if not any(counts.values()):
        return None
    summary = verdict(Voice(get_language()), counts)
    return _picture(distribution(title=title, summary=summary, counts=counts, width=HALF, key=key), summary)


def _shares_sent(voice: Voice, periods: list[dict], name: str, title: str) -> Picture:
    shares = [(period, part_of(period[name], period["due"])) for period in periods]
    summary = _("From %(first)s in %(from)s to %(last)s in %(to)s.") % {
        "first": voice.percent(shares[0][1]), "from": voice.period(shares[0][0]["period"]),
        "last": voice.percent(shares[-1][1]), "to": voice.period(shares[-1][0]["period"]),
    }  # fmt: skip
    points = [Point(date.fromisoformat(period["on"]), _hundredfold(share)) for period, share in shares]
    return _picture(
        path(
            title=title,
            summary=summary,
            points=points,
            bounds=(0, 100),
            unit="%",
            decimals=0,
            width=HALF,
            height=200,
            key=key_of("sent", name),
        ),
        summary,
    )
