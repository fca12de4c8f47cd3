"""The changes that a plan promises, and what became of them in the plan that follows."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import sight
from core.translations import TranslatedField
from core.versions import Versioned
from goals.models import Aim, NodeKind, withdrawn
from outcomes.choices import CrosswalkKind, Origin, ProposalState


class ExpectedResultQuerySet(models.QuerySet):
    def standing(self):
        """Expected results that were not withdrawn, nor their aims."""
        is_kept = self.exclude(pk__in=withdrawn(NodeKind.RESULT))
        return is_kept.exclude(aim__in=withdrawn(NodeKind.AIM))

    def visible_to(self, user):
        return self.filter(sight(user).plans("aim__plan__"))


class ExpectedResult(Versioned):
    """A change promised for the plan's period, under exactly one aim."""

    aim = models.ForeignKey(Aim, on_delete=models.PROTECT, related_name="results")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    text = TranslatedField()
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.SOURCE)
    source_passage = models.TextField(blank=True)

    objects = ExpectedResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("expected result")
        ordering = ["aim", "number"]
        constraints = [
            models.UniqueConstraint(fields=["aim", "number"], name="an_expected_result_has_its_own_number"),
            models.CheckConstraint(
                name="a_derived_result_keeps_its_passage",
                condition=~Q(origin="derived") | ~Q(source_passage=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.text)


class CrosswalkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A link shows nothing of a draft plan at either end."""
        asked = sight(user)
        ends = ("from_aim__plan__", "from_result__aim__plan__", "to_aim__plan__", "to_result__aim__plan__")
        found = self
        for end in ends:
            found = found.filter(asked.plans(end) | Q(**{f"{end}status": None}))
        return found


class Crosswalk(Versioned):
    """A typed link between an aim or expected result of one plan and another's."""

    kind = models.CharField(max_length=10, choices=CrosswalkKind.choices)
    from_aim = models.ForeignKey(
        Aim, null=True, blank=True, on_delete=models.PROTECT, related_name="leads_to"
    )
    from_result = models.ForeignKey(
        ExpectedResult, null=True, blank=True, on_delete=models.PROTECT, related_name="leads_to"
    )
    to_aim = models.ForeignKey(
        Aim, null=True, blank=True, on_delete=models.PROTECT, related_name="comes_from"
    )
    to_result = models.ForeignKey(
        ExpectedResult, null=True, blank=True, on_delete=models.PROTECT, related_name="comes_from"
    )
    note = TranslatedField(blank=True)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.PROPOSED)

    objects = CrosswalkQuerySet.as_manager()

    class Meta:
        verbose_name = _("crosswalk link")
        constraints = [
            models.CheckConstraint(
                name="a_link_starts_at_one_thing",
                condition=Q(from_aim__isnull=False, from_result=None)
                | Q(from_aim=None, from_result__isnull=False),
            ),
            models.CheckConstraint(
                name="a_link_leads_to_one_thing_unless_dropped",
                condition=Q(kind="dropped", to_aim=None, to_result=None)
                | (~Q(kind="dropped") & Q(to_aim__isnull=False, to_result=None))
                | (~Q(kind="dropped") & Q(to_aim=None, to_result__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["from_aim", "from_result", "to_aim", "to_result"],
                nulls_distinct=False,
                name="two_things_are_linked_once",
            ),
        ]

    @property
    def note_words(self) -> str:
        """The note in the language that it was written in, to edit."""
        return self.note.texts.get(self.note.source, "")
