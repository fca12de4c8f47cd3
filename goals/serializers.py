"""Shapes of aims: the same for a framework's goals and a strategy's objectives."""

from __future__ import annotations

from rest_framework import serializers

from core.references import Reference
from core.serializers import ReadSerializer, StrictSerializer, Text, TextChanges, TranslatedBody, TranslatedText, YesNo
from goals.models import Plan


def plan_reference(**kwargs) -> Reference:
    """A plan that the person may see, by its code."""
    return Reference(visible=lambda user: Plan.objects.visible_to(user), column="code", **kwargs)


class AimRow(ReadSerializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    plan = serializers.CharField(source="plan.code")
    number = serializers.IntegerField()
    title = TranslatedText()
    text = TranslatedText()
    is_withdrawn = serializers.BooleanField()


class AimBody(StrictSerializer):
    """One aim more: a goal in a framework, an objective in a strategy. It gets the number after the last one."""

    plan = plan_reference()
    title = TranslatedBody()
    text = TranslatedBody(required=False)


class MoveBody(StrictSerializer):
    """One place up, or one place down."""

    up = YesNo()


class AimChanges(StrictSerializer):
    title = TextChanges(required=False)
    text = TextChanges(required=False)
    reason = Text(max_length=2000, allow_blank=True, required=False)
