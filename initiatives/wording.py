"""A value, a target and a direction in the reader's words: '54 of 80 (68%)', 'yes', 'not reported: ...'."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from core.formats import day, number, percent, said_of, with_unit
from initiatives.forms import word_of
from outcomes.choices import CombineBureaus, Direction, Kind, ValueState
from outcomes.yes_no import is_yes_or_no, said


def value_words(value, indicator, *, with_reason: bool = True) -> str:
    """What an update says for an indicator, as one phrase; a value that is none says why, unless told not to."""
    if value is None:
        return ""
    if value.state != ValueState.REPORTED:
        return _state_words(value) if with_reason else str(value.get_state_display())
    if indicator.kind == Kind.RATIO:
        return ratio_words(value.numerator, value.denominator, indicator)
    return number_words(value.value, indicator, own_unit(indicator))


def _state_words(value) -> str:
    if value.state == ValueState.NOT_REPORTED and not value.reason:
        return _("no answer yet")
    return said_of(value.get_state_display(), f"\u2068{value.reason}\u2069") if value.reason else str(value.get_state_display())


def ratio_words(numerator: Decimal, denominator: Decimal, indicator) -> str:
    parts = {"part": number(numerator), "whole": number(denominator)}
    if not denominator:
        return _("%(part)s of %(whole)s (not computable)") % parts
    share = numerator / denominator
    parts["share"] = (
        percent(share, indicator.decimals) if indicator.unit == "percent" else number(share, indicator.decimals)
    )
    return _("%(part)s of %(whole)s (%(share)s)") % parts


def own_unit(indicator) -> str:
    """The unit of one bureau's value. Where the bureaus that meet it are counted, the indicator's is the count's alone."""
    return "" if indicator.combine_bureaus == CombineBureaus.COUNT_MEETING else str(indicator.unit_label)


def number_words(value: Decimal, indicator, unit: str) -> str:
    """A number with its unit, or the word that it stands for."""
    if indicator.kind == Kind.MILESTONE and value in (0, 1):
        return _("yes") if value else _("no")
    if indicator.kind == Kind.ORDINAL:
        return _step_words(value, indicator)
    if indicator.unit == "percent":
        return percent(_share(value, indicator), indicator.decimals)
    decimals = max(indicator.decimals, -int(value.normalize().as_tuple().exponent), 0)
    return with_unit(number(value, decimals), unit, value)


def _share(value: Decimal, indicator) -> Decimal:
    """A value in per cent as a share of one: a ratio is kept as one, every other value per hundred."""
    return value if indicator.kind == Kind.RATIO else value / 100


def _step_words(value: Decimal, indicator) -> str:
    step = next((step for step in indicator.scale if Decimal(str(step["value"])) == value), None)
    return said_of(step["value"], word_of(step)) if step else number(value, 1)


def target_words(target, indicator) -> str:
    """'80 bureaus by 31 Dec 2026': of all bureaus together, as targets are."""
    if target is None:
        return ""
    if indicator.kind in (Kind.MILESTONE, Kind.ORDINAL):
        unit = str(indicator.unit_label) if indicator.kind == Kind.MILESTONE else ""
        drawn = with_unit(number(target.value, indicator.decimals), unit, target.value)
        if is_yes_or_no(indicator):
            drawn = said(indicator, target.value)
    elif indicator.unit == "percent":
        drawn = percent(_share(target.value, indicator), indicator.decimals)
    else:
        drawn = number_words(target.value, indicator, str(indicator.unit_label))
    return _("%(value)s by %(day)s") % {"value": drawn, "day": day(target.due_on)}


def direction_words(indicator) -> str:
    """Which way is better, in a few words; a milestone needs none."""
    if indicator.kind == Kind.MILESTONE:
        return ""
    return {
        Direction.INCREASE: _("more is better"),
        Direction.DECREASE: _("less is better"),
        Direction.AT_OR_ABOVE: _("keep at or above the target"),
        Direction.AT_OR_BELOW: _("keep at or below the target"),
        Direction.WITHIN: _("keep within the range"),
    }[Direction(indicator.direction)]
