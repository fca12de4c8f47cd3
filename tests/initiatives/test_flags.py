"""What is questioned about a value, row by row; and what never is."""

from decimal import Decimal

import pytest

from initiatives import flags
from initiatives.flags import Flag, Measured, odd_about


def measured(value, kind="level", direction="increase", state="reported", factor=3):
    value = None if value is None else Decimal(value)
    return Measured(kind, direction, state, value, Decimal(factor))


@pytest.mark.parametrize(
    ("now", "before", "found"),
    [
        (measured(12), 10, ()),
        (measured(9), 10, (Flag.AGAINST,)),
        (measured(12, direction="decrease"), 10, (Flag.AGAINST,)),
        (measured(9, direction="decrease"), 10, ()),
        (measured(9, "cumulative"), 10, (Flag.FALLING,)),
        (measured(9, "per_period"), 10, ()),
        (measured(31), 10, (Flag.JUMP,)),
        (measured(30), 10, ()),
        (measured(3), 10, (Flag.AGAINST, Flag.JUMP)),
        (measured(31, factor=4), 10, ()),
        (measured(10), 10, (Flag.SAME,)),
        (measured(0), 0, ()),
        (measured(5), 0, ()),
        (measured(0), 5, (Flag.AGAINST,)),
        (measured(1, "milestone"), 0, ()),
        (measured(1, "ordinal"), 4, ()),
        (measured(1, "maintain", "maintain_at_or_above"), 40, ()),
        (measured("0.1", "ratio"), "0.5", (Flag.AGAINST, Flag.JUMP)),
        (measured(None), 10, ()),
        (measured(9), None, ()),
        (measured(None, state="withheld"), 10, ()),
        (measured(-9), 10, (Flag.AGAINST,)),
    ],
)
def test_what_is_questioned(now, before, found):
    assert odd_about(now, None if before is None else Decimal(before)) == found


def test_a_ratio_over_nothing_has_no_number():
    assert flags.single(None, Decimal(3), Decimal(0)) is None
    assert flags.single(None, Decimal(3), Decimal(4)) == Decimal("0.75")
    assert flags.single(Decimal(0), None, None) == 0


QUIET = {
    "oddities": [], "is_late": False, "is_off_track": False, "delivery_falls": False, "has_evidence": False, "claims_an_end": False,
    "texts": ["Twelve officers were trained."], "previous_texts": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, ()),
        ({"is_late": True, "is_off_track": True}, (Flag.LATE, Flag.OFF_TRACK)),
        ({"oddities": [(Flag.JUMP,), (Flag.JUMP,)]}, (Flag.JUMP, Flag.EVIDENCE)),
        ({"oddities": [(Flag.JUMP,)], "has_evidence": True}, (Flag.JUMP,)),
        ({"oddities": [(Flag.SAME,)]}, (Flag.SAME,)),
        ({"claims_an_end": True}, (Flag.EVIDENCE,)),
        ({"delivery_falls": True}, (Flag.DELIVERY,)),
        ({"previous_texts": ["  twelve officers were  TRAINED."]}, (Flag.PASTED,)),
        ({"texts": ["None"], "previous_texts": ["None"]}, ()),
    ],
)
def test_what_marks_an_update(facts, found):
    assert flags.of_update(**{**QUIET, **facts}) == found


def test_every_flag_about_a_value_has_its_question():
    assert set(flags.QUESTIONS) == set(flags.ABOUT_VALUES)


@pytest.mark.parametrize(
    ("now", "before", "found"), [(40, 58, True), (58, 58, False), (60, 58, False), (None, 58, False), (0, None, False)]
)
def test_what_was_delivered_stays_delivered(now, before, found):
    assert flags.falls(now, before) is found
