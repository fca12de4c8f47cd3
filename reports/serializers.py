"""Shapes of reports: their definitions, the editions that were filed, and the jobs that make them."""

from __future__ import annotations

from rest_framework import serializers

from accounts.access import sight
from accounts.models import LANGUAGE_CHOICES, Bureau, Region, User
from core.handling import Handling
from core.models import JobState
from core.references import Reference, References
from core.serializers import (
    Choice,
    Day,
    HandlingField,
    ReadSerializer,
    StrictSerializer,
    Text,
    TextChanges,
    TranslatedBody,
    TranslatedText,
    YesNo,
)
from goals.models import Aim, Plan
from outcomes.models import ExpectedResult
from reports.choices import Cadence, EditionState, ScopeKind


class DefinitionRow(ReadSerializer):
    code = serializers.CharField()
    version = serializers.IntegerField()
    title = TranslatedText()
    scope = serializers.ChoiceField(choices=ScopeKind.choices)
    plan = serializers.CharField(source="plan.code", allow_null=True)
    aim = serializers.IntegerField(source="aim_id", allow_null=True)
    region = serializers.CharField(source="region.code", allow_null=True)
    bureau = serializers.CharField(source="bureau.code", allow_null=True)
    cadence = serializers.ChoiceField(choices=Cadence.choices)
    languages = serializers.ListField(child=serializers.ChoiceField(choices=LANGUAGE_CHOICES))
    handling = HandlingField()
    starts_on = serializers.DateField(allow_null=True)
    is_active = serializers.BooleanField()


class DefinitionBody(StrictSerializer):
    """What a report is about, how often it is made, in which languages and for whom."""

    code = Text(max_length=60)
    title = TranslatedBody()
    scope = Choice(choices=ScopeKind.choices, default=ScopeKind.ALL)
    plan = Reference(visible=lambda user: Plan.objects.visible_to(user), column="code", required=False, allow_null=True)
    aim = Reference(visible=lambda user: Aim.objects.visible_to(user), required=False, allow_null=True)
    region = Reference(visible=lambda user: Region.objects.all(), column="code", required=False, allow_null=True)
    bureau = Reference(visible=lambda user: Bureau.objects.all(), column="code", required=False, allow_null=True)
    cadence = Choice(choices=Cadence.choices, default=Cadence.QUARTERLY)
    languages = serializers.ListField(child=Choice(choices=LANGUAGE_CHOICES), min_length=1, max_length=4)
    handling = HandlingField(default=Handling.INTERNAL)
    starts_on = Day(required=False, allow_null=True)
    is_active = YesNo(default=True)
    recipients = References(visible=lambda user: User.objects.active().filter(sight(user).people()), required=False)

    def validate_code(self, value):
        return serializers.SlugField().run_validation(value)

    def validate_languages(self, value):
        return sorted(set(value))


class DefinitionChanges(DefinitionBody):
    """What is named changes, and nothing else; the code stays."""

    code = None


class RequestBody(StrictSerializer):
    """The period as 2026, 2026-H2, 2026-Q3 or 2026-09; a reason where the edition is there and has to be corrected."""

    period = Text(max_length=16)
    correction_reason = Text(max_length=2000, allow_blank=True, required=False)


class WithdrawBody(StrictSerializer):
    reason = Text(max_length=2000)


class EditionRow(ReadSerializer):
    """The fullest twin of an edition that the reader may read; `left_out` counts what is not in it."""

    number = serializers.IntegerField()
    report = serializers.CharField(source="definition.code")
    title = TranslatedText(source="definition.title")
    period = serializers.CharField(source="period_code")
    start_on = serializers.DateField()
    end_on = serializers.DateField()
    revision = serializers.IntegerField()
    corrects = serializers.IntegerField(source="corrects.number", allow_null=True)
    correction_reason = serializers.CharField()
    handling = HandlingField(source="level")
    left_out = serializers.IntegerField()
    languages = serializers.ListField(child=serializers.ChoiceField(choices=LANGUAGE_CHOICES))
    as_of = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=EditionState.choices)
    filed_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawal_reason = serializers.CharField()
    check_code = serializers.CharField()
    snapshot_sha256 = serializers.CharField()
    snapshot_format = serializers.IntegerField()


class EditionFileRow(ReadSerializer):
    language = serializers.CharField()
    form = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    pages = serializers.IntegerField(allow_null=True)
    notes = serializers.ListField()
    drawn_at = serializers.DateTimeField()


class JobRow(ReadSerializer):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=JobState.choices)
    stage = serializers.CharField()
    percent_done = serializers.IntegerField()
    attempts = serializers.IntegerField()
    failure_code = serializers.CharField()
    failure_detail = serializers.CharField()
    requested_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    edition = serializers.IntegerField(source="result.number", allow_null=True)


class AssessmentRow(ReadSerializer):
    """About the plan as a whole where neither an aim nor an expected result is named."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    plan = serializers.CharField(source="plan.code")
    aim = serializers.IntegerField(source="aim_id", allow_null=True)
    expected_result = serializers.IntegerField(source="expected_result_id", allow_null=True)
    text = TranslatedText()
    updated_at = serializers.DateTimeField()


class AssessmentBody(StrictSerializer):
    """The plan alone, or with one aim or one expected result of it, and the words."""

    plan = Reference(visible=lambda user: Plan.objects.visible_to(user), column="code")
    aim = Reference(visible=lambda user: Aim.objects.visible_to(user), required=False, allow_null=True)
    expected_result = Reference(
        visible=lambda user: ExpectedResult.objects.visible_to(user).select_related("aim"),
        required=False,
        allow_null=True,
    )
    text = TranslatedBody()
    reason = Text(max_length=2000, allow_blank=True, required=False)


class AssessmentChanges(StrictSerializer):
    text = TextChanges(required=False)
    reason = Text(max_length=2000, allow_blank=True, required=False)
