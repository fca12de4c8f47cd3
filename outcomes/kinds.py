"""The kinds of indicator as a person chooses them, and what each kind asks for."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.translations import Translated
from outcomes.choices import CombineBureaus as Across
from outcomes.choices import Direction, Kind
from outcomes.models import Indicator

ANY = (Across.SUM, Across.WEIGHTED_MEAN, Across.COUNT_MEETING, Across.WORST, Across.NONE)
RATES = (Across.WEIGHTED_MEAN, Across.COUNT_MEETING, Across.WORST, Across.NONE)
TOTALS = (Across.SUM, Across.WEIGHTED_MEAN, Across.WORST, Across.NONE)


@dataclass(frozen=True)
class Shape:
    """One kind with its direction, where that is fixed. `asks` are the fields that only some kinds have.

    `across` are the ways in which values of many bureaus may become one, the usual one first; `unit` is the unit where
    the kind has only one.
    """

    code: str
    kind: Kind
    direction: Direction | None
    label: str | Promise
    words: str | Promise
    asks: tuple[str, ...] = ()
    across: tuple[Across, ...] = ANY
    unit: str = ""

    @property
    def directions(self) -> tuple[Direction, ...]:
        return (self.direction,) if self.direction else (Direction.INCREASE, Direction.DECREASE)


SHAPES = (
    Shape(
        "increase", Kind.LEVEL, Direction.INCREASE, _("More is better"),
        _("A level at a time that should rise, such as the number of users."), across=ANY,
    ),
    Shape(
        "decrease", Kind.LEVEL, Direction.DECREASE, _("Less is better"),
        _("A level at a time that should fall, such as the days until an answer."), across=ANY,
    ),
    Shape(
        "keep_above", Kind.MAINTAIN, Direction.AT_OR_ABOVE, _("Keep at or above"),
        _("Met or not: a level that must not fall below its target, give or take a tolerance."), ("tolerance",),
        (*RATES, Across.SUM),
    ),
    Shape(
        "keep_below", Kind.MAINTAIN, Direction.AT_OR_BELOW, _("Keep at or below"),
        _("Met or not: a level that must not rise above its target, give or take a tolerance."), ("tolerance",),
        (*RATES, Across.SUM),
    ),
    Shape(
        "keep_within", Kind.MAINTAIN, Direction.WITHIN, _("Keep within a range"),
        _("Met or not: a level that must stay between two values, give or take a tolerance."),
        ("range_low", "range_high", "tolerance"), (*RATES, Across.SUM),
    ),
    Shape(
        "ratio", Kind.RATIO, None, _("Ratio"),
        _("A part of a whole: numerators and denominators are added up over the bureaus, then divided."),
        ("numerator_label", "denominator_label"), (Across.RATIO, Across.NONE),
    ),
    Shape(
        "cumulative", Kind.CUMULATIVE, None, _("Cumulative total"),
        _("A running total since the beginning: the latest value is the total, never the sum of the values."),
        across=TOTALS,
    ),
    Shape(
        "per_period", Kind.PER_PERIOD, None, _("Count per period"),
        _("What happened in each period: the counts are added up, and each target is what its period should bring."),
        across=TOTALS,
    ),
    Shape(
        "milestone", Kind.MILESTONE, Direction.INCREASE, _("Milestone (yes or no)"),
        _("Reached or not; of many bureaus it is counted how many have reached it."),
        across=(Across.COUNT_MEETING, Across.NONE), unit="yes_no",
    ),
    Shape(
        "ordinal", Kind.ORDINAL, None, _("Scale"),
        _("A step of a declared scale; the distribution is shown beside the mean."), ("scale",),
        (Across.WEIGHTED_MEAN, Across.WORST, Across.NONE), unit="scale",
    ),
)  # fmt: skip
BY_CODE = {shape.code: shape for shape in SHAPES}


def shape_of(indicator: Indicator) -> Shape:
    """The kind of a present indicator as it would be chosen."""
    found = [one for one in SHAPES if one.kind == indicator.kind]
    return next((one for one in found if indicator.direction in one.directions), found[0])


def step_word(step: dict) -> str:
    """The label of a step of a scale in the reader's language."""
    label = step.get("label", "")
    is_plain = isinstance(label, dict) and "texts" not in label
    return str(Translated(texts=label) if is_plain else Translated.from_json(label))


def suggested_code(result) -> str:
    """The next code in the way of the result's others, G1.2-I4 after G1.2-I3, that no indicator of another plan has. One query."""
    prefix = f"{'G' if result.aim.plan.kind == 'framework' else 'O'}{result.aim.number}.{result.number}-I"
    codes = Indicator.objects.filter(code__istartswith=prefix).values_list("code", flat=True)
    taken = [int(code[len(prefix) :]) for code in codes if code[len(prefix) :].isdecimal()]
    return prefix + str(max(taken, default=0) + 1)
