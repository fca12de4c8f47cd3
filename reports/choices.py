"""The words that a report's columns may hold."""

from __future__ import annotations

from django.db import models
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


# Reports about some of the bureaus.
PART_SCOPES = ("region", "bureau")


class EditionState(models.TextChoices):
    """`frozen`: the facts are fixed, the files are being drawn. Only filed and withdrawn editions are shown."""

    FROZEN = "frozen", _("being drawn")
    FILED = "filed", _("filed")
    WITHDRAWN = "withdrawn", _("withdrawn")
