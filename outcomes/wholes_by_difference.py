"""A whole of very many parts, changed by what one of them changed: the others are not read.

Sums are exact, so taking a part away and adding it as it is now gives the sums of all parts, to the last digit. For the latest
day and the highest level it is kept how many parts say each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from core.handling import Handling
from outcomes import summary
from outcomes.progress import Status, ThresholdSet
from outcomes.progress.exact import ZERO, added, difference, kept
from outcomes.progress.rolling import verdict
from outcomes.progress.sums import Sums, add_up, divided
from outcomes.summary import OUT_OF_THE_SUM, Row
from outcomes.summary_crowds import disclosure_of
from outcomes.wholes import Piece, part_of, whole_of

LEVELS, FIRST_SUM = tuple(Handling.values), 2 + len(Handling.values)
FIRST_DAY = FIRST_SUM + len(Sums._fields)
A_DAY = 10_000  # a day and how many parts say it are one number: the day's own, times this, and the parts


class Tally(NamedTuple):
    """What is added up over the parts: how many are asked, how many of these are stale, how many of all have each level of
    handling, the sums of those that are asked, and how many of these say each day.
    """

    asked: Decimal
    stale: Decimal
    levels: tuple[Decimal, ...]
    sums: Sums
    days: Counter[int]

    def as_kept(self) -> tuple[Decimal, ...]:
        days = [Decimal(day * A_DAY + many) for day, many in sorted(self.days.items()) if many]
        return (self.asked, self.stale, *self.levels, *self.sums, *days)


def tally_kept(numbers: tuple[Decimal, ...]) -> Tally:
    """The tally as a row keeps it."""
    days = Counter(dict([divmod(int(one), A_DAY) for one in numbers[FIRST_DAY:]]))
    return Tally(*numbers[:2], numbers[2:FIRST_SUM], Sums(*numbers[FIRST_SUM:FIRST_DAY]), days)  # type: ignore[arg-type]


def whole_with_sums(pieces: Sequence[Piece], thresholds: ThresholdSet, actual: Decimal) -> Row:
    """The row of the whole, made of all its parts, with what it takes to change it by one of them later.

    Each part's row is one bureau's, weighs its `actual`, and rests on nobody's values but that bureau's.
    """
    made = whole_of(pieces, thresholds, actual)
    if any(piece.weight is None for piece in pieces):
        return made
    return made._replace(sums=tally_of([piece.row for piece in pieces]).as_kept())


def tally_of(rows: Sequence[Row]) -> Tally:
    """The tally of the parts."""
    asked = [row for row in rows if _asked(row)]
    stale = sum([row.status == Status.STALE for row in asked])
    levels = Counter([row.highest_handling for row in rows])
    sums = add_up([part_of(ZERO if row.actual is None else row.actual, Piece(row)) for row in asked])
    days = Counter([row.last_observed_on.toordinal() for row in asked if row.last_observed_on])
    return Tally(Decimal(len(asked)), Decimal(stale), tuple([Decimal(levels[one]) for one in LEVELS]), sums, days)


def moved(whole: Row, bureau: int, old: Row | None, new: Row, thresholds: ThresholdSet) -> Row | None:
    """The whole with the bureau's row as it is `new`, where it was `old` (None: not there yet).

    None where that takes the other parts: where the whole keeps no sums, or nothing of what is known weighs anything.
    """
    if whole.sums is None or whole.actual is None or new.actual is None:
        return None
    tally = _changed(tally_kept(whole.sums), tally_of([] if old is None else [old]), tally_of([new]))
    if not tally.asked or not tally.sums.weight or tally.sums.is_even:
        return None
    means = divided(tally.sums)
    status, reason = verdict(means, thresholds, lambda: bool(tally.stale))
    crowds = [_crowd(whole, bureau, new, name) for name in summary.CROWDS]
    return Row(
        status.value,
        reason.value,
        kept(added(difference(whole.actual, ZERO if old is None else old.actual or ZERO), new.actual)),
        *map(kept, means),
        _counts(whole, old, new),
        whole.leaves - _leaves(old) + _leaves(new),
        len(crowds[0]),
        *crowds,
        max([level for level, many in zip(LEVELS, tally.levels, strict=True) if many]),
        not (crowds[1] or crowds[2]) or not disclosure_of(*crowds).is_hidden,
        max([date.fromordinal(day) for day, many in tally.days.items() if many], default=None),
        tally.as_kept(),
    )


def _changed(tally: Tally, old: Tally, new: Tally) -> Tally:
    days = tally.days.copy()
    days.subtract(old.days)
    days.update(new.days)
    return Tally(
        tally.asked - old.asked + new.asked,
        tally.stale - old.stale + new.stale,
        _difference(tally.levels, old.levels, new.levels),
        Sums(*_difference(tally.sums, old.sums, new.sums)),  # type: ignore[arg-type]
        days,
    )


def _difference(numbers: Iterable, gone: Iterable, come: Iterable) -> tuple[Decimal, ...]:
    return tuple([added(difference(one, less), more) for one, less, more in zip(numbers, gone, come, strict=True)])


def _leaves(row: Row | None) -> int:
    return row.leaves if row is not None and _asked(row) else 0


def _asked(row: Row) -> bool:
    return row.reason not in OUT_OF_THE_SUM


def _crowd(whole: Row, bureau: int, new: Row, name: str) -> tuple[int, ...]:
    """Those of the other bureaus, and the bureau itself where its own row says so and is in the whole's crowds."""
    others, mine = getattr(whole, name), getattr(new, name)
    counts = bool(mine) and _asked(new) and (name == "bureau_ids" or new.disclosure.is_hidden)
    if counts == (bureau in others):
        return others
    return tuple(sorted({*others, bureau} if counts else set(others) - {bureau}))


def _counts(whole: Row, old: Row | None, new: Row) -> dict[str, int]:
    counts = dict(whole.counts)
    for row, sign in ((old, -1), (new, 1)):
        if row is not None and _asked(row):
            for status, leaves in row.counts.items():
                counts[status] = counts.get(status, 0) + sign * leaves
    return dict(sorted([(status, leaves) for status, leaves in counts.items() if leaves]))
