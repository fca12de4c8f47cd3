"""The summary: one row for each node, period and bureau."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Bureau
from core.handling import Handling
from core.models import Period
from outcomes.choices import Measure, Status
from outcomes.models.revisions import FRACTION


class NodeType(models.TextChoices):
    """What a summary row is about."""

    PLAN = "plan", _("plan")
    AIM = "aim", _("aim")
    RESULT = "result", _("expected result")
    INDICATOR = "indicator", _("indicator")


class RollUp(models.Model):
    """The summary: one row per node, period, measure and bureau (no bureau: all of them).

    Derived, written by `outcomes.rollup` alone in the transaction of the change; a command rebuilds and compares it.
    Fractions are 0..1 after clamping, but for an indicator's `progress`, which is unclamped. `counts` are the statuses
    of all leaves beneath, `leaves` their number. `actual` is an indicator's value; on a delivery row it is the work's
    weight, the sum of the shares (in percent) beneath. `bureau_ids` are the bureaus whose values are used (0: the
    organisation's own), `restricted_bureau_ids` those whose used values are restricted or above, and
    `confidential_bureau_ids` those whose are confidential; on a whole, only of the parts that are not for everyone.
    `sums` are the exact numerators of all bureaus' delivery for a result (`outcomes.wholes.Tally`): its parts are as many
    as there are bureaus, and one of them changes at a time.
    """

    node_type = models.CharField(max_length=10, choices=NodeType.choices)
    node_id = models.BigIntegerField()
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="rollups")
    bureau = models.ForeignKey(
        Bureau, null=True, blank=True, on_delete=models.PROTECT, related_name="rollups"
    )
    measure = models.CharField(max_length=8, choices=Measure.choices)
    status = models.CharField(max_length=20, choices=Status.choices)
    reason = models.CharField(max_length=40, blank=True)
    actual = models.DecimalField(null=True, **FRACTION)
    progress = models.DecimalField(null=True, **FRACTION)
    expected = models.DecimalField(null=True, **FRACTION)
    performance = models.DecimalField(null=True, **FRACTION)
    coverage = models.DecimalField(null=True, **FRACTION)
    lower = models.DecimalField(null=True, **FRACTION)
    upper = models.DecimalField(null=True, **FRACTION)
    counts = models.JSONField(default=dict)
    leaves = models.PositiveIntegerField(default=0)
    bureaus_known = models.PositiveIntegerField(default=0)
    bureau_ids = ArrayField(models.BigIntegerField(), default=list)
    restricted_bureau_ids = ArrayField(models.BigIntegerField(), default=list)
    confidential_bureau_ids = ArrayField(models.BigIntegerField(), default=list)
    highest_handling = models.PositiveSmallIntegerField(choices=Handling.choices, default=Handling.PUBLIC)
    is_disclosable = models.BooleanField(default=True)
    last_observed_on = models.DateField(null=True)
    sums = ArrayField(models.DecimalField(max_digits=40, decimal_places=20), null=True)
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("roll-up")
        constraints = [
            models.UniqueConstraint(
                fields=["period", "bureau", "node_type", "node_id", "measure"],
                nulls_distinct=False,
                name="a_node_has_one_summary_per_period_and_bureau",
            )
        ]
        indexes = [models.Index(fields=["node_type", "node_id", "bureau", "period"], name="path_of_a_node")]
