"""The rooms of lists that an organisation has already in the administration."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.administration import Entry
from exchange.models import State, Upload


def _counts(user, on) -> dict:
    return {"waiting": Upload.objects.of_what_exists().filter(state=State.READ)}


def _state(numbers) -> str:
    return ngettext("%(n)s list waits for a word", "%(n)s lists wait for a word", numbers["waiting"]) % {"n": numbers["waiting"]}


ENTRIES = (
    Entry(
        "plans", 90, _("Import a list"), _("Initiatives or indicators that an organisation has already, row by row."),
        "exchange:lists", ("initiative.import",), _counts, _state,
    ),
)  # fmt: skip
