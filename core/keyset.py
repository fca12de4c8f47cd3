"""Pages of a long list by key, not by number: the last page costs what the first one does."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid

COUNTED_AT_MOST = 1_000


@dataclass(frozen=True)
class Page:
    """One page of rows, with the cursors of its neighbours and a count that stops at 1,000."""

    rows: list
    next: str = ""
    previous: str = ""
    known: int = 0

    @property
    def is_capped(self) -> bool:
        return self.known > COUNTED_AT_MOST


def latest_first(queryset, *, after: str = "", before: str = "", size: int = 50) -> Page:
    """The rows by (updated_at, id), newest first, after or before a cursor. Raises Invalid for a broken cursor."""
    backwards = bool(before)
    rows = queryset.order_by("updated_at", "id") if backwards else queryset.order_by("-updated_at", "-id")
    if after or before:
        rows = rows.filter(_beyond(_read(after or before), backwards))
    found = list(rows[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    forward = has_more if not backwards else True
    back = bool(after) if not backwards else has_more
    return Page(
        found,
        _write(found[-1]) if found and forward else "",
        _write(found[0]) if found and back else "",
        queryset.order_by()[: COUNTED_AT_MOST + 1].count(),
    )


def _beyond(key: tuple[datetime, int], backwards: bool) -> Q:
    moment, pk = key
    if backwards:
        return Q(updated_at__gt=moment) | Q(updated_at=moment, pk__gt=pk)
    return Q(updated_at__lt=moment) | Q(updated_at=moment, pk__lt=pk)


def _write(row) -> str:
    raw = json.dumps([row.updated_at.isoformat(), row.pk]).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        moment, pk = json.loads(base64.urlsafe_b64decode(cursor[:200] + "=" * (-len(cursor) % 4)))
        read = datetime.fromisoformat(moment), int(pk)
    except (binascii.Error, ValueError, TypeError, UnicodeError) as fault:
        raise Invalid.on("after", _("This is not a page of the list. Start again from the first one.")) from fault
    if read[0].tzinfo is None or not 0 <= read[1] < 2**63:
        raise Invalid.on("after", _("This is not a page of the list. Start again from the first one."))
    return read
