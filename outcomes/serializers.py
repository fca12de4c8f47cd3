"""Shapes of how we know: results, indicators, their targets and values, summaries, periods and the crosswalk."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Bureau
from core.handling import Handling
from core.models import Period, PeriodState
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
from core.translations import LANGUAGES
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
from outcomes.explain_words import in_words
from outcomes.foresight import COMPARED, told_to
from outcomes.models import NUMBER, ExpectedResult, Indicator, NodeType
from outcomes.proposed import ProposalStage
from outcomes.targets import MOST_CELLS
from outcomes.thresholds import BANDS
from outcomes.weighing import MOST_PARTS

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
    text = format(value if isinstance(value, Decimal) else Decimal(value), "f")
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


class NewPeriodBody(StrictSerializer):
    code = Text(max_length=16)


class PeriodDaysBody(StrictSerializer):
    due_on = Day(required=False)
    closes_on = Day(required=False)
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
    is_withdrawn = serializers.BooleanField()


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


class ExpectedResultBody(StrictSerializer):
    aim = Reference(visible=lambda user: Aim.objects.visible_to(user))
    text = TranslatedBody()
    source_passage = Text(max_length=4000, allow_blank=True, default="")


class ExpectedResultChanges(StrictSerializer):
    text = TextChanges(required=False)
    reason = Text(max_length=2000, allow_blank=True, required=False)


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


class PlanTargetRow(TargetRow):
    indicator = serializers.CharField(source="indicator.code")


class TargetCell(StrictSerializer):
    """One target of many. `value` null takes it away; `revision` is the one you saw, 0 for none: another is refused."""

    indicator = Text(max_length=24)
    due_on = Day()
    value = Exact(**NUMBER, allow_null=True)
    revision = Whole(min_value=0, max_value=10**9, required=False)


class ProposedTargets(StrictSerializer):
    targets = TargetCell(many=True, allow_empty=False, max_length=MOST_CELLS)


class TargetsBody(ProposedTargets):
    """All are saved or none. A revision, or taking a target away, asks for a reason."""

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


class ValueParts(StrictSerializer):
    """A state first; only a reported value has its number, a ratio has two."""

    state = Choice(choices=ValueState.choices)
    value = Exact(**NUMBER, required=False, allow_null=True)
    numerator = Exact(**NUMBER, required=False, allow_null=True)
    denominator = Exact(**NUMBER, required=False, allow_null=True)
    observed_on = Day()
    source_note = Text(max_length=2000)


class MeasurementBody(ValueParts):
    """A value that comes from no update. Without a bureau it is the organisation's own."""

    indicator = Reference(visible=lambda user: Indicator.objects.visible_to(user), column="code")
    period = Reference(visible=lambda user: Period.objects.all(), column="code")
    bureau = Reference(visible=lambda user: Bureau.objects.all(), column="code", required=False, allow_null=True)
    handling = HandlingField(default=Handling.INTERNAL)


class CorrectionBody(ValueParts):
    reason = Text(max_length=2000)


class MeasurementRow(RevisionRow):
    WRITTEN = frozenset({"disaggregation"})

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
    disaggregation = serializers.DictField(source="disaggregation_text")
    handling = HandlingField()
    source = serializers.CharField(source="source_ref")
    source_note = serializers.CharField()


class ProposedValueRow(ReadSerializer):
    """A value that an officer recorded. It is in no figure until another officer has confirmed it."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    indicator = serializers.CharField(source="indicator.code")
    period = serializers.CharField(source="period.code")
    bureau = serializers.CharField(source="bureau.code", allow_null=True)
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True)
    state = serializers.ChoiceField(choices=ValueState.choices)
    value = Number()
    numerator = Number()
    denominator = Number()
    observed_on = serializers.DateField()
    source_note = serializers.CharField()
    reason = serializers.CharField()
    handling = HandlingField()
    proposed_by = serializers.IntegerField(source="proposed_by_id")
    proposed_at = serializers.DateTimeField()
    stage = serializers.ChoiceField(choices=ProposalStage.choices)
    decided_by = serializers.IntegerField(source="decided_by_id", allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    decision_reason = serializers.CharField()
    measurement = serializers.IntegerField(source="measurement_id", allow_null=True)


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


class FigureRow(serializers.Serializer):
    """A figure before or after a change. Shares are of one; null is unknown."""

    status = serializers.ChoiceField(choices=Status.choices)
    progress = Number()
    expected = Number()
    performance = Number()
    coverage = Number()
    lower = Number()
    upper = Number()


class MoveRow(serializers.Serializer):
    """One figure that would change, in the latest period of its plan; without numbers where it is `restricted`."""

    node_type = serializers.ChoiceField(choices=NodeType.choices)
    node_id = serializers.IntegerField()
    measure = serializers.ChoiceField(choices=Measure.choices)
    period = serializers.CharField()
    restricted = serializers.BooleanField()
    before = FigureRow(allow_null=True)
    after = FigureRow(allow_null=True)


class WhatWouldChange(serializers.Serializer):
    """What a change would bring. Nothing was stored."""

    changed = serializers.IntegerField()
    turned = serializers.IntegerField(help_text="How many statuses would be another.")
    moves = MoveRow(many=True)


def what_would_change(user, moves) -> dict:
    """Moves of `outcomes.foresight` as the reader may see them."""
    told = told_to(user, moves)
    return {
        "changed": len(told),
        "turned": sum(1 for one in told if one.move.turns and not one.is_restricted),
        "moves": [_move(one) for one in told],
    }


def _move(told) -> dict:
    move = told.move
    figures = (None, None) if told.is_restricted else (_figure(move.before), _figure(move.after))
    return {
        "node_type": move.node_type, "node_id": move.node_id, "measure": move.measure, "period": move.period.code,
        "restricted": told.is_restricted, "before": figures[0], "after": figures[1],
    }  # fmt: skip


def _figure(row) -> dict:
    return {"status": row.status, **{name: written(getattr(row, name)) for name in COMPARED if name != "status"}}


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
    can work the figure out again. Its formulas are the same in every language; `text` says each in the reader's.
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
        "measure": account.measure,
        "as_of": account.as_of,
        "restricted": account.is_restricted,
        **facts,
        **numbers,
        "newest_value_at": account.newest_value_at,
        "judgement": _verdict(account.verdict),
        "left_out": account.left_out,
        "explanation": in_words(account.explanation),
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
