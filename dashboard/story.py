"""The story of one initiative, newest first: its updates with their values, its files, the words of its thread, its changes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import CharField, F, Q, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.access import may, sight
from core.models import AuditRecord
from dashboard.trail import label_of
from initiatives.models import Comment, Evidence, Initiative, Update, UpdateValue
from initiatives.wording import value_words
from outcomes.models import Indicator

MOST_MARKS = 120
CHANGES = ("initiative.created", "initiative.edited")


@dataclass(frozen=True)
class Mark:
    """Something that happened. `kind` is update, comment, file, or edited; what a kind does not have is empty."""

    at: datetime
    kind: str
    who: str = ""
    words: str = ""
    language: str = ""
    period: str = ""
    reference: str = ""
    update: Update | None = None
    values: list = field(default_factory=list)


def read_story(user, initiative: Initiative, updates: list[Update], *, until: datetime | None = None) -> list[Mark]:
    """What happened, up to the moment if one is given. Two queries beside the updates, whatever their number."""
    by_key = {update.pk: update for update in updates}
    values = _values(user, by_key)
    told = [Mark(_moment(one), "update", update=one, values=values.get(one.pk, [])) for one in updates]
    return sorted([*told, *_marks(user, initiative, by_key, until)], key=lambda mark: mark.at, reverse=True)


def _moment(update: Update) -> datetime:
    """When the update came to where it stands."""
    return {"validated": update.validated_at, "returned": update.returned_at, "draft": update.updated_at}.get(
        update.state, update.submitted_at
    )


def _values(user, by_key) -> dict[int, list]:
    rows = UpdateValue.objects.filter(update__in=by_key, indicator__in=Indicator.objects.visible_to(user))
    found: dict[int, list] = {}
    for row in rows.select_related("indicator"):
        found.setdefault(row.update_id, []).append((row.indicator, value_words(row, row.indicator)))
    return found


def _marks(user, initiative, by_key, until) -> list[Mark]:
    """Files, words and changes: one query for the three."""
    parts = [_files(user, by_key), _changes(initiative)]
    if may(user, "thread.read", bureau_id=initiative.lead_bureau_id):
        parts.append(_comments(by_key))
    if until is not None:
        parts = [part.filter(mark_at__lte=until) for part in parts]
    rows = parts[0].union(*parts[1:], all=True).order_by("-mark_at")[:MOST_MARKS]
    return [mark for row in rows if (mark := _mark(row, by_key))]


def _mark(row, by_key) -> Mark | None:
    kind, at, who, first, second, key, reference = row
    if kind in CHANGES:
        words = _("the initiative was logged") if kind == CHANGES[0] else _what_changed(first, second)
        return Mark(at, "edited", who, words) if words else None
    return Mark(at, kind, who, first, second, by_key[key].period.code, reference)


def _what_changed(before: str, after: str) -> str:
    """The names of the fields that differ: what they said is for the form and the trail."""
    before, after = json.loads(before), json.loads(after)
    names = [label_of("initiatives.initiative", name) for name in after if after[name] != before.get(name)]
    return _("changed: %(fields)s") % {"fields": ", ".join(names)} if names else ""


def _columns(rows, kind, *, at, who, first, second, key, reference):
    return rows.order_by().annotate(
        mark_kind=kind, mark_at=F(at), mark_who=Cast(who, CharField()), mark_first=Cast(first, TextField()),
        mark_second=Cast(second, TextField()), mark_key=key, mark_reference=Cast(reference, CharField()),
    ).values_list(
        "mark_kind", "mark_at", "mark_who", "mark_first", "mark_second", "mark_key", "mark_reference"
    )  # fmt: skip


def _files(user, by_key):
    seen = sight(user).handled() | Q(update__initiative__lead_bureau=sight(user).bureau_id)
    files = Evidence.objects.filter(seen, update__in=by_key, removed_at=None)
    return _columns(
        files, Value("file", CharField()), at="uploaded_at", who=F("uploaded_by__full_name"), first=F("name"),
        second=Value(""), key=F("update_id"), reference=F("public_id"),
    )  # fmt: skip


def _comments(by_key):
    return _columns(
        Comment.objects.filter(update__in=by_key), Value("comment", CharField()), at="written_at",
        who=F("author__full_name"), first=F("text"), second=F("language"), key=F("update_id"), reference=Value(""),
    )  # fmt: skip


def _changes(initiative):
    records = AuditRecord.objects.filter(
        target_type="initiatives.initiative", target_id=str(initiative.pk), action__in=CHANGES
    )
    return _columns(
        records, F("action"), at="at", who=F("actor_label"), first=F("before"), second=F("after"), key=F("bureau_id"),
        reference=Value(""),
    )  # fmt: skip
