"""What turns figures into words: weights, thresholds, and the judgement of a responsible person."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from goals.models import Aim
from outcomes.choices import Status
from outcomes.models.indicators import Indicator
from outcomes.models.results import ExpectedResult
from outcomes.models.revisions import NUMBER, Revision


class Weight(Revision):
    """How much a part counts in its whole; no row at all means that all parts count the same."""

    aim = models.ForeignKey(Aim, null=True, blank=True, on_delete=models.PROTECT, related_name="weights")
    expected_result = models.ForeignKey(
        ExpectedResult, null=True, blank=True, on_delete=models.PROTECT, related_name="weights"
    )
    indicator = models.ForeignKey(
        Indicator, null=True, blank=True, on_delete=models.PROTECT, related_name="weights"
    )
    value = models.DecimalField(**NUMBER)

    class Meta:
        verbose_name = _("weight")
        constraints = [
            models.CheckConstraint(
                name="a_weight_is_of_one_part",
                condition=Q(aim__isnull=False, expected_result=None, indicator=None)
                | Q(aim=None, expected_result__isnull=False, indicator=None)
                | Q(aim=None, expected_result=None, indicator__isnull=False),
            ),
            models.CheckConstraint(name="a_weight_is_never_negative", condition=Q(value__gte=0)),
            models.UniqueConstraint(
                fields=["aim", "expected_result", "indicator"],
                condition=Q(superseded_at=None),
                nulls_distinct=False,
                name="a_part_has_one_current_weight",
            ),
        ]


class ThresholdSet(models.Model):
    """From which performance on a figure is on track or at risk, and below which coverage nothing is said.

    `bands` is a list of {"status", "from", "to"} over 0..∞ without gap or overlap; validity dates never overlap.
    """

    valid_from = models.DateField(unique=True)
    valid_until = models.DateField(null=True, blank=True)
    bands = models.JSONField()
    coverage_floor = models.DecimalField(max_digits=5, decimal_places=4, default=0.5)
    reason = models.TextField(blank=True)
    set_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("thresholds")
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(
                name="a_coverage_floor_is_a_share", condition=Q(coverage_floor__gte=0, coverage_floor__lte=1)
            ),
            models.CheckConstraint(
                name="thresholds_end_after_they_begin",
                condition=Q(valid_until=None) | Q(valid_from__lt=F("valid_until")),
            ),
        ]


class Judgement(Revision):
    """A responsible person's own verdict, shown beside the computed one until it expires."""

    aim = models.ForeignKey(Aim, null=True, blank=True, on_delete=models.PROTECT, related_name="judgements")
    expected_result = models.ForeignKey(
        ExpectedResult, null=True, blank=True, on_delete=models.PROTECT, related_name="judgements"
    )
    indicator = models.ForeignKey(
        Indicator, null=True, blank=True, on_delete=models.PROTECT, related_name="judgements"
    )
    status = models.CharField(max_length=20, choices=Status.choices)
    expires_on = models.DateField()

    class Meta:
        verbose_name = _("judgement")
        constraints = [
            models.CheckConstraint(
                name="a_judgement_is_of_one_thing",
                condition=Q(aim__isnull=False, expected_result=None, indicator=None)
                | Q(aim=None, expected_result__isnull=False, indicator=None)
                | Q(aim=None, expected_result=None, indicator__isnull=False),
            ),
            models.CheckConstraint(name="a_judgement_says_why", condition=~Q(reason="")),
        ]
