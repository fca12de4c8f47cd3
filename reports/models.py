"""Reports that are kept: what is asked for again and again, and the editions that were filed and never change."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Bureau, Region, User
from core.handling import Handling
from core.translations import TranslatedField
from core.versions import Versioned
from goals.models import Aim, Plan
from outcomes.models import ExpectedResult

from .choices import CLOSES_AFTER, Cadence, EditionState, ScopeKind, reason_words
from .querysets import EditionQuerySet, ReportDefinitionQuerySet


def all_languages() -> list[str]:
    return ["ar", "en", "es", "fr"]


class ReportDefinition(Versioned):
    """A report that is made again and again: what it is about, how often, in which languages and for whom.

    `starts_on` is the first day of the first period that the scheduler makes it for; without it, it is made by hand.
    """

    code = models.SlugField(_("code"), max_length=60, unique=True)
    title = TranslatedField()
    scope = models.CharField(_("scope"), max_length=8, choices=ScopeKind.choices, default=ScopeKind.ALL)
    plan = models.ForeignKey(
        Plan, verbose_name=_("plan"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    aim = models.ForeignKey(
        Aim, verbose_name=_("aim"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey(
        Region, verbose_name=_("region"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    bureau = models.ForeignKey(
        Bureau, verbose_name=_("bureau"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cadence = models.CharField(_("cadence"), max_length=12, choices=Cadence.choices, default=Cadence.QUARTERLY)
    languages = ArrayField(models.CharField(max_length=2), verbose_name=_("languages"), default=all_languages)
    handling = models.PositiveSmallIntegerField(
        _("highest handling level used"), choices=Handling.choices, default=Handling.INTERNAL
    )
    recipients = models.ManyToManyField(User, verbose_name=_("recipients"), blank=True, related_name="receives_reports")
    starts_on = models.DateField(_("made by the scheduler from"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ReportDefinitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("report definition")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="a_report_is_about_what_its_scope_says",
                condition=Q(scope="all", plan=None, aim=None, region=None, bureau=None)
                | Q(scope="plan", plan__isnull=False, aim=None, region=None, bureau=None)
                | Q(scope="aim", plan=None, aim__isnull=False, region=None, bureau=None)
                | Q(scope="region", plan=None, aim=None, region__isnull=False, bureau=None)
                | Q(scope="bureau", plan=None, aim=None, region=None, bureau__isnull=False),
            ),
            models.CheckConstraint(name="a_report_speaks_at_least_one_language", condition=Q(languages__len__gte=1)),
        ]

    def __str__(self) -> str:
        return self.code


class Edition(models.Model):
    """A filed progress report: frozen facts, files, checksums. It never changes and is never deleted.

    Twins of one edition share its number and period and differ in `clearance`: each shows what a reader of that
    clearance may see. `level` is the highest handling level really used in it, `left_out` how many things are not.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField()
    definition = models.ForeignKey(ReportDefinition, on_delete=models.PROTECT, related_name="editions")
    period_code = models.CharField(max_length=16)
    start_on = models.DateField()
    end_on = models.DateField()
    revision = models.PositiveIntegerField(default=1)
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by")
    correction_reason = models.TextField(blank=True)
    clearance = models.PositiveSmallIntegerField(choices=Handling.choices)
    level = models.PositiveSmallIntegerField(choices=Handling.choices)
    snapshot = models.JSONField()
    snapshot_format = models.PositiveSmallIntegerField()
    snapshot_sha256 = models.CharField(max_length=64)
    check_code = models.CharField(max_length=19, unique=True)
    languages = ArrayField(models.CharField(max_length=2))
    left_out = models.PositiveIntegerField(default=0)
    as_of = models.DateTimeField()
    state = models.CharField(max_length=10, choices=EditionState.choices, default=EditionState.FROZEN)
    requested_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawal_reason = models.TextField(blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        ordering = ["-end_on", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "period_code", "revision", "clearance"],
                name="a_report_has_one_edition_per_period_and_revision",
            ),
            models.UniqueConstraint(fields=["number", "clearance"], name="an_edition_has_its_own_number"),
            models.CheckConstraint(name="an_edition_shows_no_more_than_its_clearance", condition=Q(level__lte=F("clearance"))),
            models.CheckConstraint(
                name="a_correction_names_what_it_corrects",
                condition=Q(revision=1, corrects=None)
                | (Q(revision__gt=1, corrects__isnull=False) & ~Q(correction_reason="")),
            ),
            models.CheckConstraint(
                name="a_withdrawn_edition_says_why",
                condition=~Q(state="withdrawn")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
            ),
            models.CheckConstraint(
                name="a_filed_edition_says_when", condition=Q(state="frozen") | Q(filed_at__isnull=False)
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["-end_on", "-number"], name="editions_latest")]

    def __str__(self) -> str:
        return f"{self.number} ({self.definition.code} {self.period_code})"

    @property
    def is_withdrawn(self) -> bool:
        return self.state == EditionState.WITHDRAWN

    @property
    def is_interim(self) -> bool:
        """Whether its facts were taken before the reporting of its period closed; a later edition takes its place."""
        return self.as_of.date() <= self.end_on + CLOSES_AFTER

    @property
    def why_corrected(self) -> str:
        """The reason of the correction, in the reader's language where it is the scheduler's."""
        return reason_words(self.correction_reason)


class EditionFile(models.Model):
    """One drawn file of an edition: where it is kept, its checksum, and what had to be given up to draw it.

    `drawn_with` names the drawing (code, templates, catalogues, engines): the same one gives the same bytes again.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="files")
    language = models.CharField(max_length=2)
    form = models.CharField(max_length=5)
    storage_key = models.CharField(max_length=200, unique=True)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(null=True)
    notes = models.JSONField(default=list)
    drawn_with = models.CharField(max_length=12, default="")
    drawn_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file of an edition")
        ordering = ["edition", "language", "form"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "language", "form"], name="an_edition_has_each_file_once"),
            models.CheckConstraint(name="a_file_is_never_empty", condition=Q(size__gt=0)),
        ]
        indexes = [models.Index(fields=["sha256"], name="files_by_checksum")]

    def __str__(self) -> str:
        return f"{self.edition} {self.language} {self.form}"


class EditionNotice(models.Model):
    """One message to one recipient about one edition: the row comes before the message, so there is never a second."""

    number = models.PositiveIntegerField()
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="notices")
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("message about an edition")
        constraints = [
            models.UniqueConstraint(fields=["number", "recipient"], name="a_person_hears_once_of_an_edition")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.recipient_id}"


class ClosingAssessmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(plan__in=Plan.objects.visible_to(user).values("pk"))


class ClosingAssessment(Versioned):
    """What officers say, in their own words, of a closed plan, of one of its aims or of one expected result.

    Of the plan itself it is the overall lesson. It stands beside the computed closing facts and is frozen into each
    edition that is filed after it was written.
    """

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="assessments")
    aim = models.ForeignKey(
        Aim, verbose_name=_("aim"), null=True, blank=True, on_delete=models.PROTECT, related_name="assessments"
    )
    expected_result = models.ForeignKey(
        ExpectedResult,
        verbose_name=_("expected result"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assessments",
    )
    text = TranslatedField()
    written_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ClosingAssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing assessment")
        ordering = ["plan", "pk"]
        constraints = [
            models.CheckConstraint(
                name="an_assessment_is_about_one_thing", condition=Q(aim=None) | Q(expected_result=None)
            ),
            models.UniqueConstraint(
                fields=["plan", "aim", "expected_result"], nulls_distinct=False, name="a_thing_is_assessed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.aim_id or ''} {self.expected_result_id or ''}".strip()
