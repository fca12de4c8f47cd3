"""Asking for countries, bureaus, people and audit records."""

from __future__ import annotations

import django_filters
from django.db.models import Q, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from accounts.models import Bureau, BureauKind, MemberCountry, Region, Role, User
from core.filtersets import AskedFilterSet, WholeNumberFilter
from core.models import AuditRecord
from core.translations import LANGUAGES


def in_any_language(queryset, field: str, text: str):
    """Rows whose text holds the words in one of the four languages."""
    found = Q()
    for language in LANGUAGES:
        name = f"{field}_{language}"
        queryset = queryset.alias(
            **{name: Cast(KeyTextTransform(language, KeyTextTransform("texts", field)), TextField())}
        )
        found |= Q(**{f"{name}__icontains": text})
    return queryset.filter(found)


class NamedFilterSet(AskedFilterSet):
    """A list of things with a name in four languages."""

    search = django_filters.CharFilter(method="search_name", max_length=200)

    def search_name(self, queryset, name, value):
        return in_any_language(queryset, "name", value)


class RegionFilterSet(NamedFilterSet):
    ORDERS = {"position": ("position", "code"), "code": ("code",)}
    USUAL_ORDER = "position"

    class Meta:
        model = Region
        fields = []


class MemberCountryFilterSet(NamedFilterSet):
    ORDERS = {"iso2": ("iso2",), "iso3": ("iso3",)}
    USUAL_ORDER = "iso2"
    region = django_filters.CharFilter(field_name="region__code", max_length=40)
    member_on = django_filters.DateFilter(method="members_on")

    class Meta:
        model = MemberCountry
        fields = []

    def members_on(self, queryset, name, value):
        return queryset.members_on(value)


class BureauFilterSet(NamedFilterSet):
    ORDERS = {"code": ("code",), "updated_at": ("updated_at", "id")}
    USUAL_ORDER = "code"
    kind = django_filters.ChoiceFilter(choices=BureauKind.choices)
    region = django_filters.CharFilter(field_name="region__code", max_length=40)
    country = django_filters.CharFilter(field_name="country__iso2", lookup_expr="iexact", max_length=2)
    is_active = django_filters.BooleanFilter()

    class Meta:
        model = Bureau
        fields = []


class PersonFilterSet(AskedFilterSet):
    ORDERS = {"full_name": ("full_name", "id"), "email": ("email",), "updated_at": ("updated_at", "id")}
    USUAL_ORDER = "full_name"
    search = django_filters.CharFilter(method="search_person", max_length=200)
    role = django_filters.MultipleChoiceFilter(choices=Role.choices)
    bureau = django_filters.CharFilter(field_name="bureau__code", max_length=12)
    is_active = django_filters.BooleanFilter()

    class Meta:
        model = User
        fields = []

    def search_person(self, queryset, name, value):
        return queryset.filter(Q(full_name__icontains=value) | Q(email__icontains=value))


class AuditFilterSet(AskedFilterSet):
    ORDERS = {"seq": ("seq",)}
    USUAL_ORDER = "-seq"
    target_type = django_filters.CharFilter(max_length=60)
    target_id = django_filters.CharFilter(max_length=60)
    actor = WholeNumberFilter(field_name="actor_id")
    action = django_filters.CharFilter(max_length=80)
    bureau = WholeNumberFilter(field_name="bureau_id")
    request_id = django_filters.CharFilter(max_length=64)
    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    until = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt")

    class Meta:
        model = AuditRecord
        fields = []
