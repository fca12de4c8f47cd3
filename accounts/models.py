"""Who there is: member countries, bureaus, and the people who work in them."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.handling import Handling
from core.translations import TranslatedField
from core.versions import Versioned

LANGUAGE_CHOICES = [("en", "English"), ("fr", "Français"), ("es", "Español"), ("ar", "العربية")]


class Role(models.TextChoices):
    LIAISON = "liaison", _("liaison")
    HEAD = "head", _("bureau head")
    OFFICER = "officer", _("strategy officer")
    LEADER = "leader", _("leadership")
    AUDITOR = "auditor", _("auditor")
    ADMIN = "admin", _("administrator")


class Region(models.Model):
    """A part of the world that the organisation works in."""

    code = models.SlugField(max_length=40, unique=True)
    name = TranslatedField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("region")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return str(self.name)


class MemberCountryQuerySet(models.QuerySet):
    def members_on(self, on):
        """Countries that were members on the day; an unknown first day means before our records."""
        joined = Q(member_from=None) | Q(member_from__lte=on)
        stayed = Q(member_until=None) | Q(member_until__gte=on)
        return self.filter(joined & stayed)


class MemberCountry(models.Model):
    """A country that is, or was, a member of the organisation."""

    iso2 = models.CharField(max_length=2, unique=True)
    iso3 = models.CharField(max_length=3, unique=True)
    m49 = models.CharField(max_length=3, blank=True)
    name = TranslatedField()
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="countries")
    official_languages = ArrayField(models.CharField(max_length=12), default=list)
    member_from = models.DateField(null=True, blank=True)
    member_until = models.DateField(null=True, blank=True)

    objects = MemberCountryQuerySet.as_manager()

    class Meta:
        verbose_name = _("member country")
        ordering = ["iso2"]
        constraints = [
            models.CheckConstraint(
                name="a_membership_ends_after_it_begins",
                condition=Q(member_from=None) | Q(member_until=None) | Q(member_from__lt=F("member_until")),
            )
        ]

    def __str__(self) -> str:
        return str(self.name)


class BureauKind(models.TextChoices):
    NCB = "ncb", _("National Central Bureau")
    UNIT = "unit", _("unit of the General Secretariat")


class Bureau(Versioned):
    """A National Central Bureau of a member country, or a unit of the General Secretariat."""

    code = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=4, choices=BureauKind.choices)
    country = models.OneToOneField(
        MemberCountry, null=True, blank=True, on_delete=models.PROTECT, related_name="bureau"
    )
    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="bureaus"
    )
    name = TranslatedField()
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, default="en")
    time_zone = models.CharField(max_length=60, default="UTC")
    requires_head_approval = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("bureau")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="a_national_bureau_has_a_country_and_a_unit_has_none",
                condition=Q(kind="ncb", country__isnull=False) | Q(kind="unit", country=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.name)


class UserManager(BaseUserManager):
    def get_by_natural_key(self, username):
        """E-mail addresses are one person's whatever their capitals."""
        return self.get(email__iexact=username)


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)


class User(AbstractBaseUser, Versioned):
    """A person who signs in with an e-mail address, works for at most one bureau and holds one role."""

    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    bureau = models.ForeignKey(Bureau, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    clearance = models.PositiveSmallIntegerField(
        _("clearance"), choices=Handling.choices, default=Handling.INTERNAL
    )
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    is_active = models.BooleanField(_("active"), default=True)
    start_page = models.CharField(_("start page"), max_length=40, blank=True)
    one_at_a_time = models.BooleanField(_("one question at a time"), default=False)
    single_keys = models.BooleanField(_("single keys in review"), default=True)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name", "role"]

    class Meta:
        verbose_name = _("person")
        ordering = ["full_name"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="an_email_address_is_one_persons"),
            models.CheckConstraint(
                name="liaisons_and_heads_belong_to_a_bureau",
                condition=~Q(role__in=["liaison", "head"]) | Q(bureau__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email


class OpenSession(AbstractBaseSession):
    """A browser that somebody is signed in with; `person_id` and `agent` let its owner find and end it."""

    person_id = models.BigIntegerField(null=True, db_index=True)
    agent = models.CharField(max_length=80, blank=True)
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("session")

    @classmethod
    def get_session_store_class(cls):
        from accounts.sessions import SessionStore

        return SessionStore


class SavedViewQuerySet(models.QuerySet):
    def open_to(self, user):
        """One's own views, and those that officers share."""
        return self.filter(Q(owner=user) | Q(is_shared=True)).order_by("is_shared", Lower("name"), "id")


class SavedView(Versioned):
    """A list as somebody asked for it, under a name: the filters, order and columns of its address."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    is_shared = models.BooleanField(_("shared with everyone"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="a_person_names_each_view_once"),
            models.CheckConstraint(name="a_view_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class UndoableAct(models.Model):
    """An act on many records that the person who did it may take back for some minutes.

    `items` is what the taking back needs, a dict for each record; `kind` names the act that reads it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    items = models.JSONField(default=list)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("act that can be taken back")
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["person", "-made_at"], name="acts_of_a_person")]
        constraints = [
            models.CheckConstraint(name="an_act_can_be_undone_for_a_while", condition=Q(ends_at__gt=F("made_at")))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.made_at:%Y-%m-%d %H:%M}"
