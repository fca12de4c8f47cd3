"""What each bureau says about an indicator at the end of each period, made of its answers by the database.

The same as folding every answer in Python (`outcomes.progress.combine`), for as many answers as there are: which answer
of a bureau and initiative is in force, that a joint initiative counts once, and the sums that a bureau's reading is
made of. What the numbers mean stays with `outcomes.progress`. A test holds the two against each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection

from core.handling import Handling
from outcomes.progress import AcrossBureaus, AcrossInitiatives, Kind, Rule, State
from outcomes.progress.combine import Reading, reported_reading
from outcomes.progress.exact import quotient
from outcomes.tree import Span, Tree

# The order in which states speak for a bureau, as in `outcomes.progress.combine`.
SPOKEN = (State.REPORTED, State.WITHHELD, State.NOT_REPORTED, State.NOT_APPLICABLE)
REF = "('measurement:' || h.id || '@' || h.revision || rtrim(' ' || h.source_ref)) COLLATE \"C\""
RANK = "CASE h.state WHEN 'reported' THEN 0 WHEN 'withheld' THEN 1 WHEN 'not_reported' THEN 2 ELSE 3 END"
USED = "h.state = 'reported' AND (h.choice = 1 OR NOT h.takes_one)"
# An answer is in force from its period until the next one that is not silence; a count per period in its own alone.
READINGS = f"""
WITH asked AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(plans)s::bigint[], %(starts)s::date[], %(counted)s::boolean[],
        %(one)s::boolean[]) AS t(indicator, plan, start_on, is_counted, takes_one)
), span AS (
    SELECT * FROM unnest(%(span_plans)s::bigint[], %(span_ids)s::bigint[], %(span_ends)s::date[],
        %(span_wanted)s::boolean[]) AS t(plan, span, end_on, is_wanted)
), answer AS (
    SELECT a.*, m.id, m.revision, m.source_ref, m.bureau_id, m.initiative_code COLLATE "C" AS work, m.state, m.value,
        m.numerator, m.denominator, m.observed_on, m.handling, p.end_on AS told_on,
        row_number() OVER (PARTITION BY a.indicator, m.bureau_id, m.initiative_code COLLATE "C" ORDER BY p.end_on) AS place
    FROM asked a JOIN outcomes_measurement m ON m.indicator_id = a.indicator AND m.superseded_at IS NULL
    JOIN core_period p ON p.id = m.period_id AND p.end_on >= a.start_on
), standing AS (
    SELECT *, CASE WHEN is_counted THEN told_on + 1 ELSE coalesce(
        lead(told_on) OVER (PARTITION BY indicator, bureau_id, work ORDER BY told_on), 'infinity'::date) END AS until
    FROM answer WHERE is_counted OR place = 1 OR state <> 'not_reported'
), held AS (
    SELECT s.*, span.span FROM standing s JOIN span ON span.plan = s.plan AND span.end_on >= s.told_on
        AND span.end_on < s.until AND (span.is_wanted OR s.is_counted)
), joint AS (
    SELECT indicator, work FROM answer WHERE work <> '' GROUP BY indicator, work
    HAVING min(coalesce(bureau_id, 0)) <> max(coalesce(bureau_id, 0))
), lost AS (
    SELECT span, id FROM (
        SELECT h.span, h.id, row_number() OVER (PARTITION BY h.indicator, h.span, h.work
            ORDER BY {RANK}, h.observed_on DESC, coalesce(b.code, '') COLLATE "C", {REF}) AS place
        FROM held h JOIN joint j ON j.indicator = h.indicator AND j.work = h.work
        LEFT JOIN accounts_bureau b ON b.id = h.bureau_id) ranked WHERE place > 1
), chosen AS (
    SELECT h.*, lost.id IS NOT NULL AS is_lost, row_number() OVER (
        PARTITION BY h.indicator, h.span, h.bureau_id, lost.id IS NOT NULL
        ORDER BY {RANK}, h.observed_on DESC, {REF}) AS choice
    FROM held h LEFT JOIN lost ON lost.span = h.span AND lost.id = h.id
), grouped AS (
    SELECT h.indicator, h.span, h.bureau_id, h.is_lost, min({RANK}) AS spoken, count(*) FILTER (WHERE {USED}) AS reported,
        count(*) FILTER (WHERE h.state <> 'not_applicable') AS asked, sum(h.value) FILTER (WHERE {USED}) AS value,
        sum(h.numerator) FILTER (WHERE {USED}) AS numerator, sum(h.denominator) FILTER (WHERE {USED}) AS denominator,
        max(h.observed_on) FILTER (WHERE {USED}) AS newest, max(h.handling) FILTER (WHERE {USED}) AS handling,
        min({REF}) FILTER (WHERE {USED}) AS ref
    FROM chosen h GROUP BY h.indicator, h.span, h.bureau_id, h.is_lost
)
SELECT g.indicator, g.span, g.bureau_id, b.code, g.is_lost, g.spoken, g.reported, g.asked, g.value, g.numerator,
    g.denominator, g.newest, g.handling, g.ref
FROM grouped g LEFT JOIN accounts_bureau b ON b.id = g.bureau_id"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Used:
    """Whose values a reading rests on, and the highest handling level among them."""

    bureau: str | None
    handling: int

    @property
    def restricted(self) -> bool:
        return self.handling >= Handling.RESTRICTED

    @property
    def confidential(self) -> bool:
        return self.handling >= Handling.CONFIDENTIAL


@dataclass(frozen=True, slots=True)
class Said:
    """The answers of one bureau (None: the organisation itself) that are in force, added up as the indicator declares."""

    bureau: str | None
    spoken: int
    reported: int
    asked: int
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    newest: date | None
    handling: int | None
    ref: str | None

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


def load_readings(tree: Tree, indicators: Iterable[int], spans: dict[int, list[Span]]) -> Readings:
    """The readings of the indicators for the periods of each plan; of counts per period, for all before them, too. One query."""
    found, ones = Readings(), set()
    with connection.cursor() as cursor:
        cursor.execute(READINGS, _question(tree, list(indicators), spans, ones))
        rows = cursor.fetchall()
    for indicator, span, bureau_id, code, is_lost, *said in rows:
        one, key = Said(code, *said), (indicator, span)
        if code is not None:
            found.bureau_ids[code] = bureau_id
        if not is_lost:
            found.counted[key][code] = one
        other = found.own[key].get(code)
        found.own[key][code] = one if other is None else _together(one, other, indicator in ones)
    return found


def _question(tree: Tree, indicators: list[int], spans: dict[int, list[Span]], ones: set[int]) -> dict:
    rules, plans = [tree.rules[pk] for pk in indicators], [tree.plan_of_indicator(pk) for pk in indicators]
    wanted = {plan: {span.id for span in spans[plan]} for plan in set(plans)}
    ends = {plan: max((span.end_on for span in spans[plan]), default=date.min) for plan in wanted}
    asked = [
        (plan, span.id, span.end_on, span.id in wanted[plan])
        for plan in wanted
        for span in tree.periods
        if tree.plans[plan][0] <= span.end_on <= ends[plan]
    ]
    ones |= {pk for pk, rule in zip(indicators, rules, strict=True) if rule.combine_initiatives == AcrossInitiatives.ONE}
    columns = [list(column) for column in zip(*asked, strict=True)] or [[], [], [], []]
    return {
        "ids": indicators,
        "plans": plans,
        "starts": [tree.plans[plan][0] for plan in plans],
        "counted": [rule.kind == Kind.PER_PERIOD for rule in rules],
        "one": [pk in ones for pk in indicators],
        **dict(zip(("span_plans", "span_ids", "span_ends", "span_wanted"), columns, strict=True)),
    }


def _together(one: Said, other: Said, takes_one: bool) -> Said:
    """All that a bureau said, where a part of it is counted elsewhere."""
    first, second = sorted((one, other), key=_precedence)
    if takes_one or not first.reported:
        return first
    added = [_added(getattr(first, name), getattr(second, name)) for name in ("value", "numerator", "denominator")]
    newest = max(first.newest or date.min, second.newest or date.min)
    handling = max(first.handling or 0, second.handling or 0)
    reported, asked = first.reported + second.reported, first.asked + second.asked
    return Said(first.bureau, first.spoken, reported, asked, *added, newest, handling, first.ref)


def _precedence(said: Said) -> tuple:
    return (said.spoken, -(said.newest or date.min).toordinal(), said.ref or "")


def _added(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if one is None else one if other is None else one + other
