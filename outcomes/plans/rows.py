"""What the files hold, once read: plans, aims, expected results, indicators, links and thresholds as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from outcomes.plans.node import FileText, Node


@dataclass(frozen=True)
class ResultKey:
    """An expected result by its place: plan code, number of the aim, own number."""

    plan: str
    aim: int
    number: int

    def __str__(self) -> str:
        return f"{self.plan} {self.aim}.{self.number}"


@dataclass(frozen=True)
class AimRow:
    number: int
    title: FileText
    text: FileText


@dataclass(frozen=True)
class CapabilityRow:
    number: int
    code: str
    name: FileText


@dataclass(frozen=True)
class ResultRow:
    """An expected result; `passage` is what it was derived from, empty for one of the source itself."""

    key: ResultKey
    text: FileText
    passage: str = ""

    @property
    def origin(self) -> str:
        return "derived" if self.passage else "source"


@dataclass(frozen=True)
class PlanRow:
    """A plan; `fields` are its own, `headings` what the source prints besides the texts."""

    code: str
    kind: str
    fields: dict
    aims: tuple[AimRow, ...]
    capabilities: tuple[CapabilityRow, ...]
    headings: tuple[str, ...]
    node: Node = field(compare=False, repr=False)

    @property
    def start_on(self) -> date:
        return self.fields["start_on"]

    @property
    def end_on(self) -> date:
        return self.fields["end_on"]


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator; `targets` by day, the last one is the target. A count per period has one per quarter."""

    code: str
    result: ResultKey
    fields: dict
    baseline: tuple[Decimal, date] | None
    targets: dict[date, Decimal]
    node: Node = field(compare=False, repr=False)


@dataclass(frozen=True)
class End:
    """Where a link starts or leads: an aim, or one of its expected results."""

    plan: str
    aim: int
    result: int | None = None

    def __str__(self) -> str:
        return f"{self.plan} {self.aim}" if self.result is None else f"{self.plan} {self.aim}.{self.result}"


@dataclass(frozen=True)
class LinkRow:
    kind: str
    start: End
    goal: End | None
    state: str
    note: FileText
    node: Node = field(compare=False, repr=False)


@dataclass(frozen=True)
class ThresholdRow:
    valid_from: date
    valid_until: date | None
    bands: tuple[dict, ...]
    coverage_floor: Decimal
    reason: str

    def number_bands(self) -> list[dict]:
        """The bands with their limits as numbers; None is no limit."""
        return [
            {key: Decimal(limit) if key != "status" and limit is not None else limit for key, limit in band.items()}
            for band in self.bands
        ]


@dataclass(frozen=True)
class Plans:
    """Everything the files hold, checked."""

    plans: tuple[PlanRow, ...]
    results: tuple[ResultRow, ...]
    indicators: tuple[IndicatorRow, ...]
    links: tuple[LinkRow, ...]
    thresholds: tuple[ThresholdRow, ...]
