"""Lists of the API whose rows are decided by who reads, and nothing else: their first pages are put into words once."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.access import Reader, reader_of
from core.api_reading import Listed
from core.keyset import Page, first_page
from core.questions import values_of

AS_IT_IS = frozenset({"ordering", "page_size", "count"})


class ListedBySight(Listed):
    """`seen_by` says which rows a person, or their `Reader`, may see; `beside` adds what is drawn with each row.

    Where nothing is asked but an order and a length, composing the question costs as much as its rows: it is kept by the
    resource, the reader, the order and the length (core.questions), which are all that it is made of.
    """

    @staticmethod
    def seen_by(reader) -> QuerySet:
        raise NotImplementedError

    @staticmethod
    def beside(rows: QuerySet, reader) -> QuerySet:
        return rows

    def visible(self) -> QuerySet:
        return self.seen_by(self.request.user)

    def keyed_rows(self, queryset, columns):
        return super().keyed_rows(self.beside(queryset, self.request.user), columns)

    def drawn(self, queryset):
        return super().drawn(self.beside(queryset, self.request.user))

    def page(self, size: int) -> Page:
        asked = self.request.query_params
        if set(asked) - AS_IT_IS:
            return super().page(size)
        ordering = asked.get("ordering", "")
        order = self.filterset_class.order_named(ordering)
        found = values_of(_first_rows, type(self), reader_of(self.request.user), ordering, size)
        return first_page(self.READS.keyed(found), order=order, size=size)


def _first_rows(resource: type[ListedBySight], reader: Reader, ordering: str, size: int) -> QuerySet:
    order = resource.filterset_class.order_named(ordering)
    rows = resource.beside(resource.filterset_class.unasked(resource.seen_by(reader)), reader)
    return order.arranged(rows)[: size + 1].values_list(*resource.READS.columns().values(), *order.columns)
