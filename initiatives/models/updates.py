"""What bureaus say about their work for each reporting period, in its revisions."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.access import sight
from accounts.models import LANGUAGE_CHOICES, User
from core.handling import Handling
from core.models import Period
from core.versions import Versioned
from initiatives.chasing.records import Extension
from initiatives.choices import OPEN_STATES, WAITING_STATES, DeliveryStatus, ReturnReason, UpdateState
from initiatives.models.work import PERCENT, Initiative

# The three prompts share this many characters by default (pages: rule 3).
NARRATIVE_CHARACTERS = 600


class UpdateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What the person may see, and no earlier revision of what they may not see as it stands."""
        seen = sight(user)
        rows = self.filter(seen.updates())
        if not 0 <= seen.clearance < Handling.CONFIDENTIAL:
            return rows
        raised = Update.objects.current().filter(
            initiative=models.OuterRef("initiative"), period=models.OuterRef("period"), handling__gt=seen.clearance
        )
        # Only what was replaced asks: a correction may say that the whole matter is to be handled more carefully.
        hidden = Q(superseded_at__isnull=False) & Q(models.Exists(raised.order_by()))
        return rows.filter(Q(initiative__lead_bureau=seen.bureau_id) | ~hidden if seen.bureau_id else ~hidden)

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
        return self.annotate(previous_id=models.Subquery(earlier.order_by("-period__start_on").values("pk")[:1]))

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
    delivery_status = models.CharField(_("delivery status"), max_length=10, choices=DeliveryStatus.choices, blank=True)
    off_track_reason = models.TextField(_("reason for being behind"), blank=True)
    handling = models.PositiveSmallIntegerField(_("handling"), choices=Handling.choices, default=Handling.INTERNAL)
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
                include=["state"],  # how much stands open in each period is counted over this index alone
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
            models.CheckConstraint(name="a_correction_says_why", condition=Q(revision=1) | ~Q(correction_reason="")),
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
                include=["period", "initiative", "superseded_at"],  # an account of delivery looks for its newest report here
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
            models.Index(
                F("period"), Coalesce("first_sent_at", "submitted_at"),
                include=["initiative", "state", "first_sent_at", "submitted_at"],
                condition=Q(revision=1),
                name="first_reports_by_day",  # who was late is counted over this index alone
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.initiative.code} {self.period.code} r{self.revision}"

    @property
    def is_editable(self) -> bool:
        return self.state in OPEN_STATES
