"""The play itself: for each initiative and period the fate of its update, as far as the day on which we look."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from core.models import Period
from core.periods import quarter_of, quarters_between
from initiatives.choices import InitiativeStatus, UpdateState
from interpol_strategy.demo.cast import HEADS_BUREAU, LIAISONS_BUREAU
from interpol_strategy.demo.courses import Course
from interpol_strategy.demo.dice import dice
from interpol_strategy.demo.lives import Fate, Life, draw_fate, live
from interpol_strategy.demo.stage import Stage
from interpol_strategy.demo.tales import Tale, corrected, count_splits, exaggerated, tell
from interpol_strategy.demo.work import Sketch

# What awaits the demonstration's own liaison and head in the open quarter, initiative by initiative.
LIAISONS_FATES = (Fate.MISSING, Fate.DRAFT, Fate.RETURNED, Fate.SENT, Fate.MISSING, Fate.VALIDATED, Fate.MISSING)
HEADS_FATES = (Fate.AWAITING_HEAD, Fate.AWAITING_HEAD, Fate.SENT)
CORRECTED, EXAGGERATED = 0.025, 0.12
FORGOTTEN_AFTER = 150  # days: nothing that was begun waits longer for its end
WITHOUT_UPDATES = {InitiativeStatus.PLANNED, InitiativeStatus.CANCELLED}


def curtain(on) -> datetime:
    """The moment on which the play ends: nothing in it happens later."""
    return datetime.combine(on, time(0), UTC)


def open_periods(stage: Stage, *, at: datetime) -> list[Period]:
    """This will add every quarter of the plans up to the one that the day lies in; their dates close the others."""
    first = min(plan.start_on for plan in stage.plans.values())
    known = {period.code: period for period in Period.objects.all()}
    quarters = quarters_between(first, stage.on)
    missing = [
        Period(code=quarter.code, created_at=at, updated_at=at, **quarter.dates())
        for quarter in quarters
        if quarter.code not in known
    ]
    known |= {period.code: period for period in Period.objects.bulk_create(missing)}
    stage.periods = [known[quarter.code] for quarter in quarters]
    return missing


def perform(stage: Stage, sketches: list[Sketch], courses: dict[str, Course]) -> list[Tale]:
    """Every update that anybody began by the day, corrections included."""
    splits = count_splits(sketches, stage.periods)
    forced = _forced_fates(stage, sketches)
    tales = []
    for sketch in sketches:
        if sketch.status in WITHOUT_UPDATES:
            continue
        for period in stage.periods_of(sketch.plan):
            if sketch.runs_in(period):
                tales += _scenes(sketch, period, forced.get((sketch.code, period.code)), courses, splits, stage)
    return tales


def _forced_fates(stage: Stage, sketches: list[Sketch]) -> dict[tuple[str, str], Fate]:
    now = quarter_of(stage.on).code
    period = next(one for one in stage.periods if one.code == now)
    found = {}
    for bureau, fates in ((LIAISONS_BUREAU, LIAISONS_FATES), (HEADS_BUREAU, HEADS_FATES)):
        running = [one for one in sketches if one.player.code == bureau and one.runs_in(period)]
        active = [one for one in running if one.status not in WITHOUT_UPDATES]
        found |= {(one.code, now): fate for one, fate in zip(active, fates, strict=False)}
    return found


def _scenes(sketch: Sketch, period: Period, fate, courses, splits, stage: Stage) -> list[Tale]:
    """The update of one initiative for one period, and its correction where there is one."""
    rng = dice("life", sketch.code, period.code)
    player, now = sketch.player, curtain(stage.on)
    is_open = period.start_on <= stage.on <= period.end_on
    is_old = period.end_on < stage.on - timedelta(days=FORGOTTEN_AFTER)
    fate = fate or draw_fate(rng, is_open=is_open, is_old=is_old, silent=player.silent, asks_head=player.asks_head)
    life = live(fate, period, now=now, is_open=is_open, asks_head=player.asks_head, late=player.late, rng=rng)
    if life is None:
        return []
    tale = tell(sketch, period, life, courses, splits)
    if life.state != UpdateState.VALIDATED:
        if life.state == UpdateState.SUBMITTED and rng.random() < EXAGGERATED:
            exaggerated(tale)
        return [tale]
    later = _correcting(tale, now) if not is_open and rng.random() < CORRECTED else None
    return [tale, later] if later else [tale]


def _correcting(tale: Tale, now: datetime) -> Tale | None:
    """A correction begun some weeks after the validation, if all of its steps have been taken by now."""
    rng = dice("correcting", *tale.name)
    shift = timedelta(days=rng.randint(18, 50))
    moments = [moment for _step, moment in tale.life.taken]
    began = moments[-1] + shift
    taken = tuple((step, began + (moment - moments[0]) / 4) for step, moment in tale.life.taken if step in _PLAIN_STEPS)
    life = Life(tuple((step, moment.replace(microsecond=0)) for step, moment in taken))
    return corrected(tale, life) if life.last_moment <= now else None


_PLAIN_STEPS = {"opened", "submitted", "approved", "validated"}
