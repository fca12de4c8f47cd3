"""Pages of a long list by key, not by number: the last page costs what the first one does."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid

USUAL_PAGE = 50
LARGEST_PAGE = 200
COUNTED_AT_MOST = 1_000
LONGEST_CURSOR = 1_000


@dataclass(frozen=True)
class Order:
    """The columns that a list is ordered by. Together they are unique and none of them is ever null."""

    columns: tuple[str, ...]
    descending: bool = False

    def turned(self) -> Order:
        return Order(self.columns, not self.descending)

    @property
    def by(self) -> list[str]:
        return [("-" if self.descending else "") + column for column in self.columns]

    def beyond(self, key: Sequence) -> Q:
        """What comes after the key: the first column beyond it, or equal and the next one beyond, and so on."""
        step = "lt" if self.descending else "gt"
        wanted, equal = Q(pk__in=[]), Q()
        for column, value in zip(self.columns, key, strict=True):
            wanted |= equal & Q(**{f"{column}__{step}": value})
            equal &= Q(**{column: value})
        return wanted


LATEST_FIRST = Order(("updated_at", "id"), descending=True)


@dataclass(frozen=True)
class Page:
    """One page, with the cursors of its neighbours; an empty cursor is none."""

    items: list
    next: str = ""
    previous: str = ""


def page_of(
    queryset: QuerySet, *, order: Order, cursor: str = "", size: int = USUAL_PAGE, read: Callable | None = None
) -> Page:
    """The page that the cursor names, the first one without. `read(queryset, columns)` gives pairs of key and item.

    Raises Invalid for a cursor that this list never gave.
    """
    read = read or keyed
    key, backwards = _read_cursor(cursor, queryset, order) if cursor else (None, False)
    way = order.turned() if backwards else order
    rows = queryset.order_by(*way.by)
    if key is not None:
        rows = rows.filter(way.beyond(key))
    found = read(rows[: size + 1], order.columns)
    has_more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    has_next, has_previous = (True, has_more) if backwards else (has_more, key is not None)
    return Page(
        [item for _key, item in found],
        _write_cursor(found[-1][0], False, order) if has_next else "",
        _write_cursor(found[0][0], True, order) if has_previous else "",
    )


def keyed(queryset: QuerySet, columns: Sequence[str]) -> list[tuple[tuple, object]]:
    """The rows as instances, each with the values of its columns."""
    return [(tuple(_value(row, column) for column in columns), row) for row in queryset]


def _value(row, column: str):
    for part in column.split("__"):
        row = getattr(row, part)
    return row


def capped_count(queryset: QuerySet) -> tuple[int, bool]:
    """How many rows there are, and whether counting stopped at 1,000."""
    counted = queryset.order_by()[: COUNTED_AT_MOST + 1].count()
    return min(counted, COUNTED_AT_MOST), counted > COUNTED_AT_MOST


def _write_cursor(key: Sequence, backwards: bool, order: Order) -> str:
    facts = [backwards, order.by, [_as_text(value) for value in key]]
    return base64.urlsafe_b64encode(json.dumps(facts).encode()).decode().rstrip("=")


def _as_text(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _read_cursor(cursor: str, queryset: QuerySet, order: Order) -> tuple[list, bool]:
    broken = Invalid.on("cursor", _("This is not a page of the list. Start again from the first one."))
    if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
        raise broken
    try:
        backwards, by, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        fields = [_field_of(queryset.model, column) for column in order.columns]
        if by != order.by or not isinstance(backwards, bool) or len(key) != len(fields):
            raise broken
        return [_checked(field, value) for field, value in zip(fields, key, strict=True)], backwards
    except (binascii.Error, ValueError, TypeError, UnicodeError, RecursionError, ValidationError) as fault:
        raise broken from fault


def _field_of(model, column: str):
    field = None
    for part in column.split("__"):
        field = model._meta.get_field(part.removesuffix("_id") if part.endswith("_id") else part)
        model = getattr(field, "related_model", None) or model
    return getattr(field, "target_field", field)


def _checked(field, value):
    """The value as the column's type has it, within what the column can hold."""
    if isinstance(value, (dict, list, bool)) or value is None or "\x00" in str(value):
        raise ValueError(value)
    read = field.to_python(value)
    field.run_validators(read)
    if isinstance(read, datetime) and read.tzinfo is None:
        raise ValueError(value)
    return read
