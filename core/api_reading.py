"""How the API's resources are read: listed in pages that go on from a key, and fetched one by one."""

from __future__ import annotations

from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from core.errors import Invalid
from core.filtersets import PAGING, page_size
from core.keyset import Page, capped_count, page_of

YES = {"true": True, "false": False}
CURSORS_OWN = ":"  # parts of a cursor; it may stand in an address as it is, and encoding it would take every letter in hand


class Listed:
    """A resource whose rows can be listed, filtered, ordered and paged by key."""

    def list(self, request, *args, **kwargs):
        page = self.page(page_size(request.query_params.get("page_size")))
        answer = {"results": page.items, "next": self._link(page.next), "previous": self._link(page.previous)}
        if _flag(request.query_params.get("count")):
            answer["count"], answer["count_is_capped"] = capped_count(self.narrowed(self.get_queryset()))
        return Response(answer)

    def page(self, size: int) -> Page:
        """The rows that were asked for."""
        asked = self.request.query_params
        order = self.filterset_class.order_named(asked.get("ordering", ""))
        found, cursor = self.narrowed(self.get_queryset()), asked.get("cursor", "")
        return page_of(found, order=order, cursor=cursor, size=size, read=self.keyed_rows)

    def narrowed(self, queryset):
        """The rows that match; a filterset costs as much as the rows, so it is only asked when there is something to ask."""
        if set(self.request.query_params) - set(PAGING):
            return self.filter_queryset(queryset)
        return self.filterset_class.unasked(queryset)

    def keyed_rows(self, queryset, columns):
        return self.READS.keyed_rows(queryset, columns)

    def _link(self, cursor: str) -> str | None:
        if not cursor:
            return None
        asked = {**dict(self.request.query_params.lists()), "cursor": cursor}
        return f"{self.request.path}?{urlencode(asked, doseq=True, safe=CURSORS_OWN)}"


def _flag(text: str | None) -> bool:
    if text is None:
        return False
    if text not in YES:
        raise Invalid.on("count", _("Say true or false."))
    return YES[text]


class Retrieved:
    """A resource whose rows can be fetched one by one."""

    def retrieve(self, request, *args, **kwargs):
        return self.answer(self.get_object().pk)
