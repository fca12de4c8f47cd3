"""A whole made of stored rows is, to the last digit, what `roll_up` makes of the same rows as parts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from outcomes import summary
from outcomes.progress import Reason, Status, ThresholdSet, roll_up
from outcomes.progress.exact import total
from outcomes.summary import Row
from outcomes.summary_crowds import disclosure_of
from outcomes.wholes import Piece, whole_of
from outcomes.wholes_by_difference import moved, tally_of, whole_with_sums
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
        not disclosure_of(*told).is_hidden,
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


@st.composite
def rows_of_a_bureau(draw, bureau):
    """A row that weighs something and rests on nobody's values but the bureau's own."""
    used = draw(st.booleans())
    kept_back = used and draw(st.integers(0, 3)) == 0
    crowds = [(bureau,) if one else () for one in (used, kept_back, kept_back and draw(st.booleans()))]
    row = draw(rows())
    return row._replace(
        actual=draw(st.sampled_from([Decimal(0), Decimal(10), Decimal(50)])),
        bureaus_known=len(crowds[0]),
        bureau_ids=crowds[0],
        restricted_bureau_ids=crowds[1],
        confidential_bureau_ids=crowds[2],
        is_disclosable=not kept_back,
        last_observed_on=draw(st.sampled_from([None, date(2026, 3, 31), date(2026, 3, 31), date(2026, 3, 2)])),
    )


@st.composite
def changes(draw):
    """What stands of some bureaus, and what one of them, or one that comes to them, says now."""
    stood = {bureau: draw(rows_of_a_bureau(bureau)) for bureau in range(1, draw(st.integers(2, 7)))}
    bureau = draw(st.sampled_from([*stood, len(stood) + 1]))
    return stood, bureau, draw(rows_of_a_bureau(bureau))


def whole_with(stood, thresholds):
    return whole_with_sums([Piece(row, row.actual) for row in stood.values()], thresholds, total(row.actual for row in stood.values()))


def _only_weightless(rows) -> bool:
    """Whether something is known, or has a path, and nothing of that weighs anything."""
    sums = tally_of(list(rows)).sums
    return bool(sums.weight) and sums.is_even


@figures
@given(changes(), rules)
def test_what_one_part_changes_is_what_all_parts_would_give(change, thresholds):
    stood, bureau, new = change
    changed = moved(whole_with(stood, thresholds), bureau, stood.get(bureau), new, thresholds)
    all_parts = {**stood, bureau: new}
    weight = total(row.actual for row in all_parts.values() if row.reason not in summary.OUT_OF_THE_SUM)
    assert changed == whole_with(all_parts, thresholds) or (changed is None and not weight) or _only_weightless(all_parts.values())


@figures
@given(st.data(), rules)
def test_change_upon_change_is_still_what_all_parts_would_give(data, thresholds):
    stood = {bureau: data.draw(rows_of_a_bureau(bureau)) for bureau in range(1, 5)}
    whole = whole_with(stood, thresholds)
    for _time in range(6):
        bureau = data.draw(st.integers(1, 6))
        new = data.draw(rows_of_a_bureau(bureau))
        whole = moved(whole, bureau, stood.get(bureau), new, thresholds)
        stood[bureau] = new
        whole = whole or whole_with(stood, thresholds)
        assert whole == whole_with(stood, thresholds)


def test_the_other_parts_are_not_asked_for_where_one_says_more():
    silent = KNOWN._replace(actual=Decimal(10), last_observed_on=date(2026, 3, 31))
    stood = {bureau: silent for bureau in range(1, 200)}
    said = silent._replace(progress=Decimal("0.4"), bureau_ids=(7,), bureaus_known=1, last_observed_on=date(2026, 3, 2))
    whole = whole_with(stood, ThresholdSet())
    assert moved(whole, 7, silent, said, ThresholdSet()) == whole_with({**stood, 7: said}, ThresholdSet())


def test_who_takes_the_latest_day_back_leaves_that_of_the_others():
    early, late = (KNOWN._replace(actual=Decimal(10), last_observed_on=date(2026, 3, day)) for day in (2, 31))
    whole = whole_with({1: early, 2: late}, ThresholdSet())
    assert moved(whole, 2, late, early, ThresholdSet()) == whole_with({1: early, 2: early}, ThresholdSet())


def test_the_others_are_asked_for_where_the_sums_cannot_say():
    weighs, nothing = (KNOWN._replace(actual=Decimal(share)) for share in (10, 0))
    whole = whole_with({1: weighs, 2: nothing}, ThresholdSet())
    assert moved(whole, 1, weighs, nothing, ThresholdSet()) is None
    assert moved(whole._replace(sums=None), 1, weighs, weighs, ThresholdSet()) is None
