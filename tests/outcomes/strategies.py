"""Invented questions of every sort for the properties of the arithmetic."""

from __future__ import annotations

import os
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from core.periods import quarters_between
from outcomes.progress import (
    AcrossBureaus,
    AcrossInitiatives,
    Child,
    DeliveryCase,
    DeliveryStep,
    Direction,
    IndicatorCase,
    Kind,
    Observation,
    Point,
    Rule,
    State,
    Status,
)

QUARTERS = tuple(quarter.end_on for quarter in quarters_between(date(2026, 1, 1), date(2027, 12, 31)))
BUREAUS = ("FR", "JP", "MA", "PE")


def examples(usual: int) -> int:
    """How many cases a property is tried with: `usual`, or a hundred times FUZZ_EXAMPLES in `make fuzz`."""
    return 100 * int(os.environ["FUZZ_EXAMPLES"]) if "FUZZ_EXAMPLES" in os.environ else usual


def decimals(low=-1000, high=1000, places=3):
    return st.decimals(min_value=low, max_value=high, places=places, allow_nan=False, allow_infinity=False)


shares = decimals(0, 1, 4)


def often(strategy):
    """The strategy's values four times out of five, else None."""
    return st.integers(0, 4).flatmap(lambda dice: strategy if dice else st.none())


days = st.integers(0, 729).map(lambda number: date(2026, 1, 1) + timedelta(days=number))


@st.composite
def rules(draw, kinds=tuple(Kind)):
    kind = draw(st.sampled_from(kinds))
    kept = [Direction.AT_OR_ABOVE, Direction.AT_OR_BELOW, Direction.WITHIN]
    directions = kept if kind == Kind.MAINTAIN else [Direction.INCREASE, Direction.DECREASE]
    low = draw(decimals(0, 50))
    return Rule(
        kind,
        draw(st.sampled_from(directions)),
        draw(st.sampled_from(list(AcrossBureaus))),
        draw(st.sampled_from(list(AcrossInitiatives))),
        tolerance=draw(decimals(0, 5)),
        range_low=low,
        range_high=low + draw(decimals(0, 50)),
        meets_at=draw(st.none() | decimals(0, 100)),
    )


@st.composite
def observations(draw, kind=Kind.LEVEL, index=0):
    state = draw(st.sampled_from([State.REPORTED] * 4 + list(State)))
    end = draw(st.sampled_from(QUARTERS))
    values = {}
    if state == State.REPORTED:
        if kind == Kind.RATIO:
            values = {"numerator": draw(decimals(0, 100)), "denominator": draw(decimals(0, 100))}
        else:
            values = {"value": draw(decimals(-50, 150))}
    return Observation(
        state,
        **values,
        observed_on=draw(st.none() | st.just(end) | st.just(end - timedelta(days=40))),
        bureau=draw(st.sampled_from((*BUREAUS, *BUREAUS, None))),
        initiative=draw(st.sampled_from(("", "", "I-1", "I-2"))),
        source_ref=f"measurement:{index}@1",
        restricted=draw(st.booleans()),
        confidential=draw(st.booleans()),
        period_end_on=end,
    )


@st.composite
def cases(draw, kinds=tuple(Kind), min_answers=0):
    rule = draw(rules(kinds))
    count = draw(st.integers(min_answers, 4) | st.integers(6, 14))
    target_days = draw(st.lists(st.sampled_from(QUARTERS), max_size=4, unique=True)) or draw(
        st.sampled_from([[], [QUARTERS[-1]], [QUARTERS[-1]]])
    )
    return IndicatorCase(
        rule,
        draw(st.sampled_from(QUARTERS[3:])),
        tuple(draw(observations(rule.kind, index)) for index in range(count)),
        draw(often(st.builds(Point, st.just(date(2025, 12, 31)), decimals(-50, 150)))),
        tuple(Point(on, draw(decimals(-50, 150))) for on in target_days),
        expected_since={bureau: draw(st.sampled_from(QUARTERS)) for bureau in draw(st.sets(st.sampled_from(BUREAUS)))},
        period_ends=QUARTERS if rule.kind == Kind.PER_PERIOD else (),
        bureau_weights={bureau: draw(decimals(0, 5)) for bureau in draw(st.sets(st.sampled_from(BUREAUS)))},
    )


@st.composite
def children(draw, key="child"):
    is_known = draw(st.sampled_from([True, True, True, True, False]))
    whole = st.sampled_from([None, Decimal(1), Decimal(1)])
    return Child(
        key,
        draw(st.one_of(shares, decimals(-2, 3, 4))) if is_known else None,
        draw(often(decimals(0, 5, 2))),
        draw(often(shares)),
        draw(st.one_of(whole, shares)) if is_known else Decimal(0),
        status=draw(st.sampled_from(list(Status))),
        is_applicable=draw(st.sampled_from([True, True, True, False])),
    )


@st.composite
def families(draw, max_size=8):
    return [draw(children(f"child {number}")) for number in range(draw(st.integers(0, max_size)))]


@st.composite
def deliveries(draw):
    starts_on, length = draw(days), draw(st.integers(0, 700))
    steps = tuple(
        DeliveryStep(draw(days), draw(decimals(0, 5, 1)), draw(st.none() | days), f"milestone:{number}")
        for number in range(draw(st.integers(0, 4)))
    )
    state = draw(st.sampled_from([None, State.REPORTED, State.REPORTED, State.WITHHELD]))
    reported = None
    if state is not None:
        value = draw(decimals(0, 100, 2)) if state == State.REPORTED else None
        reported = Observation(state, value, observed_on=draw(days), bureau="FR", source_ref="update:1@1")
    return DeliveryCase(
        "I-1", starts_on, starts_on + timedelta(days=length), draw(days), reported, steps,
        is_cancelled=draw(st.sampled_from([False] * 5 + [True])),
    )  # fmt: skip
