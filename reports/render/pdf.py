"""Draws a composed document as PDF in a separate, limited process; returns bytes and what had to be given up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

from .compose import cleaned
from .document import Document, as_plain
from .fonts import FAMILIES, paths

MEMORY_LIMIT = 3 * 1024**3  # address space, not resident memory: fonts are mapped, threads reserve stacks
CPU_SECONDS = 60
TIMEOUT_SECONDS = 90
_TYPESET = Path(__file__).with_name("typeset.py")


class DrawingFailed(RuntimeError):
    """The document could not be drawn; the message is fit for a person to read."""


@dataclass(frozen=True)
class Drawn:
    """A drawn file and what the reader should know about it."""

    content: bytes
    pages: int | None = None
    notes: list[str] = field(default_factory=list)
    peak_kb: int | None = None


def draw_pdf(document: Document) -> Drawn:
    """This will set the document in a process of its own; raises DrawingFailed when no PDF came out of it."""
    safe, lost = cleaned(replace(document, blocks=list(document.page_blocks)))
    order = {
        "document": as_plain(safe), "fonts": list(FAMILIES), "font_paths": paths(),
        "limits": {"memory": MEMORY_LIMIT, "cpu": CPU_SECONDS},
    }  # fmt: skip
    asked = json.dumps(order, ensure_ascii=False).encode()
    done = _run(asked)
    if done.returncode == -signal.SIGKILL:  # from outside: somebody's hand, or a machine short of memory
        done = _run(asked)
    report = _report(done)
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise DrawingFailed(_reason(done, report))
    return Drawn(done.stdout, report.get("pages"), _notes(report, lost), report.get("peak_kb"))


def _run(order: bytes) -> subprocess.CompletedProcess:
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "RAYON_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(  # noqa: S603 - our own interpreter and our own file
            [sys.executable, "-I", str(_TYPESET)], input=order, capture_output=True, timeout=TIMEOUT_SECONDS,
            env=environment, cwd="/", check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise DrawingFailed(f"Drawing took longer than {TIMEOUT_SECONDS} seconds and was stopped.") from late


def _report(done: subprocess.CompletedProcess) -> dict:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    try:
        return json.loads(lines[-1]) if lines else {}
    except ValueError:
        return {"said": lines[-3:]}


def _reason(done: subprocess.CompletedProcess, report: dict) -> str:
    if done.returncode < 0:
        return (
            f"The drawing process was stopped by signal {-done.returncode}: the document is too large for its limits."
        )
    return "The document could not be drawn. " + " ".join(report.get("said", []))[:400]


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
