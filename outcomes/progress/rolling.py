"""Parts become a whole: the weighted mean of what is known, and how much of it is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from outcomes.progress.disclosure import Disclosure, disclose_together
from outcomes.progress.exact import ONE, ZERO, clamp, given, product, total
from outcomes.progress.explain import Explanation
from outcomes.progress.explain_roll_up import explain_roll_up
from outcomes.progress.sums import Means, Part, means_of
from outcomes.progress.thresholds import ThresholdSet
from outcomes.progress.values import Reason, Status

# What nobody can vouch for today is unknown to the whole, though its last figure stays on its own page.
UNKNOWN_STATUSES = frozenset({Status.NO_DATA, Status.STALE})

_SEVERITY = (
    Status.OFF_TRACK,
    Status.AT_RISK,
    Status.INSUFFICIENT_DATA,
    Status.STALE,
    Status.NO_DATA,
    Status.TOO_EARLY,
    Status.ON_TRACK,
    Status.ACHIEVED,
)


UNHIDDEN = Disclosure()


class Child(NamedTuple):
    """One part of a whole. Shares are of one, unclamped ones are clamped on the way in; None is unknown.

    `weight` None is "not said" and counts as one beside weights that were said. A child that is not applicable leaves
    both sums. For a leaf `coverage`, `lower` and `upper` may be left out: all of it is known or none. `leaves` counts
    the applicable leaves beneath, `leaf_counts` their statuses.
    """

    key: str
    progress: Decimal | None = None
    weight: Decimal | None = None
    expected: Decimal | None = None
    coverage: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    status: Status = Status.NO_DATA
    is_applicable: bool = True
    leaves: int = 1
    leaf_counts: Mapping[str, int] | None = None
    observed_on: date | None = None
    disclosure: Disclosure = UNHIDDEN
    source_ref: str = ""

    @property
    def known_share(self) -> Decimal:
        """How much of the child is known, 0..1."""
        if self.progress is None:
            return ZERO
        return ONE if self.coverage is None else self.coverage

    @property
    def confidence(self) -> tuple[Decimal, Decimal, Decimal]:
        """How much of the child is known, its progress if the rest were 0, and if it were 1."""
        known, lower, upper = self.known_share, self.lower, self.upper
        if not known:
            return ZERO, ZERO, ONE
        if lower is None or upper is None:
            sure = product(clamp(given(self.progress)), known)
            lower, upper = sure if lower is None else lower, total([sure, ONE, -known]) if upper is None else upper
        return known, lower, upper


@dataclass(frozen=True, slots=True)
class RollUpFigure:
    """A whole made of parts. Shares are of one, 0..1; None is unknown, never zero.

    `progress` is the weighted mean of the known children and `expected` the same of what the path asks of
    them; `performance` is one over the other. `coverage` is the share of the weight that is known; `lower`
    and `upper` count the unknown as 0 and as 1. `leaf_counts` are the statuses of all leaves beneath.
    """

    children: tuple[Child, ...]
    thresholds: ThresholdSet
    status: Status
    reason: Reason = Reason.NOTHING
    progress: Decimal | None = None
    expected: Decimal | None = None
    performance: Decimal | None = None
    coverage: Decimal = ZERO
    lower: Decimal = ZERO
    upper: Decimal = ONE
    is_applicable: bool = True
    leaf_counts: Mapping[str, int] = field(default_factory=dict)
    leaves: int = 0
    observed_on: date | None = None
    disclosure: Disclosure = field(default_factory=Disclosure)

    @property
    def counts(self) -> dict[str, int]:
        """The statuses of the children themselves."""
        return dict(Counter(child.status.value for child in self.children if child.is_applicable))

    @property
    def explanation(self) -> Explanation:
        return explain_roll_up(self)

    def as_child(self, key: str, weight: Decimal | None = None, source_ref: str = "") -> Child:
        """This whole as a part of the next one up."""
        return Child(
            key, self.progress, weight, self.expected, self.coverage, self.lower, self.upper, self.status,
            self.is_applicable, self.leaves, self.leaf_counts, self.observed_on, self.disclosure, source_ref,
        )  # fmt: skip


def leaf(
    key: str, figure, weight: Decimal | None = None, source_ref: str = "", disclosure: Disclosure | None = None
) -> Child:
    """An indicator's or an initiative's figure as a part. A stale one is unknown to the whole.

    `disclosure` is said where the figure was worked out for another piece of work that is alike in all but its bureau.
    """
    is_known = figure.contribution is not None and figure.status not in UNKNOWN_STATUSES
    return Child(
        key,
        figure.contribution if is_known else None,
        weight,
        clamp(figure.expected) if figure.expected is not None else None,
        figure.coverage if is_known else ZERO,
        figure.lower if is_known else ZERO,
        figure.upper if is_known else ONE,
        figure.status,
        figure.is_applicable,
        1 if figure.is_applicable else 0,
        {figure.status.value: 1} if figure.is_applicable else {},
        figure.observed_on,
        figure.disclosure if disclosure is None else disclosure,
        source_ref,
    )


def roll_up(children: Iterable[Child], *, thresholds: ThresholdSet | None = None) -> RollUpFigure:
    """The whole of these parts: called once for results and once for delivery, which are never blended.

    Raises ValueError for a negative weight. Source: product contract, section 3 (roll-up).
    """
    thresholds, kept = thresholds or ThresholdSet(), tuple(children)
    asked = [child for child in kept if child.is_applicable]
    if not asked:
        reason = Reason.NOT_APPLICABLE if kept else Reason.NO_CHILDREN
        return RollUpFigure(kept, thresholds, Status.NO_DATA, reason, is_applicable=not kept)
    weights = effective_weights([child.weight for child in asked])
    means = means_of([_part(weight, child) for weight, child in zip(weights, asked, strict=True)])
    status, reason = verdict(means, thresholds, lambda: any(child.status == Status.STALE for child in asked))
    return RollUpFigure(
        kept, thresholds, status, reason, *means,
        leaf_counts=_leaf_counts(asked),
        leaves=sum([child.leaves for child in asked]),
        observed_on=max([child.observed_on for child in asked if child.observed_on], default=None),
        disclosure=disclose_together([child.disclosure for child in asked]),
    )  # fmt: skip


def effective_weights(weights: list[Decimal | None]) -> list[Decimal]:
    """The weights that count: all equal where none is above zero; else as said, and one where nothing was said."""
    said = [weight for weight in weights if weight is not None]
    if said and min(said) < ZERO:
        raise ValueError("a weight is never below zero")
    if not any(said):
        return [ONE] * len(weights)
    return [ONE if weight is None else weight for weight in weights]


def _part(weight: Decimal, child: Child) -> Part:
    known, lower, upper = child.confidence
    if not known:
        return weight, None, None, known, lower, upper
    expected = None if child.expected is None else clamp(child.expected)
    return weight, clamp(given(child.progress)), expected, known, lower, upper


def worst_of(statuses: Iterable[Status]) -> Status:
    """The most worrying of the statuses; no data where there is none."""
    return min(statuses, key=_SEVERITY.index, default=Status.NO_DATA)


def _leaf_counts(asked: list[Child]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for child in asked:
        mine = {child.status.value: 1} if child.leaf_counts is None else child.leaf_counts
        for status, leaves in mine.items():
            counts[status] = counts.get(status, 0) + leaves
    return counts


def verdict(means: Means, thresholds: ThresholdSet, is_stale: Callable[[], bool]) -> tuple[Status, Reason]:
    """Grey first: nothing known, too old, too little known, too early. Only then green, amber or red.

    `is_stale` says whether some part is too old; it is asked only where nothing is known.
    """
    if means.progress is None:
        return (Status.STALE, Reason.TOO_OLD) if is_stale() else (Status.NO_DATA, Reason.NO_VALUE)
    if means.coverage < thresholds.coverage_floor:
        return Status.INSUFFICIENT_DATA, Reason.BELOW_COVERAGE_FLOOR
    if means.lower >= ONE:
        return Status.ACHIEVED, Reason.NOTHING
    if means.performance is None or given(means.expected) <= thresholds.too_early_until:
        return Status.TOO_EARLY, Reason.NOTHING_EXPECTED_YET
    return thresholds.status_of(means.performance), Reason.NOTHING
