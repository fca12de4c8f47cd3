"""Initiatives as they stood at a moment: their own fields, shares, milestones and links, as the trail kept them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet

from core.past import acts_since, replaced_in, undone
from core.together import Steps, only, side_by_side
from initiatives.models import Contribution, Initiative, Milestone
from outcomes.models import ExpectedResult

TARGET = "initiatives.initiative"
# What `services.describe` writes of an initiative that is no column of it.
BESIDE = frozenset({"partners", "capabilities", "crime_areas", "indicators", "shares", "milestones"})


@dataclass(frozen=True)
class Past:
    """What an initiative was at the moment, as far as it was another: `facts` as `services.describe` writes them.

    `changes` is how many changes came later; what `facts` does not name stands as it stands now.
    """

    facts: dict = field(default_factory=dict)
    changes: int = 0

    @property
    def columns(self) -> dict[str, object]:
        """The values of its own columns that were others, by the attribute that holds them."""
        found = {name: Initiative._meta.get_field(name) for name in self.facts if name not in BESIDE}
        return {column.attname: column.to_python(self.facts[name]) for name, column in found.items()}

    @property
    def shares(self) -> dict[int, Decimal] | None:
        """The share (percent) of each expected result; None: as they are now."""
        told = self.facts.get("shares")
        return None if told is None else {result: Decimal(share) for result, share in told}

    @property
    def milestones(self) -> list[dict] | None:
        """Title, due_on, done_on and weight of each step in the order of its day; None: as they are now."""
        told = self.facts.get("milestones")
        return None if told is None else [_step(*one) for one in told]

    def links(self, name: str) -> list[int] | None:
        """The keys of its partners, capabilities, crime areas or indicators; None: as they are now."""
        return self.facts.get(name)


UNCHANGED = Past()


def _step(title: str, due_on: str, done_on: str | None, weight: str) -> dict:
    days = {"due_on": date.fromisoformat(due_on), "done_on": date.fromisoformat(done_on) if done_on else None}
    return {"title": title, **days, "weight": Decimal(weight)}


def pasts(moment: datetime, keys: Iterable[int] | None = None) -> dict[int, Past]:
    """Of all initiatives, or of these, the ones that were changed after the moment. One query."""
    return side_by_side(pasts_steps(moment, keys))[0]


def pasts_steps(moment: datetime | None, keys: Iterable[int] | None = None) -> Steps[dict[int, Past]]:
    """The same, to be read beside something else; nothing where the moment is None: now. One round."""
    acts = [] if moment is None else (yield from only(acts_since(moment, TARGET, keys)))
    return {key: Past(undone({}, changes), len(changes)) for key, changes in replaced_in(acts).items()}


def turn_back(initiatives: Sequence[Initiative], moment: datetime) -> dict[int, Past]:
    """This will give the records in hand, which nobody saves, the fields that they had at the moment. One query."""
    return side_by_side(turn_back_steps(initiatives, moment))[0]


def turn_back_steps(initiatives: Sequence[Initiative], moment: datetime) -> Steps[dict[int, Past]]:
    """The same, beside something else. One round, or none."""
    found = (yield from pasts_steps(moment, [one.pk for one in initiatives])) if initiatives else {}
    for one in initiatives:
        take_back(one, found.get(one.pk, UNCHANGED))
    return found


def take_back(initiative: Initiative, past: Past) -> None:
    """This will give the record in hand, which nobody saves, the fields that it had."""
    for name, value in {**past.columns, "version": initiative.version - past.changes}.items():
        setattr(initiative, name, value)


def shares_of(initiative: Initiative) -> QuerySet:
    """Its shares as they are now, the largest first, each with its expected result, aim and plan."""
    return initiative.contributions.select_related("expected_result__aim__plan").order_by("-share")


def share_steps(initiative: Initiative, past: Past) -> Steps[list[Contribution]]:
    """Its shares, the largest first, each with its expected result, aim and plan. One round."""
    if past.shares is None:
        return (yield from only(shares_of(initiative)))
    found = yield from only(ExpectedResult.objects.select_related("aim__plan").filter(pk__in=list(past.shares)))
    results = {one.pk: one for one in found}
    made = [
        Contribution(initiative=initiative, expected_result=results[pk], share=share)
        for pk, share in past.shares.items()
        if pk in results
    ]
    return sorted(made, key=lambda one: -one.share)


def milestones_then(initiative: Initiative, past: Past) -> list[Milestone]:
    """Its milestones in the order of their days. One query at most."""
    return side_by_side(milestone_steps(initiative, past))[0]


def milestone_steps(initiative: Initiative, past: Past) -> Steps[list[Milestone]]:
    """The same, to be read beside something else. One round at most."""
    if past.milestones is None:
        return (yield from only(initiative.milestones.all()))
    return [Milestone(initiative=initiative, **one) for one in past.milestones]
