"""What every step of an update's life shares: the locked row, what it must be, and its line on the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.access import require, sight
from core import audit, versions
from core.errors import Conflict
from initiatives.clocks import today_at
from initiatives.models import Update

TEXTS = ("achieved", "obstacle", "next_steps", "risks", "help_wanted", "off_track_reason")
DRAFT_FIELDS = (*TEXTS, "language", "delivery_percent", "delivery_status", "handling")
NUMBERS = ("value", "numerator", "denominator")


def lock(update_id, version, by) -> Update:
    """The row, locked, as the person may see it. Raises NotFound, or Stale when another version than theirs stands."""
    return versions.lock(
        Update.objects.filter(sight(by).updates()).select_related("initiative__lead_bureau", "period"),
        update_id,
        version=version,
    )


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
