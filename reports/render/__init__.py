"""Facts in, bytes out: draws a frozen snapshot as PDF, HTML, XLSX, CSV or JSON, and knows nothing of the database."""

from __future__ import annotations

from ..snapshot import canonical_bytes
from .compose import compose
from .csvfiles import draw_csv
from .page import draw_html
from .pdf import DrawingFailed, Drawn, draw_pdf
from .spreadsheet import draw_xlsx

__all__ = ["FORMATS", "DrawingFailed", "Drawn", "compose", "draw", "draw_all"]

# The media type and the file's ending for each format; JSON is the snapshot itself, the same in every language.
FORMATS = {
    "pdf": ("application/pdf", "pdf"),
    "html": ("text/html; charset=utf-8", "html"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "csv": ("application/zip", "zip"),
    "json": ("application/json", "json"),
}


def draw(snapshot: dict, language: str, form: str) -> Drawn:
    """This will draw one file. Raises DrawingFailed with a reason, KeyError for an unknown form or language."""
    if form == "json":
        return Drawn(canonical_bytes(snapshot))
    return _DRAWERS[form](compose(snapshot, language))


def draw_all(snapshot: dict, language: str, forms: list[str]):
    """Each form in turn as (form, Drawn), composing the document once."""
    document = compose(snapshot, language)
    for form in forms:
        yield form, (Drawn(canonical_bytes(snapshot)) if form == "json" else _DRAWERS[form](document))


_DRAWERS = {
    "pdf": draw_pdf,
    "html": lambda document: Drawn(draw_html(document)),
    "xlsx": lambda document: Drawn(draw_xlsx(document)),
    "csv": lambda document: Drawn(draw_csv(document)),
}
