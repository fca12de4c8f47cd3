"""Milestones in one cell of a list: 'Boats bought: 2026-06-30; Crew trained: 2026-12-31 ✓ 2026-11-02 × 2'."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from core.formats import day, number
from core.numbers import Unreadable, read_number
from exchange.cells import Cell, Misread, read_day
from exchange.reading.workbook import TEXT

PARTS = re.compile(r"[;؛\n|]+")
DAY = r"[^\s✓×;:]+"
ONE = re.compile(rf"(?P<title>.+?)\s*[:=：]\s*(?P<due_on>{DAY})(?:\s*✓\s*(?P<done_on>{DAY}))?(?:\s*[×*]\s*(?P<weight>\S+))?$")
LONGEST_TITLE, MOST = 200, 50


def read_milestones(words: str, language: str) -> list[dict]:
    """As the service takes them: title, due_on, done_on and weight, by day. Raises Misread."""
    parts = [part.strip() for part in PARTS.split(words) if part.strip()]
    if len(parts) > MOST:
        raise Misread(_("At most %(most)s milestones.") % {"most": MOST})
    found = [_read(part, language) for part in parts]
    return sorted(found, key=lambda one: (one["due_on"], one["title"]))


def _read(part: str, language: str) -> dict:
    found = ONE.match(part)
    if found is None or len(found["title"]) > LONGEST_TITLE:
        words = _("“%(words)s” is no milestone. Write “Boats bought: 2026-06-30”, with ✓ and its day when it is done.")
        raise Misread(words % {"words": part[:40]})
    try:
        weight = read_number(found["weight"], language) if found["weight"] else Decimal(1)
    except Unreadable as refused:
        raise Misread(refused.message) from refused
    days = {"due_on": _day(found["due_on"]), "done_on": _day(found["done_on"])}
    return {"title": found["title"], **days, "weight": weight.quantize(Decimal("0.01"))}


def _day(words: str | None):
    return read_day(Cell("", 0, 0, TEXT, words)) if words else None


def standing_milestones(initiative) -> list[dict]:
    """The initiative's own, in the same form."""
    names = ("title", "due_on", "done_on", "weight")
    found = [{name: getattr(one, name) for name in names} for one in initiative.milestones.all()]
    return sorted(found, key=lambda one: (one["due_on"], one["title"]))


def drawn_milestones(milestones: list[dict]) -> str:
    return "; ".join(_drawn(one) for one in milestones)


def _drawn(one: dict) -> str:
    done = f" ✓ {day(one['done_on'])}" if one["done_on"] else ""
    weight = f" × {number(one['weight'])}" if one["weight"] != 1 else ""
    return f"{one['title']}: {day(one['due_on'])}{done}{weight}"
