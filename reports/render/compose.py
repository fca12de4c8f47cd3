"""Turns a snapshot into the document of one language: the only step that knows both the facts and the words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ..snapshot import LANGUAGES
from .chapters import aims, annexes, attention, closing, cover, data, discipline, summary
from .document import Block, Document
from .text import clean
from .voice import Voice, direction
from .words import handling_word


def compose(snapshot: dict, language: str) -> Document:
    """The whole report in one language. Raises KeyError for a language that the product does not speak."""
    if language not in LANGUAGES:
        raise KeyError(language)
    with translation.override(language):
        return _composed(Voice(language), snapshot)


def _composed(voice: Voice, snapshot: dict) -> Document:
    front, about = cover.cover(voice, snapshot), cover.about(voice, snapshot)
    return Document(
        language=voice.language,
        direction=direction(voice.language),
        title=" – ".join(part for part in (front.title, about, front.period) if part),
        subject=front.plans[0][0] if front.plans else front.title,
        author=_("Strategy progress, demonstration") if snapshot["demo"] else _("Strategy progress"),
        banner=handling_word(snapshot["handling"]["level"]),
        level=snapshot["handling"]["level"],
        demo_mark=_("Demonstration data: invented") if snapshot["demo"] else "",
        running_title=" · ".join(part for part in (front.title, about, front.period, front.kicker) if part),
        page_word=_("Page {page} of {pages}"),
        made_at=int(datetime.fromisoformat(snapshot["as_of"]).timestamp()),
        cover=front,
        blocks=_blocks(voice, snapshot),
    )


def _blocks(voice: Voice, snapshot: dict) -> list[Block]:
    live = [plan for plan in snapshot["plans"] if plan["status"] != "closed"]
    closed = [
        *[
            block
            for plan in snapshot["plans"]
            if plan not in live
            for block in closing.closing_chapter(voice, snapshot, plan)
        ],
        *closing.crosswalk_chapter(voice, snapshot),
    ]
    blocks = summary.summary(voice, snapshot) + summary.reading_guide(voice, snapshot)
    for plan in live:
        blocks += aims.plan_chapter(voice, snapshot, plan)
    blocks += [] if live else closed
    blocks += attention.attention_chapter(voice, snapshot) + discipline.discipline_chapter(voice, snapshot)
    blocks += closed if live else []
    return blocks + annexes.annexes(voice, snapshot) + data.data_tables(voice, snapshot)


def cleaned(document: Document) -> tuple[Document, list[str]]:
    """The document with every text made drawable, and the characters that no font has."""
    lost: set[str] = set()
    safe = _cleaned(document, lost)
    return safe, sorted(lost)


_RAW = {"svg", "alt_svg", "kind", "type", "status", "style", "where", "value", "language", "lang", "direction", "code"}


def _cleaned(value: Any, lost: set[str]) -> Any:
    if isinstance(value, str):
        safe, missing = clean(value)
        lost |= missing
        return safe
    if isinstance(value, (list, tuple)):
        return type(value)(_cleaned(item, lost) for item in value)
    if hasattr(value, "__dataclass_fields__"):
        return _cleaned_parts(value, lost)
    return value


def _cleaned_parts(value: Any, lost: set[str]) -> Any:
    """The same thing where nothing had to be cleaned: most cells of a long table are as they should be."""
    changed = {}
    for name, part in value.__dict__.items():
        if name not in _RAW and part is not None and (safe := _cleaned(part, lost)) is not part:
            changed[name] = safe
    return replace(value, **changed) if changed else value
