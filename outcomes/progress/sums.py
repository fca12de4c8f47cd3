"""The exact numerators of a whole: what its parts add up to before anything is divided, in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from outcomes.progress.exact import ONE, ZERO, added, carried, quotient

# Weight, progress and expected (both 0..1; progress None: nothing of it is known; expected None: it has no path), how
# much of it is known, and its progress if the rest were 0 and if it were 1.
Part = tuple[Decimal, Decimal | None, Decimal | None, Decimal, Decimal, Decimal]


class Sums(NamedTuple):
    """Sums over parts, never rounded, so those of some parts and those of the others give those of all.

    `weight` is of all parts; under it `known`, `lower` and `upper`. `known_weight` is of the parts of which something is
    known, `made` their weighed progress; `path_weight`, `path_made` and `path_expected` the same of those of them that
    have a path. `knowns` and `paths` are how many these are.
    """

    weight: Decimal = ZERO
    known: Decimal = ZERO
    lower: Decimal = ZERO
    upper: Decimal = ZERO
    knowns: int = 0
    known_weight: Decimal = ZERO
    made: Decimal = ZERO
    paths: int = 0
    path_weight: Decimal = ZERO
    path_made: Decimal = ZERO
    path_expected: Decimal = ZERO

    @property
    def is_even(self) -> bool:
        """Whether parts are known of which none weighs anything: these count the same, which the sums cannot say."""
        return bool((self.knowns and not self.known_weight) or (self.paths and not self.path_weight))


class Means(NamedTuple):
    """Shares of one; None is unknown. As `RollUpFigure` explains them."""

    progress: Decimal | None
    expected: Decimal | None
    performance: Decimal | None
    coverage: Decimal
    lower: Decimal
    upper: Decimal


NOTHING = Sums()


def add_up(parts: Iterable[Part], to: Sums = NOTHING) -> Sums:
    """The sums of the parts and of what they are added to."""
    weight, known, lower, upper, knowns, known_weight, made, paths, path_weight, path_made, path_expected = to
    for mine, progress, expected, share, low, high in parts:
        weight, known = added(weight, mine), carried(mine, share, known)
        lower, upper = carried(mine, low, lower), carried(mine, high, upper)
        if progress is None:
            continue
        knowns, known_weight, made = knowns + 1, added(known_weight, mine), carried(mine, progress, made)
        if expected is not None:
            paths, path_weight = paths + 1, added(path_weight, mine)
            path_made, path_expected = carried(mine, progress, path_made), carried(mine, expected, path_expected)
    return Sums(weight, known, lower, upper, knowns, known_weight, made, paths, path_weight, path_made, path_expected)


def means_of(parts: list[Part]) -> Means:
    """Progress over what is known; expected and performance over those of them that have a path; the rest over all.

    The weights must not add up to zero; those of the known parts may, and then each of these counts the same.
    """
    sums = add_up(parts)
    if sums.is_even:
        sums = _evenly(sums, [(ONE, *part[1:]) for part in parts if part[1] is not None])
    return divided(sums)


def _evenly(sums: Sums, known: list[Part]) -> Sums:
    """The sums with the parts that are known taken to weigh one each, where all of them weigh nothing."""
    alike = add_up(known)
    if not sums.known_weight:
        sums = sums._replace(known_weight=alike.known_weight, made=alike.made)
    if not sums.path_weight:
        sums = sums._replace(path_weight=alike.path_weight, path_made=alike.path_made, path_expected=alike.path_expected)
    return sums


def divided(sums: Sums) -> Means:
    """The means: each sum divided once by its weight, which is not zero."""
    weight, known, lower, upper, knowns, known_weight, made, paths, path_weight, path_made, path_expected = sums
    means = quotient(known, weight), quotient(lower, weight), quotient(upper, weight)
    if not knowns:
        return Means(None, None, None, *means)
    progress = quotient(made, known_weight)
    if not paths:
        return Means(progress, None, None, *means)
    on_path = progress if paths == knowns else quotient(path_made, path_weight)
    expected = quotient(path_expected, path_weight)
    return Means(progress, expected, quotient(on_path, expected) if expected else None, *means)
