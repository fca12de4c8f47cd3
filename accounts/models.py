"""Who there is: member countries, bureaus, and the people who work in them."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
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
