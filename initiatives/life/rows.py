"""What every step of an update's life shares: the locked row, what it must be, and its line on the trail."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Reader, reader_of, require
from accounts.models import Bureau
from core import audit, versions
from core.errors import Conflict
from core.models import Period
from core.prepared import Prepared
from core.questions import Blank, columns_of, locked_row_of, record, rows_by_key
from initiatives.clocks import today_at
from initiatives.models import Initiative, Update, UpdateValue
from outcomes.models import Indicator

TEXTS = ("achieved", "obstacle", "next_steps", "risks", "help_wanted", "off_track_reason")
DRAFT_FIELDS = (*TEXTS, "language", "delivery_percent", "delivery_status", "handling")
NUMBERS = ("value", "numerator", "denominator")
PARTS = {"": Update, "initiative__": Initiative, "initiative__lead_bureau__": Bureau, "period__": Period}
OF_A_VALUE = {"values__": UpdateValue, "values__indicator__": Indicator}


def lock(update_id, version, by) -> Update:
    """The row, locked, as the person may see it. Raises NotFound, or Stale when another version than theirs stands."""
    row = locked_row_of(_visible, reader_of(by), key=update_id)
    return versions.checked(None if row is None else _update_of(row), version=version)


def _visible(reader: Reader) -> QuerySet:
    """One update with its work, the work's bureau and the period; all but the update goes without saying."""
    columns = [column for path, model in PARTS.items() for column in columns_of(model, path)]
    return Update.objects.visible_to(reader).filter(pk=Blank()).order_by().values_list(*columns)


def _update_of(row: tuple) -> Update:
    made, place = {}, 0
    for path, model in PARTS.items():
        width = len(columns_of(model))
        made[path], place = record(model, row[place : place + width]), place + width
    update, work, work.lead_bureau, update.period = made.values()
    update.initiative = work
    return update


LOCK = Prepared("lock_of_an_update", "SELECT FROM initiatives_update WHERE id = %s FOR UPDATE")


def lock_with_values(update_id, version, by) -> tuple[Update, list[UpdateValue]]:
    """The same, with the update's values and their indicators, as they are once the row is locked. One question."""
    LOCK.later([update_id])
    rows = rows_by_key(_visible_with_values, reader_of(by), key=update_id)
    update = versions.checked(_update_of(rows[0]) if rows else None, version=version)
    return update, [value for row in rows if (value := _value_of(row)) is not None]


def _visible_with_values(reader: Reader) -> QuerySet:
    """A row for each of the update's values, or one without."""
    columns = [column for path, model in (PARTS | OF_A_VALUE).items() for column in columns_of(model, path)]
    rows = Update.objects.visible_to(reader).filter(pk=Blank())
    return rows.order_by("values__indicator__code").values_list(*columns)


def _value_of(row: tuple) -> UpdateValue | None:
    width = len(columns_of(Indicator))
    value = record(UpdateValue, row[-width - len(columns_of(UpdateValue)) : -width])
    if value is not None:
        value.indicator = record(Indicator, row[-width:])
    return value


def require_writer(update, by) -> None:
    """Raises NotAllowed for whoever does not write for the bureau that leads the work."""
    require(by, "update.write", bureau_id=update.initiative.lead_bureau_id)


def require_editable(update) -> None:
    """Raises Conflict for what is sent or decided."""
    if not update.is_editable:
        raise Conflict(
            _("This update is %(state)s and can no longer be edited.") % {"state": update.get_state_display()},
            code="not_editable",
        )


def require_state(update, *states) -> None:
    """Raises Conflict unless the update is in one of the states."""
    if update.state not in states:
        raise Conflict(
            _("This cannot be done while the update is %(state)s.") % {"state": update.get_state_display()},
            code="wrong_state",
        )


def require_open(period, bureau, at) -> None:
    """A period is open until its last day ends where the bureau works."""
    if not period.is_open(today_at(bureau, at)):
        raise Conflict(
            _(
                "The period %(period)s is not open for updates. A strategy officer can reopen it; a value that was"
                " validated is changed by a correction."
            )
            % {"period": period.code},
            code="period_closed",
        )


def require_time(update, at) -> None:
    """A first draft needs an open period; what was returned, and a correction, may be sent after it has closed."""
    if update.revision == 1 and update.submitted_at is None:
        require_open(update.period, update.initiative.lead_bureau, at)


def describe(update: Update) -> dict:
    """The update as the trail keeps it: its answers and its values."""
    facts = audit.snapshot(update, DRAFT_FIELDS)
    for row in update.values.select_related("indicator"):
        facts[f"value {row.indicator.code}"] = audit.snapshot(row, ("state", *NUMBERS, "observed_on", "reason"))
    return facts


def only_changed(facts: dict, others: dict) -> dict:
    """Of the facts, those that are not the same in the others."""
    return {name: value for name, value in facts.items() if others.get(name) != value}


def state_of(update) -> dict:
    """Where the update stands, as the trail keeps it."""
    return audit.snapshot(update, ("state", "version", "submitted_at", "approved_at", "validated_at", "returned_at"))


def trail_line(action, update, by, at, before, after, reason="") -> audit.Entry:
    """A line for the trail about the update, filed with its bureau."""
    return audit.Entry(at, by, action, update, before, after, reason, update.initiative.lead_bureau_id)


def trace(action, update, by, at, *, before=None, after=None, reason="") -> None:
    """This will append one line about the update to the trail; the last act of a step."""
    audit.record_many([trail_line(action, update, by, at, before or {}, after or {}, reason)])
