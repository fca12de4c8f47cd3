"""A value of an officer's own, before another officer has confirmed it: kept beside the values, and in no figure."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import may, sight
from accounts.models import Bureau, User
from core.handling import Handling
from core.models import Period
from core.versions import Versioned
from outcomes.choices import ValueState
from outcomes.models.indicators import Indicator, Measurement
from outcomes.models.revisions import NUMBER


class ProposalStage(models.TextChoices):
    """What became of it."""

    WAITING = "waiting", _("waits for another officer")
    CONFIRMED = "confirmed", _("confirmed")
    DECLINED = "declined", _("declined")
    TAKEN_BACK = "taken_back", _("taken back")


class ProposedValueQuerySet(models.QuerySet):
    def visible_to(self, user):
        """For those who review, as far as their clearance goes."""
        if not may(user, "review.read"):
            return self.none()
        asked = sight(user)
        return self.filter(asked.handled(), asked.handled("indicator__handling"))

    def waiting(self):
        return self.filter(stage=ProposalStage.WAITING)

    def for_another_than(self, user):
        """What waits for the person: nobody confirms what they proposed."""
        return self.waiting().exclude(proposed_by=user)


class ProposedValue(Versioned):
    """A value, or a correction of one, that an officer recorded and that counts once another officer has confirmed it.

    `corrects` is the value that it would put the next revision in place of, in the revision `seen`; `measurement` is what
    came of it.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="proposed_values")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    bureau = models.ForeignKey(Bureau, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    corrects = models.ForeignKey(Measurement, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    seen = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=16, choices=ValueState.choices)
    value = models.DecimalField(null=True, blank=True, **NUMBER)
    numerator = models.DecimalField(null=True, blank=True, **NUMBER)
    denominator = models.DecimalField(null=True, blank=True, **NUMBER)
    observed_on = models.DateField()
    source_note = models.TextField()
    reason = models.TextField(blank=True)
    handling = models.PositiveSmallIntegerField(choices=Handling.choices, default=Handling.INTERNAL)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    stage = models.CharField(max_length=12, choices=ProposalStage.choices, default=ProposalStage.WAITING)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    measurement = models.ForeignKey(Measurement, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ProposedValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed value")
        ordering = ["proposed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "bureau"], condition=Q(stage="waiting"), nulls_distinct=False,
                name="one_proposal_waits_for_a_value",
            ),
            models.CheckConstraint(
                name="nobody_confirms_what_they_proposed", condition=~Q(stage="confirmed") | ~Q(decided_by=F("proposed_by"))
            ),
            models.CheckConstraint(
                name="what_is_decided_says_by_whom",
                condition=Q(stage="waiting", decided_by=None, decided_at=None)
                | (~Q(stage="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.indicator.code} · {self.period.code}"
