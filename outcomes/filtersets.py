"""Asking for results, indicators, values, summaries, periods and the crosswalk."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import django_filters
from django.db.models import Q

from accounts.filtersets import in_any_language
from core.filtersets import AskedFilterSet, WholeNumberFilter
from core.models import Period, PeriodState
from outcomes.choices import (
    CrosswalkKind,
    Direction,
    Frequency,
    IndicatorState,
    Kind,
    Measure,
    Origin,
    ProposalState,
    Status,
    ValueState,
)
from outcomes.models import (
    Crosswalk,
    ExpectedResult,
    Indicator,
    Judgement,
    Measurement,
    NodeType,
    ProposalStage,
    ProposedValue,
    RollUp,
    ThresholdSet,
    Weight,
)


class ProposedValueFilterSet(AskedFilterSet):
    ORDERS = {"proposed_at": ("proposed_at", "id"), "updated_at": ("updated_at", "id")}
    USUAL_ORDER = "-proposed_at"
    stage = django_filters.ChoiceFilter(choices=ProposalStage.choices)
    indicator = django_filters.CharFilter(field_name="indicator__code", max_length=24)
    period = django_filters.CharFilter(field_name="period__code", max_length=16)

    class Meta:
        model = ProposedValue
        fields = []


def end_of(day):
    """The last moment of the day: what was recorded on it was known on it."""
    return datetime.combine(day + timedelta(days=1), time.min, UTC) - timedelta(microseconds=1)


class PeriodFilterSet(AskedFilterSet):
    ORDERS = {"start_on": ("start_on", "id"), "due_on": ("due_on", "id")}
    USUAL_ORDER = "-start_on"
    state = django_filters.ChoiceFilter(field_name="state_on", choices=PeriodState.choices)
    covering = django_filters.DateFilter(method="periods_covering")

    class Meta:
        model = Period
        fields = []

    def periods_covering(self, queryset, name, value):
        return queryset.filter(start_on__lte=value, end_on__gte=value)


class ExpectedResultFilterSet(AskedFilterSet):
    ORDERS = {"number": ("aim_id", "number"), "updated_at": ("updated_at", "id")}
    USUAL_ORDER = "number"
    plan = django_filters.CharFilter(field_name="aim__plan__code", max_length=60)
    aim = WholeNumberFilter(field_name="aim_id")
    origin = django_filters.ChoiceFilter(choices=Origin.choices)
    search = django_filters.CharFilter(method="search_text", max_length=200)

    class Meta:
        model = ExpectedResult
        fields = []

    def search_text(self, queryset, name, value):
        return in_any_language(queryset, "text", value)


class IndicatorFilterSet(AskedFilterSet):
    ORDERS = {"code": ("code",), "updated_at": ("updated_at", "id")}
    USUAL_ORDER = "code"
    plan = django_filters.CharFilter(field_name="expected_result__aim__plan__code", max_length=60)
    aim = WholeNumberFilter(field_name="expected_result__aim_id")
    expected_result = WholeNumberFilter(field_name="expected_result_id")
    kind = django_filters.MultipleChoiceFilter(choices=Kind.choices)
    direction = django_filters.MultipleChoiceFilter(choices=Direction.choices)
    frequency = django_filters.MultipleChoiceFilter(choices=Frequency.choices)
    state = django_filters.MultipleChoiceFilter(choices=IndicatorState.choices)
    search = django_filters.CharFilter(method="search_name", max_length=200)

    class Meta:
        model = Indicator
        fields = []

    def search_name(self, queryset, name, value):
        return in_any_language(queryset, "name", value)


class RevisedFilterSet(AskedFilterSet):
    """Facts that are replaced and never overwritten: the present ones, those of a day, or all."""

    ORDERS = {"recorded_at": ("recorded_at", "id"), "id": ("id",)}
    USUAL_ORDER = "-recorded_at"
    as_of = django_filters.DateFilter(method="unchanged")
    all_revisions = django_filters.BooleanFilter(method="unchanged")

    @classmethod
    def unasked(cls, queryset):
        return queryset.current()

    def unchanged(self, queryset, name, value):
        return queryset

    def filter_queryset(self, queryset):
        day = self.form.cleaned_data.get("as_of")
        if day is not None:
            queryset = queryset.known_at(end_of(day))
        elif not self.form.cleaned_data.get("all_revisions"):
            queryset = self.unasked(queryset)
        return super().filter_queryset(queryset)


class MeasurementFilterSet(RevisedFilterSet):
    ORDERS = {**RevisedFilterSet.ORDERS, "period": ("period__start_on", "id")}
    indicator = django_filters.CharFilter(field_name="indicator__code", max_length=24)
    period = django_filters.CharFilter(field_name="period__code", max_length=16)
    bureau = django_filters.CharFilter(field_name="bureau__code", max_length=12)
    initiative = django_filters.CharFilter(field_name="initiative_code", max_length=20)
    source = django_filters.CharFilter(field_name="source_ref", max_length=60)
    state = django_filters.MultipleChoiceFilter(choices=ValueState.choices)

    class Meta:
        model = Measurement
        fields = []


class PartFilterSet(RevisedFilterSet):
    aim = WholeNumberFilter(field_name="aim_id")
    expected_result = WholeNumberFilter(field_name="expected_result_id")
    indicator = django_filters.CharFilter(field_name="indicator__code", max_length=24)


class WeightFilterSet(PartFilterSet):
    class Meta:
        model = Weight
        fields = []


class JudgementFilterSet(PartFilterSet):
    standing_on = django_filters.DateFilter(field_name="expires_on", lookup_expr="gte")

    class Meta:
        model = Judgement
        fields = []


class ThresholdFilterSet(AskedFilterSet):
    ORDERS = {"valid_from": ("valid_from",)}
    USUAL_ORDER = "-valid_from"

    class Meta:
        model = ThresholdSet
        fields = []


class CrosswalkFilterSet(AskedFilterSet):
    ORDERS = {"id": ("id",), "updated_at": ("updated_at", "id")}
    USUAL_ORDER = "id"
    kind = django_filters.MultipleChoiceFilter(choices=CrosswalkKind.choices)
    state = django_filters.ChoiceFilter(choices=ProposalState.choices)
    from_plan = django_filters.CharFilter(method="of_plan", max_length=60)
    to_plan = django_filters.CharFilter(method="of_plan", max_length=60)

    class Meta:
        model = Crosswalk
        fields = []

    def of_plan(self, queryset, name, value):
        end = name.removesuffix("_plan")
        return queryset.filter(Q(**{f"{end}_aim__plan__code": value}) | Q(**{f"{end}_result__aim__plan__code": value}))


class RollUpFilterSet(AskedFilterSet):
    """A summary's status can only be asked for where the reader may see it."""

    ORDERS = {"period": ("period__start_on", "id"), "id": ("id",)}
    USUAL_ORDER = "-period"
    node_type = django_filters.MultipleChoiceFilter(choices=NodeType.choices)
    node_id = WholeNumberFilter()
    period = django_filters.CharFilter(field_name="period__code", max_length=16)
    bureau = django_filters.CharFilter(field_name="bureau__code", max_length=12)
    all_bureaus = django_filters.BooleanFilter(field_name="bureau", lookup_expr="isnull")
    measure = django_filters.ChoiceFilter(choices=Measure.choices)
    status = django_filters.MultipleChoiceFilter(choices=Status.choices, method="of_status")

    class Meta:
        model = RollUp
        fields = []

    def of_status(self, queryset, name, value):
        return queryset.filter(is_restricted=False, status__in=value) if value else queryset
