"""Draws a composed document as one HTML file that needs nothing beside it, and prints."""

from __future__ import annotations

from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from .document import Document

STYLES = Path(__file__).with_name("report.css")


def draw_html(document: Document) -> bytes:
    """The report as a file of its own; every text of a person is escaped by the template."""
    styles = mark_safe(STYLES.read_text("utf-8"))  # noqa: S308 - our own file
    with translation.override(document.language):
        return render_to_string(
            "reports/document.html", {"document": document, "styles": styles, "is_standalone": True}
        ).encode()
