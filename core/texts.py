"""Rewriting a published text: what it said before is kept, and its translations say that they are behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import models

from core.models import TextRevision
from core.translations import Translated, TranslationState


def revised(text: Translated, *, texts: Mapping[str, str], approved: Iterable[str] = ()) -> Translated:
    """The text with the given languages written anew, and the translations that somebody vouches for approved.

    A new source text makes every translation stale that was not given with it.
    """
    if text.source in texts:
        text = text.rewritten(texts[text.source])
    approved = set(approved)
    for language, words in texts.items():
        if language != text.source:
            text = text.translated(language, words)
    for language in approved:
        if language != text.source and text.texts.get(language):
            text = text.translated(language, text.texts[language], state=TranslationState.APPROVED.value)
    return text


def put_text(record: models.Model, field: str, new: Translated, *, at) -> None:
    """This will set the text on the record, and keep the one before where the source text changed."""
    before = getattr(record, field)
    if before and before.version != new.version:
        TextRevision.objects.create(
            target_type=record._meta.label_lower,
            target_id=str(record.pk),
            field=field,
            version=before.version,
            text=before,
            replaced_at=at,
        )
    setattr(record, field, new)
