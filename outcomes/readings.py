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
from outcomes.facts import ORGANISATION
from outcomes.progress import AcrossBureaus, AcrossInitiatives, Kind, Rule, State
from outcomes.progress.exact import quotient
from outcomes.progress.reading import Reading, reported_reading
from outcomes.progress.values import fresh_since
from outcomes.summary_crowds import crowd_of
from outcomes.tree import Span, Tree

# The order in which states speak for a bureau, as in `outcomes.progress.combine`.
NUMBERS = 9  # columns of what is said
MANY = ""  # in place of a bureau's code
ADDED_UP = frozenset({AcrossBureaus.SUM, AcrossBureaus.RATIO, AcrossBureaus.WEIGHTED_MEAN, AcrossBureaus.NONE})
SPOKEN = (State.REPORTED, State.WITHHELD, State.NOT_REPORTED, State.NOT_APPLICABLE)
SAID = """SELECT r.indicator_id, r.initiative_code, r.since, r.until, r.bureau_id, b.code, r.spoken, r.reported, r.asked, r.value,
    r.numerator, r.denominator, r.newest, r.handling, r.ref"""
OF = """JOIN outcomes_bureaureading r ON r.indicator_id = a.indicator AND r.until > a.first_on AND r.since <= a.last_on
LEFT JOIN accounts_bureau b ON b.id = r.bureau_id"""
STANDING = Prepared(
    "standing_readings",
    f"{SAID} FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS a(indicator, first_on, last_on) {OF}",
)
# The same where only some bureaus' own figures are asked for: the readings of all others come added up wherever they say the same
# but for their numbers, at the end of each period. What several bureaus tell of, and what is divided before it is added, does not.
TOGETHER = Prepared(
    "readings_together",
    f"""
WITH said AS (
    SELECT a.*, r.*, r.bureau_id IS NOT NULL AND r.bureau_id <> ALL(%(own)s::bigint[])
        AND NOT bool_or(r.initiative_code <> '') OVER (PARTITION BY a.indicator, a.span)
        AND (a.is_ratio OR r.numerator IS NULL OR r.denominator IS NULL) AS is_one_of_many
    FROM unnest(%(ids)s::bigint[], %(spans)s::bigint[], %(days)s::date[], %(fresh)s::date[], %(ratio)s::boolean[], %(one)s::boolean[])
        AS a(indicator, span, on_day, fresh_since, is_ratio, takes_one)
    JOIN outcomes_bureaureading r ON r.indicator_id = a.indicator AND r.until > a.on_day AND r.since <= a.on_day
), told AS (
    SELECT indicator, span, initiative_code, is_one_of_many, min(bureau_id) AS bureau_id, spoken, min(reported) AS reported,
        min(asked) AS asked, sum(value) AS value, sum(numerator) AS numerator, sum(denominator) AS denominator,
        max(newest) AS newest, handling, min(ref) AS ref, count(*) AS many,
        array_agg(coalesce(bureau_id, 0) ORDER BY bureau_id)::text AS bureau_ids
    FROM said GROUP BY indicator, span, initiative_code, is_one_of_many, spoken, handling, value IS NULL, numerator IS NULL,
        denominator IS NULL, newest >= fresh_since, reported = 0, CASE WHEN NOT is_one_of_many THEN id END,
        CASE WHEN NOT takes_one AND reported <> asked THEN reported END, CASE WHEN NOT takes_one AND reported <> asked THEN asked END
)
SELECT t.indicator, t.initiative_code, NULL::date, NULL::date, t.bureau_id, CASE WHEN t.is_one_of_many THEN '' ELSE b.code END,
    t.spoken, t.reported, t.asked, t.value, t.numerator, t.denominator, t.newest, t.handling, t.ref, t.span, t.bureau_ids, t.many
FROM told t LEFT JOIN accounts_bureau b ON b.id = t.bureau_id
UNION ALL {SAID}, NULL::bigint, NULL::text, 1
FROM unnest(%(others)s::bigint[], %(firsts)s::date[], %(lasts)s::date[]) AS a(indicator, first_on, last_on) {OF}""",  # noqa: S608
)


class Used(NamedTuple):
    """Whose values a reading rests on, and the highest handling level among them. `bureau_ids` are several where it is many's."""

    bureau: str | None
    handling: int
    bureau_ids: tuple[int, ...] = ()

    @property
    def restricted(self) -> bool:
        return self.handling >= Handling.RESTRICTED

    @property
    def confidential(self) -> bool:
        return self.handling >= Handling.CONFIDENTIAL


class Said(NamedTuple):
    """The answers of one bureau (None: the organisation itself) that are in force, added up as the indicator declares.

    Or (`many`) of several that say the same but for their numbers, which are added up, and their days: then `bureau` is "".
    """

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
    bureau_ids: tuple[int, ...] = ()
    many: int = 1

    def read(self, rule: Rule, on: date, stale_after: Decimal) -> Reading:
        """The reading on a day. Both sides of a ratio are summed before they are divided."""
        if not self.reported:
            return Reading(self.bureau, SPOKEN[self.spoken], many=self.many)
        value = self.value
        if self.numerator is not None and self.denominator is not None:
            value = quotient(self.numerator, self.denominator) if self.denominator else None
        return reported_reading(
            rule, self.bureau, (value, self.numerator, self.denominator), self.newest, on, stale_after,
            reported=self.reported, asked=1 if rule.combine_initiatives == AcrossInitiatives.ONE else self.asked,
            sources=(Used(self.bureau, self.handling or 0, self.bureau_ids),), many=self.many,
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


def load_readings(
    tree: Tree, indicators: Iterable[int], spans: dict[int, list[Span]], *, own: Iterable[int] | None = None, as_of: datetime | None = None
) -> Readings:
    """The readings of the indicators for the periods of each plan; of counts per period, for all before them, too. One query.

    As they are kept now, or (`as_of`) worked out as they stood at that moment. `own` are the bureaus whose own figures are asked
    for (None: everybody's): then what all others say may come added up, in `counted` alone.
    """
    asked, found, joint = {pk: _spans_asked(tree, pk, spans) for pk in indicators}, Readings(), defaultdict(list)
    for indicator, work, since, until, bureau_id, code, *said in _standing(tree, asked, own, as_of):
        said, (span_id, bureau_ids, many) = said[:NUMBERS], said[NUMBERS:] or (None, None, 1)
        one = Said(code, *said, crowd_of(bureau_ids) if bureau_ids else (bureau_id or ORGANISATION,), many)
        if code:
            found.bureau_ids[code] = bureau_id
        for span in asked[indicator]:
            if span.id != span_id if span_id else not since <= span.end_on < until:
                continue
            if work:
                joint[indicator, span.id, work].append(one)
            elif code == MANY:
                found.counted[indicator, span.id][f"{MANY}{len(found.counted[indicator, span.id])}"] = one
            else:
                found.own[indicator, span.id][code] = found.counted[indicator, span.id][code] = one
    for (indicator, span_id, _work), told in sorted(joint.items()):
        is_one = tree.rules[indicator].combine_initiatives == AcrossInitiatives.ONE
        _count_once(found, (indicator, span_id), told, is_one)
    return found


def _standing(tree: Tree, asked: dict[int, list[Span]], own: Iterable[int] | None, as_of: datetime | None) -> list[tuple]:
    ids, first, last = _between(asked)
    if as_of is not None and ids:
        return readings_then.standing(tree, ids, days=(min(first), max(last)), moment=as_of)
    added = [] if own is None else [pk for pk in ids if _is_added_up(tree.rules[pk])]
    if not added:
        return STANDING.rows([ids, first, last])
    single = [(pk, *days) for pk, *days in zip(ids, first, last, strict=True) if pk not in added]
    ends = [(pk, span.id, span.end_on, *_rule_on(tree, pk, span)) for pk in added for span in asked[pk]]
    return TOGETHER.rows(
        {"own": list(own or ())}
        | dict(zip(("ids", "spans", "days", "fresh", "ratio", "one"), _columns(ends, 6), strict=True))
        | dict(zip(("others", "firsts", "lasts"), _columns(single, 3), strict=True))
    )


def _columns(rows: list[tuple], width: int) -> list[list]:
    return [[row[place] for row in rows] for place in range(width)]


def _is_added_up(rule: Rule) -> bool:
    """Whether what several bureaus say may come added up: where no single one of their numbers decides."""
    return rule.kind != Kind.PER_PERIOD and (rule.sums_both_sides or rule.combine_bureaus in ADDED_UP)


def _rule_on(tree: Tree, indicator: int, span: Span) -> tuple[date, bool, bool]:
    """Since when a value is fresh at the end of the period; whether both sides are summed; whether one answer of each is taken."""
    rule = tree.rules[indicator]
    fresh = fresh_since(span.end_on, rule.frequency, tree.thresholds_on(span.end_on).stale_after)
    return fresh, rule.sums_both_sides, rule.combine_initiatives == AcrossInitiatives.ONE


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
    return Said(first.bureau, first.spoken, reported, asked, *added, newest, handling, first.ref, first.bureau_ids)


def _added(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if one is None else one if other is None else one + other
