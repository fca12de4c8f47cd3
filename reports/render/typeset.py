"""The short-lived process that sets one document: JSON on standard input, PDF on standard output.

It imports no Django and opens no connection. On standard error it leaves one line of JSON: which step of the
ladder succeeded, how many pages there are, and what the engine said. Exit code 0 means that a PDF was written.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import tempfile
import warnings
from pathlib import Path

STANDARDS = ["a-2a", "ua-1"]
TEMPLATE = Path(__file__).with_name("report.typ")


def main() -> int:
    order = json.load(sys.stdin.buffer)
    _limit(order["limits"])
    said: list[str] = []
    for step, (document, standards) in enumerate(_ladder(order["document"])):
        try:
            pdf, pages = _settled(_typeset(order, document, standards))
        except RuntimeError as fault:
            said.append(str(fault)[:600])
            continue
        sys.stdout.buffer.write(pdf)
        sys.stderr.write(json.dumps({"step": step, "pages": pages, "said": said, "peak_kb": _peak()}) + "\n")
        return 0
    sys.stderr.write(json.dumps({"step": None, "said": said}) + "\n")
    return 1


def _limit(limits: dict) -> None:
    """Bounds on memory and time that the kernel keeps; a document that explodes dies alone."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu"], limits["cpu"] + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _ladder(document: dict):
    """As it is; then without combining marks; then without the archive and accessibility standards."""
    yield document, STANDARDS
    bare = _without_marks(document)
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


def _typeset(order: dict, document: dict, standards: list[str]) -> bytes:
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=order["font_paths"])
    payload = json.dumps({"document": document, "fonts": order["fonts"]}, ensure_ascii=False)
    with tempfile.TemporaryDirectory() as empty, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return typst.compile(
            TEMPLATE.read_bytes(), root=empty, font_paths=fonts, format="pdf", sys_inputs={"data": payload},
            pdf_standards=standards, timestamp=document["made_at"], package_path=empty, package_cache_path=empty,
        )  # fmt: skip


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
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    sys.exit(main())
