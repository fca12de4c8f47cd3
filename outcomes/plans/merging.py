"""Three sides of one field: what a file says, what it said when it was last loaded, and what stands here.

The file wins where nobody touched the field here since; otherwise what people wrote stays and is named as kept.
What a file said is remembered as short fingerprints in the trail's records, by `field` or `field.language`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core import audit
from core.translations import Translated
from outcomes.plans.node import FileText

Fingerprints = Mapping[str, str]


@dataclass
class Merged:
    """The values to be set, what the file wanted but did not get, and each field's new fingerprints."""

    values: dict = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    fingerprints: dict[str, str] = field(default_factory=dict)


def fingerprint(value) -> str:
    """Twelve hexadecimal digits of a value as the trail would write it."""
    body = json.dumps(audit.plain(value), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()[:12]


def fingerprints_of(wanted: Mapping) -> dict[str, str]:
    """What the file says, field by field; a text has two per language: its words and how far they can be trusted."""
    found = {}
    for name, value in wanted.items():
        if not isinstance(value, FileText):
            found[name] = fingerprint(value)
            continue
        for language, words in value.texts.items():
            found[f"{name}.{language}"] = fingerprint(words)
            if language != value.source:
                found[f"{name}.{language}.trust"] = _trust(value, language)
    return found


def _trust(text: FileText, language: str) -> str:
    return fingerprint([text.states[language], text.of_version.get(language)])


def first_version(text: FileText) -> Translated:
    """A text that is not here yet."""
    states = {language: {"state": state, "of_version": 1} for language, state in text.states.items()}
    return Translated(text.source, 1, dict(text.texts), states)


def merge(current: Mapping, wanted: Mapping, last: Fingerprints) -> Merged:
    """What has to change in a record so that it follows the file, without undoing what people did here."""
    merged = Merged(fingerprints=fingerprints_of(wanted))
    for name, value in wanted.items():
        if isinstance(value, FileText):
            text = merge_text(name, current[name], value, last, merged.kept)
            if text != current[name]:
                merged.values[name] = text
        elif _file_wins(name, value, current[name], last, merged.kept):
            merged.values[name] = value
    return merged


def _file_wins(key: str, wanted, present, last: Fingerprints, kept: list[str]) -> bool:
    """Whether the file has something new to say about a field that nobody changed here."""
    if wanted == present or last.get(key) == fingerprint(wanted):
        return False
    if key in last and last[key] != fingerprint(present):
        kept.append(f"{key}: changed here, and the file changed too")
        return False
    return True


def merge_text(name: str, current: Translated, wanted: FileText, last: Fingerprints, kept: list[str]) -> Translated:
    """The text with what is new in the file. A new source text turns the translations of the old one stale.

    A translation that somebody approved is never replaced by a draft.
    """
    if wanted.source != current.source:
        kept.append(f"{name}: its source language here is {current.source}")
        return current
    result = current
    words, present = wanted.words, current.texts.get(wanted.source, "")
    if _file_wins(f"{name}.{wanted.source}", words, present, last, kept):
        result = result.rewritten(words)
    for language in wanted.states:
        result = _merge_translation(f"{name}.{language}", language, result, wanted, last, kept)
    return result


def _merge_translation(
    key: str, language: str, current: Translated, wanted: FileText, last: Fingerprints, kept: list[str]
) -> Translated:
    words, state = wanted.texts[language], wanted.states[language]
    known = current.states.get(language, {})
    present = current.texts.get(language, "")
    of_version = min(wanted.of_version.get(language, current.version), current.version)
    if _file_wins(key, words, present, last, kept):
        if known.get("state") == "approved" and state != "approved":
            kept.append(f"{key}: approved here, and the file has a draft")
            return current
        return _with(current, language, words, state, of_version)
    if words != present or last.get(f"{key}.trust") == _trust(wanted, language):
        return current
    if known.get("state") == "approved":
        state = "approved"
    # Without being told, an unchanged translation is of the version it was made of, and not of a later one.
    of_version = max(known.get("of_version", 1), of_version if language in wanted.of_version else 1)
    return _with(current, language, words, state, of_version)


def _with(current: Translated, language: str, words: str, state: str, of_version: int) -> Translated:
    states = {**current.states, language: {"state": state, "of_version": of_version}}
    return replace(current, texts={**current.texts, language: words}, states=states)
