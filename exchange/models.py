"""Files that came in: what they are, how far they are, and what became of them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Bureau, User
from core.models import Job, Period
from core.versions import Versioned
from goals.models import Plan
from initiatives.models import Initiative


class Kind(models.TextChoices):
    """What the rows of a file are about."""

    UPDATES = "updates", _("a bureau's updates")
    INITIATIVES = "initiatives", _("initiatives")
    INDICATORS = "indicators", _("indicators")


class State(models.TextChoices):
    """Where a file is: read by a worker first, then looked at by a person, and applied only on their word."""

    WAITING = "waiting", _("being read")
    READ = "read", _("waits for your word")
    APPLIED = "applied", _("applied")
    REFUSED = "refused", _("refused")
    DISCARDED = "discarded", _("discarded")


class UploadQuerySet(models.QuerySet):
    def updates_of(self, bureau_id):
        return self.filter(kind=Kind.UPDATES, bureau=bureau_id)

    def of_what_exists(self):
        """Initiatives and indicators that an organisation has already."""
        return self.exclude(kind=Kind.UPDATES)


class Upload(Versioned):
    """A file that somebody brought. Nothing of it counts before it is applied, all of it at once.

    `sheets` holds its cells as they were read, until it is applied or discarded; the file itself is gone by then.
    `refusal` says why it was not read: a code, what belongs into its words, and the sheet and cell where there is one.
    `outcome` says what became of every row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    bureau = models.ForeignKey(Bureau, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, default="en")
    name = models.CharField(max_length=200)
    form = models.CharField(max_length=4, choices=[("xlsx", "XLSX"), ("csv", "CSV")])
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=120, blank=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sheets = models.JSONField(default=list, blank=True)
    refusal = models.JSONField(default=dict, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    outcome = models.JSONField(default=dict, blank=True)
    applied_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("file that came in")
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="a_bureaus_workbook_says_whose_and_for_when",
                condition=~Q(kind="updates") | Q(bureau__isnull=False, period__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["bureau", "period", "sha256"],
                condition=Q(kind="updates", state="applied"),
                name="a_bureaus_file_is_applied_once",
            ),
            models.CheckConstraint(
                name="what_was_applied_says_when_and_by_whom",
                condition=~Q(state="applied") | Q(applied_at__isnull=False, applied_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["bureau", "-uploaded_at"], name="uploads_of_a_bureau")]

    def __str__(self) -> str:
        return self.name


class Origin(models.Model):
    """The name under which an organisation's own list knows an initiative, so that the list may be brought again."""

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=100)
    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="origins")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("origin of an initiative")
        constraints = [models.UniqueConstraint(fields=["bureau", "reference"], name="a_reference_is_one_initiative")]

    def __str__(self) -> str:
        return self.reference
