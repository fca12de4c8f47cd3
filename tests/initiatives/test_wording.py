"""A value is said as its author meant it: per cent once, and without the unit of a count that it is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from dashboard.odd_values import Suspect, _said
from initiatives.wording import own_unit, target_words, value_words
from outcomes.choices import CombineBureaus, Kind
from outcomes.models import Indicator
from tests.cast import said


def indicator(kind: Kind, unit: str = "percent", **more) -> Indicator:
    return Indicator(kind=kind, unit=unit, unit_label=said("bureaus"), decimals=0, scale=[], **more)


def test_a_level_in_per_cent_is_said_per_hundred_and_so_is_its_target():
    level = indicator(Kind.LEVEL)
    value = SimpleNamespace(state="reported", value=Decimal(62))
    assert value_words(value, level) == "62%"
    target = SimpleNamespace(value=Decimal(80), due_on=date(2030, 12, 31))
    assert target_words(target, level) == "80% by 31 Dec 2030"


def test_a_target_of_a_ratio_is_a_share_of_one():
    target = SimpleNamespace(value=Decimal("0.8"), due_on=date(2030, 12, 31))
    assert target_words(target, indicator(Kind.RATIO)) == "80% by 31 Dec 2030"


@pytest.mark.parametrize(("bureau", "words"), [(1, "78"), (None, "78 bureaus")])
def test_a_bureau_that_is_counted_did_not_answer_with_a_count(bureau, words):
    counted = indicator(Kind.LEVEL, "number", combine_bureaus=CombineBureaus.COUNT_MEETING)
    one = Suspect(1, bureau, "XA", said("NCB own"), "update:1", Decimal(78), Decimal(77))
    assert _said(counted, one, one.now) == words and own_unit(counted) == ""
