"""Parts become a whole: the weighted mean of what is known, and how much of it is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from outcomes.progress.disclosure import Disclosure, disclose_together
from outcomes.progress.exact import ONE, ZERO, clamp, given, product, quotient, total, weighted_mean
from outcomes.progress.explain import Explanation
from outcomes.progress.explain_roll_up import explain_roll_up
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


@dataclass(frozen=True, slots=True)
class Child:
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
    disclosure: Disclosure = field(default_factory=Disclosure)
    source_ref: str = ""

    @property
    def known_share(self) -> Decimal:
        """How much of the child is known, 0..1."""
        if self.progress is None:
            return ZERO
        return ONE if self.coverage is None else self.coverage

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """Its progress if the unknown share were 0, and if it were 1."""
        known = self.known_share
        share = clamp(given(self.progress)) if known else ZERO
        lower = product(share, known) if self.lower is None or not known else self.lower
        upper = total([product(share, known), ONE, -known]) if self.upper is None or not known else self.upper
        return lower, upper


@dataclass(frozen=True, slots=True)
class RollUpFigure:
    """A whole made of parts. Shares are of one, 0..1; None is unknown, never zero.

    `progress` is the weighted mean of the known children and `expected` the same of what the path asks of
    them; `performance` is one over the other. `coverage` is the share of the weight that is known; `lower`
    and `upper` count the unknown as 0 and as 1. `counts` are the statuses of the children, `leaf_counts` of
    all leaves beneath.
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
    counts: Mapping[str, int] = field(default_factory=dict)
    leaf_counts: Mapping[str, int] = field(default_factory=dict)
    leaves: int = 0
    observed_on: date | None = None
    disclosure: Disclosure = field(default_factory=Disclosure)

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
    weights = effective_weights(asked)
    known = [(weight, child) for weight, child in zip(weights, asked, strict=True) if child.known_share]
    counts = dict(Counter(child.status.value for child in asked))
    progress, expected, performance = _means(known)
    coverage, lower, upper = _confidence(weights, asked)
    status, reason = _verdict(asked, progress, expected, performance, coverage, lower, thresholds)
    return RollUpFigure(
        kept, thresholds, status, reason, progress, expected, performance, coverage, lower, upper,
        counts=counts,
        leaf_counts=_leaf_counts(asked),
        leaves=sum(child.leaves for child in asked),
        observed_on=max((child.observed_on for child in asked if child.observed_on), default=None),
        disclosure=disclose_together(child.disclosure for child in asked),
    )  # fmt: skip


def effective_weights(asked: list[Child]) -> list[Decimal]:
    """The weights that count: all equal where none is above zero; else as said, and one where nothing was said."""
    if any(child.weight is not None and child.weight < ZERO for child in asked):
        raise ValueError("a weight is never below zero")
    if not any(child.weight for child in asked):
        return [ONE] * len(asked)
    return [ONE if child.weight is None else child.weight for child in asked]


def worst_of(statuses: Iterable[Status]) -> Status:
    """The most worrying of the statuses; no data where there is none."""
    return min(statuses, key=_SEVERITY.index, default=Status.NO_DATA)


def _means(known: list[tuple[Decimal, Child]]) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Progress over what is known; expected and performance over those of them that have a path."""
    progress = _mean((weight, clamp(given(child.progress))) for weight, child in known)
    comparable = [(weight, child) for weight, child in known if child.expected is not None]
    expected = _mean((weight, clamp(given(child.expected))) for weight, child in comparable)
    made = _mean((weight, clamp(given(child.progress))) for weight, child in comparable)
    return progress, expected, quotient(made, expected) if made is not None and expected else None


def _mean(pairs) -> Decimal | None:
    """The weighted mean, or None where no weight is known. Weights that are all zero count the same."""
    kept = list(pairs)
    if not kept:
        return None
    return weighted_mean(kept if any(weight for weight, _ in kept) else [(ONE, value) for _, value in kept])


def _confidence(weights: list[Decimal], asked: list[Child]) -> tuple[Decimal, Decimal, Decimal]:
    """Coverage and bounds of the whole: the weighted means of the children's."""
    rows = [(weight, child.known_share, *child.bounds) for weight, child in zip(weights, asked, strict=True)]
    coverage, lower, upper = (weighted_mean((row[0], row[column]) for row in rows) for column in (1, 2, 3))
    return coverage, lower, upper


def _leaf_counts(asked: list[Child]) -> dict[str, int]:
    counts: Counter = Counter()
    for child in asked:
        counts.update(child.leaf_counts if child.leaf_counts is not None else {child.status.value: 1})
    return dict(counts)


def _verdict(asked, progress, expected, performance, coverage, lower, thresholds) -> tuple[Status, Reason]:
    """Grey first: nothing known, too old, too little known, too early. Only then green, amber or red."""
    if progress is None:
        is_stale = any(child.status == Status.STALE for child in asked)
        return (Status.STALE, Reason.TOO_OLD) if is_stale else (Status.NO_DATA, Reason.NO_VALUE)
    if coverage < thresholds.coverage_floor:
        return Status.INSUFFICIENT_DATA, Reason.BELOW_COVERAGE_FLOOR
    if lower >= ONE:
        return Status.ACHIEVED, Reason.NOTHING
    if performance is None or expected <= thresholds.too_early_until:
        return Status.TOO_EARLY, Reason.NOTHING_EXPECTED_YET
    return thresholds.status_of(performance), Reason.NOTHING
