"""Counts per period: the sum of what was counted against the sum of what should have been by now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from outcomes.progress.combine import Combined, combine
from outcomes.progress.exact import ONE, ZERO, difference, given, product, quotient, total, weighted_mean
from outcomes.progress.path import Point, ordered
from outcomes.progress.rule import Direction
from outcomes.progress.values import Observation, Reason, is_stale


@dataclass(frozen=True, slots=True)
class Window:
    """The span that one target covers, up to its day: what was counted in it, how much of it is known."""

    target: Point
    counted: Decimal
    known: Decimal
    has_ended: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """The totals of a series. `planned` is the sum of the targets of the periods that have ended."""

    combined: Combined
    windows: tuple[Window, ...] = ()
    reason: Reason = Reason.NOTHING
    progress: Decimal | None = None
    planned: Decimal | None = None
    expected: Decimal | None = None
    performance: Decimal | None = None

    @property
    def is_over(self) -> bool:
        """Whether the last period that has a target has ended."""
        return all(window.has_ended for window in self.windows)


def count(case, asked: tuple[Observation, ...]) -> Counted:
    """The totals on the day of the question. `case` is an IndicatorCase, `asked` its answers up to that day.

    A baseline is a count per period too; none means that the work starts from nothing. Progress is
    (sum counted - n x baseline) / (sum of all targets - n x baseline), over the periods that are known and
    all periods.
    """
    return count_periods(case, _per_period(case, asked))


def count_periods(case, periods: dict[date, Combined]) -> Counted:
    """The totals of what each period brought, by the period's last day, in order of time."""
    targets = ordered(case.targets)
    windows = tuple(_window(case, periods, *span) for span in _spans(targets))
    combined = _total(case, periods, windows)
    if combined.value is None:
        return Counted(combined)
    if not targets:
        return Counted(combined, reason=Reason.NO_TARGET)
    return _measure(case, combined, windows)


def _per_period(case, asked) -> dict[date, Combined]:
    """What each period brought, over all bureaus; a period without any answer is there too, as unknown."""
    found: dict[date, list[Observation]] = {end: [] for end in case.period_ends if end <= case.on}
    for seen in asked:
        found.setdefault(seen.reported_for, []).append(seen)
    return {end: _of_period(case, end, found[end]) for end in sorted(found)}


def _of_period(case, end: date, answers: list[Observation]) -> Combined:
    return combine(
        case.rule,
        answers,
        on=end,
        stale_after=case.thresholds.stale_after,
        expected=[bureau for bureau, since in case.expected_since.items() if since <= end],
        weights=case.bureau_weights,
    )


def _spans(targets: tuple[Point, ...]) -> list[tuple[date, Point]]:
    """Each target with the day that the one before it ended on."""
    return list(zip([date.min, *(target.on for target in targets)], targets, strict=False))


def _window(case, periods: dict[date, Combined], after: date, target: Point) -> Window:
    inside = [period for end, period in periods.items() if after < end <= target.on and period.is_applicable]
    known = weighted_mean((ONE, period.coverage) for period in inside) if inside else ZERO
    counted = total(period.value for period in inside if period.value is not None)
    return Window(target, counted, known, target.on <= case.on)


def _total(case, periods: dict[date, Combined], windows: tuple[Window, ...]) -> Combined:
    known = {end: period for end, period in periods.items() if period.value is not None}
    states = sum((Counter(period.states) for period in periods.values()), Counter())
    if not known:
        last = list(periods.values())[-1] if periods else Combined(reason=Reason.NO_VALUE)
        is_applicable = not periods or any(period.is_applicable for period in periods.values())
        return Combined(reason=last.reason, is_applicable=is_applicable, states=dict(states))
    newest = max(given(period.observed_on) for period in known.values())
    return Combined(
        value=total(given(period.value) for period in known.values()),
        observed_on=newest,
        is_stale=is_stale(newest, case.on, case.rule.frequency, case.thresholds.stale_after),
        coverage=_coverage(periods, windows),
        states=dict(states),
        sources=tuple(seen for period in known.values() for seen in period.sources),
    )


def _coverage(periods: dict[date, Combined], windows: tuple[Window, ...]) -> Decimal:
    """The share of what should be counted by now that is known, by target; without targets, by period."""
    ended = [window for window in windows if window.has_ended]
    if any(window.target.value > 0 for window in ended):
        return weighted_mean((max(window.target.value, ZERO), window.known) for window in ended)
    asked = [(ONE, period.coverage) for period in periods.values() if period.is_applicable]
    return weighted_mean(asked) if asked else ZERO


def _measure(case, combined: Combined, windows: tuple[Window, ...]) -> Counted:
    if case.baseline is None and case.rule.direction == Direction.DECREASE:
        return Counted(combined, windows, Reason.NO_BASELINE)
    base = case.baseline.value if case.baseline else ZERO
    ended = [window for window in windows if window.has_ended]
    way = _asked(((ONE, window) for window in windows), base)
    if way == ZERO:
        return Counted(combined, windows, Reason.TARGET_EQUALS_BASELINE)
    due = _asked(((ONE, window) for window in ended), base)
    due_known = _asked(((window.known, window) for window in ended), base)
    return Counted(
        combined,
        windows,
        progress=quotient(_gained(windows, base), way),
        planned=total(window.target.value for window in ended),
        expected=quotient(due, way),
        performance=quotient(_gained(ended, base), due_known) if quotient(due_known, way) > ZERO else None,
    )


def _gained(windows, base: Decimal) -> Decimal:
    """What was counted beyond the baseline, in the known share of the periods."""
    return total(difference(window.counted, product(base, window.known)) for window in windows)


def _asked(pairs: Iterable[tuple[Decimal, Window]], base: Decimal) -> Decimal:
    """What the targets ask for beyond the baseline, each window taken for a share of itself."""
    return total(product(share, difference(window.target.value, base)) for share, window in pairs)
