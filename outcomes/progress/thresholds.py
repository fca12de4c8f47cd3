"""Where one status ends and the next begins: data with validity dates, and no gap or overlap between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from outcomes.progress.values import Status


class ThresholdFault(ValueError):
    """A threshold set, or a calendar of them, leaves a gap or overlaps. `faults` names each one exactly."""

    def __init__(self, faults: Sequence[str]):
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Band:
    """One status, for a performance of `at_least` (included) up to `below` (excluded). None is no limit."""

    status: Status
    at_least: Decimal | None
    below: Decimal | None

    def holds(self, performance: Decimal) -> bool:
        return (self.at_least is None or performance >= self.at_least) and (
            self.below is None or performance < self.below
        )

    def __str__(self) -> str:
        return f"{self.status.value} {_interval(self.at_least, self.below)}"


PUBLISHED_BANDS = (
    Band(Status.ON_TRACK, Decimal("0.90"), None),
    Band(Status.AT_RISK, Decimal("0.75"), Decimal("0.90")),
    Band(Status.OFF_TRACK, None, Decimal("0.75")),
)


@dataclass(frozen=True, slots=True)
class ThresholdSet:
    """The rules of judgement in force between two days (both included; `valid_until` None is open).

    `bands` turn performance against the path into a status; `coverage_floor` is the share of weight (0..1)
    below which nothing is called green or red; `stale_after` counts reporting intervals; up to an expected
    share of `too_early_until` nothing is judged. Source of the defaults: product contract, section 3.
    """

    bands: tuple[Band, ...] = PUBLISHED_BANDS
    coverage_floor: Decimal = Decimal("0.5")
    stale_after: Decimal = Decimal("1.5")
    too_early_until: Decimal = Decimal(0)
    valid_from: date = date.min
    valid_until: date | None = None
    source_ref: str = ""

    def validate(self) -> None:
        """Raises ThresholdFault naming every gap, overlap and impossible number; else says nothing."""
        faults = _band_faults(self.bands)
        if not 0 <= self.coverage_floor <= 1:
            faults.append(f"coverage floor {self.coverage_floor} is not between 0 and 1")
        if self.stale_after <= 0:
            faults.append(f"stale after {self.stale_after} intervals is not above 0")
        if not 0 <= self.too_early_until < 1:
            faults.append(f"too early until {self.too_early_until} is not from 0 to below 1")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            faults.append(f"valid until {self.valid_until} is before valid from {self.valid_from}")
        if faults:
            raise ThresholdFault(faults)

    def status_of(self, performance: Decimal) -> Status:
        """The status of a performance (1 is exactly on the path). The set must be valid."""
        return next(band.status for band in self.bands if band.holds(performance))

    def as_json(self) -> dict:
        return {
            "bands": [
                {"status": band.status.value, "at_least": _text(band.at_least), "below": _text(band.below)}
                for band in self.bands
            ],
            "coverage_floor": str(self.coverage_floor),
            "stale_after": str(self.stale_after),
            "too_early_until": str(self.too_early_until),
            "source_ref": self.source_ref,
        }


def in_force(sets: Iterable[ThresholdSet], on: date) -> ThresholdSet | None:
    """The set in force on a day, or None; a valid calendar has at most one."""
    for candidate in sets:
        if candidate.valid_from <= on and (candidate.valid_until is None or on <= candidate.valid_until):
            return candidate
    return None


def validate_calendar(sets: Iterable[ThresholdSet]) -> None:
    """Raises ThresholdFault naming each run of days that has no threshold set, or two."""
    kept = sorted(sets, key=lambda one: one.valid_from)
    faults = []
    for earlier, later in zip(kept, kept[1:], strict=False):
        if earlier.valid_until is None or later.valid_from <= earlier.valid_until:
            end = earlier.valid_until if later.valid_until is None else later.valid_until
            faults.append(f"overlap from {later.valid_from} to {_sooner(earlier.valid_until, end) or 'open end'}")
        elif later.valid_from > earlier.valid_until + timedelta(days=1):
            first = earlier.valid_until + timedelta(days=1)
            faults.append(f"gap from {first} to {later.valid_from - timedelta(days=1)}")
    if faults:
        raise ThresholdFault(faults)


def _band_faults(bands: Sequence[Band]) -> list[str]:
    if not bands:
        return [f"gap {_interval(None, None)}: no band at all"]
    faults = [f"empty band {band}" for band in bands if _is_empty(band)]
    kept = sorted(bands, key=lambda band: (band.at_least is not None, band.at_least or 0))
    if kept[0].at_least is not None:
        faults.append(f"gap {_interval(None, kept[0].at_least)}")
    reach = kept[0].below
    for band in kept[1:]:
        faults += _seam(reach, band)
        reach = None if reach is None or band.below is None else max(reach, band.below)
    if reach is not None:
        faults.append(f"gap {_interval(reach, None)}")
    return faults


def _seam(reach: Decimal | None, band: Band) -> list[str]:
    """What is wrong between all bands so far, which end below `reach`, and the next one."""
    start = band.at_least
    if reach is None or start is None or start < reach:
        return [f"overlap {_interval(start, _sooner(reach, band.below))}"]
    return [f"gap {_interval(reach, start)}"] if start > reach else []


def _is_empty(band: Band) -> bool:
    return band.at_least is not None and band.below is not None and band.at_least >= band.below


def _sooner(left, right):
    """The lower of two upper limits, where None is without limit."""
    limits = [limit for limit in (left, right) if limit is not None]
    return min(limits) if limits else None


def _interval(at_least: Decimal | None, below: Decimal | None) -> str:
    start = "(-infinity" if at_least is None else f"[{at_least}"
    end = "+infinity)" if below is None else f"{below})"
    return f"{start}, {end}"


def _text(limit: Decimal | None) -> str | None:
    return None if limit is None else str(limit)
