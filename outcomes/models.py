"""How we know: expected results, what is measured to see them, and the values that were validated."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import sight
from accounts.models import Bureau
from core.handling import Handling
from core.models import Period
from core.translations import TranslatedField
from core.versions import Versioned
from goals.models import Aim, NodeKind, withdrawn
from outcomes.choices import (
    CombineBureaus,
    CombineInitiatives,
    CrosswalkKind,
    Direction,
    Frequency,
    IndicatorState,
    Kind,
    Measure,
    Origin,
    ProposalState,
    Status,
    ValueState,
)
from outcomes.proposed import ProposedValue  # noqa: F401 - Django looks for every table of the app here

NUMBER = {"max_digits": 24, "decimal_places": 6}
FRACTION = {"max_digits": 24, "decimal_places": 10}


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


class IndicatorQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What clearance allows, and what the person's own bureau has to report on."""
        asked = sight(user)
        seen = asked.handled()
        if asked.bureau_id:
            reported = self.model.objects.filter(initiatives__lead_bureau=asked.bureau_id)
            seen |= Q(pk__in=reported.values("pk"))
        return self.filter(seen, asked.plans("expected_result__aim__plan__"))

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

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="measurements")
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
            models.Index(fields=["source_ref"], name="values_of_an_update"),
            models.Index(fields=["-recorded_at", "-id"], name="values_latest"),
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
