"""The rooms of reports in the administration."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.administration import Entry
from reports.models import Edition, ReportDefinition


def _counts(user, on) -> dict:
    return {"definitions": ReportDefinition.objects.all(), "editions": Edition.objects.all()}


def _state(numbers) -> str:
    words = ngettext("%(n)s definition", "%(n)s definitions", numbers["definitions"]) % {"n": numbers["definitions"]}
    editions = ngettext("%(n)s edition", "%(n)s editions", numbers["editions"]) % {"n": numbers["editions"]}
    return f"{words} · {editions}"


ENTRIES = (
    Entry(
        "reporting", 90, _("Report definitions"), _("What is reported, how often, in which languages and for whom."),
        "reports:editions", ("report.define", "audit.read"), _counts, _state,
    ),
)  # fmt: skip
