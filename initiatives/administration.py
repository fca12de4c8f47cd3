"""The rooms of the administration that judge results and delivery alike, and those of reporting and its reminders."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.administration import Entry
from core.models import Period
from initiatives.chasing.records import Extension
from outcomes.models import ThresholdSet


def _thresholds(user, on) -> dict:
    return {"sets": ThresholdSet.objects.all()}


def _thresholds_state(numbers) -> str:
    return ngettext("%(n)s set", "%(n)s sets", numbers["sets"]) % {"n": numbers["sets"]}


def _periods(user, on) -> dict:
    return {"open": Period.objects.open_on(on)}


def _periods_state(numbers) -> str:
    return ngettext("%(n)s open period", "%(n)s open periods", numbers["open"]) % {"n": numbers["open"]}


def _requests(user, on) -> dict:
    return {"waiting": Extension.objects.visible_to(user).waiting()}


def _requests_state(numbers) -> str:
    words = ngettext("%(n)s waits for an answer", "%(n)s wait for an answer", numbers["waiting"])
    return words % {"n": numbers["waiting"]}


ENTRIES = (
    Entry(
        "measuring", 40, _("Status thresholds"), _("From which outcome on a figure is on track, at risk or off track."),
        "initiatives:thresholds", ("threshold.edit", "audit.read"), _thresholds, _thresholds_state,
    ),
    Entry(
        "reporting", 10, _("Reporting periods"), _("Open, close and reopen them, and move their days, with a reason."),
        "initiatives:periods", ("period.manage", "audit.read"), _periods, _periods_state,
    ),
    Entry(
        "reporting", 20, _("Schedule of reminders"), _("When bureaus are reminded, and who hears of it next."),
        "initiatives:schedule", ("reminder.schedule", "audit.read"),
    ),
    Entry(
        "reporting", 30, _("Requests for more time"), _("What bureaus ask for, and what they were answered."),
        "initiatives:extensions", ("extension.decide", "audit.read"), _requests, _requests_state,
    ),
)  # fmt: skip
