"""Shapes of values, those that count and those that wait for a second officer."""

from __future__ import annotations

from rest_framework import serializers

from accounts.models import Bureau
from core.handling import Handling
from core.models import Period
from core.references import Reference
from core.serializers import Choice, Day, Exact, HandlingField, ReadSerializer, StrictSerializer, Text
from outcomes.choices import ValueState
from outcomes.models import NUMBER, Indicator, ProposalStage
from outcomes.serializers.facts import RevisionRow
from outcomes.serializers.numbers import Number


class ValueParts(StrictSerializer):
    """A state first; only a reported value has its number, a ratio has two."""

    state = Choice(choices=ValueState.choices)
    value = Exact(**NUMBER, required=False, allow_null=True)
    numerator = Exact(**NUMBER, required=False, allow_null=True)
    denominator = Exact(**NUMBER, required=False, allow_null=True)
    observed_on = Day()
    source_note = Text(max_length=2000)


class MeasurementBody(ValueParts):
    """A value that comes from no update. Without a bureau it is the organisation's own."""

    indicator = Reference(visible=lambda user: Indicator.objects.visible_to(user), column="code")
    period = Reference(visible=lambda user: Period.objects.all(), column="code")
    bureau = Reference(visible=lambda user: Bureau.objects.all(), column="code", required=False, allow_null=True)
    handling = HandlingField(default=Handling.INTERNAL)
    reason = Text(max_length=2000, allow_blank=True, default="", help_text="Needed where the period is closed.")


class CorrectionBody(ValueParts):
    reason = Text(max_length=2000)


class MeasurementRow(RevisionRow):
    WRITTEN = frozenset({"disaggregation"})

    id = serializers.IntegerField()
    indicator = serializers.CharField(source="indicator.code")
    period = serializers.CharField(source="period.code")
    bureau = serializers.CharField(source="bureau.code", allow_null=True)
    initiative = serializers.CharField(source="initiative_code")
    state = serializers.ChoiceField(choices=ValueState.choices)
    value = Number()
    numerator = Number()
    denominator = Number()
    observed_on = serializers.DateField()
    disaggregation = serializers.DictField(source="disaggregation_text")
    handling = HandlingField()
    source = serializers.CharField(source="source_ref")
    source_note = serializers.CharField()


class ProposedValueRow(ReadSerializer):
    """A value that an officer recorded. It is in no figure until another officer has confirmed it."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    indicator = serializers.CharField(source="indicator.code")
    period = serializers.CharField(source="period.code")
    bureau = serializers.CharField(source="bureau.code", allow_null=True)
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True)
    state = serializers.ChoiceField(choices=ValueState.choices)
    value = Number()
    numerator = Number()
    denominator = Number()
    observed_on = serializers.DateField()
    source_note = serializers.CharField()
    reason = serializers.CharField()
    handling = HandlingField()
    proposed_by = serializers.IntegerField(source="proposed_by_id")
    proposed_at = serializers.DateTimeField()
    stage = serializers.ChoiceField(choices=ProposalStage.choices)
    decided_by = serializers.IntegerField(source="decided_by_id", allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    decision_reason = serializers.CharField()
    measurement = serializers.IntegerField(source="measurement_id", allow_null=True)
