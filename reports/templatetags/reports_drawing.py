"""Draws the blocks of a report as HTML; each block has a template of its own name."""

from __future__ import annotations

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from core.status import Status, status_of

register = template.Library()
RESTRICTED = Status("restricted", "", "#5c6571", 9, solid="M1 5.5h14v5H1z")  # as on paper: a bar, not the ring of no data


@register.simple_tag
def draw_block(block, document=None) -> SafeString:
    """One block of the document; a table shows only the columns that are meant for the page, the contents its parts."""
    given = {"block": block}
    if block.type == "contents" and document is not None:
        given["parts"] = [one for one in document.headings if one.level == 1]
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
    found = RESTRICTED if status == "restricted" else status_of(status)
    solid = f'<path d="{found.solid}" fill="currentColor"/>' if found.solid else ""
    outline = f'<path d="{found.outline}" fill="none" stroke="currentColor" stroke-width="2"/>' if found.outline else ""
    return mark_safe(  # noqa: S308 - our own shapes
        f'<svg class="report-sign s-{found.code}" viewBox="0 0 16 16" width="11" height="11" aria-hidden="true">'
        f"{solid}{outline}</svg>"
    )


@register.simple_tag
def drawing(svg: str) -> SafeString:
    """A chart drawn by `reports.charts`, which escapes every word it is given."""
    return mark_safe(svg)  # noqa: S308


@register.filter
def anchor(heading) -> str:
    """The name by which the contents lead to a heading."""
    return "report-" + slugify(heading.text, allow_unicode=True)


@register.filter
def tag(level: int) -> str:
    """The heading's tag below the report's own title."""
    return f"h{min(level + 1, 6)}"
