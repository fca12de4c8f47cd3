"""Setting many targets at once: every cell is checked, then all are saved, or none is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit
from core.errors import Invalid, Stale
from core.formats import day, number
from outcomes import rollup
from outcomes.choices import CombineBureaus, Kind
from outcomes.foresight import Proposal
from outcomes.models import Baseline, Indicator, Target
from outcomes.progress import Point
from outcomes.services import promises_no_change, scale_values
from outcomes.yes_no import said

MOST_CELLS = 2_000
FIELDS = ("due_on", "value")


@dataclass(frozen=True)
class Cell:
    """One target as somebody wants it: `value` None takes it away.

    `seen` is the revision that the person saw, 0 where there was none, and None where nobody says.
    """

    indicator: Indicator
    due_on: date
    value: Decimal | None
    seen: int | None = None

    @property
    def key(self) -> tuple[int, date]:
        return self.indicator.pk, self.due_on


@dataclass(frozen=True)
class Standing:
    """What is recorded of the indicators in question: present targets, how many revisions a day has had, baselines."""

    targets: dict[tuple[int, date], Target]
    revisions: dict[tuple[int, date], int]
    baselines: dict[int, Decimal]

    def changed(self, cells: Sequence[Cell]) -> list[Cell]:
        """The cells that would change something."""
        return [cell for cell in cells if cell.value != self.value(cell.key)]

    def value(self, key) -> Decimal | None:
        return self.targets[key].value if key in self.targets else None

    def revision(self, key) -> int:
        return self.targets[key].revision if key in self.targets else 0


def read_standing(indicators: Sequence[Indicator], *, for_change: bool = False) -> Standing:
    """Two queries. `for_change` locks the present targets until the transaction ends."""
    rows = Target.objects.filter(indicator__in=indicators)
    rows = rows.select_for_update() if for_change else rows
    present, revisions = {}, defaultdict(int)
    for row in rows.order_by("pk"):
        key = row.indicator_id, row.due_on
        revisions[key] = max(revisions[key], row.revision)
        if row.is_current:
            present[key] = row
    baselines = Baseline.objects.current().filter(indicator__in=indicators).values_list("indicator_id", "value")
    return Standing(present, revisions, dict(baselines))


def check_cells(cells: Sequence[Cell], standing: Standing) -> dict[int, list]:
    """The faults by the cell's place in the sequence; empty when all may be saved."""
    faults: dict[int, list] = {}
    seen: set = set()
    for place, cell in enumerate(cells):
        found = [_("This cell is named twice.")] if cell.key in seen else _faults_of(cell, standing)
        seen.add(cell.key)
        if found:
            faults[place] = found
    return faults


def _faults_of(cell: Cell, standing: Standing) -> list:
    if cell.value is None or cell.value == standing.value(cell.key):
        return []
    plan = cell.indicator.expected_result.aim.plan
    if not plan.start_on <= cell.due_on <= plan.end_on:
        words = _("The day lies outside the plan's period, %(start)s to %(end)s.")
        return [words % {"start": day(plan.start_on), "end": day(plan.end_on)}]
    if promises_no_change(cell.indicator, cell.value, standing.baselines.get(cell.indicator.pk)):
        return [_("A target equal to its baseline promises no change.")]
    return _impossible(cell.indicator, cell.value)


def _impossible(indicator: Indicator, value: Decimal) -> list:
    """Targets that no value could ever reach. A count of bureaus is no value of one bureau."""
    if indicator.combine_bureaus == CombineBureaus.COUNT_MEETING:
        return [_("A count cannot be below zero.")] if value < 0 else []
    if indicator.kind == Kind.RATIO and indicator.unit == "percent" and not 0 <= value <= 1:
        return [_("A percentage is between 0 and 100.")]
    if indicator.kind in (Kind.CUMULATIVE, Kind.PER_PERIOD) and value < 0:
        return [_("A count cannot be below zero.")]
    if indicator.kind == Kind.MILESTONE and value not in (0, 1):
        return [_("A milestone is reached (1) or not (0).")]
    steps = scale_values(indicator) if indicator.kind == Kind.ORDINAL else ()
    if steps and not min(steps) <= value <= max(steps):
        return [_("The scale goes from %(low)s to %(high)s.") % {"low": number(min(steps)), "high": number(max(steps))}]
    return []


def conflicts(cells: Sequence[Cell], standing: Standing) -> dict[int, list]:
    """The cells whose target somebody else changed since it was seen, by place, with what stands now."""
    found = {}
    for place, cell in enumerate(cells):
        present = standing.value(cell.key)
        if cell.seen is None or cell.seen == standing.revision(cell.key) or cell.value == present:
            continue
        words = _("Somebody took this target away meanwhile.")
        if present is not None:
            words = _("Somebody set this to %(value)s meanwhile.") % {"value": said(cell.indicator, shown(cell.indicator, present))}
        found[place] = [words]
    return found


def shown(indicator: Indicator, value: Decimal | None) -> Decimal | None:
    """A target as people write it: a ratio counted in percent is kept as a share of one."""
    return value * 100 if value is not None and is_share(indicator) else value


def kept(indicator: Indicator, value: Decimal | None) -> Decimal | None:
    """What people wrote, as it is kept."""
    return value / 100 if value is not None and is_share(indicator) else value


def is_share(indicator: Indicator) -> bool:
    return indicator.kind == Kind.RATIO and indicator.unit == "percent"


def propose_targets(cells: Sequence[Cell], standing: Standing) -> Proposal:
    """The same change as a proposal, to see what it would bring."""
    points: dict[int, dict[date, Point]] = {cell.indicator.pk: {} for cell in cells}
    for (pk, due_on), row in standing.targets.items():
        if pk in points:
            points[pk][due_on] = Point(due_on, row.value, f"target:{row.pk}@{row.revision}")
    for cell in cells:
        points[cell.indicator.pk].pop(cell.due_on, None)
        if cell.value is not None:
            points[cell.indicator.pk][cell.due_on] = Point(cell.due_on, cell.value)
    return Proposal(targets={pk: tuple(dated[on] for on in sorted(dated)) for pk, dated in points.items()})


@transaction.atomic
def set_targets(*, cells: Sequence[Cell], reason: str, by, at) -> list[Target]:
    """This will set, revise or take away all of the targets, or none of them.

    Raises Stale where somebody changed a cell since it was seen and Invalid for every other fault, each with fields
    named `targets.<place>`; a revision, or taking one away, asks for a reason.
    """
    require(by, "target.set")
    if len(cells) > MOST_CELLS:
        raise Invalid.on("targets", _("At most %(most)s targets at once.") % {"most": MOST_CELLS})
    standing = read_standing([cell.indicator for cell in cells], for_change=True)
    if found := check_cells(cells, standing):
        raise Invalid(_("The targets cannot be saved yet."), fields=_named(found))
    if found := conflicts(cells, standing):
        raise Stale(_("Somebody changed this since you opened it. Nothing of yours is lost."), fields=_named(found))
    changed = standing.changed(cells)
    if any(cell.key in standing.revisions for cell in changed) and not reason.strip():
        raise Invalid.on("reason", _("Say why it changes."))
    return _save(changed, standing, reason.strip(), by, at) if changed else []


def _named(faults: dict[int, list]) -> dict[str, list]:
    return {f"targets.{place}": messages for place, messages in faults.items()}


def _save(changed: list[Cell], standing: Standing, reason: str, by, at) -> list[Target]:
    former = [standing.targets[cell.key] for cell in changed if cell.key in standing.targets]
    Target.objects.filter(pk__in=[row.pk for row in former]).update(superseded_at=at)
    made = Target.objects.bulk_create(
        Target(
            indicator=cell.indicator, due_on=cell.due_on, value=cell.value, reason=reason, recorded_at=at,
            recorded_by=by, revision=standing.revisions.get(cell.key, 0) + 1,
        )
        for cell in changed
        if cell.value is not None
    )  # fmt: skip
    rollup.refresh_indicators({cell.indicator.pk: cell.indicator for cell in changed}.values(), at=at)
    audit.record_many(_entries(changed, standing, made, reason, by, at))
    return made


def _entries(changed, standing, made, reason, by, at) -> list[audit.Entry]:
    new = {(row.indicator_id, row.due_on): row for row in made}
    entries = []
    for cell in changed:
        old, row = standing.targets.get(cell.key), new.get(cell.key)
        before = audit.snapshot(old, FIELDS) if old else {}
        after = audit.snapshot(row, FIELDS) if row else {}
        action = "target.set" if row else "target.withdrawn"
        entries.append(audit.Entry(at, by, action, row or old, before, after, reason))
    return entries
