"""Shapes of the work: initiatives, updates with their values, evidence and the thread."""

from __future__ import annotations

from decimal import Decimal

from rest_framework import serializers

from accounts.access import sight
from accounts.models import LANGUAGE_CHOICES, Bureau, User
from core.models import Period
from core.references import Reference, References
from core.serializers import Choice, Day, Exact, HandlingField, ReadSerializer, StrictSerializer, Text, TranslatedText
from initiatives.choices import DeliveryStatus, InitiativeStatus, ReturnReason, UpdateState
from initiatives.models import PERCENT, CrimeArea, Initiative
from objectives.models import Capability
from outcomes.choices import Status, ValueState
from outcomes.explain_words import in_words
from outcomes.models import NUMBER, ExpectedResult, Indicator
from outcomes.serializers import Number, Shares, written

MOST_PARTS = 100
LONGEST_ANSWER = 10_000


class CrimeAreaRow(ReadSerializer):
    code = serializers.CharField()
    name = TranslatedText()
    position = serializers.IntegerField()


class ShareRow(serializers.Serializer):
    expected_result = serializers.IntegerField()
    share = Number(allow_null=False)


class MilestoneRow(serializers.Serializer):
    title = serializers.CharField()
    due_on = serializers.DateField()
    done_on = serializers.DateField(allow_null=True)
    weight = Number(allow_null=False)


class InitiativeRow(ReadSerializer):
    WRITTEN = frozenset({"shares", "milestones"})

    code = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    summary = serializers.CharField()
    language = serializers.ChoiceField(choices=LANGUAGE_CHOICES)
    lead_bureau = serializers.CharField(source="lead_bureau.code")
    partners = serializers.ListField(child=serializers.CharField(), source="partner_codes")
    responsible = serializers.IntegerField(source="responsible_id", allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    status = serializers.ChoiceField(choices=InitiativeStatus.choices)
    handling = HandlingField()
    crime_areas = serializers.ListField(child=serializers.CharField(), source="crime_area_codes")
    capabilities = serializers.ListField(child=serializers.IntegerField(), source="capability_ids")
    indicators = serializers.ListField(child=serializers.CharField(), source="indicator_codes")
    shares = ShareRow(many=True, source="share_rows")
    milestones = MilestoneRow(many=True, source="milestone_rows")
    budget_eur = Number()
    staff_fte = Number()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ShareBody(StrictSerializer):
    expected_result = Reference(visible=lambda user: ExpectedResult.objects.visible_to(user).standing())
    share = Exact(**PERCENT)


class MilestoneBody(StrictSerializer):
    title = Text(max_length=200)
    due_on = Day()
    done_on = Day(allow_null=True, default=None)
    weight = Exact(**PERCENT, default=Decimal(1), min_value=Decimal("0.01"))


class InitiativeBody(StrictSerializer):
    """What its bureau says of an initiative. The bureau is the caller's own; code and version are ours to give."""

    title = Text(max_length=200)
    summary = Text(max_length=4000, allow_blank=True, required=False)
    language = Choice(choices=LANGUAGE_CHOICES, required=False)
    partners = References(visible=lambda user: Bureau.objects.all(), column="code", required=False)
    responsible = Reference(
        visible=lambda user: User.objects.active().filter(sight(user).people()), required=False, allow_null=True
    )
    starts_on = Day()
    ends_on = Day()
    status = Choice(choices=InitiativeStatus.choices, required=False)
    handling = HandlingField(required=False)
    crime_areas = References(visible=lambda user: CrimeArea.objects.all(), column="code", required=False)
    capabilities = References(visible=lambda user: Capability.objects.visible_to(user).standing(), required=False)
    indicators = References(visible=lambda user: Indicator.objects.visible_to(user), column="code", required=False)
    shares = ShareBody(many=True, max_length=MOST_PARTS)
    milestones = MilestoneBody(many=True, max_length=MOST_PARTS, required=False)
    budget_eur = Exact(max_digits=14, decimal_places=2, required=False, allow_null=True)
    staff_fte = Exact(max_digits=7, decimal_places=2, required=False, allow_null=True)


class InitiativeChanges(InitiativeBody):
    """What is named changes, and nothing else."""

    reason = Text(max_length=2000, allow_blank=True, required=False)


class DeliveryRow(Shares):
    """An initiative's delivery at the end of a period with all that it rests on: dates, steps, report and thresholds.

    Shares are of one; null is unknown. Where it is `restricted` it says no more.
    """

    initiative = serializers.CharField()
    period = serializers.CharField()
    as_of = serializers.DateTimeField(allow_null=True)
    restricted = serializers.BooleanField()
    status = serializers.ChoiceField(choices=Status.choices, allow_null=True)
    reason = serializers.CharField(allow_null=True)
    overdue_steps = serializers.IntegerField(allow_null=True)
    last_observed_on = serializers.DateField(allow_null=True)
    explanation = serializers.DictField(allow_null=True)


SHARES_OF_A_FIGURE = ("progress", "expected", "performance", "coverage", "lower", "upper")


def delivery_of(account) -> dict:
    """An account of an initiative's delivery (`initiatives.explain.InitiativeAccount`) as the API shows it."""
    figure = account.figure
    return {
        "initiative": account.initiative.code,
        "period": account.period.code,
        "as_of": account.as_of,
        "restricted": account.is_restricted,
        "status": figure.status.value if figure else None,
        "reason": figure.reason.value if figure else None,
        **{name: written(getattr(figure, name, None)) for name in SHARES_OF_A_FIGURE},
        "overdue_steps": figure.overdue_steps if figure else None,
        "last_observed_on": figure.observed_on if figure else None,
        "explanation": in_words(account.explanation),
    }


class ValueRow(serializers.Serializer):
    indicator = serializers.CharField()
    state = serializers.ChoiceField(choices=ValueState.choices)
    value = Number()
    numerator = Number()
    denominator = Number()
    observed_on = serializers.DateField(allow_null=True)
    reason = serializers.CharField()
    confirmed = serializers.ListField(child=serializers.CharField())


class UpdateRow(ReadSerializer):
    WRITTEN = frozenset({"values"})

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    initiative = serializers.CharField(source="initiative.code")
    period = serializers.CharField(source="period.code")
    revision = serializers.IntegerField()
    state = serializers.ChoiceField(choices=UpdateState.choices)
    author = serializers.IntegerField(source="author_id")
    language = serializers.ChoiceField(choices=LANGUAGE_CHOICES)
    achieved = serializers.CharField()
    obstacle = serializers.CharField()
    next_steps = serializers.CharField()
    risks = serializers.CharField()
    help_wanted = serializers.CharField()
    delivery_percent = Number()
    delivery_status = serializers.ChoiceField(choices=[("", "not said"), *DeliveryStatus.choices])
    off_track_reason = serializers.CharField()
    handling = HandlingField()
    values = ValueRow(many=True, source="value_rows")
    correction_reason = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    submitted_by = serializers.IntegerField(source="submitted_by_id", allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    approved_by = serializers.IntegerField(source="approved_by_id", allow_null=True)
    validated_at = serializers.DateTimeField(allow_null=True)
    validated_by = serializers.IntegerField(source="validated_by_id", allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)
    returned_by = serializers.IntegerField(source="returned_by_id", allow_null=True)
    return_reason = serializers.ChoiceField(choices=[("", "not returned"), *ReturnReason.choices])
    return_comment = serializers.CharField()
    superseded_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class OpenBody(StrictSerializer):
    initiative = Reference(visible=lambda user: Initiative.objects.visible_to(user), column="code")
    period = Reference(visible=lambda user: Period.objects.all(), column="code")


class ValueBody(StrictSerializer):
    indicator = Text(max_length=24)
    state = Choice(choices=ValueState.choices, required=False)
    value = Exact(**NUMBER, required=False, allow_null=True)
    numerator = Exact(**NUMBER, required=False, allow_null=True)
    denominator = Exact(**NUMBER, required=False, allow_null=True)
    observed_on = Day(required=False, allow_null=True)
    reason = Text(max_length=2000, allow_blank=True, required=False)


def _answer():
    return Text(max_length=LONGEST_ANSWER, allow_blank=True, required=False)


class DraftBody(StrictSerializer):
    """What was typed, complete or not; `values` names each indicator by its code."""

    language = Choice(choices=LANGUAGE_CHOICES, required=False)
    achieved = _answer()
    obstacle = _answer()
    next_steps = _answer()
    risks = _answer()
    help_wanted = _answer()
    off_track_reason = _answer()
    delivery_percent = Exact(**PERCENT, required=False, allow_null=True)
    delivery_status = Choice(choices=DeliveryStatus.choices, required=False, allow_blank=True)
    handling = HandlingField(required=False)
    values = ValueBody(many=True, required=False, max_length=MOST_PARTS)


class ConfirmedBody(StrictSerializer):
    indicator = Text(max_length=24)
    flags = serializers.ListField(child=Text(max_length=20), max_length=20)


class SubmitBody(StrictSerializer):
    """`confirmed` names what was questioned about a value and is right all the same."""

    confirmed = ConfirmedBody(many=True, required=False, max_length=MOST_PARTS)


class ReturnBody(StrictSerializer):
    reason_code = Choice(choices=ReturnReason.choices)
    comment = Text(max_length=4000)


class CommentBody(StrictSerializer):
    text = Text(max_length=4000)


class CommentRow(ReadSerializer):
    id = serializers.IntegerField()
    author = serializers.CharField(source="author.full_name")
    author_id = serializers.IntegerField()
    text = serializers.CharField()
    language = serializers.ChoiceField(choices=LANGUAGE_CHOICES)
    written_at = serializers.DateTimeField()


class EvidenceRow(ReadSerializer):
    id = serializers.UUIDField(source="public_id")
    update = serializers.IntegerField(source="update_id")
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    handling = HandlingField()
    uploaded_by = serializers.IntegerField(source="uploaded_by_id")
    uploaded_at = serializers.DateTimeField()


class EvidenceBody(StrictSerializer):
    file = serializers.FileField(max_length=1000, allow_empty_file=True)
