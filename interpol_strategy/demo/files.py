"""Small invented files that support updates: a list, a note, a one-page document."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from random import Random

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from interpol_strategy.demo import phrases

NOTICE = "Demonstration data: invented."


@dataclass(frozen=True)
class File:
    """The name people see, the type and the bytes."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def draw_file(language: str, code: str, period: str, rng: Random) -> File:
    """A list, a note or a document about the initiative in the period, in the language."""
    stem = f"{rng.choice(phrases.bank(language)['general']['evidence'])}-{code}-{period}"
    kind = rng.choice(("csv", "txt", "pdf"))
    if kind == "csv":
        rows = [f"{place},{rng.randint(1, 40)}" for place in range(1, rng.randint(5, 14))]
        return File(f"{stem}.csv", "text/csv", "\n".join([f"# {NOTICE}", "no,count", *rows, ""]).encode())
    if kind == "txt":
        lines = [NOTICE, phrases.say_in_general(language, "achieved", rng)]
        return File(f"{stem}.txt", "text/plain", ("\n\n".join(lines) + "\n").encode())
    return File(f"{stem}.pdf", "application/pdf", one_page(f"{code} {period}", NOTICE))


def one_page(*lines: str) -> bytes:
    """The smallest honest PDF: one page, a few lines of Latin text."""
    text = " ".join(f"({line}) Tj 0 -24 Td" for line in lines)
    stream = f"BT /F1 16 Tf 72 760 Td {text} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
    ]
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode("ascii")


def store(key: str, file: File) -> None:
    """This will put the bytes under the key, over what an earlier demonstration left there."""
    if default_storage.exists(key):
        default_storage.delete(key)
    default_storage.save(key, ContentFile(file.content))
