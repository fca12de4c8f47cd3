"""Texts as a picture keeps them: the organisation's own with their translations, and what somebody wrote as it is."""

from __future__ import annotations

from core.translations import Translated


def text(value: Translated | None) -> dict:
    """A text of the organisation with all its translations, and those of them that nobody approved."""
    if value is None:
        return {"source": "en", "texts": {}, "working": []}
    texts = {language: words for language, words in value.texts.items() if words}
    working = [language for language in texts if value.state(language) in ("draft", "stale")]
    return {"source": value.source, "texts": texts, "working": sorted(working)}


def own_text(words: str, language: str) -> dict:
    return {"source": language, "texts": {language: words}, "working": []}
