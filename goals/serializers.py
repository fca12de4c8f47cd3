"""Shapes of aims: the same for a framework's goals and a strategy's objectives."""

from __future__ import annotations

from rest_framework import serializers

from core.serializers import ReadSerializer, StrictSerializer, Text, TextChanges, TranslatedText


class AimRow(ReadSerializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    plan = serializers.CharField(source="plan.code")
    number = serializers.IntegerField()
    title = TranslatedText()
    text = TranslatedText()


class AimChanges(StrictSerializer):
    title = TextChanges(required=False)
    text = TextChanges(required=False)
    reason = Text(max_length=2000, allow_blank=True, required=False)
