"""The words that a report's columns may hold."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _


class Cadence(models.TextChoices):
    MONTHLY = "monthly", _("monthly")
    QUARTERLY = "quarterly", _("quarterly")
    HALF_YEARLY = "half_yearly", _("half-yearly")
    YEARLY = "yearly", _("yearly")
    ONCE = "once", _("once")


class ScopeKind(models.TextChoices):
    """What a report is about."""

    ALL = "all", _("all plans")
    PLAN = "plan", _("plan")
    AIM = "aim", _("aim")
    REGION = "region", _("region")
    BUREAU = "bureau", _("bureau")


# A report waits for late updates: it is due when the reporting of its last day has closed.
CLOSES_AFTER = timedelta(days=30)

# The reason that the scheduler gives for the edition which takes the place of an interim one; kept in English.
PERIOD_CLOSED = gettext_noop("The reporting of the period has closed since.")


def reason_words(reason: str) -> str:
    """Why an edition corrects another: as its author wrote it, the scheduler's own in the reader's language."""
    return gettext(PERIOD_CLOSED) if reason == PERIOD_CLOSED else reason


# Reports about some of the bureaus.
PART_SCOPES = ("region", "bureau")


class EditionState(models.TextChoices):
    """`frozen`: the facts are fixed, the files are being drawn. Only filed and withdrawn editions are shown."""

    FROZEN = "frozen", _("being drawn")
    FILED = "filed", _("filed")
    WITHDRAWN = "withdrawn", _("withdrawn")
