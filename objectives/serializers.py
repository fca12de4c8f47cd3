"""Shapes of plans of both kinds, and of capabilities."""

from __future__ import annotations

from rest_framework import serializers

from core.serializers import (
    Choice,
    Day,
    ReadSerializer,
    StrictSerializer,
    Text,
    TextChanges,
    TranslatedBody,
    TranslatedText,
)
from goals.models import PlanKind, PlanStatus
from goals.serializers import plan_reference

FRAMEWORK_ONLY = ("vision_title", "vision_text", "mission_title", "mission_text", "goals_introduction")
STRATEGY_ONLY = ("mandate", "hangs_from")


class PlanRow(ReadSerializer):
    """A plan. A framework has a vision and a mission, a strategy a mandate; the other kind's texts are null."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=PlanKind.choices)
    title = TranslatedText()
    introduction = TranslatedText()
    start_on = serializers.DateField()
    end_on = serializers.DateField()
    status = serializers.ChoiceField(choices=PlanStatus.choices)
    predecessor = serializers.CharField(source="predecessor.code", allow_null=True)
    source_name = serializers.CharField()
    source_sha256 = serializers.CharField()
    vision_title = TranslatedText(source="framework.vision_title", allow_null=True)
    vision_text = TranslatedText(source="framework.vision_text", allow_null=True)
    mission_title = TranslatedText(source="framework.mission_title", allow_null=True)
    mission_text = TranslatedText(source="framework.mission_text", allow_null=True)
    goals_introduction = TranslatedText(source="framework.goals_introduction", allow_null=True)
    mandate = TranslatedText(source="strategy.mandate", allow_null=True)
    hangs_from = TranslatedText(source="strategy.hangs_from", allow_null=True)

    @classmethod
    def finished(cls, row):
        others = STRATEGY_ONLY if row["kind"] == PlanKind.FRAMEWORK else FRAMEWORK_ONLY
        return {**row, **dict.fromkeys(others)}


class CapabilityRow(ReadSerializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    plan = serializers.CharField(source="plan.code")
    code = serializers.CharField()
    number = serializers.IntegerField()
    name = TranslatedText()
    is_withdrawn = serializers.BooleanField()


class CapabilityBody(StrictSerializer):
    """One capability more. The code is the caller's to choose, once."""

    plan = plan_reference()
    code = Text(max_length=60)
    name = TranslatedBody()


class CapabilityChanges(StrictSerializer):
    name = TextChanges(required=False)
    reason = Text(max_length=2000, allow_blank=True, required=False)


OWN_TEXTS = (
    "vision_title", "vision_text", "mission_title", "mission_text", "goals_introduction", "mandate", "hangs_from",
)  # fmt: skip


class OwnTexts(StrictSerializer):
    """What only a framework or only a strategy says, of a plan that is begun."""

    def get_fields(self):
        return {name: TranslatedBody(required=False) for name in OWN_TEXTS} | super().get_fields()


class OwnTextChanges(StrictSerializer):
    """The same, written anew."""

    def get_fields(self):
        return {name: TextChanges(required=False) for name in OWN_TEXTS} | super().get_fields()


class PlanBody(OwnTexts):
    """A draft begun from nothing. A framework takes a vision and a mission, a strategy its mandate; later is soon enough."""

    kind = Choice(choices=PlanKind.choices)
    code = Text(max_length=60)
    title = TranslatedBody()
    introduction = TranslatedBody(required=False)
    start_on = Day()
    end_on = Day()
    predecessor = plan_reference(required=False, allow_null=True)


class PlanChanges(OwnTextChanges):
    """Days and standing ask for a reason; a draft is put in force when nothing is missing any more."""

    title = TextChanges(required=False)
    introduction = TextChanges(required=False)
    start_on = Day(required=False)
    end_on = Day(required=False)
    predecessor = plan_reference(required=False, allow_null=True)
    status = Choice(choices=PlanStatus.choices, required=False)
    reason = Text(max_length=2000, allow_blank=True, required=False)
