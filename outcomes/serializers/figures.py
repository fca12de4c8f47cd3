"""Shapes of figures: what would change, summaries, and a figure with all that it rests on."""

from __future__ import annotations

from rest_framework import serializers

from core.serializers import ReadSerializer
from outcomes.choices import Measure, Status
from outcomes.explain_words import in_words
from outcomes.foresight import COMPARED, told_to
from outcomes.models import NodeType
from outcomes.serializers.numbers import Number, Shares, written

NUMBERS_OF_A_FIGURE = ("actual", "progress", "expected", "performance", "coverage", "lower", "upper")
FACTS_OF_A_FIGURE = ("status", "reason", "counts", "leaves", "bureaus_known", "last_observed_on")


class FigureRow(Shares):
    """A figure before or after a change. Shares are of one; null is unknown."""

    status = serializers.ChoiceField(choices=Status.choices)


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


class Computed(Shares):
    """What a figure says of itself, read from the summary or worked out for an explanation."""

    status = serializers.ChoiceField(choices=Status.choices, allow_null=True)
    reason = serializers.CharField(allow_null=True)
    actual = Number()
    counts = serializers.DictField(child=serializers.IntegerField(), allow_null=True)
    leaves = serializers.IntegerField(allow_null=True)
    bureaus_known = serializers.IntegerField(allow_null=True)
    last_observed_on = serializers.DateField(allow_null=True)


class RollUpRow(Computed, ReadSerializer):
    """A summary. Where it is `restricted`, it rests on values that this reader is not cleared for and says no more."""

    id = serializers.IntegerField()
    node_type = serializers.ChoiceField(choices=NodeType.choices)
    node_id = serializers.IntegerField()
    period = serializers.CharField(source="period.code")
    bureau = serializers.CharField(source="bureau.code", allow_null=True)
    measure = serializers.ChoiceField(choices=Measure.choices)
    restricted = serializers.BooleanField(source="is_restricted")
    computed_at = serializers.DateTimeField(allow_null=True)

    SHOWN_ALWAYS = ("id", "node_type", "node_id", "period", "bureau", "measure", "restricted")

    @classmethod
    def finished(cls, row):
        if row["restricted"]:
            return {name: value if name in cls.SHOWN_ALWAYS else None for name, value in row.items()}
        return row


class VerdictRow(serializers.Serializer):
    """A person's own verdict beside the computed one."""

    status = serializers.ChoiceField(choices=Status.choices)
    reason = serializers.CharField()
    by = serializers.CharField()
    set_on = serializers.DateField()
    expires_on = serializers.DateField()
    is_in_force = serializers.BooleanField()
    is_overtaken = serializers.BooleanField()


class ProgressRow(Computed):
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
    newest_value_at = serializers.DateTimeField(allow_null=True)
    judgement = VerdictRow(allow_null=True)
    left_out = serializers.IntegerField()
    explanation = serializers.DictField(allow_null=True)


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
