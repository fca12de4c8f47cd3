"""Two people wrote at once: mine and theirs per field, and a choice. Works for any form of this app."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _

from core.models import AuditRecord

BETWEEN = ","


@dataclass(frozen=True)
class Difference:
    """One field that two people left differently. `pick` is mine, theirs, or nothing where both changed it."""

    name: str
    label: str
    mine: str
    theirs: str
    mine_shown: str
    theirs_shown: str
    pick: str = ""


def last_writer(record) -> str:
    """Who changed the record last, as the trail says."""
    of_record = AuditRecord.objects.filter(target_type=record._meta.label_lower, target_id=str(record.pk))
    return of_record.order_by("-seq").values_list("actor_label", flat=True).first() or ""


def seen_words(form: forms.Form) -> str:
    """What the page showed when it was opened, to tell later who changed what."""
    return json.dumps({name: words_of(form[name].value()) for name in form.fields}, ensure_ascii=False)


def differences(mine: forms.Form, standing: forms.Form, label: Callable | None = None) -> list[Difference]:
    """Where the posted form and an unposted one of what stands now disagree."""
    seen = _read_seen(mine.data.get("seen", ""))
    found = []
    for name, field in standing.fields.items():
        typed, theirs = posted_words(mine.data, name, field), words_of(standing[name].value())
        if _same(field, typed, theirs):
            continue
        words = label(name, field) if label else str(field.label)
        pick = _likely_pick(field, typed, theirs, seen.get(name))
        found.append(Difference(name, words, typed, theirs, _shown(field, typed), _shown(field, theirs), pick))
    return found


def _likely_pick(field, typed, theirs, seen) -> str:
    """Who did not touch the field gives way; where both did, the person chooses."""
    if _same(field, typed, seen):
        return "theirs"
    return "mine" if _same(field, theirs, seen) else ""


def _read_seen(words: str) -> dict:
    try:
        seen = json.loads(words)
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in seen.items()} if isinstance(seen, dict) else {}


def words_of(value) -> str:
    """A field's value as one text, several choices in one order."""
    if isinstance(value, (list, tuple, set)):
        return BETWEEN.join(sorted(words_of(one) for one in value))
    if value is None or value is False:
        return ""
    return str(getattr(value, "pk", value)).replace("\r\n", "\n").strip()


def posted_words(data, name: str, field) -> str:
    return words_of(data.getlist(name) if _takes_several(field) else data.get(name))


def _takes_several(field) -> bool:
    return isinstance(field, (forms.MultipleChoiceField, forms.ModelMultipleChoiceField))


def _same(field: forms.Field, one: str, other: str | None) -> bool:
    """Whether both say the same, also when a number is written in two ways."""
    if other is None:
        return False
    if one == other:
        return True
    if _takes_several(field) or isinstance(field, forms.ModelChoiceField):
        return False
    try:
        return field.clean(one) == field.clean(other)
    except forms.ValidationError:
        return False


def _shown(field, words: str) -> str:
    choices = {str(value): label for value, label in _flat(getattr(field, "choices", []))}
    if _takes_several(field):
        return _(", ").join(str(choices.get(one, one)) for one in words.split(BETWEEN) if one)
    return str(choices.get(words, words))


def _flat(choices):
    for value, label in choices:
        yield from _flat(label) if isinstance(label, (list, tuple)) else [(value, label)]


def resolved(data, found: list[Difference], fields: dict):
    """The posted words with theirs wherever theirs were picked, and the names where nothing was picked yet."""
    chosen, undecided = data.copy(), []
    for one in found:
        pick = data.get(f"pick.{one.name}", "")
        if pick == "theirs":
            several = [word for word in one.theirs.split(BETWEEN) if word]
            chosen.setlist(one.name, several if _takes_several(fields[one.name]) else [one.theirs])
        elif pick != "mine":
            undecided.append(one.name)
    return chosen, undecided


def carried(data, form: forms.Form) -> list[tuple[str, str]]:
    """Every posted word of the form's fields, to travel on in hidden fields."""
    return [(name, words) for name in form.fields for words in data.getlist(name)]
