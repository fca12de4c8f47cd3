"""What is never changed, only superseded by its next revision."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

NUMBER = {"max_digits": 24, "decimal_places": 6}
FRACTION = {"max_digits": 24, "decimal_places": 10}


class RevisionQuerySet(models.QuerySet):
    def current(self):
        return self.filter(superseded_at=None)

    def known_at(self, moment):
        """The rows as they were believed at the moment; None asks for now."""
        if moment is None:
            return self.current()
        return self.filter(recorded_at__lte=moment).filter(
            Q(superseded_at=None) | Q(superseded_at__gt=moment)
        )


class Revision(models.Model):
    """A fact that is replaced and never overwritten: what was believed on any day can be read back."""

    revision = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_current(self) -> bool:
        return self.superseded_at is None
