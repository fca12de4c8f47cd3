"""Keeping what was typed: whatever can be kept is, the rest is said beside its field, and two writers never erase each other."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, Stale
from core.formats import said_of
from core.forms import put_refusal
from initiatives import conflicts, life
from initiatives.entry import Entry
from initiatives.forms import UpdateForm


@transaction.atomic
def keep_draft(*, entry: Entry, form: UpdateForm, version: int, by, at):
    """This will save what the form holds, opening the update with its first words, and hand over the update.

    What cannot be kept is put on the form beside its field; its words stay with the draft. Raises Stale when somebody
    saved in between, and what `life.open_update` and `life.save_draft` refuse.
    """
    form.is_valid()
    update = entry.update or life.open_update(initiative_id=entry.initiative.pk, period=entry.period, by=by, at=at)
    if entry.update is None:
        if version != 0 or update.version != 1:
            raise Stale(_("Somebody began this update meanwhile."), current=update)
        version = 1
    try:
        with transaction.atomic():
            return _save(update, version, form, by, at)
    except Invalid as refused:
        put_refusal(form, refused)
    return _save(update, version, form, by, at)


def _save(update, version, form, by, at):
    """Fields with an error have left the form's cleaned data, so a second call saves all that may be."""
    return life.save_draft(
        update_id=update.pk, version=version, by=by, at=at, values=form.values_given(), unfinished=form.unfinished(),
        **form.fields_given(),
    )  # fmt: skip


def differences(mine: UpdateForm, entry: Entry) -> list[conflicts.Difference]:
    """Where the posted form and what stands now disagree. `entry` is read after the refusal."""
    standing = UpdateForm(entry=entry, on=mine.on, only=set(mine.fields))
    return conflicts.differences(mine, standing, lambda name, field: _label(name, field, entry))


def _label(name: str, field, entry: Entry) -> str:
    """The field's label; for a value also which indicator it belongs to."""
    if not name.startswith("values."):
        return str(field.label)
    row = next(row for row in entry.rows if str(row.indicator.pk) == name.split(".")[1])
    return said_of(row.indicator.name, field.label)
