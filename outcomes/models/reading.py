"""What each bureau says about an indicator, added up from its answers and kept."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Bureau
from outcomes.models.indicators import Indicator

FOREVER = date(9999, 12, 31)
SUM = {"max_digits": 34, "decimal_places": 6}


class BureauReading(models.Model):
    """The answers of one bureau (none: the organisation itself) that stand at the ends of some periods, added up.

    Derived, written by `outcomes.readings_kept` alone in the transaction of the change; a command rebuilds and compares
    it. A row stands for every period whose last day is `since` or later and before `until` (FOREVER: until the bureau
    says more), so that a new period needs no new rows. `initiative_code` is empty but where several bureaus tell of the
    same initiative: then each keeps a row for that initiative by itself, and who reads decides which of them counts.

    `spoken` is the place of the state that speaks for the bureau (0 reported, 1 withheld, 2 not reported, 3 not
    applicable), `reported` of the `asked` answers are what the sums are made of, `newest` is the latest day observed,
    `handling` the highest level and `ref` the first reference among them.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="+", db_index=False)
    bureau = models.ForeignKey(Bureau, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    initiative_code = models.CharField(max_length=20, blank=True, db_collation="C")
    since = models.DateField()
    until = models.DateField(default=FOREVER)
    spoken = models.PositiveSmallIntegerField()
    reported = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()
    value = models.DecimalField(null=True, **SUM)
    numerator = models.DecimalField(null=True, **SUM)
    denominator = models.DecimalField(null=True, **SUM)
    newest = models.DateField()
    handling = models.PositiveSmallIntegerField(null=True)
    ref = models.TextField(db_collation="C")

    class Meta:
        verbose_name = _("reading of a bureau")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "bureau", "initiative_code", "since"],
                nulls_distinct=False,
                name="a_bureau_reads_once_from_a_day_on",
            ),
            models.CheckConstraint(name="a_reading_stands_for_a_time", condition=models.Q(since__lt=models.F("until"))),
        ]
        indexes = [models.Index(fields=["indicator", "until"], name="readings_that_stand")]
