"""What officers set about reminders, and how a person wishes to hear of what happens."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit, versions
from core.errors import Invalid, Stale
from core.together import Steps, only, side_by_side
from initiatives.chasing.calendar import Calendar
from initiatives.chasing.records import MailChoice, ReminderSchedule

THE_ONE = 1
MOST_DAYS, MOST_STEPS = 60, 6
FIELDS = ("days_before", "days_after", "head_after", "officer_after", "digest_weekday", "hour")


def present_schedule() -> ReminderSchedule:
    """The schedule that holds; the usual one, unsaved, as long as nobody changed it."""
    usual = Calendar()
    return ReminderSchedule.objects.filter(pk=THE_ONE).first() or ReminderSchedule(
        pk=THE_ONE, version=1, **{name: _plain(getattr(usual, name)) for name in FIELDS}
    )


def _plain(value):
    return list(value) if isinstance(value, tuple) else value


def calendar_of(schedule: ReminderSchedule) -> Calendar:
    values = {name: getattr(schedule, name) for name in FIELDS}
    return Calendar(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


@transaction.atomic
def set_schedule(*, version: int, reason: str, by, at, **values) -> ReminderSchedule:
    """This will change the days on which bureaus are reminded and others told; what was sent stays sent.

    `values` are of FIELDS. Refused: a head who hears after the officer, a day twice or beyond 60, no reason.
    """
    require(by, "reminder.schedule")
    usual = present_schedule()
    ReminderSchedule.objects.bulk_create([usual], ignore_conflicts=True)
    held = versions.lock(ReminderSchedule.objects.all(), THE_ONE, version=version)
    wanted = {name: values.get(name, getattr(held, name)) for name in FIELDS}
    faults = _faults(wanted)
    if not reason.strip():
        faults["reason"] = [_("Say why it changes.")]
    if faults:
        raise Invalid(_("The schedule cannot be saved yet."), fields=faults)
    wanted |= {name: sorted(wanted[name], reverse=name == "days_before") for name in ("days_before", "days_after")}
    before = audit.snapshot(held, FIELDS)
    if versions.change(held, at=at, **wanted):
        audit.record(
            at=at, by=by, action="reminders.scheduled", target=held, before=before, after=audit.snapshot(held, FIELDS),
            reason=reason.strip(),
        )  # fmt: skip
    return held


def _faults(wanted: dict) -> dict:
    faults: dict[str, list] = {}
    for name, least in (("days_before", 0), ("days_after", 1)):
        days = wanted[name]
        if len(days) > MOST_STEPS or len(set(days)) != len(days) or not all(least <= one <= MOST_DAYS for one in days):
            faults[name] = [
                _("Give at most %(steps)s different numbers of days, from %(least)s to %(most)s.")
                % {"steps": MOST_STEPS, "least": least, "most": MOST_DAYS}
            ]
    if not 1 <= wanted["head_after"] <= MOST_DAYS:
        faults["head_after"] = [_("Give a number of days from 1 to %(most)s.") % {"most": MOST_DAYS}]
    if not 1 <= wanted["officer_after"] <= MOST_DAYS:
        faults["officer_after"] = [_("Give a number of days from 1 to %(most)s.") % {"most": MOST_DAYS}]
    elif wanted["officer_after"] <= wanted["head_after"]:
        faults["officer_after"] = [_("The officers hear of it after the bureau's head.")]
    if not 0 <= wanted["digest_weekday"] <= 6:
        faults["digest_weekday"] = [_("Choose a day of the week.")]
    if not 0 <= wanted["hour"] <= 23:
        faults["hour"] = [_("Give an hour from 0 to 23.")]
    return faults


def way_of(person) -> MailChoice:
    """How the person wishes to hear of what happens; the usual way, unsaved, as long as they chose none."""
    return side_by_side(way_steps(person))[0]


def way_steps(person) -> Steps[MailChoice]:
    """The same, to be read beside something else. One round."""
    chosen = yield from only(MailChoice.objects.filter(person=person))
    return chosen[0] if chosen else MailChoice(person=person)


WISHES = ("way", "follows_changes")


def choose_way(*, way: str, by, at, version: int | None = None, **more) -> MailChoice:
    """This will keep the person's own choice. Reminders and escalation go out whatever is chosen."""
    if way not in MailChoice.Way.values:
        raise Invalid.on("way", _("Choose one of the two."))
    return _choose(by, at, version, way=way, **more)


def follow_changes(*, follows: bool, by, at) -> MailChoice:
    """This will have the person get a letter each week that leads to what changed, or no longer. Twice is as once."""
    return _choose(by, at, None, follows_changes=follows)


@transaction.atomic
def _choose(by, at, version: int | None, **wishes) -> MailChoice:
    MailChoice.objects.bulk_create([MailChoice(person=by)], ignore_conflicts=True)
    held = MailChoice.objects.select_for_update().get(person=by)
    if version is not None and held.version != version:
        raise Stale(_("Somebody changed this since you opened it. Nothing of yours is lost."), current=held)
    before = audit.snapshot(held, WISHES)
    if changed := versions.change(held, at=at, **wishes):
        after = audit.snapshot(held, changed)
        audit.record(
            at=at, by=by, action="person.letters_chosen", target=by, before={name: before[name] for name in after}, after=after,
            bureau_id=by.bureau_id,
        )  # fmt: skip
    return held
