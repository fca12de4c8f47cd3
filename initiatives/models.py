"""The work that bureaus lead, and what they say about it for each reporting period."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.access import sight
from accounts.models import LANGUAGE_CHOICES, Bureau, User
from core.handling import Handling
from core.models import Period
from core.translations import TranslatedField
from core.versions import Versioned
from initiatives.chasing.records import (  # noqa: F401 - Django looks for every table of the app here
    Extension,
    Letter,
    MailChoice,
    ReminderSchedule,
)
from initiatives.choices import DeliveryStatus, InitiativeStatus, ReturnReason, UpdateState
from objectives.models import Capability
from outcomes.choices import ValueState
from outcomes.models import NUMBER, ExpectedResult, Indicator

PERCENT = {"max_digits": 6, "decimal_places": 2}
# The three prompts share this many characters by default (pages: rule 3).
NARRATIVE_CHARACTERS = 600
OPEN_STATES = [UpdateState.DRAFT, UpdateState.RETURNED]
WAITING_STATES = [UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED]


class CrimeArea(models.Model):
    """A field of crime that work is about."""

    code = models.SlugField(max_length=40, unique=True)
    name = TranslatedField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("crime area")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return str(self.name)


class InitiativeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Work the person may see. A partner bureau sees what its clearance allows, as anyone."""
        return self.filter(sight(user).initiatives())

    def there_at(self, moment):
        """Work that had been logged by the moment, or of which something sent by then is told; None is now."""
        if moment is None:
            return self
        told = Update.objects.filter(initiative=models.OuterRef("pk"), submitted_at__lte=moment)
        return self.filter(Q(created_at__lte=moment) | models.Exists(told))

    def running_in(self, period):
        """Work whose time touches the period and that was not given up."""
        return self.exclude(status=InitiativeStatus.CANCELLED).filter(
            starts_on__lte=period.end_on, ends_on__gte=period.start_on
        )

    def led_by(self, bureau):
        return self.filter(lead_bureau=bureau)

    def owing(self, period):
        """Work that should have an update for the period and has not sent one."""
        sent = Update.objects.filter(
            initiative=models.OuterRef("pk"), period=period, submitted_at__isnull=False
        ).exclude(state__in=OPEN_STATES)
        return self.running_in(period).filter(~models.Exists(sent))


class Initiative(Versioned):
    """Work that a bureau leads (others may join), contributing to one or more expected results."""

    code = models.CharField(max_length=20, unique=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True, max_length=4000)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES, default="en")
    lead_bureau = models.ForeignKey(
        Bureau, verbose_name=_("lead bureau"), on_delete=models.PROTECT, related_name="leads"
    )
    partners = models.ManyToManyField(Bureau, verbose_name=_("partners"), blank=True, related_name="joins")
    responsible = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="responsible_for"
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    status = models.CharField(
        _("status"), max_length=10, choices=InitiativeStatus.choices, default=InitiativeStatus.ACTIVE
    )
    handling = models.PositiveSmallIntegerField(
        _("handling"), choices=Handling.choices, default=Handling.INTERNAL
    )
    expected_results = models.ManyToManyField(
        ExpectedResult, through="Contribution", related_name="initiatives", verbose_name=_("expected results")
    )
    capabilities = models.ManyToManyField(
        Capability, blank=True, related_name="initiatives", verbose_name=_("capabilities")
    )
    crime_areas = models.ManyToManyField(
        CrimeArea, blank=True, related_name="initiatives", verbose_name=_("crime areas")
    )
    indicators = models.ManyToManyField(
        Indicator, blank=True, related_name="initiatives", verbose_name=_("indicators")
    )
    budget_eur = models.DecimalField(
        _("budget (EUR)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    staff_fte = models.DecimalField(
        _("staff (full-time equivalents)"), max_digits=7, decimal_places=2, null=True, blank=True
    )

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("initiative")
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="an_initiative_ends_after_it_starts", condition=Q(starts_on__lte=F("ends_on"))
            ),
            models.CheckConstraint(
                name="resources_are_never_negative",
                condition=(Q(budget_eur=None) | Q(budget_eur__gte=0))
                & (Q(staff_fte=None) | Q(staff_fte__gte=0)),
            ),
        ]
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="initiatives_latest"),
            models.Index(fields=["lead_bureau", "-updated_at", "-id"], name="initiatives_of_a_bureau"),
            models.Index(fields=["status", "-updated_at", "-id"], name="initiatives_by_status"),
            models.Index(
                fields=["ends_on", "id"],
                include=["status", "starts_on", "handling", "lead_bureau"],
                name="initiatives_by_last_day",
            ),
            models.Index(fields=["starts_on", "id"], name="initiatives_by_first_day"),
            models.Index(fields=["title", "id"], name="initiatives_by_title"),
            models.Index(fields=["-created_at", "-id"], name="initiatives_newest"),
            models.Index(
                fields=["code"], condition=Q(responsible=None, status="active"), name="work_that_nobody_answers_for"
            ),
            models.Index(
                fields=["lead_bureau"],
                include=["id", "handling", "status", "starts_on", "ends_on"],
                name="running_work_of_bureaus",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Contribution(models.Model):
    """The share of an initiative (in percent) that goes to an expected result; shares of one never exceed 100."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="contributions")
    expected_result = models.ForeignKey(
        ExpectedResult, on_delete=models.PROTECT, related_name="contributions"
    )
    share = models.DecimalField(_("share (percent)"), **PERCENT)

    class Meta:
        verbose_name = _("contribution")
        ordering = ["initiative", "expected_result"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "expected_result"], name="an_initiative_contributes_once_to_a_result"
            ),
            models.CheckConstraint(
                name="a_share_is_within_100_percent", condition=Q(share__gt=0, share__lte=100)
            ),
        ]
        indexes = [models.Index(fields=["expected_result", "-share", "initiative"], name="largest_shares_of_a_result")]


class Milestone(models.Model):
    """A dated step of an initiative; `weight` says how much of its delivery it stands for."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("title"), max_length=200)
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    weight = models.DecimalField(_("weight"), default=1, **PERCENT)

    class Meta:
        verbose_name = _("milestone")
        ordering = ["due_on", "id"]
        constraints = [models.CheckConstraint(name="a_milestone_has_weight", condition=Q(weight__gt=0))]
        indexes = [models.Index(fields=["due_on", "initiative"], condition=Q(done_on=None), name="milestones_not_done")]

    def __str__(self) -> str:
        return self.title


class UpdateQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(sight(user).updates())

    def waiting(self):
        """Sent and not decided: what a reviewer has before them, oldest first.

        A bureau that asks for its head's approval keeps the update until the head has given it.
        """
        work = Initiative.objects.filter(lead_bureau__requires_head_approval=True).order_by()
        at_bureau = Q(state=UpdateState.SUBMITTED, initiative__in=work.values("pk"))
        return self.filter(state__in=WAITING_STATES).exclude(at_bureau).order_by("submitted_at", "id")

    def waiting_for_head(self, bureau):
        return self.filter(state=UpdateState.SUBMITTED, initiative__lead_bureau=bureau).filter(
            initiative__lead_bureau__requires_head_approval=True
        )

    def with_previous(self):
        """Each with `previous_id`: the validated update for the latest earlier period, of the same initiative."""
        earlier = Update.objects.current().filter(
            initiative=models.OuterRef("initiative"), period__start_on__lt=models.OuterRef("period__start_on")
        )
        return self.annotate(
            previous_id=models.Subquery(earlier.order_by("-period__start_on").values("pk")[:1])
        )

    def with_due(self):
        """Each with `extended_until`: the day until which its bureau was given more time, or None."""
        granted = Extension.objects.granted().filter(
            bureau=models.OuterRef("initiative__lead_bureau"), period=models.OuterRef("period")
        )
        latest = granted.order_by("-granted_until").values("granted_until")[:1]
        return self.annotate(extended_until=models.Subquery(latest))

    def validated(self):
        return self.filter(state=UpdateState.VALIDATED)

    def current(self):
        """The revision that stands: the validated one that no later validated one replaced."""
        return self.validated().filter(superseded_at=None)

    def known_at(self, moment):
        if moment is None:
            return self.current()
        known = self.filter(validated_at__lte=moment)
        return known.filter(Q(superseded_at=None) | Q(superseded_at__gt=moment))


class Update(Versioned):
    """What a bureau says about an initiative for a reporting period.

    draft -> submitted -> (approved by the bureau) -> validated, or returned to its author. A validated update never
    changes (a trigger sees to it): a correction is a new revision, which replaces it once it is validated itself.
    `unfinished` keeps what was typed and could not be read yet, by field, so that a draft loses nothing.
    `first_sent_at` decides whether it came in time: what is returned and sent again does not become late by that.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="updates")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="updates")
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=16, choices=UpdateState.choices, default=UpdateState.DRAFT)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="updates")
    writer_ids = ArrayField(models.BigIntegerField(), default=list)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES, default="en")
    achieved = models.TextField(_("what was achieved"), blank=True)
    obstacle = models.TextField(_("what stood in the way"), blank=True)
    next_steps = models.TextField(_("what comes next"), blank=True)
    risks = models.TextField(_("risks"), blank=True)
    help_wanted = models.TextField(_("help wanted"), blank=True)
    delivery_percent = models.DecimalField(_("delivery (percent)"), null=True, blank=True, **PERCENT)
    delivery_status = models.CharField(
        _("delivery status"), max_length=10, choices=DeliveryStatus.choices, blank=True
    )
    off_track_reason = models.TextField(_("reason for being behind"), blank=True)
    handling = models.PositiveSmallIntegerField(
        _("handling"), choices=Handling.choices, default=Handling.INTERNAL
    )
    unfinished = models.JSONField(default=dict, blank=True)
    correction_reason = models.TextField(blank=True)
    first_sent_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    validated_at = models.DateTimeField(null=True, blank=True)
    validated_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    return_reason = models.CharField(max_length=12, choices=ReturnReason.choices, blank=True)
    return_comment = models.TextField(blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = UpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("update")
        ordering = ["-period__start_on", "initiative", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "period", "revision"], name="each_revision_of_an_update_is_kept"
            ),
            models.UniqueConstraint(
                fields=["initiative", "period"],
                condition=~Q(state="validated"),
                name="one_revision_of_an_update_is_open_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["initiative", "period"],
                condition=Q(state="validated", superseded_at=None),
                name="one_validated_update_stands",
            ),
            models.CheckConstraint(
                name="delivery_is_between_0_and_100_percent",
                condition=Q(delivery_percent=None) | Q(delivery_percent__gte=0, delivery_percent__lte=100),
            ),
            models.CheckConstraint(
                name="what_was_sent_says_when_and_by_whom",
                condition=Q(state="draft") | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="what_was_validated_says_when_and_by_whom",
                condition=~Q(state="validated") | Q(validated_at__isnull=False, validated_by__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_validates_what_they_wrote",
                condition=Q(validated_by=None) | ~Q(validated_by=F("author")),
            ),
            models.CheckConstraint(
                name="what_was_returned_says_why", condition=~Q(state="returned") | ~Q(return_comment="")
            ),
            models.CheckConstraint(
                name="a_correction_says_why", condition=Q(revision=1) | ~Q(correction_reason="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"],
                include=["initiative", "state", "handling"],
                condition=Q(state__in=["submitted", "bureau_approved"]),
                name="updates_that_wait",
            ),
            models.Index(
                fields=["-validated_at", "-id"],
                condition=Q(state="validated"),
                name="updates_validated_latest",
            ),
            models.Index(fields=["-updated_at", "-id"], name="updates_latest"),
            models.Index(
                fields=["period", "initiative"],
                include=["state", "handling", "revision", "first_sent_at", "submitted_at"],
                name="reporting_of_periods",
            ),
            models.Index(
                fields=["initiative", "period"],
                include=["id", "state", "handling", "revision", "submitted_at"],
                name="reporting_of_initiatives",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative.code} {self.period.code} r{self.revision}"

    @property
    def is_editable(self) -> bool:
        return self.state in OPEN_STATES


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
            models.UniqueConstraint(
                fields=["update", "indicator"], name="an_update_has_one_value_per_indicator"
            ),
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
