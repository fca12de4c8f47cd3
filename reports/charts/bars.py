"""Bars: how many of each status, one value between where it was and where it should be, and how much is known."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from core import formats
from core.status import STATUSES
from reports.charts.drawing import SMALL, Chart, Sheet, Table, key_of
from reports.charts.lettering import width_of
from reports.charts.scales import Scale

ORDER = ("achieved", "on_track", "at_risk", "off_track", "stale", "insufficient_data", "no_data", "too_early")
HOLLOW = {"stale", "insufficient_data", "no_data"}


def distribution(
    *,
    title: str,
    summary: str,
    counts: Mapping[str, int],
    rtl: bool | None = None,
    width: int = 480,
    key: str = "",
) -> Chart:
    """How many are in each status, as one stacked bar with its words beneath; empty statuses are left out."""
    key = key or key_of("distribution", title, sorted(counts.items()))
    shown = [(code, counts[code]) for code in ORDER if counts.get(code)]
    total = sum(count for _code, count in shown)
    sheet = Sheet(width, 42 + 22 * _legend_rows(shown, width), rtl)
    _draw_stack(sheet, shown, total)
    _draw_words(sheet, shown)
    rows = tuple(
        (str(STATUSES[code].label), formats.number(count), formats.percent(Decimal(count) / total))
        for code, count in shown
    )
    table = Table((_("Status"), _("Count"), _("Share")), rows)
    return Chart(key, title, summary, sheet.finish(key, title, summary, "slight"), table)


def _draw_stack(sheet: Sheet, shown, total: int) -> None:
    """Segments in the order from good to unknown; a gap of paper keeps them apart in grey too."""
    if not total:
        sheet.rect(1, 2, sheet.width - 2, 24, "paper", edge="no_data")
        return
    room, x = sheet.width - 2 * (len(shown) - 1), 0.0
    for code, count in shown:
        wide = room * count / total
        if code in HOLLOW:
            sheet.rect(x + 0.75, 2.75, wide - 1.5, 22.5, "wash", edge="no_data", stroke_width="1.5")
        else:
            sheet.rect(x, 2, wide, 24, code)
        number = formats.number(count)
        if wide > width_of(number, 13) + 8:
            paint = "ink" if code in HOLLOW else "paper"
            sheet.words(x + wide / 2, 18.5, number, anchor="middle", bold=True, paint=paint)
        x += wide + 2


def _legend_entries(shown) -> list[tuple[str, str, float]]:
    found = []
    for code, count in shown:
        # Not "3 on track": no word has to agree with the number, in any language.
        words = _("%(what)s: %(n)s") % {"what": STATUSES[code].label, "n": formats.number(count)}
        found.append((code, words, width_of(words, SMALL) + 40))
    return found


def _legend_rows(shown, width: float) -> int:
    rows, x = 1, 0.0
    for _code, _words, wide in _legend_entries(shown):
        if x and x + wide > width:
            rows, x = rows + 1, 0.0
        x += wide
    return rows


def _draw_words(sheet: Sheet, shown) -> None:
    x, y = 0.0, 46.0
    for code, words, wide in _legend_entries(shown):
        if x and x + wide > sheet.width:
            x, y = 0.0, y + 22
        sheet.status(code, x + 7, y - 4.5, 12)
        sheet.words(x + 19, y, words, size=SMALL)
        x += wide


def bullet(
    *,
    title: str,
    summary: str,
    value: Decimal | None,
    expected: Decimal | None,
    target: Decimal | None,
    baseline: Decimal | None = None,
    low: Decimal | None = None,
    high: Decimal | None = None,
    status: str = "no_data",
    unit: str = "",
    decimals: int | None = None,
    rtl: bool | None = None,
    width: int = 480,
    key: str = "",
) -> Chart:
    """One value on the way from its baseline to its target, with where it should be by now and how sure we are."""
    key = key or key_of("bullet", title, value, expected, target, baseline, low, high)
    sheet = Sheet(width, 58, rtl)
    known = [float(one) for one in (value, expected, target, baseline, low, high) if one is not None]
    if known:
        across = _bullet_scale(sheet, known, baseline, target)
        _draw_bullet(sheet, across, value, expected, target, low, high, status, decimals)
    headers = (_("Measure"), _("Value") + (f" ({unit})" if unit else ""))
    facts = (
        (_("Baseline"), baseline),
        (_("Value"), value),
        (_("Expected by now"), expected),
        (_("Target"), target),
        (_("Lowest possible"), low),
        (_("Highest possible"), high),
    )
    shown = [(words, one) for words, one in facts if one is not None or words == _("Value")]
    rows = tuple((words, formats.number(one, decimals)) for words, one in shown)
    return Chart(key, title, summary, sheet.finish(key, title, summary, "slight"), Table(headers, rows))


def _bullet_scale(sheet: Sheet, known: list[float], baseline, target) -> Scale:
    """From the baseline towards the target, whichever way that is; a falling indicator also grows from the start."""
    least, most = min(known), max(known)
    if baseline is None:
        least = min(0.0, least)
    if baseline is not None and target is not None and target < baseline:
        least, most = most, least
    return Scale(least, most, 4, sheet.width - 30)


def _draw_bullet(sheet, across, value, expected, target, low, high, status, decimals) -> None:
    sheet.rect(4, 26, sheet.width - 34, 14, "wash")
    sheet.line([(4, 40), (sheet.width - 30, 40)], "line")
    if low is not None and high is not None:
        _draw_range(sheet, across(low), across(high), 33)
    if value is not None:
        _draw_reach(sheet, across(value), status, formats.number(value, decimals))
    if expected is not None:
        _draw_tick(sheet, across(expected), _("expected %(value)s") % {"value": formats.number(expected, decimals)})
    if target is not None:
        x = across(target)
        sheet.diamond(x, 33, 6, "accent")
        words = _("target %(value)s") % {"value": formats.number(target, decimals)}
        sheet.words(min(x + 8, sheet.width), 55, words, anchor="end", paint="accent", size=SMALL, bold=True)


def _draw_reach(sheet: Sheet, x: float, status: str, words: str) -> None:
    sheet.rect(4, 29, max(x - 4, 1), 8, status if status not in HOLLOW else "muted")
    sheet.status(status, x, 33, 14)
    sheet.words(min(max(x, 14), sheet.width - 20), 17, words, anchor="middle", bold=True)


def _draw_tick(sheet: Sheet, x: float, words: str) -> None:
    sheet.line([(x, 23), (x, 43)], "ink", 2)
    half = width_of(words, SMALL) * 0.6 + 2  # a wide font must not run over the edge
    sheet.words(min(max(x, half), sheet.width * 0.62), 55, words, anchor="middle", paint="muted", size=SMALL)


def _draw_range(sheet: Sheet, low: float, high: float, y: float) -> None:
    """The bounds: where the truth may lie once the unknown is known."""
    sheet.line([(low, y), (high, y)], "ink", 1.4)
    for x in (low, high):
        sheet.line([(x, y - 5), (x, y + 5)], "ink", 1.4)


def coverage(
    *,
    title: str,
    summary: str,
    share: Decimal | None,
    low: Decimal | None = None,
    high: Decimal | None = None,
    value: Decimal | None = None,
    rtl: bool | None = None,
    width: int = 480,
    key: str = "",
) -> Chart:
    """How much of the weight is known, and between which bounds the figure lies. All are shares of one."""
    key = key or key_of("coverage", title, share, low, high, value)
    sheet = Sheet(width, 78 if low is not None else 34, rtl)
    across = Scale(0, 1, 2, width - 60)
    sheet.rect(2, 8, width - 62, 10, "paper", edge="no_data")
    if share is not None:
        sheet.rect(2, 8, across(share) - 2, 10, "muted")
    sheet.words(width - 52, 17.5, formats.percent(share), bold=True)
    sheet.words(2, 32, _("known"), paint="muted", size=SMALL)
    if low is not None and high is not None:
        _draw_bounds(sheet, across, low, high, value)
    facts = ((_("Known"), share), (_("At least"), low), (_("At most"), high), (_("Mean of what is known"), value))
    rows = tuple((words, formats.percent(one)) for words, one in facts if one is not None or words == _("Known"))
    table = Table((_("Measure"), _("Share")), rows)
    return Chart(key, title, summary, sheet.finish(key, title, summary, "slight"), table)


def _draw_bounds(sheet: Sheet, across: Scale, low, high, value) -> None:
    sheet.line([(across(0), 46), (across(1), 46)], "line")
    sheet.line([(across(low), 46), (across(high), 46)], "accent", 5, opacity="0.45")
    for bound in (low, high):
        sheet.line([(across(bound), 40), (across(bound), 52)], "accent", 1.6)
    if value is not None:
        sheet.dot(across(value), 46, 4.5, "ink")
    words = _("between %(low)s and %(high)s") % {"low": formats.percent(low), "high": formats.percent(high)}
    half = width_of(words, SMALL) / 2
    middle = (across(low) + across(high)) / 2
    sheet.words(min(max(middle, half + 2), sheet.width - half - 2), 68, words, anchor="middle", size=SMALL)
