"""Targets that were revised on the way, each with its reason: a strategy that never corrects itself is none."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from core import audit
from interpol_strategy.demo.people import officers
from interpol_strategy.demo.stage import Stage
from outcomes.choices import Kind
from outcomes.models import Indicator, Target

SHARES = "percent"
EVERY = 4  # of the indicators that have one value to reach, every so many had its last target revised
AFTER = timedelta(days=165)  # from the plan's first day: after its first half year
REASONS = (
    (Decimal("1.10"), "Demonstration: raised after the first half year, as bureaus were further than had been thought."),
    (Decimal("0.92"), "Demonstration: lowered after the first half year, as fewer bureaus could take part than had been planned."),
)


def revise_targets(stage: Stage) -> list[audit.Entry]:
    """This will revise the last target of some indicators in the first year of their plan; for the trail, who did it and why."""
    chosen = [one for one in stage.all_indicators() if one.kind in (Kind.CUMULATIVE, Kind.LEVEL) and one.unit != SHARES][::EVERY]
    replaced = [_replaced(indicator, REASONS[place % len(REASONS)], stage) for place, indicator in enumerate(chosen)]
    pairs = [pair for pair in replaced if pair is not None]
    for old, new in pairs:
        Target.objects.filter(pk=old.pk).update(superseded_at=new.recorded_at)
    Target.objects.bulk_create(new for _old, new in pairs)
    return [_entry(old, new) for old, new in pairs]


def _replaced(indicator: Indicator, why: tuple[Decimal, str], stage: Stage) -> tuple[Target, Target] | None:
    """The last target and what replaces it: further from the baseline or nearer to it; None where that would change nothing."""
    old = indicator.targets.current().order_by("due_on").last()
    base = indicator.baselines.current().order_by("on").last()
    at = datetime.combine(indicator.expected_result.aim.plan.start_on + AFTER, time(10), UTC)
    if old is None or base is None or at.date() >= stage.on:
        return None
    factor, reason = why
    value = (base.value + (old.value - base.value) * factor).quantize(Decimal(1))
    if value in (old.value, base.value) or value < 0:
        return None
    new = Target(indicator=indicator, due_on=old.due_on, value=value, revision=old.revision + 1, recorded_at=at,
                 recorded_by=officers(stage)[0], reason=reason)  # fmt: skip
    return old, new


def _entry(old: Target, new: Target) -> audit.Entry:
    before, after = audit.snapshot(old, ("due_on", "value")), audit.snapshot(new, ("due_on", "value"))
    return audit.Entry(new.recorded_at, new.recorded_by, "target.set", new, before, after, new.reason)
