"""Shapes of how we know: results, indicators, their targets and values, summaries, periods and the crosswalk."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.handling import Handling
from core.models import PeriodState
from core.serializers import (
    Choice,
    Day,
    Exact,
    HandlingField,
    ReadSerializer,
    Reference,
    StrictSerializer,
    Text,
    TextChanges,
    TranslatedBody,
    TranslatedText,
    Whole,
    YesNo,
)
from goals.models import Aim
from outcomes.choices import (
    CombineBureaus,
    CombineInitiatives,
    CrosswalkKind,
    Direction,
    Frequency,
    IndicatorState,
    Kind,
    Measure,
    Origin,
    ProposalState,
    Status,
    ValueState,
)
from outcomes.models import NUMBER, ExpectedResult, NodeType

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*\Z", re.ASCII)

JUDGED = [(node.value, node.label) for node in NodeType if node != NodeType.PLAN]


class Number(serializers.DecimalField):
    """A decimal number as text, without zeros that say nothing; null where it is not known."""

    def __init__(self, **kwargs):
        super().__init__(max_digits=40, decimal_places=10, **{"allow_null": True, **kwargs})

    @staticmethod
    def from_row(value) -> str:
        return written(value)


def written(value) -> str | None:
    """The number as text: Decimal('12.500000') is "12.5"."""
    if value is None:
        return None
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


class PeriodRow(ReadSerializer):
    code = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=PeriodState.choices, source="state_on")
    start_on = serializers.DateField()
    end_on = serializers.DateField()
    opens_on = serializers.DateField()
    due_on = serializers.DateField()
    closes_on = serializers.DateField()
    closed_at = serializers.DateTimeField(allow_null=True)
    reopened_at = serializers.DateTimeField(allow_null=True)
    reopen_reason = serializers.CharField()


class ReasonBody(StrictSerializer):
    reason = Text(max_length=2000)


class ExpectedResultRow(ReadSerializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    plan = serializers.CharField(source="aim.plan.code")
    aim = serializers.IntegerField(source="aim_id")
    number = serializers.IntegerField()
    text = TranslatedText()
    origin = serializers.ChoiceField(choices=Origin.choices)
    source_passage = serializers.CharField()


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


class ExpectedResultBody(StrictSerializer):
    aim = Reference(visible=lambda user: Aim.objects.visible_to(user))
    text = TranslatedBody()
    source_passage = Text(max_length=4000)


class ExpectedResultChanges(StrictSerializer):
    text = TextChanges(required=False)
    reason = Text(max_length=2000, allow_blank=True, required=False)


class IndicatorChanges(StrictSerializer):
    """What is named changes, and nothing else. Once the indicator is adopted a change asks for a reason."""

    name = TextChanges(required=False)
    definition = TextChanges(required=False)
    unit_label = TextChanges(required=False)
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


class MeasurementRow(RevisionRow):
    id = serializers.IntegerField()
    indicator = serializers.CharField(source="indicator.code")
    period = serializers.CharField(source="period.code")
    bureau = serializers.CharField(source="bureau.code", allow_null=True)
    initiative = serializers.CharField(source="initiative_code")
    state = serializers.ChoiceField(choices=ValueState.choices)
    value = Number()
    numerator = Number()
    denominator = Number()
    observed_on = serializers.DateField()
    disaggregation = serializers.DictField()
    handling = HandlingField()
    source = serializers.CharField(source="source_ref")


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


class ThresholdRow(ReadSerializer):
    id = serializers.IntegerField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    bands = serializers.ListField(child=serializers.DictField())
    coverage_floor = Number(allow_null=False)
    reason = serializers.CharField()
    set_at = serializers.DateTimeField()


class RollUpRow(ReadSerializer):
    """A summary. Where it is `restricted`, it rests on values that this reader is not cleared for and says no more."""

    id = serializers.IntegerField()
    node_type = serializers.ChoiceField(choices=NodeType.choices)
    node_id = serializers.IntegerField()
    period = serializers.CharField(source="period.code")
    bureau = serializers.CharField(source="bureau.code", allow_null=True)
    measure = serializers.ChoiceField(choices=Measure.choices)
    restricted = serializers.BooleanField(source="is_restricted")
    status = serializers.ChoiceField(choices=Status.choices, allow_null=True)
    reason = serializers.CharField(allow_null=True)
    actual = Number()
    progress = Number()
    expected = Number()
    performance = Number()
    coverage = Number()
    lower = Number()
    upper = Number()
    counts = serializers.DictField(child=serializers.IntegerField(), allow_null=True)
    leaves = serializers.IntegerField(allow_null=True)
    bureaus_known = serializers.IntegerField(allow_null=True)
    last_observed_on = serializers.DateField(allow_null=True)
    computed_at = serializers.DateTimeField(allow_null=True)

    SHOWN_ALWAYS = ("id", "node_type", "node_id", "period", "bureau", "measure", "restricted")

    @classmethod
    def finished(cls, row):
        if row["restricted"]:
            row = {name: value if name in cls.SHOWN_ALWAYS else None for name, value in row.items()}
        return super().finished(row)


class VerdictRow(serializers.Serializer):
    """A person's own verdict beside the computed one."""

    status = serializers.ChoiceField(choices=Status.choices)
    reason = serializers.CharField()
    by = serializers.CharField()
    set_on = serializers.DateField()
    expires_on = serializers.DateField()
    is_in_force = serializers.BooleanField()
    is_overtaken = serializers.BooleanField()


class ProgressRow(serializers.Serializer):
    """A figure with all that it rests on: formula, inputs, weights, thresholds and the updates they came from.

    Where it is `restricted` it says no more. `explanation` is complete where `left_out` is 0: then anybody's script
    can work the figure out again.
    """

    node_type = serializers.ChoiceField(choices=NodeType.choices)
    node_id = serializers.IntegerField()
    period = serializers.CharField()
    bureau = serializers.CharField(allow_null=True)
    measure = serializers.ChoiceField(choices=Measure.choices)
    as_of = serializers.DateTimeField(allow_null=True)
    restricted = serializers.BooleanField()
    status = serializers.ChoiceField(choices=Status.choices, allow_null=True)
    reason = serializers.CharField(allow_null=True)
    actual = Number()
    progress = Number()
    expected = Number()
    performance = Number()
    coverage = Number()
    lower = Number()
    upper = Number()
    counts = serializers.DictField(child=serializers.IntegerField(), allow_null=True)
    leaves = serializers.IntegerField(allow_null=True)
    bureaus_known = serializers.IntegerField(allow_null=True)
    last_observed_on = serializers.DateField(allow_null=True)
    newest_value_at = serializers.DateTimeField(allow_null=True)
    judgement = VerdictRow(allow_null=True)
    left_out = serializers.IntegerField()
    explanation = serializers.DictField(allow_null=True)


NUMBERS_OF_A_FIGURE = ("actual", "progress", "expected", "performance", "coverage", "lower", "upper")
FACTS_OF_A_FIGURE = ("status", "reason", "counts", "leaves", "bureaus_known", "last_observed_on")


def progress_of(account) -> dict:
    """An account of a figure (`outcomes.explain.Account`) as the API shows it."""
    row = account.row
    numbers = {name: written(getattr(row, name)) if row else None for name in NUMBERS_OF_A_FIGURE}
    facts = {name: getattr(row, name) if row else None for name in FACTS_OF_A_FIGURE}
    return {
        "node_type": account.node_type,
        "node_id": account.node_id,
        "period": account.period.code,
        "bureau": account.bureau,
        "measure": Measure.RESULTS.value,
        "as_of": account.as_of,
        "restricted": account.is_restricted,
        **facts,
        **numbers,
        "newest_value_at": account.newest_value_at,
        "judgement": _verdict(account.verdict),
        "left_out": account.left_out,
        "explanation": account.explanation,
    }


def _verdict(verdict) -> dict | None:
    if verdict is None or verdict.judgement is None:
        return None
    said = verdict.judgement
    return {
        "status": said.status.value,
        "reason": said.reason,
        "by": said.by,
        "set_on": said.set_on,
        "expires_on": said.expires_on,
        "is_in_force": verdict.is_in_force,
        "is_overtaken": verdict.is_overtaken,
    }
