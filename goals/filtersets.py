"""Asking for plans and aims."""

from __future__ import annotations

import django_filters

from accounts.filtersets import in_any_language
from core.filtersets import AskedFilterSet
from goals.models import Aim, Plan, PlanKind, PlanStatus


class PlanFilterSet(AskedFilterSet):
    ORDERS = {"start_on": ("start_on", "id"), "code": ("code",), "updated_at": ("updated_at", "id")}
    USUAL_ORDER = "-start_on"
    kind = django_filters.ChoiceFilter(choices=PlanKind.choices)
    status = django_filters.MultipleChoiceFilter(choices=PlanStatus.choices)
    covering = django_filters.DateFilter(method="plans_covering")
    search = django_filters.CharFilter(method="search_title", max_length=200)

    class Meta:
        model = Plan
        fields = []

    def plans_covering(self, queryset, name, value):
        return queryset.covering(value)

    def search_title(self, queryset, name, value):
        return in_any_language(queryset, "title", value)


class AimFilterSet(AskedFilterSet):
    ORDERS = {"number": ("plan_id", "number"), "updated_at": ("updated_at", "id")}
    USUAL_ORDER = "number"
    plan = django_filters.CharFilter(field_name="plan__code", max_length=60)
    search = django_filters.CharFilter(method="search_title", max_length=200)

    class Meta:
        model = Aim
        fields = []

    def search_title(self, queryset, name, value):
        return in_any_language(queryset, "title", value)
