"""Draws the blocks of a report as HTML; each block has a template of its own name."""

from __future__ import annotations

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_LINE = ' fill="none" stroke="currentColor" stroke-width="2"'
_SIGNS = {
    "on_track": '<circle cx="8" cy="8" r="7"/>',
    "at_risk": '<path d="M8 1l7.5 14h-15z"/>',
    "off_track": '<path d="M2 2h12v12H2z"/>',
    "achieved": '<path d="M8 0l2 5.6 6 .2-4.7 3.6 1.7 5.8L8 11.8l-5 3.4 1.7-5.8L0 5.8l6-.2z"/>',
    "too_early": f'<path d="M8 1l7 7-7 7-7-7z"{_LINE}/>',
    "no_data": f'<circle cx="8" cy="8" r="6"{_LINE}/>',
    "insufficient_data": f'<circle cx="8" cy="8" r="6"{_LINE}/><path d="M5 8h6"{_LINE}/>',
    "stale": f'<circle cx="8" cy="8" r="6"{_LINE}/><path d="M8 4v4l3 2"{_LINE}/>',
}


@register.simple_tag
def draw_block(block) -> SafeString:
    """One block of the document; a table shows only the columns that are meant for the page."""
    given = {"block": block}
    if block.type == "table":
        given |= _page_side(block)
    return get_template(f"reports/blocks/{block.type}.html").render(given)


def _page_side(table) -> dict:
    places = [at for at, column in enumerate(table.columns) if column.where != "data"]
    return {
        "shown": [table.columns[at] for at in places],
        "rows": [[row[at] for at in places] for row in table.rows],
    }


@register.simple_tag
def status_sign(status: str) -> SafeString:
    """The status's shape; its word always stands beside it, so the shape is hidden from readers of the screen."""
    shape = _SIGNS.get(status, _SIGNS["no_data"])
    return mark_safe(  # noqa: S308 - our own shapes
        f'<svg class="report-sign s-{status}" viewBox="0 0 16 16" width="11" height="11" aria-hidden="true" '
        f'fill="currentColor">{shape}</svg>'
    )


@register.simple_tag
def drawing(svg: str) -> SafeString:
    """A chart drawn by `reports.charts`, which escapes every word it is given."""
    return mark_safe(svg)  # noqa: S308


@register.filter
def tag(level: int) -> str:
    """The heading's tag below the report's own title."""
    return f"h{min(level + 1, 6)}"
