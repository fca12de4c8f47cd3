"""The rooms of the administration that judge results and delivery alike."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.administration import Entry
from outcomes.models import ThresholdSet


def _thresholds(user, on) -> dict:
    return {"sets": ThresholdSet.objects.all()}


def _thresholds_state(numbers) -> str:
    return ngettext("%(n)s set", "%(n)s sets", numbers["sets"]) % {"n": numbers["sets"]}


ENTRIES = (
    Entry(
        "measuring", 40, _("Status thresholds"), _("From which outcome on a figure is on track, at risk or off track."),
        "initiatives:thresholds", ("threshold.edit", "audit.read"), _thresholds, _thresholds_state,
    ),
)  # fmt: skip
