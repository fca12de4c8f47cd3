"""What is kept about chasing: more time that was asked for, the schedule of reminders, every letter, and how people wish to be told."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import NOTHING, may, own_bureau_id
from accounts.models import Bureau, User
from core.models import Period
from core.versions import Versioned


class ExtensionState(models.TextChoices):
    ASKED = "asked", _("waits for an answer")
    GRANTED = "granted", _("granted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ExtensionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Reviewers see every request; people of a bureau those of their own."""
        if may(user, "review.read"):
            return self
        bureau_id = own_bureau_id(user)
        return self.filter(Q(bureau=bureau_id) if bureau_id else NOTHING)

    def waiting(self):
        return self.filter(state=ExtensionState.ASKED).order_by("asked_at", "id")

    def granted(self):
        return self.filter(state=ExtensionState.GRANTED)

    def granted_until(self, bureau_id: int, period_id: int):
        """The last day that the bureau was given for the period, or None."""
        return self.days_granted(bureau_id, period_id).aggregate(until=models.Max("granted_until"))["until"]

    def days_granted(self, bureau_id: int, period_id: int):
        """Every last day that the bureau was given for the period."""
        return self.granted().filter(bureau=bureau_id, period=period_id).values_list("granted_until", flat=True)


class Extension(Versioned):
    """More time that a bureau asks for in one period: asked, then granted or declined by an officer with a reason."""

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="extensions")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="extensions")
    until_on = models.DateField(_("until"))
    reason = models.TextField(_("reason"), max_length=2000)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(User, on_delete=models.PROTECT, related_name="extension_requests")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ExtensionState.choices, default=ExtensionState.ASKED)
    granted_until = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True, max_length=2000)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for more time")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["bureau", "period"], condition=Q(state="asked"), name="a_bureau_asks_once_at_a_time"
            ),
            models.CheckConstraint(name="a_request_for_time_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="what_was_granted_says_until_when",
                condition=Q(state="granted", granted_until__isnull=False)
                | (~Q(state="granted") & Q(granted_until=None)),
            ),
            models.CheckConstraint(
                name="a_decision_says_who_when_and_why",
                condition=~Q(state__in=["granted", "declined"])
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bureau.code} {self.period.code}"


class ReminderSchedule(Versioned):
    """On which days bureaus are reminded and others told; one row, absent until somebody changes the usual one.

    Days are whole days on the bureau's own clock, before or after its due date; letters go from `hour` on.
    """

    days_before = ArrayField(models.PositiveSmallIntegerField(), default=list)
    days_after = ArrayField(models.PositiveSmallIntegerField(), default=list)
    head_after = models.PositiveSmallIntegerField(default=5)
    officer_after = models.PositiveSmallIntegerField(default=10)
    digest_weekday = models.PositiveSmallIntegerField(default=0)
    hour = models.PositiveSmallIntegerField(default=8)

    class Meta:
        verbose_name = _("schedule of reminders")
        constraints = [
            models.CheckConstraint(name="there_is_one_schedule_of_reminders", condition=Q(id=1)),
            models.CheckConstraint(
                name="the_head_hears_of_it_before_the_officer", condition=Q(head_after__lt=F("officer_after"))
            ),
            models.CheckConstraint(name="a_week_has_seven_days", condition=Q(digest_weekday__lte=6, hour__lte=23)),
        ]

    def __str__(self) -> str:
        return str(_("schedule of reminders"))


class LetterKind(models.TextChoices):
    BEFORE = "before", _("reminder before the due date")
    AFTER = "after", _("reminder after the due date")
    HEAD = "head", _("word to the bureau head")
    OFFICER = "officer", _("word to the strategy officers")
    CHASE = "chase", _("reminder by an officer")
    DIGEST = "digest", _("weekly digest")
    RETURNED = "returned", _("an update was returned")
    QUESTION = "question", _("a question was asked")
    DECIDED = "decided", _("an answer about more time")
    ASKED = "asked", _("a request for more time")
    CHANGES = "changes", _("weekly digest of what changed")


REMINDERS = [LetterKind.BEFORE, LetterKind.AFTER, LetterKind.CHASE]
ESCALATIONS = [LetterKind.HEAD, LetterKind.OFFICER]


class LetterState(models.TextChoices):
    """`uncertain`: the sender was cut off at the moment of handing it over; it is never sent by itself again."""

    WAITING = "waiting", _("waits to be sent")
    SENDING = "sending", _("is being sent")
    SENT = "sent", _("sent")
    REFUSED = "refused", _("refused by the mail server")
    UNCERTAIN = "uncertain", _("may not have arrived")
    NOT_NEEDED = "not_needed", _("no longer needed")
    UNDONE = "undone", _("taken back")


class LetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Reviewers see every letter; everyone else those that were written to them."""
        return self if may(user, "review.read") else self.filter(recipient=user.pk)

    def due(self, at):
        return self.filter(state=LetterState.WAITING, send_after__lte=at)


class Letter(models.Model):
    """One e-mail to one person: written here first, under a key that can be used once, and sent from here alone."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=10, choices=LetterKind.choices)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="letters")
    bureau = models.ForeignKey(Bureau, null=True, blank=True, on_delete=models.PROTECT, related_name="letters")
    period = models.ForeignKey(Period, null=True, blank=True, on_delete=models.PROTECT, related_name="letters")
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.WAITING)
    written_at = models.DateTimeField()
    send_after = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    batch = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        ordering = ["-written_at", "-id"]
        indexes = [
            models.Index(fields=["send_after"], condition=Q(state="waiting"), name="letters_to_send"),
            models.Index(fields=["period", "bureau"], name="letters_about_a_period"),
            models.Index(fields=["recipient", "-written_at"], name="letters_to_a_person"),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="letters_of_a_batch"),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_sent_letter_says_when", condition=~Q(state="sent") | Q(sent_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.key


class MailChoice(Versioned):
    """How a person wishes to hear of what happens: once a week in one letter, the usual way, or each time at once.

    It says nothing about reminders and escalation, which nobody switches off. Who `follows_changes` gets a letter each week
    that leads to what changed in the plans.
    """

    class Way(models.TextChoices):
        DIGEST = "digest", _("once a week, in one letter")
        EACH = "each", _("each time, at once")

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="mail_choice")
    way = models.CharField(max_length=6, choices=Way.choices, default=Way.DIGEST)
    follows_changes = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("choice of letters")

    def __str__(self) -> str:
        return str(self.person)


def new_batch() -> uuid.UUID:
    return uuid.uuid4()
