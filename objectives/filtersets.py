"""Asking for capabilities."""

from __future__ import annotations

import django_filters

from accounts.filtersets import NamedFilterSet
from objectives.models import Capability


class CapabilityFilterSet(NamedFilterSet):
    ORDERS = {"number": ("plan_id", "number"), "updated_at": ("updated_at", "id")}
    USUAL_ORDER = "number"
    plan = django_filters.CharFilter(field_name="plan__code", max_length=60)

    class Meta:
        model = Capability
        fields = []
