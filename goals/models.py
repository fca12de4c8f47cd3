"""Why: plans and their aims, and the strategic framework with its goals.

A framework with its goals and a strategy with its objectives have one shape. That shape is `Plan` and `Aim`;
what only a framework has is in `Framework`. Everything below an aim refers to `Aim` and never asks which kind it is.
"""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import sight
from accounts.models import User
from core.translations import TranslatedField
from core.versions import Versioned


class PlanKind(models.TextChoices):
    FRAMEWORK = "framework", _("strategic framework")
    STRATEGY = "strategy", _("strategy")


class PlanStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_FORCE = "in_force", _("in force")
    CLOSED = "closed", _("closed")


class NodeKind(models.TextChoices):
    """What can be taken out of a plan again."""

    AIM = "aim", _("aim")
    RESULT = "result", _("expected result")
    CAPABILITY = "capability", _("capability")


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Drafts are for those who write plans, and for auditors."""
        return self.filter(sight(user).plans())

    def published(self):
        return self.exclude(status=PlanStatus.DRAFT)

    def in_force(self):
        return self.filter(status=PlanStatus.IN_FORCE)

    def covering(self, on):
        return self.filter(start_on__lte=on, end_on__gte=on)


class Plan(Versioned):
    """A strategic framework or a thematic strategy, with a period; in force, closed or draft."""

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=PlanKind.choices)
    title = TranslatedField()
    introduction = TranslatedField(blank=True)
    start_on = models.DateField()
    end_on = models.DateField()
    status = models.CharField(max_length=10, choices=PlanStatus.choices, default=PlanStatus.DRAFT)
    predecessor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors", verbose_name=_("plan before it")
    )
    source_name = models.CharField(max_length=200, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True)
    source_headings = models.JSONField(default=list, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        ordering = ["-start_on", "code"]
        constraints = [
            models.CheckConstraint(name="a_plan_ends_after_it_starts", condition=Q(start_on__lt=F("end_on"))),
            models.CheckConstraint(
                name="a_plan_does_not_follow_itself", condition=Q(predecessor=None) | ~Q(predecessor=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)


class Framework(Plan):
    """The strategic framework: a vision and a mission, each a title and its text, and strategic goals."""

    vision_title = TranslatedField()
    vision_text = TranslatedField()
    mission_title = TranslatedField()
    mission_text = TranslatedField()
    goals_introduction = TranslatedField(blank=True)

    class Meta:
        verbose_name = _("strategic framework")


class Withdrawal(models.Model):
    """Part of a published plan that was taken out of it: it can still be read, and counts no more."""

    node_type = models.CharField(max_length=10, choices=NodeKind.choices)
    node_id = models.BigIntegerField()
    reason = models.TextField()
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("withdrawal")
        constraints = [
            models.UniqueConstraint(fields=["node_type", "node_id"], name="a_part_is_withdrawn_once"),
            models.CheckConstraint(name="a_withdrawal_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_node_type_display()} {self.node_id}"


def withdrawn(kind: str):
    """The keys of the parts of this kind that were withdrawn, for use inside a query."""
    return Withdrawal.objects.filter(node_type=kind).values("node_id")


def is_withdrawn(kind: str) -> Exists:
    """Whether a row of this kind was withdrawn, for use as an annotation."""
    return Exists(Withdrawal.objects.filter(node_type=kind, node_id=OuterRef("pk")))


class AimQuerySet(models.QuerySet):
    def standing(self):
        """Aims that were not withdrawn."""
        return self.exclude(pk__in=withdrawn(NodeKind.AIM))

    def visible_to(self, user):
        return self.filter(sight(user).plans("plan__"))


class Aim(Versioned):
    """A strategic goal of a framework or an objective of a strategy; a blank line parts the paragraphs of `text`."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="aims")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    title = TranslatedField()
    text = TranslatedField(blank=True)

    objects = AimQuerySet.as_manager()

    class Meta:
        verbose_name = _("aim")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="an_aim_has_its_own_number_in_its_plan"),
            models.CheckConstraint(name="aims_are_numbered_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return str(self.title)


class StrategicGoal(Aim):
    """An aim of the strategic framework: a title and one to four paragraphs."""

    class Meta:
        verbose_name = _("strategic goal")
