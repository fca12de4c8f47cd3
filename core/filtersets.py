"""Asking a list: one filterset serves its page and its API, in orders that keyset pages can follow."""

from __future__ import annotations

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from core.errors import Invalid
from core.keyset import USUAL_PAGE, Order

PAGING = ("ordering", "cursor", "page_size", "count")
BIGGEST_KEY = 2**63 - 1
LARGEST_PAGE = 1_000


@extend_schema_field({"type": "integer", "minimum": 0, "maximum": BIGGEST_KEY})
class WholeNumberFilter(django_filters.Filter):
    """A whole number that the database can hold."""

    field_class = forms.IntegerField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"min_value": 0, "max_value": BIGGEST_KEY, **kwargs})


class AskedFilterSet(django_filters.FilterSet):
    """A filterset with the orders of its list. `ORDERS` maps a public name to columns that are never null."""

    ORDERS: dict[str, tuple[str, ...]] = {"id": ("id",)}
    USUAL_ORDER = "id"

    @classmethod
    def unasked(cls, queryset):
        """The list where nothing is asked; without the form, which costs as much as a page of rows."""
        return queryset

    @classmethod
    def order_named(cls, name: str) -> Order:
        """The order that the reader asked for; a minus in front turns it round."""
        name = name or cls.USUAL_ORDER
        columns = cls.ORDERS.get(name.removeprefix("-"))
        if columns is None:
            raise Invalid.on(
                "ordering", _("The list is ordered by one of: %(names)s.") % {"names": ", ".join(cls.ORDERS)}
            )
        return Order(columns, descending=name.startswith("-"))

    @classmethod
    def parameters(cls) -> set[str]:
        """Every name that the list's address may carry."""
        names = set(PAGING)
        for name, each in cls.base_filters.items():
            names |= {f"{name}_{suffix}" for suffix in ("after", "before")} if _is_range(each) else {name}
        return names


def _is_range(each) -> bool:
    return isinstance(each, django_filters.DateFromToRangeFilter)


def page_size(text: str | None) -> int:
    """The number of rows the reader asked for. Raises Invalid outside 1 to 1,000."""
    if not text:
        return USUAL_PAGE
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= LARGEST_PAGE):
        raise Invalid.on("page_size", _("A page has 1 to %(most)s rows.") % {"most": LARGEST_PAGE})
    return int(text)
