"""What is measured to see a change: the indicator, what it was declared to be, its baseline, its targets and its validated values."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import sight
from accounts.models import Bureau
from core.handling import Handling
from core.models import Period
from core.translations import TranslatedField
from core.versions import Versioned
from outcomes.choices import CombineBureaus, CombineInitiatives, Direction, Frequency, IndicatorState, Kind, ValueState
from outcomes.models.results import ExpectedResult
from outcomes.models.revisions import NUMBER, Revision, RevisionQuerySet


class IndicatorQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What clearance allows, and what the person's own bureau has to report on; nothing of a plan that they may not see."""
        return self.cleared_for(user).filter(sight(user).plans("expected_result__aim__plan__"))

    def cleared_for(self, user):
        """The same among indicators of a plan that the person was found to see: the plan of each is not looked up."""
        asked = sight(user)
        seen = asked.handled()
        if asked.bureau_id:
            reported = self.model.objects.filter(initiatives__lead_bureau=asked.bureau_id)
            seen |= Q(pk__in=reported.values("pk"))
        return self.filter(seen)

    def measured(self):
        """Indicators that count: proposed ones are measured from the start, retired ones are not."""
        return self.exclude(state=IndicatorState.RETIRED)

    def there_at(self, moment):
        """Indicators that had been proposed by the moment, or of which something recorded by then is told; None is now."""
        if moment is None:
            return self
        told = {"indicator": OuterRef("pk"), "recorded_at__lte": moment}
        is_told = Exists(Target.objects.filter(**told)) | Exists(Measurement.objects.filter(**told))
        return self.filter(Q(created_at__lte=moment) | is_told)


class Indicator(Versioned):
    """What is measured to see a change."""

    expected_result = models.ForeignKey(ExpectedResult, on_delete=models.PROTECT, related_name="indicators")
    code = models.CharField(max_length=24, unique=True)
    name = TranslatedField()
    definition = TranslatedField(blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    direction = models.CharField(max_length=24, choices=Direction.choices, default=Direction.INCREASE)
    unit = models.CharField(max_length=24, default="number")
    unit_label = TranslatedField(blank=True)
    numerator_label = TranslatedField(blank=True)
    denominator_label = TranslatedField(blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    combine_bureaus = models.CharField(
        max_length=16, choices=CombineBureaus.choices, default=CombineBureaus.SUM
    )
    combine_initiatives = models.CharField(
        max_length=8, choices=CombineInitiatives.choices, default=CombineInitiatives.ONE
    )
    frequency = models.CharField(max_length=12, choices=Frequency.choices, default=Frequency.QUARTERLY)
    tolerance = models.DecimalField(null=True, blank=True, **NUMBER)
    range_low = models.DecimalField(null=True, blank=True, **NUMBER)
    range_high = models.DecimalField(null=True, blank=True, **NUMBER)
    bureau_threshold = models.DecimalField(null=True, blank=True, **NUMBER)
    jump_factor = models.DecimalField(max_digits=6, decimal_places=2, default=3)
    scale = models.JSONField(default=list, blank=True)
    source = TranslatedField(blank=True)
    means_of_verification = TranslatedField(blank=True)
    owner = models.CharField(max_length=200, blank=True)
    is_central = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=IndicatorState.choices, default=IndicatorState.PROPOSED)
    handling = models.PositiveSmallIntegerField(choices=Handling.choices, default=Handling.INTERNAL)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        ordering = ["expected_result", "code"]
        constraints = [
            models.CheckConstraint(
                name="a_level_to_be_kept_says_which_way",
                condition=Q(kind="maintain", direction__startswith="maintain")
                | (~Q(kind="maintain") & ~Q(direction__startswith="maintain")),
            ),
            models.CheckConstraint(
                name="a_range_has_a_low_and_a_high_end",
                condition=~Q(direction="maintain_within")
                | Q(range_low__isnull=False, range_high__isnull=False, range_low__lt=F("range_high")),
            ),
            models.CheckConstraint(
                name="a_tolerance_is_never_negative", condition=Q(tolerance=None) | Q(tolerance__gte=0)
            ),
            models.CheckConstraint(name="a_jump_is_more_than_once", condition=Q(jump_factor__gt=1)),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Baseline(Revision):
    """The value before the plan, with its day; no row means that it is not known yet."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="baselines")
    value = models.DecimalField(**NUMBER)
    on = models.DateField()

    class Meta:
        verbose_name = _("baseline")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator"],
                condition=Q(superseded_at=None),
                name="an_indicator_has_one_current_baseline",
            ),
            models.UniqueConstraint(
                fields=["indicator", "revision"], name="each_revision_of_a_baseline_is_kept"
            ),
        ]


class Target(Revision):
    """The value to be reached on a day; the last day is the target, the earlier ones are its milestones.

    For an indicator counted per period, each row is what that period should bring.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    due_on = models.DateField()
    value = models.DecimalField(**NUMBER)

    class Meta:
        verbose_name = _("target")
        ordering = ["indicator", "due_on", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "due_on"],
                condition=Q(superseded_at=None),
                name="a_day_has_one_current_target",
            ),
            models.UniqueConstraint(
                fields=["indicator", "due_on", "revision"], name="each_revision_of_a_target_is_kept"
            ),
            models.CheckConstraint(name="a_revised_target_says_why", condition=Q(revision=1) | ~Q(reason="")),
        ]


class FormerDefinition(Revision):
    """What an indicator declared until it was changed; the present declaration is the indicator's own.

    Figures as known on a day are worked out by what was declared then. `declared` holds the fields of
    `outcomes.tree.DECLARED`, numbers as text; the row is in force from `recorded_at` to `superseded_at`, and `reason`
    says why it was given up.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="former_definitions")
    declared = models.JSONField()

    class Meta:
        verbose_name = _("former definition")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "revision"], name="each_revision_of_a_definition_is_kept"
            ),
            models.CheckConstraint(
                name="a_former_definition_has_ended", condition=Q(superseded_at__isnull=False)
            ),
        ]


class MeasurementQuerySet(RevisionQuerySet):
    def visible_to(self, user):
        return self.filter(sight(user).measurements())


class Measurement(Revision):
    """A validated value of an indicator for a period and, where it applies, a bureau and an initiative.

    Written by `outcomes.services.record_measurement` alone; never changed, only superseded by its next revision.
    `source_ref` names the update that it came from, e.g. `update:123`, or is `direct` where an officer recorded it:
    then `source_note` says what it rests on.
    """

    indicator = models.ForeignKey(  # two indexes begin with it
        Indicator, on_delete=models.PROTECT, related_name="measurements", db_index=False
    )
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="measurements")
    bureau = models.ForeignKey(
        Bureau, null=True, blank=True, on_delete=models.PROTECT, related_name="measurements"
    )
    initiative_code = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=16, choices=ValueState.choices)
    value = models.DecimalField(null=True, blank=True, **NUMBER)
    numerator = models.DecimalField(null=True, blank=True, **NUMBER)
    denominator = models.DecimalField(null=True, blank=True, **NUMBER)
    observed_on = models.DateField()
    disaggregation = models.JSONField(default=dict, blank=True)
    handling = models.PositiveSmallIntegerField(choices=Handling.choices, default=Handling.INTERNAL)
    source_ref = models.CharField(max_length=60, blank=True)
    source_note = models.TextField(blank=True, default="", db_default="")

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        ordering = ["indicator", "period", "bureau"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "bureau", "initiative_code"],
                condition=Q(superseded_at=None),
                nulls_distinct=False,
                name="a_value_has_one_current_revision",
            ),
            models.UniqueConstraint(
                fields=["indicator", "period", "bureau", "initiative_code", "revision"],
                nulls_distinct=False,
                name="each_revision_of_a_value_is_kept",
            ),
            models.CheckConstraint(
                name="only_a_reported_value_has_a_number",
                condition=Q(state="reported", value__isnull=False)
                | Q(state="reported", numerator__isnull=False, denominator__isnull=False)
                | (~Q(state="reported") & Q(value=None, numerator=None, denominator=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["indicator", "period"],
                include=["bureau", "state", "value", "numerator", "denominator"],
                condition=Q(superseded_at=None),
                name="current_values",
            ),
            models.Index(
                fields=["bureau", "period"], condition=Q(superseded_at=None), name="values_of_a_bureau"
            ),
            models.Index(
                fields=["indicator", "bureau", "initiative_code", "period"],
                include=[
                    "id", "revision", "source_ref", "state", "value", "numerator", "denominator", "observed_on", "handling",
                ],
                condition=Q(superseded_at=None),
                name="lines_of_an_indicator",
            ),
            models.Index(
                fields=["initiative_code", "indicator"],
                include=["bureau", "period", "superseded_at"],
                name="values_of_an_initiative",
            ),
            models.Index(fields=["source_ref"], name="values_of_an_update"),
            models.Index(fields=["-recorded_at", "-id"], name="values_latest"),
            models.Index(
                fields=["indicator", "-recorded_at"], include=["period", "bureau", "superseded_at"], name="values_latest_of_an_indicator"
            ),
        ]
