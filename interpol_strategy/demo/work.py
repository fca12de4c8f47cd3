"""What the bureaus do: invented initiatives, each with its time, its shares, its indicators and its milestones."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from core.handling import Handling
from core.periods import Quarter, quarter_of, quarters_between
from goals.models import Plan, PlanKind
from initiatives.choices import InitiativeStatus
from interpol_strategy.demo import phrases
from interpol_strategy.demo.cast import LIAISONS_BUREAU, PLAYERS, Player
from interpol_strategy.demo.dice import dice, some
from outcomes.choices import CombineBureaus, CombineInitiatives, Kind

SHARES = (("100",), ("60", "40"), ("50", "30"), ("50", "30", "20"), ("40", "40", "20"), ("70", "20"))
LEVELS = (Handling.PUBLIC, Handling.INTERNAL, Handling.RESTRICTED, Handling.CONFIDENTIAL)
LEVEL_WEIGHTS = (9, 77, 10, 4)
MOST_INDICATORS = 3


@dataclass
class Sketch:
    """An initiative before it is a row."""

    code: str
    player: Player
    plan: Plan
    area: str
    language: str
    title: str
    summary: str
    starts_on: date
    ends_on: date
    status: str
    handling: int
    shares: list[tuple[object, Decimal]]
    indicators: list = field(default_factory=list)
    capabilities: list = field(default_factory=list)
    partners: list[str] = field(default_factory=list)
    milestones: list[dict] = field(default_factory=list)
    budget_eur: Decimal | None = None
    staff_fte: Decimal | None = None

    def runs_in(self, period) -> bool:
        return self.starts_on <= period.end_on and self.ends_on >= period.start_on


def sketch_all(stage) -> list[Sketch]:
    """Every initiative of the play, in the order of their codes. `stage` is the `Stage` of plans and bureaus."""
    on, made, asked = stage.on, [], Asked()
    for player in PLAYERS:
        for place in range(player.work):
            rng = dice("initiative", player.code, place)
            made.append(_sketch(f"IN-{len(made) + 1:06d}", player, place, stage, on, rng, asked))
    return made


@dataclass
class Asked:
    """What was given out so far: titles and indicators by bureau, and how often each indicator was given at all."""

    pairs: set[tuple[str, str]] = field(default_factory=set)
    times: Counter = field(default_factory=Counter)
    titles: set[tuple[str, str]] = field(default_factory=set)

    def title(self, bureau: str, titles: list[str], rng: Random) -> str:
        """A title that the bureau has not given to other work, as long as there is one."""
        free = [title for title in titles if (bureau, title) not in self.titles] or titles
        chosen = rng.choice(free)
        self.titles.add((bureau, chosen))
        return chosen

    def give(self, bureau: str, indicators: list) -> list:
        for indicator in indicators:
            self.pairs.add((bureau, indicator.code))
            self.times[indicator.code] += 1
        return indicators


def _sketch(code: str, player: Player, place: int, stage, on: date, rng: Random, asked: Asked) -> Sketch:
    plan = _plan_for(player, place, stage)
    area = stage.areas[(place * 5 + rng.randint(0, 4)) % len(stage.areas)]
    language = stage.bureaus[player.code].language
    starts_on, ends_on = _span(player, plan, stage, on, rng)
    made = Sketch(
        code=code,
        player=player,
        plan=plan,
        area=area,
        language=language,
        title=asked.title(player.code, phrases.titles(language, area), rng),
        summary=phrases.summary(language, area),
        starts_on=starts_on,
        ends_on=ends_on,
        status=_status(player, starts_on, ends_on, on, rng),
        handling=_handling(player, place, rng),
        shares=_shares(stage.results[plan.pk], rng),
        capabilities=some(rng, stage.capabilities.get(plan.pk, []), 1, 2),
        partners=_partners(player, rng),
        budget_eur=Decimal(rng.randint(4, 180) * 5000) if rng.random() < 0.85 else None,
        staff_fte=Decimal(rng.randint(1, 24)) / 2 if rng.random() < 0.85 else None,
    )
    made.indicators = asked.give(player.code, _indicators(made, stage, asked))
    made.milestones = _milestones(made, on, rng)
    return made


def _plan_for(player: Player, place: int, stage) -> Plan:
    """Two in five served the strategy; the liaison of the demonstration has enough to do today."""
    for_strategy = place < 3 if player.code == LIAISONS_BUREAU else place % 5 in (1, 3)
    return stage.plans[PlanKind.STRATEGY if for_strategy else PlanKind.FRAMEWORK]


def _span(player: Player, plan: Plan, stage, on: date, rng: Random) -> tuple[date, date]:
    since = stage.member_since(player.code)
    quarters = [one for one in quarters_between(plan.start_on, plan.end_on) if one.start_on >= since]
    if plan.kind == PlanKind.STRATEGY:
        first = quarters[0] if rng.random() < 0.55 else rng.choice(quarters[: max(1, len(quarters) - 6)])
        last = quarters[-1] if rng.random() < 0.75 else rng.choice(quarters[quarters.index(first) + 3 :])
        return first.start_on, last.end_on
    begun = [quarter for quarter in quarters if quarter.start_on <= on]
    if player.code == LIAISONS_BUREAU:
        first = begun[0]
    elif rng.random() < 0.04 and begun[-1].next() in quarters:
        first = begun[-1].next()
    else:
        first = rng.choice(begun[:3] + begun[:1])
    return first.start_on, rng.choice(_later(quarters, first)).end_on


def _later(quarters: list[Quarter], first: Quarter) -> list[Quarter]:
    """Quarters at least a year and a half after the first, at the latest the plan's last."""
    return quarters[quarters.index(first) + 6 :] or quarters[-1:]


def _status(player: Player, starts_on: date, ends_on: date, on: date, rng: Random) -> str:
    if starts_on > on:
        return InitiativeStatus.PLANNED
    if player.code != LIAISONS_BUREAU and rng.random() < 0.03:
        return InitiativeStatus.SUSPENDED if ends_on >= on else InitiativeStatus.CANCELLED
    return InitiativeStatus.COMPLETED if ends_on < on else InitiativeStatus.ACTIVE


def _handling(player: Player, place: int, rng: Random) -> int:
    if player.code == LIAISONS_BUREAU:
        return Handling.RESTRICTED if place == 8 else Handling.INTERNAL
    return rng.choices(LEVELS, LEVEL_WEIGHTS)[0]


def _shares(results: list, rng: Random) -> list[tuple[object, Decimal]]:
    parts = rng.choice(SHARES)
    return list(zip(rng.sample(results, len(parts)), map(Decimal, parts), strict=True))


def _partners(player: Player, rng: Random) -> list[str]:
    others = [other.code for other in PLAYERS if other.code != player.code]
    return some(rng, others, 1, 3) if rng.random() < 0.3 else []


def _indicators(sketch: Sketch, stage, asked: Asked) -> list:
    """The indicators of its results that fewest report so far; one initiative gives what a bureau has one value of.

    Confidential work reports in words only.
    """
    if sketch.handling == Handling.CONFIDENTIAL:
        return []
    found = [
        indicator
        for result, _share in sketch.shares
        for indicator in stage.asked_of_bureaus(result)
        if _suits(indicator, sketch, stage.on)
        and (
            indicator.combine_initiatives == CombineInitiatives.SUM
            or (sketch.player.code, indicator.code) not in asked.pairs
        )
    ]
    return sorted(found, key=lambda indicator: asked.times[indicator.code])[:MOST_INDICATORS]


def _suits(indicator, sketch: Sketch, on: date) -> bool:
    """What is added up over bureaus is asked of work that lasts, so that the sum is of the same bureaus throughout."""
    if indicator.combine_bureaus != CombineBureaus.SUM:
        return True
    days = 100 if indicator.kind == Kind.CUMULATIVE else 31
    starts_early = sketch.starts_on <= sketch.plan.start_on + timedelta(days=days)
    return starts_early and sketch.ends_on >= min(sketch.plan.end_on, on)


def _milestones(sketch: Sketch, on: date, rng: Random) -> list[dict]:
    """Three to five steps over the initiative's time; some are done late, some are overdue."""
    titles = some(rng, phrases.milestone_titles(sketch.language), 3, 5)
    span = (sketch.ends_on - sketch.starts_on).days
    made = []
    for place, title in enumerate(titles, start=1):
        due_on = sketch.starts_on + timedelta(days=span * place // (len(titles) + 1))
        made.append({"title": title, "due_on": due_on, "done_on": _done_on(sketch, due_on, on, rng),
                     "weight": Decimal(rng.choice((1, 1, 2)))})  # fmt: skip
    return made


def _done_on(sketch: Sketch, due_on: date, on: date, rng: Random) -> date | None:
    delay = rng.gauss(10, 20) + (1 - sketch.player.pace) * 300
    done_on = max(sketch.starts_on, due_on + timedelta(days=round(delay)))
    if sketch.status == InitiativeStatus.COMPLETED and sketch.player.pace >= 0.85:
        done_on = min(done_on, sketch.ends_on)
    return done_on if done_on < on and quarter_of(done_on) <= quarter_of(sketch.ends_on) else None
