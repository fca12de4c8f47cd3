"""How much work there is of which kind, kept as it changes: read through `dashboard.counting` alone, written by the database."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models


class WorkTouched(models.Model):
    """Work whose signs may have changed since it was counted. Triggers add rows, `counting.settle` takes them away."""

    initiative_key = models.BigIntegerField()


class WorkCounted(models.Model):
    """What a piece of work was counted as: whose it is, its level, and its signs, such as "status:active" or "aim:3"."""

    initiative_key = models.BigIntegerField(primary_key=True)
    bureau_key = models.BigIntegerField()
    handling = models.PositiveSmallIntegerField()
    signs = ArrayField(models.TextField())


class WorkTally(models.Model):
    """How many pieces of work of a bureau (None: of all of them) and a level bear a sign."""

    sign = models.TextField()
    bureau_key = models.BigIntegerField(null=True)
    handling = models.PositiveSmallIntegerField()
    many = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bureau_key", "sign", "handling"], include=["many"], nulls_distinct=False, name="a_sign_has_one_tally",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sign", "bureau_key", "handling"], include=["many"], condition=models.Q(bureau_key__isnull=False),
                name="bureaus_that_bear_a_sign",
            ),
            models.Index(  # by how a sign begins, in whatever order the database keeps words
                OpClass("sign", "text_pattern_ops"), "bureau_key", "handling", include=["many"],
                condition=models.Q(sign__startswith="came:"), name="days_on_which_reports_came",
            ),
        ]  # fmt: skip
