"""What the organisation promised, as its officers would have recorded it: on time, and to the size of the play."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import partial

from core import audit
from interpol_strategy.demo.cast import Player
from interpol_strategy.demo.courses import Course, course_of
from interpol_strategy.demo.dice import dice
from interpol_strategy.demo.people import officers
from interpol_strategy.demo.stage import Stage
from interpol_strategy.demo.work import Sketch
from outcomes.choices import CombineBureaus, Kind
from outcomes.models import Baseline, Indicator, Target

EARLY = "Demonstration: recorded as if it had been known before the plan began."
SCALED = "Demonstration: scaled to the bureaus that take part in it."
OFTEN = 0.05


def promise_all(stage: Stage, sketches: list[Sketch]) -> tuple[dict[str, Course], list[audit.Entry]]:
    """This will date baselines and targets to the time before their plan, and hand over each indicator's course."""
    reporters = _reporters(sketches)
    facts = [_facts(indicator, reporters.get(indicator.code, {}), stage) for indicator in stage.all_indicators()]
    baselines = [row for baseline, _targets in facts for row in baseline]
    targets = [row for _baseline, found in facts for row in found]
    superseded = {Baseline: _supersede(Baseline, baselines), Target: _supersede(Target, targets)}
    Baseline.objects.bulk_create(baselines)
    Target.objects.bulk_create(targets)
    entries = [_entry(row, "baseline.set", ("value", "on"), superseded[Baseline]) for row in baselines]
    entries += [_entry(row, "target.set", ("due_on", "value"), superseded[Target]) for row in targets]
    courses = {}
    for indicator, (baseline, found) in zip(stage.all_indicators(), facts, strict=True):
        course = course_of(
            indicator, baseline[0] if baseline else None, found, indicator.expected_result.aim,
            reporters.get(indicator.code, {}),
        )  # fmt: skip
        if course is not None:
            courses[indicator.code] = course
    return courses, entries


def _reporters(sketches: list[Sketch]) -> dict[str, dict[str, float]]:
    """For each indicator the bureaus that report it, with the weight of each in what is added up."""
    found: dict[str, dict[str, float]] = {}
    for sketch in sketches:
        for indicator in sketch.indicators:
            found.setdefault(indicator.code, {})[sketch.player.code] = _weight(indicator, sketch.player)
    return found


def _weight(indicator: Indicator, player: Player) -> float:
    """Who is often silent holds little of a total; counts per period are about the same everywhere."""
    rng = dice("weight", indicator.code, player.code)
    if indicator.kind == Kind.PER_PERIOD:
        return rng.uniform(0.95, 1.05)
    is_steady = player.silent < OFTEN and player.secretive < OFTEN
    return rng.uniform(0.6, 1.4) * (1.0 if is_steady else 0.02)


def _facts(indicator: Indicator, bureaus: dict, stage: Stage) -> tuple[list[Baseline], list[Target]]:
    """The indicator's next revisions of its baseline (if known) and of each of its targets."""
    plan = indicator.expected_result.aim.plan
    at = datetime.combine(plan.start_on - timedelta(days=20), time(9), UTC)
    by = officers(stage)[0]
    scale, reason = _scale(indicator, bureaus)
    lower, upper = partial(scale, rounding=ROUND_FLOOR), partial(scale, rounding=ROUND_CEILING)
    baselines = [
        Baseline(indicator=indicator, value=lower(row.value), on=row.on, revision=row.revision + 1, recorded_at=at,
                 recorded_by=by, reason=reason)
        for row in indicator.baselines.all() if row.is_current
    ]  # fmt: skip
    targets = [
        Target(indicator=indicator, due_on=row.due_on, value=upper(row.value), revision=row.revision + 1,
               recorded_at=at, recorded_by=by, reason=reason)
        for row in indicator.targets.all() if row.is_current
    ]  # fmt: skip
    return baselines, targets


def _scale(indicator: Indicator, bureaus: dict):
    """How a value that counts all member bureaus becomes one that counts the bureaus of the play."""
    if indicator.combine_bureaus != CombineBureaus.COUNT_MEETING or not bureaus:
        return (lambda value, rounding: value), EARLY
    last = max((row.value for row in indicator.targets.all() if row.is_current), default=Decimal(1))
    most = Decimal(str(round(len(bureaus) * 0.92)))
    return (lambda value, rounding: (value * most / last).quantize(Decimal(1), rounding)), SCALED


def _supersede(model, replacing: list) -> dict:
    """Closes the rows that the new ones replace, and hands them over by what they were about."""
    current = model.objects.current().filter(indicator__in={row.indicator_id for row in replacing})
    previous = {_about(row): row for row in current}
    for moment in {row.recorded_at for row in previous.values()}:
        model.objects.current().filter(
            pk__in=[row.pk for row in previous.values() if row.recorded_at == moment]
        ).update(superseded_at=moment)
    return previous


def _about(row) -> tuple:
    return (row.indicator_id, getattr(row, "due_on", None))


def _entry(row, action: str, fields: tuple, previous: dict) -> audit.Entry:
    before = audit.snapshot(previous[_about(row)], fields)
    return audit.Entry(row.recorded_at, row.recorded_by, action, row, before, audit.snapshot(row, fields), row.reason)
