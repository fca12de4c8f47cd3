"""Shapes of indicators: what is measured, and how."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.handling import Handling
from core.references import Reference
from core.serializers import (
    Choice,
    Exact,
    HandlingField,
    ReadSerializer,
    StrictSerializer,
    Text,
    TextChanges,
    TranslatedBody,
    TranslatedText,
    Whole,
    YesNo,
)
from core.translations import LANGUAGES
from outcomes.choices import CombineBureaus, CombineInitiatives, Direction, Frequency, IndicatorState, Kind
from outcomes.models import NUMBER, ExpectedResult
from outcomes.serializers.numbers import Number

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*\Z", re.ASCII)


class IndicatorRow(ReadSerializer):
    code = serializers.CharField()
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    expected_result = serializers.IntegerField(source="expected_result_id")
    aim = serializers.IntegerField(source="expected_result.aim_id")
    plan = serializers.CharField(source="expected_result.aim.plan.code")
    name = TranslatedText()
    definition = TranslatedText()
    kind = serializers.ChoiceField(choices=Kind.choices)
    direction = serializers.ChoiceField(choices=Direction.choices)
    unit = serializers.CharField()
    unit_label = TranslatedText()
    numerator_label = TranslatedText()
    denominator_label = TranslatedText()
    decimals = serializers.IntegerField()
    combine_bureaus = serializers.ChoiceField(choices=CombineBureaus.choices)
    combine_initiatives = serializers.ChoiceField(choices=CombineInitiatives.choices)
    frequency = serializers.ChoiceField(choices=Frequency.choices)
    tolerance = Number()
    range_low = Number()
    range_high = Number()
    bureau_threshold = Number()
    scale = serializers.ListField(child=serializers.JSONField())
    source = TranslatedText()
    means_of_verification = TranslatedText()
    owner = serializers.CharField()
    is_central = serializers.BooleanField()
    state = serializers.ChoiceField(choices=IndicatorState.choices)
    handling = HandlingField()


class ScaleStep(StrictSerializer):
    value = Whole(min_value=0, max_value=99_999)
    label = serializers.DictField(child=Text(max_length=200))

    def validate_label(self, value):
        if not value or set(value) - set(LANGUAGES):
            raise serializers.ValidationError(_("Texts are in ar, en, fr or es."))
        return value


class ScaleBody(serializers.ListField):
    """The steps of a scale, the lowest first."""

    default_error_messages = {"order": _("Give at least two steps, each number above the one before.")}

    def __init__(self, **kwargs):
        super().__init__(child=ScaleStep(), max_length=30, **kwargs)

    def to_internal_value(self, data):
        steps = [dict(step) for step in super().to_internal_value(data)]
        values = [step["value"] for step in steps]
        if steps and (len(values) < 2 or values != sorted(set(values))):
            self.fail("order")
        return steps


class IndicatorChanges(StrictSerializer):
    """What is named changes, and nothing else. Once the indicator is adopted a change asks for a reason."""

    name = TextChanges(required=False)
    definition = TextChanges(required=False)
    unit_label = TextChanges(required=False)
    numerator_label = TextChanges(required=False)
    denominator_label = TextChanges(required=False)
    scale = ScaleBody(required=False)
    source = TextChanges(required=False)
    means_of_verification = TextChanges(required=False)
    direction = Choice(choices=Direction.choices, required=False)
    unit = Text(max_length=24, required=False)
    decimals = Whole(min_value=0, max_value=6, required=False)
    combine_bureaus = Choice(choices=CombineBureaus.choices, required=False)
    combine_initiatives = Choice(choices=CombineInitiatives.choices, required=False)
    frequency = Choice(choices=Frequency.choices, required=False)
    tolerance = Exact(**NUMBER, required=False, allow_null=True)
    range_low = Exact(**NUMBER, required=False, allow_null=True)
    range_high = Exact(**NUMBER, required=False, allow_null=True)
    bureau_threshold = Exact(**NUMBER, required=False, allow_null=True)
    owner = Text(max_length=200, allow_blank=True, required=False)
    is_central = YesNo(required=False)
    state = Choice(choices=IndicatorState.choices, required=False)
    handling = HandlingField(required=False)
    reason = Text(max_length=2000, allow_blank=True, required=False)


class IndicatorBody(StrictSerializer):
    """A proposal for an expected result. The code is the proposer's to choose, once."""

    expected_result = Reference(visible=lambda user: ExpectedResult.objects.visible_to(user))
    code = Text(max_length=24)
    name = TranslatedBody()
    definition = TranslatedBody(required=False)
    kind = Choice(choices=Kind.choices)
    direction = Choice(choices=Direction.choices, default=Direction.INCREASE)
    unit = Text(max_length=24, default="number")
    unit_label = TranslatedBody(required=False)
    numerator_label = TranslatedBody(required=False)
    denominator_label = TranslatedBody(required=False)
    scale = ScaleBody(required=False)
    bureau_threshold = Exact(**NUMBER, required=False, allow_null=True)
    decimals = Whole(min_value=0, max_value=6, default=0)
    combine_bureaus = Choice(choices=CombineBureaus.choices, default=CombineBureaus.SUM)
    combine_initiatives = Choice(choices=CombineInitiatives.choices, default=CombineInitiatives.ONE)
    frequency = Choice(choices=Frequency.choices, default=Frequency.QUARTERLY)
    tolerance = Exact(**NUMBER, required=False, allow_null=True)
    range_low = Exact(**NUMBER, required=False, allow_null=True)
    range_high = Exact(**NUMBER, required=False, allow_null=True)
    source = TranslatedBody(required=False)
    means_of_verification = TranslatedBody(required=False)
    owner = Text(max_length=200, allow_blank=True, default="")
    is_central = YesNo(default=False)
    handling = HandlingField(default=Handling.INTERNAL)

    def validate_code(self, value):
        if not CODE.match(value):
            raise serializers.ValidationError(_("A code has letters, digits, dots and hyphens."))
        return value
