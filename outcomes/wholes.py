"""A summary row made of the rows beneath it: what `roll_up` makes of them as parts, without putting them into its words.

One validation makes dozens of wholes. What the numbers mean is `outcomes.progress` alone; a property holds the two ways
against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from outcomes import summary
from outcomes.progress import Child, Status, ThresholdSet, clamp, roll_up
from outcomes.progress.exact import ONE, ZERO, kept
from outcomes.progress.rolling import UNKNOWN_STATUSES, effective_weights, verdict
from outcomes.progress.sums import Part, means_of
from outcomes.summary import OUT_OF_THE_SUM, Row
from outcomes.summary_crowds import disclosure_of, together

NOBODY: tuple[int, ...] = ()


class Piece(NamedTuple):
    """A row with its weight (None: not said), whether it is held to a level, and whether it counts as a part at all."""

    row: Row
    weight: Decimal | None = None
    is_maintained: bool = False
    is_in: bool = True


def whole_of(pieces: Sequence[Piece], thresholds: ThresholdSet, actual: Decimal | None = None) -> Row:
    """The row of the whole. `actual` is kept with it as it is given."""
    handling = max([piece.row.highest_handling for piece in pieces], default=0)
    asked = [piece for piece in pieces if piece.is_in and piece.row.reason not in OUT_OF_THE_SUM]
    if not asked:
        nothing = [Child("", is_applicable=False)] if pieces else []
        return summary.row_of_roll_up(roll_up(nothing), handling, actual)
    rows = [piece.row for piece in asked]
    weights = effective_weights([piece.weight for piece in asked])
    means = means_of([part_of(weight, piece) for weight, piece in zip(weights, asked, strict=True)])
    status, reason = verdict(means, thresholds, lambda: any(row.status == Status.STALE for row in rows))
    crowds = _crowds(rows)
    return Row(
        status.value,
        reason.value,
        kept(actual),
        *map(kept, means),
        _counts(rows),
        sum([row.leaves for row in rows]),
        len(crowds[0]),
        *crowds,
        handling,
        not (crowds[1] or crowds[2]) or not disclosure_of(*crowds).is_hidden,
        _newest(rows),
    )


def part_of(weight: Decimal, piece: Piece) -> Part:
    """The piece as it enters the sums. As `summary.child_of` says: what is stale or never known is unknown to the whole."""
    row = piece.row
    share = None if row.status in UNKNOWN_STATUSES else summary.contribution(row, piece.is_maintained)
    if share is None or not row.coverage:
        return weight, None, None, ZERO, ZERO, ONE
    if row.lower is None or row.upper is None:
        raise ValueError("a row that is known has bounds")
    return weight, share, None if row.expected is None else clamp(row.expected), row.coverage, row.lower, row.upper


def _counts(rows: list[Row]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        for status, leaves in row.counts.items():
            counts[status] = counts.get(status, 0) + leaves
    return dict(sorted(counts.items()))


def _newest(rows: list[Row]) -> date | None:
    return max([row.last_observed_on for row in rows if row.last_observed_on], default=None)


def _crowds(rows: list[Row]) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Whose values are used; of the parts that are not for everyone, whose are restricted and whose confidential."""
    bureaus = together(frozenset([row.bureau_ids for row in rows]))
    kept_back = [row for row in rows if row.restricted_bureau_ids or row.confidential_bureau_ids]
    hidden = [row for row in kept_back if row.disclosure.is_hidden]
    if not hidden:
        return bureaus, NOBODY, NOBODY
    return (
        bureaus,
        together(frozenset([row.restricted_bureau_ids for row in hidden])),
        together(frozenset([row.confidential_bureau_ids for row in hidden])),
    )
