"""Shapes of baselines and targets, one by one and a whole plan at once."""

from __future__ import annotations

from rest_framework import serializers

from core.serializers import Day, Exact, ReadSerializer, StrictSerializer, Text, Whole
from outcomes.models import NUMBER
from outcomes.serializers.numbers import Number
from outcomes.targets import MOST_CELLS


class RevisionRow(ReadSerializer):
    revision = serializers.IntegerField()
    recorded_at = serializers.DateTimeField()
    superseded_at = serializers.DateTimeField(allow_null=True)
    recorded_by = serializers.IntegerField(source="recorded_by_id", allow_null=True)
    reason = serializers.CharField()


class BaselineRow(RevisionRow):
    value = Number(allow_null=False)
    on = serializers.DateField()


class TargetRow(RevisionRow):
    value = Number(allow_null=False)
    due_on = serializers.DateField()


class BaselineBody(StrictSerializer):
    value = Exact(**NUMBER)
    on = Day()
    reason = Text(max_length=2000, allow_blank=True, default="")


class TargetBody(StrictSerializer):
    due_on = Day()
    value = Exact(**NUMBER)
    reason = Text(max_length=2000, allow_blank=True, default="")


class PlanTargetRow(TargetRow):
    indicator = serializers.CharField(source="indicator.code")


class TargetCell(StrictSerializer):
    """One target of many. `value` null takes it away; `revision` is the one you saw, 0 for none: another is refused."""

    indicator = Text(max_length=24)
    due_on = Day()
    value = Exact(**NUMBER, allow_null=True)
    revision = Whole(min_value=0, max_value=10**9, required=False)


class ProposedTargets(StrictSerializer):
    targets = TargetCell(many=True, allow_empty=False, max_length=MOST_CELLS)


class TargetsBody(ProposedTargets):
    """All are saved or none. A revision, or taking a target away, asks for a reason."""

    reason = Text(max_length=2000, allow_blank=True, default="")
