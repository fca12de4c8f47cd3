"""The words of the work: where an initiative, an update and a review stand. Value and label together."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class InitiativeStatus(models.TextChoices):
    PLANNED = "planned", _("planned")
    ACTIVE = "active", _("active")
    COMPLETED = "completed", _("completed")
    SUSPENDED = "suspended", _("suspended")
    CANCELLED = "cancelled", _("cancelled")


class UpdateState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    BUREAU_APPROVED = "bureau_approved", _("approved by the bureau")
    RETURNED = "returned", _("returned")
    VALIDATED = "validated", _("validated")


OPEN_STATES = [UpdateState.DRAFT, UpdateState.RETURNED]
WAITING_STATES = [UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED]


class DeliveryStatus(models.TextChoices):
    """What the bureau itself says of its delivery."""

    ON_TRACK = "on_track", _("on track")
    AT_RISK = "at_risk", _("at risk")
    OFF_TRACK = "off_track", _("off track")


class ReturnReason(models.TextChoices):
    """Why an update went back, so that returns can be counted and learned from."""

    EVIDENCE = "evidence", _("evidence is missing")
    VALUE = "value", _("a value looks wrong")
    UNCLEAR = "unclear", _("the text is unclear")
    INCOMPLETE = "incomplete", _("something is missing")
    HANDLING = "handling", _("the handling level looks wrong")
    OTHER = "other", _("another reason")
