"""Which drawing this is: the same facts give the same bytes as long as this has not changed."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

PACKAGES = ("typst", "pikepdf", "weblate-fonts", "babel", "openpyxl", "django")
HERE = Path(__file__).parent


@cache
def drawing() -> str:
    """Twelve signs that change with the drawing code, its templates, the catalogues and the engines."""
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in PACKAGES).encode())
    for path in sorted(_sources(), key=str):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _sources() -> list[Path]:
    top = HERE.parent.parent
    found = [path for path in HERE.rglob("*") if path.suffix in (".py", ".typ", ".css")]
    found += [*(HERE.parent / "charts").glob("*.py"), *(HERE.parent / "templatetags").glob("*.py")]
    found += (top / "templates" / "reports").rglob("*.html")
    for folder in settings.LOCALE_PATHS:
        found += Path(folder).rglob("*.mo")
    return found
