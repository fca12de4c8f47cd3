"""What belongs to an update: its values, its files, and the words between a bureau and its reviewers."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGE_CHOICES, User
from core.handling import Handling
from initiatives.models.updates import Update
from outcomes.choices import ValueState
from outcomes.models import NUMBER, Indicator


class UpdateValue(models.Model):
    """A value that an update carries for an indicator; it counts once the update is validated.

    `confirmed` names what was questioned about it (codes of `initiatives.flags`) and answered "yes, this is right".
    """

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="values")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=ValueState.choices, default=ValueState.NOT_REPORTED)
    value = models.DecimalField(null=True, blank=True, **NUMBER)
    numerator = models.DecimalField(null=True, blank=True, **NUMBER)
    denominator = models.DecimalField(null=True, blank=True, **NUMBER)
    observed_on = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    confirmed = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    class Meta:
        verbose_name = _("value")
        ordering = ["indicator__code"]
        constraints = [
            models.UniqueConstraint(fields=["update", "indicator"], name="an_update_has_one_value_per_indicator"),
            models.CheckConstraint(
                name="only_a_reported_value_carries_a_number",
                condition=Q(state="reported", value__isnull=False)
                | Q(state="reported", numerator__isnull=False, denominator__isnull=False)
                | (~Q(state="reported") & Q(value=None, numerator=None, denominator=None)),
            ),
        ]


class Evidence(models.Model):
    """A file that supports an update: checked when it came, never changed, named by its checksum."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    update = models.ForeignKey(Update, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=200)
    storage_key = models.CharField(max_length=200, unique=True)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    handling = models.PositiveSmallIntegerField(choices=Handling.choices, default=Handling.INTERNAL)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("evidence")
        ordering = ["uploaded_at", "id"]
        constraints = [models.CheckConstraint(name="evidence_is_never_empty", condition=Q(size__gt=0))]

    def __str__(self) -> str:
        return self.name


class Comment(models.Model):
    """A word in the thread between a bureau and its reviewers about one update."""

    update = models.ForeignKey(Update, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, default="en")
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("comment")
        ordering = ["written_at", "id"]
