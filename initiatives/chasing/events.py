"""What happened to a bureau's updates and requests, read from where it happened: returned, asked, answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import Bureau, User
from core.models import Period
from initiatives.chasing.records import Extension, LetterKind
from initiatives.choices import UpdateState
from initiatives.models import Comment, Update


@dataclass(frozen=True)
class Event:
    """Something that happened, and the person whom it concerns first. No words of anybody's: mail is not a safe place."""

    kind: str
    name: str
    person: User
    bureau: Bureau
    period: Period
    facts: dict = field(default_factory=dict)


def events(*, since: datetime) -> Iterator[Event]:
    """What happened since then, in three queries."""
    for update in _returned(since).select_related("author", "initiative__lead_bureau", "period"):
        name = f"{update.pk}:{update.returned_at.isoformat()}"
        yield Event(LetterKind.RETURNED, name, update.author, update.initiative.lead_bureau, update.period)
    about = ("update__author", "update__initiative__lead_bureau", "update__period")
    for word in _asked(since).select_related("author", *about):
        bureau = word.update.initiative.lead_bureau
        if word.author.bureau_id != bureau.pk:
            yield Event(LetterKind.QUESTION, str(word.pk), word.update.author, bureau, word.update.period)
    for one in _decided(since).select_related("contact", "bureau", "period"):
        facts = {"state": one.state, "until": one.granted_until.isoformat() if one.granted_until else ""}
        yield Event(LetterKind.DECIDED, f"{one.pk}", one.contact, one.bureau, one.period, facts)


def happened_to(*, since: datetime) -> dict[int, list[tuple[datetime, str]]]:
    """When what kind of thing happened since then, by the bureau. Four queries."""
    found: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for bureau, at in _returned(since).values_list("initiative__lead_bureau", "returned_at"):
        found[bureau].append((at, "returned"))
    for bureau, of_author, at in _asked(since).values_list(
        "update__initiative__lead_bureau", "author__bureau", "written_at"
    ):
        if of_author != bureau:
            found[bureau].append((at, "question"))
    for bureau, at in _decided(since).values_list("bureau", "decided_at"):
        found[bureau].append((at, "decided"))
    validated = Update.objects.filter(validated_at__gte=since).order_by()
    for bureau, at in validated.values_list("initiative__lead_bureau", "validated_at"):
        found[bureau].append((at, "validated"))
    return found


def _returned(since):
    return Update.objects.filter(state=UpdateState.RETURNED, returned_at__gte=since).order_by("returned_at")


def _asked(since):
    return Comment.objects.filter(written_at__gte=since)


def _decided(since):
    return Extension.objects.filter(decided_at__gte=since).order_by("decided_at")
