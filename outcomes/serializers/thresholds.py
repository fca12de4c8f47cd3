"""Shapes of thresholds: sets of bands and what follows on what."""

from __future__ import annotations

from rest_framework import serializers

from core.serializers import Choice, Day, Exact, ReadSerializer, StrictSerializer, Text, Whole
from outcomes.models import NUMBER
from outcomes.serializers.numbers import Number
from outcomes.thresholds import BANDS


class ThresholdRow(ReadSerializer):
    id = serializers.IntegerField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    bands = serializers.ListField(child=serializers.DictField())
    coverage_floor = Number(allow_null=False)
    reason = serializers.CharField()
    set_at = serializers.DateTimeField()


class BandBody(StrictSerializer):
    """`from` is included, `to` is not; both are shares of what was expected, null where there is no limit."""

    status = Choice(choices=[(one.value, one.label) for one in BANDS])
    to = Exact(**NUMBER, allow_null=True)

    def get_fields(self):
        return {**super().get_fields(), "from": Exact(**NUMBER, allow_null=True)}


class ProposedThresholds(StrictSerializer):
    """One band each for off track, at risk and on track, in this order and without a gap or an overlap."""

    valid_from = Day()
    bands = BandBody(many=True, max_length=3)
    coverage_floor = Exact(max_digits=5, decimal_places=4)


class ThresholdsBody(ProposedThresholds):
    """A new set; the one before it ends on the day before. `latest` is the id of the latest set that you saw."""

    reason = Text(max_length=2000)
    latest = Whole(min_value=0, max_value=2**63 - 1, required=False)
