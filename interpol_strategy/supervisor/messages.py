"""Collects every text of the interface into locale/LANGUAGE/LC_MESSAGES/django.po: `... .messages ar es fr`.

Reads Python by Babel and templates by Django's own reader, so that neither GNU gettext nor a database is needed.
A text that is gone leaves the catalogues, a new one arrives empty, and nothing is ever guessed.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

CHECKOUT = Path(__file__).resolve().parent.parent.parent
ROOMS = (
    "core", "accounts", "goals", "objectives", "outcomes", "initiatives", "reports", "exchange",
    "dashboard", "interpol_strategy", "templates",
)  # fmt: skip
PLURALS = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;",
    "es": "nplurals=2; plural=n != 1;",
    "fr": "nplurals=2; plural=n > 1;",
}
LANGUAGES = tuple(PLURALS)
WIDTH = 110
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip


def catalogue_of(language: str) -> Path:
    return CHECKOUT / "locale" / language / "LC_MESSAGES" / "django.po"


def collect() -> Catalog:
    """Every text in the code and the templates, with the files it stands in."""
    found = Catalog(project="Strategy Progress", charset="utf-8")
    for path in sorted(_sources()):
        for _line, text, comments, context in extract(
            "python", io.BytesIO(_as_python(path)), keywords=KEYWORDS, comment_tags=["Translators:"]
        ):
            found.add(text, None, [(str(path.relative_to(CHECKOUT)), None)], auto_comments=comments, context=context)
    return found


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        for pattern in ("*.py", "*.html", "*.txt"):
            yield from (path for path in (CHECKOUT / room).rglob(pattern) if "migrations" not in path.parts)


def _as_python(path: Path) -> bytes:
    text = path.read_text(encoding="utf-8")
    return (text if path.suffix == ".py" else templatize(text, origin=str(path))).encode()


def read(language: str) -> Catalog:
    """The catalogue as it stands, or an empty one with the plural forms of Django's own catalogues."""
    path = catalogue_of(language)
    start = f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: {PLURALS[language]}\\n"\n'
    lines = path.read_bytes() if path.exists() else start.encode()
    catalogue = pofile.read_po(io.BytesIO(lines), locale=language)
    catalogue.project, catalogue.header_comment = "Strategy Progress", f"# The interface in {language}."
    return catalogue


def write(language: str, catalogue: Catalog) -> None:
    path = catalogue_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as lines:
        pofile.write_po(
            lines, catalogue, width=WIDTH, omit_header=False, sort_output=True, ignore_obsolete=True,
            include_lineno=False, include_previous=False,
        )  # fmt: skip


def update(language: str, texts: Catalog) -> int:
    """This will bring one catalogue up to date; returns how many of its texts are still without translation."""
    catalogue = read(language)
    catalogue.update(texts, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    write(language, catalogue)
    return len(missing(catalogue))


def missing(catalogue: Catalog) -> list:
    """The texts that have no translation, or not one for every plural form."""
    return [message for message in catalogue if message.id and not _is_complete(message)]


def _is_complete(message) -> bool:
    said = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return bool(said) and all(said) and not message.fuzzy


def main() -> None:
    texts = collect()
    for language in sys.argv[1:] or LANGUAGES:
        left = update(language, texts)
        print(f"{language}: {len(texts)} texts, {left} without translation")


if __name__ == "__main__":
    main()
