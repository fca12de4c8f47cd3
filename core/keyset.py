"""Long lists in pages that never skip or repeat a row: each page starts after the last row that was seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from operator import attrgetter

from django.core import signing
from django.core.exceptions import EmptyResultSet
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.answers import ByHand
from core.errors import Invalid
from core.together import Steps, only

USUAL_PAGE = 50
MOST_COUNTED = 1_000
SALT = "core.keyset"
LONGEST_CURSOR = 1_000


@dataclass(frozen=True)
class Order:
    """A way through a list: columns that are never null and together unique, all in one direction."""

    columns: tuple[str, ...]
    descending: bool = False

    def arranged(self, queryset: QuerySet, *, backwards: bool = False) -> QuerySet:
        sign = "-" if self.descending != backwards else ""
        return queryset.order_by(*(sign + column for column in self.columns))

    def beyond(self, key: Sequence, *, backwards: bool = False) -> Q:
        """Rows after the key; the outer condition on the first column lets an index be used."""
        comparison = "lt" if self.descending != backwards else "gt"
        condition, same = Q(), Q()
        for column, value in zip(self.columns, key, strict=True):
            condition |= same & Q(**{f"{column}__{comparison}": value})
            same &= Q(**{column: value})
        return Q(**{f"{self.columns[0]}__{comparison}e": key[0]}) & condition


@dataclass(frozen=True)
class Page:
    """The rows of one page, and the cursors of its neighbours ("" where there is none)."""

    items: list
    next: str = ""
    previous: str = ""


def read_objects(queryset: QuerySet, columns: Sequence[str]) -> list[tuple[tuple, object]]:
    """Each object with the values of the columns it is ordered by."""
    keys = [attrgetter(column.replace("__", ".")) for column in columns]
    return [(tuple(key(item) for key in keys), item) for item in queryset]


def page_of(
    queryset: QuerySet,
    *,
    order: Order,
    cursor: str = "",
    size: int = USUAL_PAGE,
    read: Callable[[QuerySet, Sequence[str]], list[tuple[tuple, object]]] = read_objects,
) -> Page:
    """This will fetch one page with one query. Raises Invalid for a cursor that is not ours or of another order."""
    backwards, key = _open_cursor(cursor, order) if cursor else (False, None)
    found = order.arranged(queryset, backwards=backwards)
    if key is not None:
        found = found.filter(order.beyond(key, backwards=backwards))
    rows = read(found[: size + 1], order.columns)
    has_more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    return _page(rows, order, has_more, backwards, came_from_elsewhere=key is not None)


def first_page(rows: list[tuple[tuple, object]], *, order: Order, size: int) -> Page:
    """The first page of rows that were read already, with their keys: one more than the page holds tells that there are more."""
    return _page(rows[:size], order, len(rows) > size, backwards=False, came_from_elsewhere=False)


def _page(rows, order, has_more, backwards, *, came_from_elsewhere) -> Page:
    if not rows:
        return Page([])
    has_next = came_from_elsewhere if backwards else has_more
    has_previous = has_more if backwards else came_from_elsewhere
    return Page(
        items=[item for _key, item in rows],
        next=_cursor(order, rows[-1][0], backwards=False) if has_next else "",
        previous=_cursor(order, rows[0][0], backwards=True) if has_previous else "",
    )


def capped_count(queryset: QuerySet, most: int = MOST_COUNTED) -> tuple[int, bool]:
    """How many rows there are, and whether there are more than we counted."""
    return capped(queryset.order_by()[: most + 1].count(), most)


def capped_steps(queryset: QuerySet, most: int = MOST_COUNTED) -> Steps[tuple[int, bool]]:
    """The same, to be asked beside something else. One round."""
    try:
        words, values = queryset.order_by().values_list("pk")[: most + 1].query.sql_with_params()
    except EmptyResultSet:
        return 0, False
    ((found,),) = yield from only(ByHand(f"SELECT count(*) FROM ({words}) counted", values, ("",)))  # noqa: S608 - Django's words
    return capped(found, most)


def capped(found: int, most: int = MOST_COUNTED) -> tuple[int, bool]:
    """A count that went one beyond the most, as one says it."""
    return min(found, most), found > most


def _cursor(order: Order, key: Sequence, *, backwards: bool) -> str:
    """Signed, so that nobody can ask the table about values that they have not been shown."""
    body = [list(order.columns), order.descending, backwards, [_written(value) for value in key]]
    return _signer().sign_object(body)


@cache
def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT)


def _open_cursor(cursor: str, order: Order) -> tuple[bool, list]:
    try:
        columns, descending, backwards, key = _signer().unsign_object(cursor[:LONGEST_CURSOR])
    except (signing.BadSignature, ValueError) as error:
        raise Invalid.on("cursor", _("This is not a cursor that we gave.")) from error
    if tuple(columns) != order.columns or descending != order.descending:
        raise Invalid.on("cursor", _("This cursor belongs to another order of the list."))
    return backwards, [_read(kind, value) for kind, value in key]


def _written(value) -> list:
    if isinstance(value, datetime):
        return ["moment", value.isoformat()]
    if isinstance(value, date):
        return ["day", value.isoformat()]
    return ["plain", value]


def _read(kind: str, value):
    readers = {"moment": datetime.fromisoformat, "day": date.fromisoformat}
    return readers[kind](value) if kind in readers else value
