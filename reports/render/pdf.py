"""Draws a composed document as PDF in a separate, limited process; returns bytes and what had to be given up."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from . import typesetters
from .compose import cleaned
from .document import Document, as_json
from .fonts import FAMILIES, paths

MEMORY_LIMIT = 3 * 1024**3  # address space, not resident memory: fonts are mapped, threads reserve stacks
CPU_SECONDS = 60


class DrawingFailed(RuntimeError):
    """The document could not be drawn; the message is fit for a person to read."""


@dataclass(frozen=True)
class Drawn:
    """A drawn file and what the reader should know about it; `seconds` are the drawing process's own."""

    content: bytes
    pages: int | None = None
    notes: list[str] = field(default_factory=list)
    peak_kb: int | None = None
    seconds: float = 0.0


def draw_pdf(document: Document) -> Drawn:
    """This will set the document in a process of its own; raises DrawingFailed when no PDF came out of it."""
    safe, lost = cleaned(replace(document, blocks=list(document.page_blocks)))
    order = {
        "font_paths": paths(), "made_at": document.made_at, "limits": {"memory": MEMORY_LIMIT, "cpu": CPU_SECONDS},
    }  # fmt: skip
    try:
        found = typesetters.typeset(order, as_json({"document": safe, "fonts": FAMILIES}))
    except typesetters.TooLate as late:
        raise DrawingFailed(
            f"Drawing took longer than {typesetters.TIMEOUT_SECONDS} seconds and was stopped."
        ) from late
    if found.pdf is None or not found.pdf.startswith(b"%PDF-"):
        raise DrawingFailed(_reason(found))
    return Drawn(
        found.pdf,
        found.report.get("pages"),
        _notes(found.report, lost),
        found.report.get("peak_kb"),
        found.report["seconds"],
    )


def _reason(found: typesetters.Set) -> str:
    if found.died_of is not None and found.died_of < 0:
        return f"The drawing process was stopped by signal {-found.died_of}: the document is too large for its limits."
    return "The document could not be drawn. " + " ".join(found.report.get("said", []))[:400]


def _notes(report: dict, lost: list[str]) -> list[str]:
    notes = []
    if report.get("step") in (1, 2):
        notes.append("Combining marks were left out so that the document could be drawn.")
    if report.get("step") == 2:
        notes.append("This file does not meet PDF/A-2a and PDF/UA-1.")
    if lost:
        signs = ", ".join(f"U+{ord(sign):04X}" for sign in lost)
        notes.append(f"Characters without a glyph were replaced: {signs}.")
    return notes
