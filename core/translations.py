"""A text in four languages: one source, three working translations, and how far each can be trusted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("ar", "en", "fr", "es")
FALLBACK = "en"


class TranslationState(models.TextChoices):
    """How far a translation can be trusted."""

    SOURCE = "source", _("source text")
    MISSING = "missing", _("missing")
    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")
    STALE = "stale", _("stale: the source text changed")


@dataclass(frozen=True)
class Translated:
    """One text: `texts` by language, `version` counts the source text's changes from 1."""

    source: str = "en"
    version: int = 1
    texts: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, Mapping] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.in_language(get_language())[0]

    def __bool__(self) -> bool:
        return any(self.texts.values())

    @property
    def says_its_source(self) -> bool:
        """Whether there is a source text; translations of nothing are not enough."""
        return bool(self.texts.get(self.source))

    def spoken(self) -> tuple[str, str]:
        """The text as the reader of the moment gets it, and the language that it is really in: plain words for a page."""
        return self.in_language(get_language())

    def in_language(self, language: str | None) -> tuple[str, str]:
        """The text and the language it is really in: the one asked for, else English, else the source."""
        short = (language or FALLBACK).split("-")[0]
        for candidate in (short, FALLBACK, self.source):
            if self.texts.get(candidate):
                return self.texts[candidate], candidate
        return "", short

    def state(self, language: str) -> str:
        """One of TranslationState's values."""
        if language == self.source:
            return TranslationState.SOURCE
        if not self.texts.get(language):
            return TranslationState.MISSING
        known = self.states.get(language, {})
        if known.get("of_version", self.version) < self.version:
            return TranslationState.STALE
        return known.get("state", TranslationState.DRAFT)

    def rewritten(self, text: str) -> Translated:
        """The next version of the source text; every translation made of an older one is stale from now on."""
        if text == self.texts.get(self.source):
            return self
        states = {
            language: {"state": "draft", "of_version": self.version, **self.states.get(language, {})}
            for language in self.texts
            if language != self.source
        }
        return replace(self, version=self.version + 1, texts={**self.texts, self.source: text}, states=states)

    def translated(self, language: str, text: str, *, state: str = "draft") -> Translated:
        """The same source text with a translation made of its present version."""
        states = {**self.states, language: {"state": state, "of_version": self.version}}
        return replace(self, texts={**self.texts, language: text}, states=states)

    def as_json(self) -> dict:
        return {
            "source": self.source,
            "version": self.version,
            "texts": dict(self.texts),
            "states": {language: dict(state) for language, state in self.states.items()},
        }

    @classmethod
    def from_json(cls, data) -> Translated:
        if isinstance(data, Translated):
            return data
        if isinstance(data, str):
            return cls(texts={"en": data})
        data = data or {}
        return cls(
            data.get("source", "en"), data.get("version", 1), data.get("texts", {}), data.get("states", {})
        )


@lru_cache(maxsize=4096)
def read_stored(stored: str) -> Translated:
    """The text of the JSON that the database keeps; read once, as the same few texts come back with every row.

    Nobody may change what they get in place.
    """
    return Translated.from_json(json.loads(stored))


class TranslatedField(models.JSONField):
    """One JSON column per text; in Python a `Translated`."""

    description = "A text in four languages with the state of each translation"

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("default", Translated)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value, expression, connection):
        if isinstance(value, str) and not isinstance(expression, models.Transform):
            return read_stored(value)
        return Translated.from_json(super().from_db_value(value, expression, connection))

    def to_python(self, value):
        return Translated.from_json(value)

    def get_prep_value(self, value):
        return super().get_prep_value(value.as_json() if isinstance(value, Translated) else value)

    def get_db_prep_value(self, value, connection, prepared=False):
        value = value.as_json() if isinstance(value, Translated) else value
        return super().get_db_prep_value(value, connection, prepared)

    def validate(self, value, model_instance):
        """A `Translated` is always well formed; whether it may be empty is the field's `blank`."""
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")

    def value_to_string(self, obj):
        return self.value_from_object(obj).as_json()
