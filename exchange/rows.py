"""What stands, as rows of a file: plain values by column, and which of the asked cells do not apply."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.templatetags.page import UPDATE_STATES
from exchange import choices, identity
from exchange.gather import Book
from initiatives import wording
from initiatives.entry import Entry, Row
from outcomes.choices import Kind, ValueState

NARRATIVE = ("achieved", "obstacle", "next_steps")
PLAIN = (*NARRATIVE, "off_track_reason", "risks", "help_wanted")


@dataclass
class Line:
    """One row of a file. `cells` by column code: text, a Decimal, a day, a Choice, or None; `closed` are not asked."""

    row_id: str
    cells: dict = field(default_factory=dict)
    closed: frozenset = frozenset()
    handling: int = 0
    options: list[str] = field(default_factory=list)


def update_lines(book: Book) -> list[Line]:
    return [_update_line(entry, book) for entry in book.entries]


def value_lines(book: Book) -> list[Line]:
    return [_value_line(entry, row, book) for entry in book.entries for row in entry.rows]


def _update_line(entry: Entry, book: Book) -> Line:
    name = identity.row_id(book.bureau.pk, entry.initiative.code, book.period.code)
    cells = {
        "row_id": name,
        "version": Decimal(entry.version),
        "code": entry.initiative.code,
        "title": entry.initiative.title,
        "standing": _standing_words(entry),
        "due_on": book.due_on,
        **{f"last_{part}": text_of(entry.previous, part) for part in NARRATIVE},
        "last_delivery_percent": entry.previous.delivery_percent if entry.previous else None,
        "last_delivery_status": choices.chosen("delivery_status", getattr(entry.previous, "delivery_status", "")),
        **standing_answers(entry),
    }
    for part in ("delivery_status", "handling", "language"):
        cells[part] = choices.chosen(part, cells[part])
    return Line(name, cells, handling=entry.initiative.handling)


def standing_answers(entry: Entry) -> dict:
    """What the update says now, by field; nothing before its first save."""
    update = entry.update
    return {
        **{part: text_of(update, part) for part in PLAIN},
        "delivery_percent": update.delivery_percent if update else None,
        "delivery_status": update.delivery_status if update else "",
        "handling": update.handling if update else None,
        "language": update.language if update else "",
    }


def text_of(update, part: str) -> str:
    """The words with the line ends of a spreadsheet."""
    return one_line_end(getattr(update, part)) if update is not None else ""


def one_line_end(words: str) -> str:
    return words.replace("\r\n", "\n").replace("\r", "\n")


def _standing_words(entry: Entry) -> str:
    return str(UPDATE_STATES[entry.update.state if entry.update else "not_started"][1])


def _value_line(entry: Entry, row: Row, book: Book) -> Line:
    indicator, value = row.indicator, row.value
    name = identity.row_id(book.bureau.pk, entry.initiative.code, book.period.code, indicator.code)
    standing = standing_value(row)
    cells = {
        "row_id": name,
        "version": Decimal(entry.version),
        "code": entry.initiative.code,
        "title": entry.initiative.title,
        "indicator": indicator.code,
        "indicator_name": str(indicator.name),
        "unit": unit_words(indicator),
        "direction": str(wording.direction_words(indicator)),
        "target": wording.target_words(row.target, indicator),
        "last_value": _plain(wording.value_words(row.previous, indicator)),
        **standing,
        "state": choices.chosen("state", standing["state"]),
    }
    if indicator.kind == Kind.MILESTONE:
        cells["value"] = choices.chosen("reached", None if value.value is None else str(int(value.value)))
    elif indicator.kind == Kind.ORDINAL:
        cells["value"] = choices.step(indicator, value.value)
    return Line(name, cells, closed_parts(indicator), options=_options(indicator))


def standing_value(row: Row) -> dict:
    """What the update says for the indicator now. A value that nobody answered for has no state yet."""
    value = row.value
    is_open = value.state == ValueState.NOT_REPORTED and not value.reason.strip()
    return {
        "state": "" if is_open else value.state,
        "value": value.value,
        "numerator": value.numerator,
        "denominator": value.denominator,
        "observed_on": value.observed_on,
        "reason": one_line_end(value.reason),
    }


def closed_parts(indicator) -> frozenset:
    """A ratio has two numbers, everything else has one."""
    return frozenset({"value"} if indicator.kind == Kind.RATIO else {"numerator", "denominator"})


def unit_words(indicator) -> str:
    if indicator.kind == Kind.RATIO:
        return f"{indicator.numerator_label} / {indicator.denominator_label}"
    return wording.own_unit(indicator)


def _options(indicator) -> list[str]:
    """What a drop-down offers for the value, where it is one of a few."""
    if indicator.kind == Kind.MILESTONE:
        return choices.labels("reached")
    if indicator.kind == Kind.ORDINAL:
        return [choices.step_label(one) for one in indicator.scale]
    return []


def canonical(value) -> str:
    """A value as one text, however it was written: to compare, and to remember what went out."""
    if value is None:
        return ""
    if isinstance(value, choices.Choice):
        return value.code
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"
    return value.isoformat() if isinstance(value, date) else str(value)


def _plain(words: str) -> str:
    """Without the signs that keep a person's words apart on a page: a cell of its own needs none."""
    return words.translate(dict.fromkeys(map(ord, "\u2068\u2069")))
