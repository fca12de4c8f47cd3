"""Shapes of reporting periods."""

from __future__ import annotations

from rest_framework import serializers

from core.models import PeriodState
from core.serializers import Day, ReadSerializer, StrictSerializer, Text


class PeriodRow(ReadSerializer):
    code = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=PeriodState.choices, source="state_on")
    start_on = serializers.DateField()
    end_on = serializers.DateField()
    opens_on = serializers.DateField()
    due_on = serializers.DateField()
    closes_on = serializers.DateField()
    closed_at = serializers.DateTimeField(allow_null=True)
    reopened_at = serializers.DateTimeField(allow_null=True)
    reopen_reason = serializers.CharField()


class NewPeriodBody(StrictSerializer):
    code = Text(max_length=16)


class PeriodDaysBody(StrictSerializer):
    due_on = Day(required=False)
    closes_on = Day(required=False)
    reason = Text(max_length=2000)
