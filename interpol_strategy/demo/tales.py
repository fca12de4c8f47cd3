"""What one update says: its texts, how far the work is, and a value or a reason for each indicator."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from core.models import Period
from initiatives.choices import DeliveryStatus, UpdateState
from interpol_strategy.demo import phrases
from interpol_strategy.demo.courses import Course, said_by
from interpol_strategy.demo.dice import dice
from interpol_strategy.demo.lives import Life, Step
from interpol_strategy.demo.work import Sketch
from outcomes.choices import CombineBureaus, CombineInitiatives, Frequency, Kind, ValueState
from outcomes.progress.delivery import DeliveryCase, planned_delivery
from outcomes.progress.delivery import Step as DeliveryStep

QUARTERS_ASKED = {Frequency.QUARTERLY: (1, 2, 3, 4), Frequency.HALF_YEARLY: (2, 4), Frequency.YEARLY: (4,)}
RATES = {CombineBureaus.RATIO, CombineBureaus.WEIGHTED_MEAN}
SMALL_SHARE = 0.03


@dataclass
class Said:
    """One value of an update, or why there is none."""

    indicator: object
    state: str
    parts: dict[str, Decimal] = field(default_factory=dict)
    observed_on: date | None = None
    reason: str = ""


@dataclass
class Tale:
    """One revision of an update, before it is a row."""

    sketch: Sketch
    period: Period
    life: Life
    texts: dict[str, str]
    delivery_percent: Decimal | None
    delivery_status: str
    values: list[Said]
    revision: int = 1
    correction_reason: str = ""

    @property
    def name(self) -> tuple:
        return (self.sketch.code, self.period.code, self.revision)


def is_asked(indicator, period: Period) -> bool:
    """Whether the indicator's frequency asks for a value in the period."""
    return (period.end_on.month // 3) in QUARTERS_ASKED[indicator.frequency]


def tell(sketch: Sketch, period: Period, life: Life, courses: dict[str, Course], splits: dict) -> Tale:
    """The update as its author would have written it, from the truth that the courses hold."""
    rng = dice("tale", sketch.code, period.code)
    spoken_on = (life.when(Step.SUBMITTED) or life.last_moment).date()
    until = max(period.start_on, min(period.end_on, spoken_on))
    share, status = _delivery(sketch, until, rng)
    is_draft = life.state == UpdateState.DRAFT
    seen_on = max(period.start_on, until - timedelta(days=rng.randint(0, 8)))
    values = [
        _value(courses.get(indicator.code), indicator, sketch, period, seen_on, splits, rng)
        for indicator in sketch.indicators
    ]
    return Tale(
        sketch=sketch,
        period=period,
        life=life,
        texts=_texts(sketch, status, is_draft, rng),
        delivery_percent=None if is_draft and rng.random() < 0.5 else share,
        delivery_status="" if is_draft and rng.random() < 0.5 else status,
        values=[_unfinished(said, rng) for said in values] if is_draft else values,
    )


def _delivery(sketch: Sketch, until: date, rng: Random) -> tuple[Decimal, str]:
    """How much is delivered by then, and what the bureau says of it."""
    case = DeliveryCase(sketch.code, sketch.starts_on, sketch.ends_on, until, steps=_steps(sketch))
    steady = dice("delivery", sketch.code).gauss(sketch.player.pace, 0.08)
    planned = float(planned_delivery(case, until))
    share = Decimal(round(100 * min(1.0, planned * steady * rng.uniform(0.97, 1.03))))
    if steady >= 0.9:
        return share, DeliveryStatus.ON_TRACK
    return share, DeliveryStatus.AT_RISK if steady >= 0.75 else DeliveryStatus.OFF_TRACK


def _steps(sketch: Sketch) -> tuple[DeliveryStep, ...]:
    return tuple(DeliveryStep(step["due_on"], step["weight"]) for step in sketch.milestones)


def _texts(sketch: Sketch, status: str, is_draft: bool, rng: Random) -> dict[str, str]:
    language = sketch.language
    texts = phrases.narrative(language, sketch.area, rng)
    texts["risks"] = phrases.say_in_general(language, "obstacle", rng) if rng.random() < 0.25 else ""
    texts["help_wanted"] = phrases.say_in_general(language, "help", rng) if rng.random() < 0.18 else ""
    is_behind = status == DeliveryStatus.OFF_TRACK
    texts["off_track_reason"] = phrases.say_in_general(language, "off_track", rng) if is_behind else ""
    if is_draft and rng.random() < 0.6:
        texts["next_steps"] = ""
    return texts


def _value(course, indicator, sketch: Sketch, period: Period, seen_on: date, splits: dict, rng: Random) -> Said:
    language, bureau = sketch.language, sketch.player.code
    is_rate = indicator.combine_bureaus in RATES
    if is_rate and dice("applies", bureau, indicator.code).random() < 0.07:
        return Said(indicator, ValueState.NOT_APPLICABLE, reason=_why(language, "not_applicable", rng))
    if not is_asked(indicator, period):
        return Said(indicator, ValueState.NOT_REPORTED, reason=_why(language, indicator.frequency, rng))
    if course is None:
        return Said(indicator, ValueState.NOT_REPORTED, reason=_why(language, "no_data", rng))
    chance = rng.random()
    if chance < sketch.player.secretive and _may_be_silent(course, bureau):
        return Said(indicator, ValueState.WITHHELD, reason=_why(language, "withheld", rng))
    if chance < sketch.player.secretive + 0.04 and _may_be_silent(course, bureau):
        return Said(indicator, ValueState.NOT_REPORTED, reason=_why(language, "no_data", rng))
    split = splits.get((bureau, indicator.code, period.code), 1)
    parts = said_by(course, bureau, seen_on, rng, split=split)
    return Said(indicator, ValueState.REPORTED, parts, seen_on)


def _why(language: str, prompt: str, rng: Random) -> str:
    return phrases.say_in_general(language, prompt, rng)


def _may_be_silent(course: Course | None, bureau: str) -> bool:
    """A large part of a sum is never left out, or the story of the whole would turn on one bureau's chance."""
    if course is None or bureau not in course.bureaus:
        return True
    if course.indicator.combine_bureaus != CombineBureaus.SUM:
        return True
    return course.bureaus[bureau].share < SMALL_SHARE


def _unfinished(said: Said, rng: Random) -> Said:
    """In a draft some values are still to come."""
    return said if rng.random() < 0.5 else Said(said.indicator, ValueState.NOT_REPORTED)


def corrected(tale: Tale, life: Life) -> Tale:
    """The same update with one number put right."""
    rng = dice("correction", *tale.name)
    values = [Said(one.indicator, one.state, dict(one.parts), one.observed_on, one.reason) for one in tale.values]
    for said in values:
        if said.parts and said.indicator.kind not in (Kind.MILESTONE, Kind.ORDINAL):
            _nudge(said, rng)
            break
    reason = phrases.say_in_general(tale.sketch.language, "correction", rng)
    return Tale(tale.sketch, tale.period, life, tale.texts, tale.delivery_percent, tale.delivery_status, values,
                tale.revision + 1, reason)  # fmt: skip


def _nudge(said: Said, rng: Random) -> None:
    name = "numerator" if "numerator" in said.parts else "value"
    moved = said.parts[name] * Decimal(str(round(rng.uniform(0.94, 0.985), 3)))
    said.parts[name] = moved.quantize(Decimal(1) if name == "numerator" else Decimal(10) ** -said.indicator.decimals)


def exaggerated(tale: Tale) -> None:
    """Makes one count of the update several times too large, for a reviewer to notice."""
    for said in tale.values:
        if said.indicator.combine_bureaus == CombineBureaus.SUM and said.parts.get("value"):
            said.parts["value"] *= 5
            return


def count_splits(sketches: list[Sketch], periods: list[Period]) -> dict[tuple[str, str, str], int]:
    """Over how many running initiatives of a bureau each of its added-up indicators is spread, by period."""
    found: dict[tuple[str, str, str], int] = {}
    for sketch in sketches:
        for indicator in sketch.indicators:
            if indicator.combine_initiatives != CombineInitiatives.SUM:
                continue
            for period in periods:
                if sketch.runs_in(period):
                    key = (sketch.player.code, indicator.code, period.code)
                    found[key] = found.get(key, 0) + 1
    return found
