"""Tables that every floor needs: the trail, the periods, the record of jobs, old texts and answered requests."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.handling import Handling
from core.translations import TranslatedField
from core.versions import Versioned


class AuditRecord(models.Model):
    """One act: who did what to which record, when, and what it was before and after.

    Append-only (a trigger refuses UPDATE, DELETE and TRUNCATE) and hash-chained; written by `core.audit` alone.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200)
    action = models.CharField(max_length=80)
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=60)
    target_label = models.CharField(max_length=300, blank=True)
    bureau_id = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit record")
        ordering = ["-seq"]
        indexes = [
            models.Index(fields=["target_type", "target_id", "-seq"], name="audit_of_a_record"),
            models.Index(fields=["actor_id", "-seq"], name="audit_of_a_person"),
            models.Index(fields=["at"], name="audit_by_moment"),
            models.Index(fields=["target_type", "at"], name="audit_of_a_kind_by_moment"),
            # Few acts replace something by what only some may read; whoever asks for them must not go through all values.
            models.Index(
                fields=["target_type", "at"],
                name="audit_of_what_was_closed",
                condition=Q(before__has_key="handling", after__handling__gte=Handling.RESTRICTED.value),
            ),
        ]


class PeriodQuerySet(models.QuerySet):
    def open_on(self, on):
        """Periods that take updates on the day: opened, and not closed, or reopened since."""
        by_date = Q(opens_on__lte=on, closes_on__gte=on, closed_at=None)
        return self.filter(by_date | Q(reopened_at__isnull=False, closed_at=None))

    def with_state(self, on):
        """Each period with the state it is in on the day, as `state_on`: what `Period.state` says, by the database."""
        return self.annotate(
            state_on=Case(
                When(closed_at__isnull=False, then=Value("closed")),
                When(reopened_at__isnull=False, then=Value("open")),
                When(opens_on__gt=on, then=Value("upcoming")),
                When(closes_on__gte=on, then=Value("open")),
                default=Value("closed"),
            )
        )

    def started_by(self, on):
        return self.filter(start_on__lte=on)

    def ended_by(self, on):
        return self.filter(end_on__lt=on)

    def current(self, on):
        """The period that the day lies in, if it is kept."""
        return self.filter(start_on__lte=on, end_on__gte=on).first()


class PeriodState(models.TextChoices):
    UPCOMING = "upcoming", _("not open yet")
    OPEN = "open", _("open")
    CLOSED = "closed", pgettext_lazy("a period", "closed")


class Period(Versioned):
    """A span that updates and values are reported for, with the days on which reporting opens, is due and closes."""

    code = models.CharField(max_length=16, unique=True)
    start_on = models.DateField()
    end_on = models.DateField()
    opens_on = models.DateField()
    due_on = models.DateField()
    closes_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopen_reason = models.TextField(blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting period")
        ordering = ["start_on"]
        constraints = [
            models.CheckConstraint(
                name="a_period_opens_before_it_is_due_and_closes_last",
                condition=Q(start_on__lt=F("end_on"), opens_on__lte=F("due_on"), due_on__lte=F("closes_on")),
            ),
            models.CheckConstraint(
                name="a_reopened_period_says_why",
                condition=Q(reopened_at=None) | ~Q(reopen_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def state(self, on) -> str:
        """One of PeriodState's values on the day."""
        if self.closed_at is not None:
            return PeriodState.CLOSED
        if self.reopened_at is not None:
            return PeriodState.OPEN
        if on < self.opens_on:
            return PeriodState.UPCOMING
        return PeriodState.OPEN if on <= self.closes_on else PeriodState.CLOSED

    def is_open(self, on) -> bool:
        return self.state(on) == PeriodState.OPEN


class TextRevision(models.Model):
    """A text as it stood before somebody rewrote it: published texts are never overwritten without a trace."""

    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    text = TranslatedField()
    replaced_at = models.DateTimeField()

    class Meta:
        verbose_name = _("earlier text")
        ordering = ["target_type", "target_id", "field", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["target_type", "target_id", "field", "version"],
                name="each_version_of_a_text_is_kept_once",
            )
        ]


class IdempotencyRecord(models.Model):
    """An answered request: the same key from the same person gets the same answer, and no second effect."""

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("answered request")
        constraints = [
            models.UniqueConstraint(fields=["user_id", "key"], name="a_key_is_answered_once_per_person")
        ]
        indexes = [models.Index(fields=["created_at"], name="answered_requests_by_age")]


class JobState(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")


class JobQuerySet(models.QuerySet):
    def claimable(self, at):
        """Queued, or running under a lease that nobody renewed."""
        return self.filter(Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=at))


class Job(models.Model):
    """Long work that was asked for: this row is the record, a message on the broker only wakes a worker."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    lease_until = models.DateTimeField(null=True, blank=True)
    stage = models.CharField(max_length=80, blank=True)
    percent_done = models.PositiveSmallIntegerField(default=0)
    failure_code = models.CharField(max_length=60, blank=True)
    failure_detail = models.TextField(blank=True)
    requested_by_id = models.BigIntegerField(null=True)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        ordering = ["-requested_at"]
        indexes = [models.Index(fields=["state", "lease_until"], name="jobs_to_claim")]
        constraints = [
            models.CheckConstraint(name="a_job_is_at_most_all_done", condition=Q(percent_done__lte=100)),
            models.CheckConstraint(
                name="a_failed_job_says_why", condition=~Q(state="failed") | ~Q(failure_code="")
            ),
        ]


class Installation(models.Model):
    """One row of facts about this installation: whether its data is invented, and for which day.

    `figures_by` names the rules that the summary was worked out by, so that new rules work it out anew.
    """

    demonstration = models.BooleanField(default=False)
    demonstration_on = models.DateField(null=True, blank=True)
    figures_by = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("installation")
        constraints = [models.CheckConstraint(name="there_is_one_installation", condition=Q(id=1))]
