"""What each bureau says about an indicator at the end of each period, as it is kept (`outcomes.readings_kept`).

The same as folding every answer in Python (`outcomes.progress.combine`), for as many answers as there are. What the
numbers mean stays with `outcomes.progress`. A test holds the two against each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from core.handling import Handling
from core.prepared import Prepared
from outcomes import readings_then
from outcomes.progress import AcrossBureaus, AcrossInitiatives, Kind, Rule, State
from outcomes.progress.combine import Reading, reported_reading
from outcomes.progress.exact import quotient
from outcomes.tree import Span, Tree

# The order in which states speak for a bureau, as in `outcomes.progress.combine`.
SPOKEN = (State.REPORTED, State.WITHHELD, State.NOT_REPORTED, State.NOT_APPLICABLE)
STANDING = Prepared(
    "standing_readings",
    """
SELECT r.indicator_id, r.initiative_code, r.since, r.until, r.bureau_id, b.code, r.spoken, r.reported, r.asked, r.value,
    r.numerator, r.denominator, r.newest, r.handling, r.ref
FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS a(indicator, first_on, last_on)
JOIN outcomes_bureaureading r ON r.indicator_id = a.indicator AND r.until > a.first_on AND r.since <= a.last_on
LEFT JOIN accounts_bureau b ON b.id = r.bureau_id""",
)


class Used(NamedTuple):
    """Whose values a reading rests on, and the highest handling level among them."""

    bureau: str | None
    handling: int

    @property
    def restricted(self) -> bool:
        return self.handling >= Handling.RESTRICTED

    @property
    def confidential(self) -> bool:
        return self.handling >= Handling.CONFIDENTIAL


class Said(NamedTuple):
    """The answers of one bureau (None: the organisation itself) that are in force, added up as the indicator declares."""

    bureau: str | None
    spoken: int
    reported: int
    asked: int
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    newest: date
    handling: int | None
    ref: str

    def read(self, rule: Rule, on: date, stale_after: Decimal) -> Reading:
        """The reading on a day. Both sides of a ratio are summed before they are divided."""
        if not self.reported:
            return Reading(self.bureau, SPOKEN[self.spoken])
        value = self.value
        if self.numerator is not None and self.denominator is not None:
            value = quotient(self.numerator, self.denominator) if self.denominator else None
        return reported_reading(
            rule, self.bureau, (value, self.numerator, self.denominator), self.newest, on, stale_after,
            reported=self.reported, asked=1 if rule.combine_initiatives == AcrossInitiatives.ONE else self.asked,
            sources=(Used(self.bureau, self.handling or 0),),
        )  # fmt: skip


@dataclass
class Readings:
    """What is said of each indicator at the end of each period: by each bureau, and as the total counts it.

    A bureau whose every answer is counted elsewhere, because another bureau reported the same joint initiative, is in
    `own` and not in `counted`.
    """

    own: dict[tuple[int, int], dict[str | None, Said]] = field(default_factory=lambda: defaultdict(dict))
    counted: dict[tuple[int, int], dict[str | None, Said]] = field(default_factory=lambda: defaultdict(dict))
    bureau_ids: dict[str | None, int] = field(default_factory=dict)


def is_readable(rule: Rule) -> bool:
    """Whether the figures can be made of readings: not where a bureau's count per period is held to a level."""
    return not (rule.kind == Kind.PER_PERIOD and rule.combine_bureaus == AcrossBureaus.COUNT_MEETING)


def load_readings(tree: Tree, indicators: Iterable[int], spans: dict[int, list[Span]], *, as_of: datetime | None = None) -> Readings:
    """The readings of the indicators for the periods of each plan; of counts per period, for all before them, too. One query.

    As they are kept now, or (`as_of`) worked out as they stood at that moment.
    """
    asked, found, joint = {pk: _spans_asked(tree, pk, spans) for pk in indicators}, Readings(), defaultdict(list)
    for indicator, work, since, until, bureau_id, code, *said in _standing(tree, asked, as_of):
        one = Said(code, *said)
        if code is not None:
            found.bureau_ids[code] = bureau_id
        for span in asked[indicator]:
            if not since <= span.end_on < until:
                continue
            if work:
                joint[indicator, span.id, work].append(one)
            else:
                found.own[indicator, span.id][code] = found.counted[indicator, span.id][code] = one
    for (indicator, span_id, _work), told in sorted(joint.items()):
        is_one = tree.rules[indicator].combine_initiatives == AcrossInitiatives.ONE
        _count_once(found, (indicator, span_id), told, is_one)
    return found


def _standing(tree: Tree, asked: dict[int, list[Span]], as_of: datetime | None) -> list[tuple]:
    ids, first, last = _between(asked)
    if as_of is None or not ids:
        return STANDING.rows([ids, first, last])
    return readings_then.standing(tree, ids, days=(min(first), max(last)), moment=as_of)


def _spans_asked(tree: Tree, indicator: int, spans: dict[int, list[Span]]) -> list[Span]:
    """The wanted periods; where counts are summed, all of the plan's until the last of them."""
    plan = tree.plan_of_indicator(indicator)
    wanted = spans[plan]
    if tree.rules[indicator].kind != Kind.PER_PERIOD or not wanted:
        return wanted
    last = max(span.end_on for span in wanted)
    return [span for span in tree.periods if tree.plans[plan][0] <= span.end_on <= last]


def _between(asked: dict[int, list[Span]]) -> list[list]:
    """The indicators with the first and the last day asked for."""
    ends = {pk: [span.end_on for span in wanted] for pk, wanted in asked.items() if wanted}
    return [list(ends), [min(days) for days in ends.values()], [max(days) for days in ends.values()]]


def _count_once(found: Readings, key: tuple[int, int], told: list[Said], is_one: bool) -> None:
    """A joint initiative is each bureau's own, and counts for one: the most informative, then the latest, then by bureau."""
    first = min(told, key=lambda said: (said.spoken, -said.newest.toordinal(), said.bureau or "", said.ref))
    for said in told:
        for into in (found.own[key], found.counted[key]) if said is first else (found.own[key],):
            other = into.get(said.bureau)
            into[said.bureau] = said if other is None else _together(said, other, is_one)


def _together(one: Said, other: Said, takes_one: bool) -> Said:
    """All that a bureau said, where a part of it is kept by itself."""
    first, second = sorted((one, other), key=lambda said: (said.spoken, -said.newest.toordinal(), said.ref))
    if takes_one:
        return first
    added = [_added(getattr(first, name), getattr(second, name)) for name in ("value", "numerator", "denominator")]
    newest = max(first.newest, second.newest) if second.reported else first.newest
    handling = max(first.handling or 0, second.handling or 0)
    reported, asked = first.reported + second.reported, first.asked + second.asked
    return Said(first.bureau, first.spoken, reported, asked, *added, newest, handling, first.ref)


def _added(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if one is None else one if other is None else one + other
