"""Shapes of expected results, and of the links between two plans."""

from __future__ import annotations

from rest_framework import serializers

from core.references import Reference
from core.serializers import Choice, ReadSerializer, StrictSerializer, Text, TextChanges, TranslatedBody, TranslatedText
from goals.models import Aim
from outcomes.choices import CrosswalkKind, Origin, ProposalState
from outcomes.models import ExpectedResult


class ExpectedResultRow(ReadSerializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    plan = serializers.CharField(source="aim.plan.code")
    aim = serializers.IntegerField(source="aim_id")
    number = serializers.IntegerField()
    text = TranslatedText()
    origin = serializers.ChoiceField(choices=Origin.choices)
    source_passage = serializers.CharField()
    is_withdrawn = serializers.BooleanField()


class ExpectedResultBody(StrictSerializer):
    aim = Reference(visible=lambda user: Aim.objects.visible_to(user))
    text = TranslatedBody()
    source_passage = Text(max_length=4000, allow_blank=True, default="")


class ExpectedResultChanges(StrictSerializer):
    text = TextChanges(required=False)
    reason = Text(max_length=2000, allow_blank=True, required=False)


class LinkBody(StrictSerializer):
    kind = Choice(choices=CrosswalkKind.choices)
    from_aim = Reference(visible=lambda user: Aim.objects.visible_to(user), required=False)
    from_result = Reference(visible=lambda user: ExpectedResult.objects.visible_to(user), required=False)
    to_aim = Reference(visible=lambda user: Aim.objects.visible_to(user), required=False)
    to_result = Reference(visible=lambda user: ExpectedResult.objects.visible_to(user), required=False)
    note = TranslatedBody(required=False)


class LinkChanges(StrictSerializer):
    note = TextChanges(required=False)
    state = Choice(choices=ProposalState.choices, required=False)
    reason = Text(max_length=2000, allow_blank=True, required=False)


class CrosswalkRow(ReadSerializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=CrosswalkKind.choices)
    from_aim = serializers.IntegerField(source="from_aim_id", allow_null=True)
    from_result = serializers.IntegerField(source="from_result_id", allow_null=True)
    to_aim = serializers.IntegerField(source="to_aim_id", allow_null=True)
    to_result = serializers.IntegerField(source="to_result_id", allow_null=True)
    note = TranslatedText()
    state = serializers.ChoiceField(choices=ProposalState.choices)
