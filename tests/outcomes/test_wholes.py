"""A whole made of stored rows is, to the last digit, what `roll_up` makes of the same rows as parts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from outcomes import summary
from outcomes.progress import Reason, Status, ThresholdSet, roll_up
from outcomes.summary import Row
from outcomes.wholes import Piece, whole_of
from tests.outcomes.strategies import decimals, examples, often

figures = settings(max_examples=examples(200), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
shares = decimals(0, 1, 10)
crowds = st.sets(st.integers(0, 6))


@st.composite
def rows(draw):
    bureaus, restricted = draw(crowds), draw(st.just(set()) | crowds)
    confidential = restricted & draw(crowds)
    told = [tuple(sorted(crowd)) for crowd in (bureaus | restricted, restricted, confidential)]
    status = draw(st.sampled_from(list(Status)))
    return Row(
        status.value,
        draw(st.sampled_from([*[Reason.NOTHING] * 4, *Reason])).value,
        draw(often(decimals(0, 50, 2))),
        draw(often(decimals(-1, 2, 10))),
        draw(often(decimals(-1, 2, 10))),
        None,
        draw(st.sampled_from([Decimal(0), Decimal(1)]) | shares),
        draw(shares),
        draw(shares),
        {status.value: draw(st.integers(1, 3))},
        draw(st.integers(0, 3)),
        len(told[0]),
        *told,
        draw(st.integers(0, 3)),
        not summary.disclosure_of(*told).is_hidden,
        draw(often(st.dates(date(2026, 1, 1), date(2027, 1, 1)))),
    )


pieces = st.builds(Piece, rows(), often(decimals(0, 5, 2)), st.booleans(), st.sampled_from([True, True, True, False]))
rules = st.builds(ThresholdSet, coverage_floor=decimals(0, 1, 2), too_early_until=st.sampled_from([Decimal(0), Decimal("0.2")]))
KNOWN = Row("on_track", "", None, Decimal("0.3"), Decimal("0.4"), None, Decimal(1), Decimal("0.3"), Decimal("0.3"), {"on_track": 1}, 1)
UNKNOWN = KNOWN._replace(status="no_data", progress=None, coverage=Decimal(0), lower=Decimal(0), upper=Decimal(1))


@figures
@given(st.lists(pieces, max_size=7), rules, often(decimals(0, 100, 2)))
@example([], ThresholdSet(), None)
@example([Piece(KNOWN, Decimal(0)), Piece(UNKNOWN, Decimal(2))], ThresholdSet(), None)
@example([Piece(KNOWN._replace(expected=None), Decimal(1)), Piece(KNOWN, Decimal(0))], ThresholdSet(), Decimal(3))
@example([Piece(KNOWN, Decimal(1), is_in=False)], ThresholdSet(), None)
def test_a_whole_of_rows_is_what_its_parts_roll_up_to(found, thresholds, actual):
    parts = [
        summary.child_of("part", one.row, weight=one.weight, is_maintained=one.is_maintained, is_applicable=one.is_in)
        for one in found
    ]
    handling = max((one.row.highest_handling for one in found), default=0)
    slowly = summary.row_of_roll_up(roll_up(parts, thresholds=thresholds), handling, actual)
    assert whole_of(found, thresholds, actual) == slowly
