"""Shapes of who there is: regions, member countries, bureaus, people, tokens and the audit trail."""

from __future__ import annotations

from rest_framework import serializers

from accounts.models import LANGUAGE_CHOICES, Bureau, BureauKind, MemberCountry, Region, Role
from accounts.tokens import MOST_DAYS, USUAL_DAYS
from core.handling import Handling
from core.references import Reference
from core.serializers import (
    Choice,
    HandlingField,
    ReadSerializer,
    StrictSerializer,
    Text,
    TextChanges,
    TranslatedBody,
    TranslatedText,
    Whole,
    YesNo,
)


class RegionRow(ReadSerializer):
    code = serializers.CharField()
    name = TranslatedText()
    position = serializers.IntegerField()


class MemberCountryRow(ReadSerializer):
    iso2 = serializers.CharField()
    iso3 = serializers.CharField()
    m49 = serializers.CharField()
    name = TranslatedText()
    region = serializers.CharField(source="region.code")
    official_languages = serializers.ListField(child=serializers.CharField())
    member_from = serializers.DateField(allow_null=True)
    member_until = serializers.DateField(allow_null=True)


class BureauRow(ReadSerializer):
    code = serializers.CharField()
    version = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=BureauKind.choices)
    country = serializers.CharField(source="country.iso2", allow_null=True)
    region = serializers.CharField(source="region.code", allow_null=True)
    name = TranslatedText()
    language = serializers.ChoiceField(choices=LANGUAGE_CHOICES)
    time_zone = serializers.CharField()
    requires_head_approval = serializers.BooleanField()
    is_active = serializers.BooleanField()


class PersonRow(ReadSerializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    full_name = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=Role.choices)
    bureau = serializers.CharField(source="bureau.code", allow_null=True)
    language = serializers.ChoiceField(choices=LANGUAGE_CHOICES)
    time_zone = serializers.CharField()
    is_active = serializers.BooleanField()


class OwnRow(PersonRow):
    """What people see of themselves: also how far they are cleared."""

    clearance = HandlingField()


class PreferencesBody(StrictSerializer):
    language = Choice(choices=LANGUAGE_CHOICES, required=False)
    time_zone = Text(max_length=60, required=False)


class PersonBody(StrictSerializer):
    """A new person; they choose a password by a letter (`invite`), or by the link that `reset-password` gives."""

    email = Text(max_length=254)
    full_name = Text(max_length=200)
    role = Choice(choices=Role.choices)
    bureau = Reference(visible=lambda user: Bureau.objects.all(), column="code", allow_null=True, default=None)
    clearance = HandlingField(default=Handling.INTERNAL)
    language = Choice(choices=LANGUAGE_CHOICES, default="en")


class PersonChanges(PersonBody):
    """A change of role, bureau or clearance says why."""

    reason = Text(max_length=2000, allow_blank=True, required=False)


class PersonRecord(PersonRow):
    """What an administrator keeps of a person."""

    clearance = HandlingField()


class InvitedRow(PersonRecord):
    """The only time that the link to a password is shown: a path of this site."""

    password_link = serializers.CharField()


class BureauBody(StrictSerializer):
    code = Text(max_length=12)
    kind = Choice(choices=BureauKind.choices)
    name = TranslatedBody()
    country = Reference(
        visible=lambda user: MemberCountry.objects.all(), column="iso2", allow_null=True, default=None
    )
    region = Reference(visible=lambda user: Region.objects.all(), column="code", allow_null=True, default=None)
    language = Choice(choices=LANGUAGE_CHOICES, default="en")
    time_zone = Text(max_length=60, default="UTC")
    requires_head_approval = YesNo(default=False)


class BureauChanges(StrictSerializer):
    """Ending a bureau, or taking it up again, says why."""

    name = TextChanges(required=False)
    region = Reference(
        visible=lambda user: Region.objects.all(), column="code", allow_null=True, required=False
    )
    language = Choice(choices=LANGUAGE_CHOICES, required=False)
    time_zone = Text(max_length=60, required=False)
    requires_head_approval = YesNo(required=False)
    is_active = YesNo(required=False)
    reason = Text(max_length=2000, allow_blank=True, required=False)


class TokenRow(ReadSerializer):
    key = serializers.CharField(source="token_key")
    created_at = serializers.DateTimeField(source="created")
    expires_at = serializers.DateTimeField(source="expiry", allow_null=True)


class NewTokenRow(TokenRow):
    """The only time that the token itself is shown."""

    token = serializers.CharField()


class TokenBody(StrictSerializer):
    days = Whole(min_value=1, max_value=MOST_DAYS, default=USUAL_DAYS)


class AuditRow(ReadSerializer):
    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor_id = serializers.IntegerField(allow_null=True)
    actor = serializers.CharField(source="actor_label")
    action = serializers.CharField()
    target_type = serializers.CharField()
    target_id = serializers.CharField()
    target = serializers.CharField(source="target_label")
    bureau_id = serializers.IntegerField(allow_null=True)
    before = serializers.DictField()
    after = serializers.DictField()
    reason = serializers.CharField()
    request_id = serializers.CharField()
    previous_hash = serializers.CharField()
    hash = serializers.CharField()
