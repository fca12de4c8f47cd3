"""What we set out to do: the thematic strategy with its mandate, its objectives and its capabilities."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import sight
from core.translations import TranslatedField
from core.versions import Versioned
from goals.models import Aim, NodeKind, Plan, withdrawn


class Strategy(Plan):
    """A thematic strategy: a mandate, and objectives under it; it hangs from a strategic framework of its time."""

    mandate = TranslatedField()
    hangs_from = TranslatedField(blank=True)

    class Meta:
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")


class Objective(Aim):
    """An aim of a strategy: one sentence, with the number the source gives it."""

    class Meta:
        verbose_name = _("objective")


class CapabilityQuerySet(models.QuerySet):
    def standing(self):
        """Capabilities that were not withdrawn."""
        return self.exclude(pk__in=withdrawn(NodeKind.CAPABILITY))

    def visible_to(self, user):
        return self.filter(sight(user).plans("plan__"))


class Capability(Versioned):
    """A means of delivery that cuts across objectives: a dimension of the work, not a level of the plan."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="capabilities")
    code = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    name = TranslatedField()

    objects = CapabilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("capability")
        verbose_name_plural = _("capabilities")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"], name="a_capability_has_its_own_code_in_its_plan"
            ),
            models.UniqueConstraint(
                fields=["plan", "number"], name="a_capability_has_its_own_number_in_its_plan"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)
