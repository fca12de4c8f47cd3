"""A record as it stood at a moment: the present one with every later change taken back, as the trail kept it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import QuerySet

from core.models import AuditRecord


def undone(present: Mapping, changes: Iterable[Mapping]) -> dict:
    """The facts as they stood before the changes. `changes`: what each replaced, newest first.

    A fact that a change does not name was not touched by it.
    """
    facts = dict(present)
    for replaced in changes:
        facts |= replaced
    return facts


def changes_since(moment: datetime, target_type: str, keys: Iterable[int] | None = None) -> dict[int, list[dict]]:
    """What each change after the moment replaced, newest first, by the record's key; of all records or of these. One query.

    What made a record replaced nothing and is not among its changes.
    """
    return replaced_in(acts_since(moment, target_type, keys))


def acts_since(moment: datetime, target_type: str, keys: Iterable[int] | None = None) -> QuerySet:
    """What was done to the records after the moment, newest first: of each act the record's key and what it replaced."""
    acts = AuditRecord.objects.filter(target_type=target_type, at__gt=moment).exclude(before={})
    if keys is not None:
        acts = acts.filter(target_id__in=[str(key) for key in keys])
    return acts.order_by("-seq").values_list("target_id", "before")


def replaced_in(acts: Iterable[tuple[str, dict]]) -> dict[int, list[dict]]:
    """What each of those acts replaced, by the record's key."""
    found: dict[int, list[dict]] = defaultdict(list)
    for key, before in acts:
        found[int(key)].append(before)
    return dict(found)
