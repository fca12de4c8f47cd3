"""The work that bureaus lead: what it is about, what it contributes to, and its dated steps."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import sight
from accounts.models import LANGUAGE_CHOICES, Bureau, User
from core.handling import Handling
from core.translations import TranslatedField
from core.versions import Versioned
from initiatives.choices import OPEN_STATES, InitiativeStatus
from objectives.models import Capability
from outcomes.models import ExpectedResult, Indicator

PERCENT = {"max_digits": 6, "decimal_places": 2}


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


def running_in(period, prefix: str = "") -> Q:
    """Work whose time touches the period and that was not given up, as a condition; `prefix` leads to the work."""
    touches = Q(**{f"{prefix}starts_on__lte": period.end_on, f"{prefix}ends_on__gte": period.start_on})
    return touches & ~Q(**{f"{prefix}status": InitiativeStatus.CANCELLED})


class InitiativeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Work the person may see. A partner bureau sees what its clearance allows, as anyone."""
        return self.filter(sight(user).initiatives())

    def there_at(self, moment):
        """Work that had been logged by the moment, or of which something sent by then is told; None is now."""
        if moment is None:
            return self
        told = _updates().filter(initiative=models.OuterRef("pk"), submitted_at__lte=moment)
        return self.filter(Q(created_at__lte=moment) | models.Exists(told))

    def running_in(self, period):
        """Work whose time touches the period and that was not given up."""
        return self.filter(running_in(period))

    def led_by(self, bureau):
        return self.filter(lead_bureau=bureau)

    def owing(self, period):
        """Work that should have an update for the period and has not sent one."""
        sent = (
            _updates()
            .filter(initiative=models.OuterRef("pk"), period=period, submitted_at__isnull=False)
            .exclude(state__in=OPEN_STATES)
        )
        return self.running_in(period).filter(~models.Exists(sent))


def _updates():
    """What is said about work is told in a module that stands on this one."""
    from initiatives.models.updates import Update

    return Update.objects


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
    handling = models.PositiveSmallIntegerField(_("handling"), choices=Handling.choices, default=Handling.INTERNAL)
    expected_results = models.ManyToManyField(
        ExpectedResult, through="Contribution", related_name="initiatives", verbose_name=_("expected results")
    )
    capabilities = models.ManyToManyField(
        Capability, blank=True, related_name="initiatives", verbose_name=_("capabilities")
    )
    crime_areas = models.ManyToManyField(
        CrimeArea, blank=True, related_name="initiatives", verbose_name=_("crime areas")
    )
    indicators = models.ManyToManyField(Indicator, blank=True, related_name="initiatives", verbose_name=_("indicators"))
    budget_eur = models.DecimalField(_("budget (EUR)"), max_digits=14, decimal_places=2, null=True, blank=True)
    staff_fte = models.DecimalField(
        _("staff (full-time equivalents)"), max_digits=7, decimal_places=2, null=True, blank=True
    )

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("initiative")
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.CheckConstraint(name="an_initiative_ends_after_it_starts", condition=Q(starts_on__lte=F("ends_on"))),
            models.CheckConstraint(
                name="resources_are_never_negative",
                condition=(Q(budget_eur=None) | Q(budget_eur__gte=0)) & (Q(staff_fte=None) | Q(staff_fte__gte=0)),
            ),
        ]
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="initiatives_latest"),
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
    expected_result = models.ForeignKey(ExpectedResult, on_delete=models.PROTECT, related_name="contributions")
    share = models.DecimalField(_("share (percent)"), **PERCENT)

    class Meta:
        verbose_name = _("contribution")
        ordering = ["initiative", "expected_result"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "expected_result"], name="an_initiative_contributes_once_to_a_result"
            ),
            models.CheckConstraint(name="a_share_is_within_100_percent", condition=Q(share__gt=0, share__lte=100)),
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
