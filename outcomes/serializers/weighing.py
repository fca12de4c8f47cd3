"""Shapes of weights and judgements: what is said of one part of a plan."""

from __future__ import annotations

from rest_framework import serializers

from core.serializers import Choice, Day, Exact, StrictSerializer, Text, Whole
from outcomes.choices import Status
from outcomes.models import NUMBER, NodeType
from outcomes.serializers.facts import RevisionRow
from outcomes.serializers.numbers import Number
from outcomes.weighing import MOST_PARTS

JUDGED = [(node.value, node.label) for node in NodeType if node != NodeType.PLAN]


class WeightRow(RevisionRow):
    id = serializers.IntegerField()
    aim = serializers.IntegerField(source="aim_id", allow_null=True)
    expected_result = serializers.IntegerField(source="expected_result_id", allow_null=True)
    indicator = serializers.CharField(source="indicator.code", allow_null=True)
    value = Number(allow_null=False)


class PartBody(StrictSerializer):
    """What is weighed or judged: an aim, an expected result or an indicator, by its id."""

    node_type = Choice(choices=JUDGED)
    node_id = Whole(min_value=1, max_value=2**63 - 1)


class WeightBody(PartBody):
    value = Exact(**NUMBER)
    reason = Text(max_length=2000)


class WeighedPart(PartBody):
    """One part of the whole. `value` null is "not said"; `revision` is the one you saw, 0 for none."""

    value = Exact(**NUMBER, allow_null=True)
    revision = Whole(min_value=0, max_value=10**9, required=False)


class ProposedWeights(StrictSerializer):
    weights = WeighedPart(many=True, allow_empty=False, max_length=MOST_PARTS)


class WeightsBody(ProposedWeights):
    """Parts of one whole, all saved or none."""

    reason = Text(max_length=2000)


class JudgementRow(RevisionRow):
    id = serializers.IntegerField()
    aim = serializers.IntegerField(source="aim_id", allow_null=True)
    expected_result = serializers.IntegerField(source="expected_result_id", allow_null=True)
    indicator = serializers.CharField(source="indicator.code", allow_null=True)
    status = serializers.ChoiceField(choices=Status.choices)
    expires_on = serializers.DateField()


class JudgementBody(PartBody):
    status = Choice(choices=Status.choices)
    reason = Text(max_length=2000)
    expires_on = Day()


class RenewalBody(StrictSerializer):
    reason = Text(max_length=2000)
    expires_on = Day()
