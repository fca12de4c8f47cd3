"""The CSV twins of tables and charts: the same rows, for machines."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

from django.http import HttpResponse

from dashboard.asked import asked, part_asked
from dashboard.explained import read_explanation
from dashboard.indicator_drawing import path_rows
from dashboard.initiative import find_initiative, read_initiative
from dashboard.measures import find_indicator, read_indicator
from dashboard.plans import read_aim
from dashboard.result_page import read_result
from dashboard.work_drawing import planned_delivery_of

RISKY = ("=", "+", "-", "@", "\t", "\r")
PLAIN = (int, float, Decimal, date, type(None))


def aim(request, plan, number):
    """The aim's expected results and indicators with their figures; unknown is an empty cell, never zero."""
    view = read_aim(asked(request), plan, number)
    head = [
        "level",
        "code",
        "name",
        "period",
        "status",
        "progress",
        "expected",
        "coverage",
        "lower",
        "upper",
        "delivery",
    ]
    rows = [["aim", str(view.aim.number), str(view.aim.title), *_figures(view.whole, view.period)]]
    for part in view.results:
        rows.append(["expected result", f"{view.aim.number}.{part.node.number}", str(part.node.text),
                     *_figures(part, view.period)])  # fmt: skip
        rows += [["indicator", one.node.code, str(one.node.name), *_figures(one, view.period)]
                 for one in view.indicators[part.node.pk]]  # fmt: skip
    return answer(f"{plan}-{number}-{_code(view.period)}.csv", head, rows)


def _code(period) -> str:
    """Before the first period begins there is none to name."""
    return period.code if period else "none"


def _figures(part, period) -> list:
    figure = part.results
    if figure.is_hidden:
        return [_code(period), "restricted", "", "", "", "", "", ""]
    shares = [figure.progress, figure.expected, figure.coverage, figure.lower, figure.upper, part.delivery.progress]
    return [_code(period), figure.status, *["" if share is None else format(share.normalize(), "f") for share in shares]]


def indicator(request, code):
    """The indicator's value, period by period, with what was expected."""
    view = read_indicator(asked(request), find_indicator(request.user, code))
    head = ["indicator", "period", "observed_on", "status", "value", "progress", "expected", "coverage"]
    rows = [
        [code, period.code, figure.last_observed_on or "", "restricted" if figure.is_hidden else figure.status,
         *["" if x is None else format(x.normalize(), "f")
           for x in (figure.actual, figure.progress, figure.expected, figure.coverage)]]
        for period, figure in view.path
    ]  # fmt: skip
    return answer(f"{code}.csv", head, rows)


def result(request, plan, number, result):
    """The expected result's progress, period by period, with what was expected."""
    view = read_result(asked(request), plan, number, result)
    head = ["expected_result", "period", "status", "progress", "expected", "coverage"]
    return answer(f"{plan}-{number}-{result}.csv", head, _trend(f"{number}.{result}", view))


def aim_trend(request, plan, number):
    """The twin of the chart of an aim's progress: period by period, with what was expected."""
    view = read_aim(asked(request), plan, number)
    head = ["aim", "period", "status", "progress", "expected", "coverage"]
    return answer(f"{plan}-{number}-trend.csv", head, _trend(str(number), view))


def _trend(name: str, view) -> list:
    return [
        [name, period.code, "restricted" if figure.is_hidden else figure.status,
         *["" if share is None else format(share.normalize(), "f")
           for share in (figure.progress, figure.expected, figure.coverage)]]
        for period, figure in zip(view.trend, view.whole.path, strict=True)
    ]  # fmt: skip


def aim_statuses(request, plan, number):
    """The twin of the chart of statuses: how many of the aim's indicators have each."""
    view = read_aim(asked(request), plan, number)
    rows = [[str(number), _code(view.period), status, many] for status, many in view.whole.results.counts.items()]
    return answer(f"{plan}-{number}-statuses.csv", ["aim", "period", "status", "indicators"], rows)


def indicator_path(request, code):
    """The twin of an indicator's chart: its values, its planned path, and its targets of every revision with the reasons."""
    view = read_indicator(asked(request), find_indicator(request.user, code))
    head = ["indicator", "what", "day", "value", "revision", "standing", "reason"]
    return answer(f"{code}-path.csv", head, [[code, *row] for row in path_rows(view)])


def explain_coverage(request, node_type, node_id):
    """The twin of the chart of coverage: what is known, the bounds, and the mean of what is known; shares of one."""
    view = read_explanation(asked(request), node_type, node_id, **part_asked(request))
    account = view.get("account")
    row = account.row if account else None
    told = [("known", "coverage"), ("at_least", "lower"), ("at_most", "upper"), ("mean_of_known", "progress")]
    shares = [(name, getattr(row, column, None)) for name, column in told]
    rows = [[node_type, node_id, name, "" if share is None else format(share.normalize(), "f")] for name, share in shares]
    return answer(f"{node_type}-{node_id}-{_code(view['period'])}-coverage.csv", ["kind", "id", "what", "share"], rows)


def delivery(request, code):
    """What the bureau said that it had delivered and what was planned, day by day, out of a hundred."""
    question = asked(request)
    view = read_initiative(question, find_initiative(question, code))
    said, planned = dict(view.delivery_path), {one.on: one.value for one in planned_delivery_of(view)}
    rows = [
        [code, on, *("" if day.get(on) is None else format(Decimal(day[on]).normalize(), "f") for day in (said, planned))]
        for on in sorted({*said, *planned})
    ]
    return answer(f"{code}.csv", ["initiative", "day", "delivery_percent", "planned_percent"], rows)


def answer(name: str, head: list, rows) -> HttpResponse:
    """A CSV file in UTF-8 with its mark, in which no cell is a formula."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer = csv.writer(response)
    writer.writerow(head)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return response


def harmless(cell):
    """Text that a spreadsheet would run as a formula gets an apostrophe; numbers stay numbers."""
    if isinstance(cell, PLAIN) or (isinstance(cell, str) and not cell.startswith(RISKY)):
        return cell
    text = str(cell)
    if text.startswith(RISKY) and not _is_number(text):
        return "'" + text
    return cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
