"""A place in a data file that knows where it is, so that a refusal names the file, the path and the reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

LANGUAGES = ("ar", "en", "fr", "es")
TRANSLATION_STATES = ("draft", "approved")
FORMAT = 1


class MalformedData(Exception):
    """A data file that cannot be loaded; nothing of it is."""

    def __init__(self, file: str, path: str, reason: str):
        super().__init__(f"{file}: {path or '(the whole file)'}: {reason}")
        self.file, self.path, self.reason = file, path, reason


@dataclass(frozen=True)
class FileText:
    """One text as a file has it. `of_version` names, by language, the version of the source it was made of."""

    source: str
    texts: dict[str, str]
    states: dict[str, str]
    of_version: dict[str, int]

    @property
    def words(self) -> str:
        """The source text."""
        return self.texts[self.source]


@dataclass(frozen=True)
class Node:
    """A value of a file with its path; every question it is asked is answered or refused with both."""

    value: object
    file: str
    path: str = ""
    source_language: str = "en"
    translation_state: str = "draft"

    def fault(self, reason: str) -> MalformedData:
        return MalformedData(self.file, self.path, reason)

    def has(self, key: str) -> bool:
        return self.mapping().get(key) is not None

    def mapping(self) -> dict:
        if not isinstance(self.value, dict):
            raise self.fault("an object is expected here")
        return self.value

    def __getitem__(self, key: str) -> Node:
        if key not in self.mapping():
            raise self.fault(f'"{key}" is missing')
        return self._below(self.mapping()[key], f"{self.path}.{key}" if self.path else key)

    def _below(self, value, path: str) -> Node:
        return Node(value, self.file, path, self.source_language, self.translation_state)

    def __iter__(self) -> Iterator[Node]:
        if not isinstance(self.value, list):
            raise self.fault("a list is expected here")
        return iter([self._below(item, f"{self.path}[{place}]") for place, item in enumerate(self.value)])

    def items(self) -> list[tuple[str, Node]]:
        return [(key, self[key]) for key in self.mapping()]

    def only(self, *known: str) -> None:
        """Refuses keys that nobody reads: they are misspelt, or meant for a later format."""
        unknown = sorted(set(self.mapping()) - set(known))
        if unknown:
            raise self.fault(f"unknown: {', '.join(unknown)}")

    def string(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fault("a text is expected here")
        return self.value

    def one_of(self, allowed) -> str:
        if not isinstance(self.value, str) or self.value not in list(allowed):
            raise self.fault(f"{self.value!r} is none of {', '.join(allowed)}")
        return self.value

    def integer(self, low: int = 0) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < low:
            raise self.fault(f"a whole number from {low} is expected here, not {self.value!r}")
        return self.value

    def number(self) -> Decimal:
        """A number written as text, so that no digit is lost on the way."""
        try:
            number = Decimal(self.value) if isinstance(self.value, str) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            raise self.fault(f"a number written as text is expected here, not {self.value!r}")
        return number

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.fault("true or false is expected here")
        return self.value

    def day(self) -> date:
        try:
            return date.fromisoformat(self.string())
        except ValueError:
            raise self.fault(f"a day such as 2026-12-31 is expected here, not {self.value!r}") from None

    def text(self) -> FileText:
        """A text in its source language and whatever translations there are."""
        self.only(*LANGUAGES, "source", "states", "of_version")
        source = self["source"].one_of(LANGUAGES) if self.has("source") else self.source_language
        texts = {language: self[language].string() for language in LANGUAGES if self.has(language)}
        if source not in texts:
            raise self.fault(f"the source text ({source}) is missing")
        states = self._by_language("states", lambda node: node.one_of(TRANSLATION_STATES))
        kept = {language: states.get(language, self.translation_state) for language in texts if language != source}
        return FileText(source, texts, kept, self._by_language("of_version", lambda node: node.integer(1)))

    def _by_language(self, key: str, read) -> dict:
        if not self.has(key):
            return {}
        self[key].only(*LANGUAGES)
        return {language: read(node) for language, node in self[key].items()}


def read_document(root: Path, name: str) -> Node:
    """The file as a node. Raises MalformedData for what is not JSON, has a key twice or another format."""
    try:
        value = json.loads((root / name).read_text(encoding="utf-8"), object_pairs_hook=_without_repeats)
    except (OSError, ValueError) as fault:
        raise MalformedData(name, "", str(fault)) from fault
    document = Node(value, name)
    if document["format"].value != FORMAT:
        raise document["format"].fault(f"this program reads format {FORMAT}, not {document['format'].value!r}")
    return Node(value, name, "", *_manners(document))


def _manners(document: Node) -> tuple[str, str]:
    """The source language and the state of translations of the whole file."""
    if not document.has("source_language"):
        return "en", "draft"
    return document["source_language"].one_of(LANGUAGES), document["translation_state"].one_of(TRANSLATION_STATES)


def _without_repeats(pairs: list) -> dict:
    found: dict = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f'the key "{key}" is there twice')
        found[key] = value
    return found
