"""Asking for report definitions, editions and jobs."""

from __future__ import annotations

import django_filters

from core.filtersets import AskedFilterSet, WholeNumberFilter
from core.models import Job, JobState
from reports.choices import Cadence, EditionState, ScopeKind
from reports.models import ClosingAssessment, Edition, ReportDefinition


class DefinitionFilterSet(AskedFilterSet):
    ORDERS = {"code": ("code",), "updated_at": ("updated_at", "id")}
    USUAL_ORDER = "code"
    scope = django_filters.ChoiceFilter(choices=ScopeKind.choices)
    cadence = django_filters.ChoiceFilter(choices=Cadence.choices)
    bureau = django_filters.CharFilter(field_name="bureau__code", max_length=12)
    is_active = django_filters.BooleanFilter()

    class Meta:
        model = ReportDefinition
        fields = []


class EditionFilterSet(AskedFilterSet):
    ORDERS = {"end_on": ("end_on", "number", "id"), "number": ("number", "id")}
    USUAL_ORDER = "-end_on"
    report = django_filters.CharFilter(field_name="definition__code", max_length=60)
    period = django_filters.CharFilter(field_name="period_code", max_length=16)
    state = django_filters.ChoiceFilter(choices=EditionState.choices)
    number = WholeNumberFilter()
    check_code = django_filters.CharFilter(max_length=19)

    class Meta:
        model = Edition
        fields = []


class JobFilterSet(AskedFilterSet):
    ORDERS = {"requested_at": ("requested_at", "id")}
    USUAL_ORDER = "-requested_at"
    state = django_filters.ChoiceFilter(choices=JobState.choices)

    class Meta:
        model = Job
        fields = []


class AssessmentFilterSet(AskedFilterSet):
    ORDERS = {"updated_at": ("updated_at", "id"), "id": ("id",)}
    USUAL_ORDER = "id"
    plan = django_filters.CharFilter(field_name="plan__code", max_length=60)
    aim = WholeNumberFilter(field_name="aim_id")
    expected_result = WholeNumberFilter(field_name="expected_result_id")

    class Meta:
        model = ClosingAssessment
        fields = []
