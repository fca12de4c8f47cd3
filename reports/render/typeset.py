"""The process that sets documents: a line of JSON and the document on standard input, a line of JSON and the PDF out.

It imports no Django and opens no connection. The line that it answers says which step of the ladder succeeded, how many
pages there are, what the engine said, and how many bytes of PDF follow (none: nothing could be drawn). It ends when it
has grown large, when nobody asks for a while and when nobody is left to ask.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import select
import sys
import tempfile
import time
import warnings
from functools import cache
from pathlib import Path

STANDARDS = ["a-2a", "ua-1"]
IDLE_SECONDS = 30
RETIRES_AT_KB = 150_000
TEMPLATE = Path(__file__).with_name("report.typ")


def main() -> int:
    """Serves one order after another; the order's line says how many bytes of document follow it."""
    while select.select([sys.stdin], [], [], IDLE_SECONDS)[0]:
        line = sys.stdin.buffer.readline()
        if not line:
            break
        order = json.loads(line)
        _limit(order["limits"])
        began = time.process_time()
        report, pdf = _answer(order, sys.stdin.buffer.read(order["size"]).decode())
        report |= {"size": len(pdf), "peak_kb": _peak(), "seconds": round(time.process_time() - began, 3)}
        report["retires"] = report["peak_kb"] > RETIRES_AT_KB
        sys.stdout.buffer.write(json.dumps(report).encode() + b"\n" + pdf)
        sys.stdout.buffer.flush()
        if report["retires"]:
            break
    return 0


def _answer(order: dict, facts: str) -> tuple[dict, bytes]:
    said: list[str] = []
    for step, (asked, standards) in enumerate(_ladder(facts)):
        try:
            pdf, pages = _settled(_typeset(order, asked, standards))
        except RuntimeError as fault:
            said.append(str(fault)[:600])
            continue
        return {"step": step, "pages": pages, "said": said}, pdf
    return {"step": None, "said": said}, b""


def _limit(limits: dict) -> None:
    """Bounds on memory and, for each document, time that the kernel keeps; a document that explodes dies alone."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    until = int(spent.ru_utime + spent.ru_stime) + limits["cpu"]
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _ladder(facts: str):
    """As it is; then without combining marks; then without the archive and accessibility standards."""
    yield facts, STANDARDS
    bare = json.dumps(_without_marks(json.loads(facts)), ensure_ascii=False)
    yield bare, STANDARDS
    yield bare, []


def _without_marks(value):
    import unicodedata

    if isinstance(value, str):
        return "".join(sign for sign in unicodedata.normalize("NFC", value) if unicodedata.category(sign) != "Mn")
    if isinstance(value, list):
        return [_without_marks(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_marks(item) for key, item in value.items()}
    return value


def _typeset(order: dict, facts: str, standards: list[str]) -> bytes:
    import typst

    fonts = _fonts(tuple(order["font_paths"]))
    with tempfile.TemporaryDirectory() as empty, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return typst.compile(
            TEMPLATE.read_bytes(), root=empty, font_paths=fonts, format="pdf", sys_inputs={"data": facts},
            pdf_standards=standards, timestamp=order["made_at"], package_path=empty, package_cache_path=empty,
        )  # fmt: skip


@cache
def _fonts(paths: tuple[str, ...]):
    """The fonts, found once for all documents of this process."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(paths))


def _settled(pdf: bytes) -> tuple[bytes, int]:
    """The same document in less space, with an identity that depends on its content alone."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = len(opened.pages)
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True,
                    compress_streams=True, recompress_flate=False)  # fmt: skip
    return _with_clear_ends(out.getvalue()), pages


def _with_clear_ends(pdf: bytes) -> bytes:
    """A stream whose last byte is CR, followed by LF, reads as one line end: end the line with CR alone instead."""
    return pdf.replace(b"\r\nendstream\nendobj", b"\r\rendstream\nendobj")


def _peak() -> int:
    """The most memory that this process held, in kB.

    Linux counts what its parent held when it began into `ru_maxrss`; its own is only in /proc, which other systems lack.
    """
    with contextlib.suppress(OSError, StopIteration), open("/proc/self/status") as told:
        return int(next(line.split()[1] for line in told if line.startswith("VmHWM:")))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    sys.exit(main())
