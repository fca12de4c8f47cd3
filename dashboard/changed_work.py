"""The work that began, ended or was reported on between two days: by name while it is little, else counted.

Of what there may be thousands the first are named and the rest is counted so far as it costs little.
"""

from __future__ import annotations

from dataclasses import dataclass

from core import keyset
from core.models import AuditRecord
from core.together import Steps, beside, only
from dashboard.asked import Asked
from dashboard.between import Between
from initiatives.models import Update

MOST_NAMED = 10
MOST_COUNTED = 1_000
MOST_CLOSED = 200
ENDS = ("completed", "cancelled")


@dataclass(frozen=True)
class Some:
    """The first of what happened, and how many there are: more than `many` where that `is_more`."""

    named: list
    many: int
    is_more: bool = False

    @property
    def is_named(self) -> bool:
        """Whether every one of them is named."""
        return len(self.named) == self.many and not self.is_more


def _some(rows, most: int = MOST_NAMED) -> Steps[Some]:
    """The first of the rows where they are few; else none of them by name, and how many there are. One round."""
    named, counted = yield from beside(only(rows[: most + 1]), keyset.capped_steps(rows, MOST_COUNTED))
    return Some(named, len(named)) if len(named) <= most else Some([], *counted)


def started(work, between: Between) -> Steps[Some]:
    return _some(between.within(work, "created_at").order_by("-created_at", "-id"))


def ended(work, between: Between) -> Steps[Some]:
    return _some(work.filter(ends_on__gt=between.since, ends_on__lte=between.until, status="active").order_by("ends_on", "id"))


def validated(question: Asked, between: Between) -> Steps[tuple[int, bool]]:
    rows = Update.objects.visible_to(question.user).validated()
    return keyset.capped_steps(between.within(rows, "validated_at"), MOST_COUNTED)


def closed(work, between: Between) -> Steps[Some]:
    """Work that was completed or given up between the days, with how, as the trail tells it. Two rounds.

    The latest of very many: which work they were about is looked up only for so many as are counted.
    """
    acts = between.within(AuditRecord.objects.filter(target_type="initiatives.initiative", after__status__in=ENDS), "at")
    told = yield from only(acts.order_by("-at", "-seq").values_list("target_id", "after__status")[: MOST_COUNTED + 1])
    ended: dict[int, str] = {}
    for pk, status in told:
        ended.setdefault(int(pk), status)
    rows = yield from only(work.filter(pk__in=ended, status__in=ENDS).order_by("code"))
    found = [(one, ended[one.pk]) for one in rows]
    is_more = len(told) > MOST_COUNTED
    return Some(found if len(found) <= MOST_CLOSED and not is_more else [], len(found), is_more)
