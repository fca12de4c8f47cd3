"""Values over time as a small line beside a word."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from core import formats
from core.status import status_of
from reports.charts.drawing import Chart, Sheet, Table, key_of
from reports.charts.lettering import shortened
from reports.charts.scales import Scale


def sparkline(
    values: Sequence[Decimal | None],
    *,
    title: str,
    status: str = "",
    summary: str = "",
    rtl: bool | None = None,
    width: int = 112,
    height: int = 28,
    key: str = "",
) -> Chart:
    """A small line without scales, oldest value first; the last one wears its status."""
    key = key or key_of("spark", title, values)
    sheet = Sheet(width, height, rtl)
    known = [float(value) for value in values if value is not None]
    if len(known) > 1:
        _draw_spark(sheet, values, known, status)
    else:
        sheet.line([(2, height / 2), (width - 2, height / 2)], "muted", 1.5, "3 4")
    words = summary or _spark_words(values, status)
    rows = tuple((str(place), formats.number(value)) for place, value in enumerate(values, 1))
    return Chart(key, title, words, sheet.finish(key, title, words, "spark"), Table((_("Period"), _("Value")), rows))


def _draw_spark(sheet: Sheet, values, known: list[float], status: str) -> None:
    across = Scale(0, max(len(values) - 1, 1), 4, sheet.width - 10)
    down = Scale(min(known), max(known), sheet.height - 7, 7)
    places = [(across(place), down(value)) if value is not None else None for place, value in enumerate(values)]
    run: list[tuple[float, float]] = []
    for place in [*places, None]:
        if place:
            run.append(place)
            continue
        if len(run) > 1:
            sheet.line(run, "muted", 1.8)
        elif run:
            sheet.dot(*run[0], 1.8, "muted")
        run = []
    x, y = next(place for place in reversed(places) if place)
    if status:
        sheet.status(status, x, y, 11)
    else:
        sheet.dot(x, y, 3, "ink")


def _spark_words(values, status: str) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return _("no data")
    words = _("from %(first)s to %(last)s in %(n)s periods") % {
        "first": formats.number(known[0]),
        "last": formats.number(known[-1]),
        "n": len(values),
    }
    return shortened(f"{words}, {status_of(status).label}" if status else words, 4000, 12)
