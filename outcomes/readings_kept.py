"""The kept readings: made of every bureau's answers by the database, written in the transaction of the change, compared.

Which answer of a bureau and initiative is in force, that a joint initiative is kept by itself, and the sums that a
bureau's reading is made of: all of it is said here once, for one bureau's answers and for everybody's.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from core.prepared import Prepared
from outcomes.models import BureauReading
from outcomes.models.reading import FOREVER
from outcomes.progress import AcrossInitiatives, Kind
from outcomes.tree import Tree

AT_ONCE = 8
REF = "('measurement:' || h.id || '@' || h.revision || rtrim(' ' || h.source_ref)) COLLATE \"C\""
RANK = "CASE h.state WHEN 'reported' THEN 0 WHEN 'withheld' THEN 1 WHEN 'not_reported' THEN 2 ELSE 3 END"
USED = "h.state = 'reported' AND (h.choice = 1 OR NOT h.takes_one)"
SAID = ("until", "spoken", "reported", "asked", "value", "numerator", "denominator", "newest", "handling", "ref")
KEY = ("indicator_id", "bureau_id", "initiative_code", "since")
ASKED = """
asked AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(bureaus)s::bigint[], %(starts)s::date[], %(counted)s::boolean[],
        %(one)s::boolean[]) AS t(indicator, bureau, start_on, is_counted, takes_one)
)"""
# All that a reading is made of, which is all that the index of an indicator's lines holds: no other block is touched.
ANSWER = ("id", "revision", "source_ref", "period_id", "bureau_id", "initiative_code", "state", "value", "numerator",
          "denominator", "observed_on", "handling")  # fmt: skip
# And those of whoever else tells of the initiatives whose answers changed, where several do. They are added to what was asked
# for as arrays: the database then plans for a handful, which they are, as it does without them.
TELLING = """
telling AS (
    SELECT DISTINCT a.indicator, m.bureau_id AS bureau, m.initiative_code COLLATE "C" AS work, a.start_on, a.counted, a.one
    FROM unnest(%(ids)s::bigint[], %(starts)s::date[], %(counted)s::boolean[], %(one)s::boolean[])
        AS a(indicator, start_on, counted, one)
    JOIN outcomes_measurement m ON m.initiative_code = ANY(%(works)s) AND m.indicator_id = a.indicator AND m.superseded_at IS NULL
    JOIN core_period p ON p.id = m.period_id AND p.end_on >= a.start_on
), shared AS (
    SELECT indicator, work FROM telling GROUP BY indicator, work HAVING count(*) > 1
), more AS (
    SELECT array_agg(t.indicator) AS ids, array_agg(t.bureau) AS bureaus, array_agg(t.start_on) AS starts,
        array_agg(t.counted) AS counted, array_agg(t.one) AS one
    FROM (SELECT DISTINCT t.indicator, t.bureau, t.start_on, t.counted, t.one FROM telling t
        JOIN shared s ON s.indicator = t.indicator AND s.work = t.work
        WHERE NOT EXISTS (SELECT FROM unnest(%(ids)s::bigint[], %(bureaus)s::bigint[]) AS a(indicator, bureau)
            WHERE a.indicator = t.indicator AND a.bureau IS NOT DISTINCT FROM t.bureau)) t
), asked AS (
    SELECT * FROM unnest(%(ids)s::bigint[] || (SELECT ids FROM more), %(bureaus)s::bigint[] || (SELECT bureaus FROM more),
        %(starts)s::date[] || (SELECT starts FROM more), %(counted)s::boolean[] || (SELECT counted FROM more),
        %(one)s::boolean[] || (SELECT one FROM more)) AS t(indicator, bureau, start_on, is_counted, takes_one)
)"""
# Everybody's answers to the indicators asked for, and the initiatives that several bureaus tell of.
ALL = {
    "asked": ASKED,
    "answers": "asked a JOIN outcomes_measurement m ON m.indicator_id = a.indicator AND m.superseded_at IS NULL",
    "joint": """SELECT indicator, work FROM answer WHERE work <> '' GROUP BY indicator, work
    HAVING min(who) <> max(who)""",
    "mine": "SELECT r.* FROM asked a JOIN outcomes_bureaureading r ON r.indicator_id = a.indicator",
}
# The answers of the bureaus asked for alone. Of their initiatives the joint ones are known: by the rows that are kept of
# them, and those whose answers changed are looked up.
SOME = {
    "asked": TELLING,
    "answers": f"""asked a JOIN LATERAL (
        SELECT {', '.join(ANSWER)} FROM outcomes_measurement o
        WHERE o.indicator_id = a.indicator AND o.bureau_id = a.bureau AND o.superseded_at IS NULL
        UNION ALL SELECT {', '.join(ANSWER)} FROM outcomes_measurement o
        WHERE a.bureau IS NULL AND o.indicator_id = a.indicator AND o.bureau_id IS NULL AND o.superseded_at IS NULL
    ) m ON true""",  # noqa: S608
    "joint": """SELECT indicator, work FROM shared
    UNION SELECT r.indicator_id, r.initiative_code FROM asked a JOIN outcomes_bureaureading r
        ON r.indicator_id = a.indicator AND r.bureau_id = a.bureau WHERE r.initiative_code <> ''
    UNION SELECT r.indicator_id, r.initiative_code FROM asked a JOIN outcomes_bureaureading r
        ON r.indicator_id = a.indicator AND r.bureau_id IS NULL WHERE a.bureau IS NULL AND r.initiative_code <> ''""",
    "mine": """SELECT r.* FROM asked a JOIN outcomes_bureaureading r
        ON r.indicator_id = a.indicator AND r.bureau_id = a.bureau
    UNION ALL SELECT r.* FROM asked a JOIN outcomes_bureaureading r
        ON r.indicator_id = a.indicator AND r.bureau_id IS NULL WHERE a.bureau IS NULL""",
}
# An answer stands from its period until the next one that is not silence; a count per period in its own alone.
MADE = f"""
WITH {{asked}}, answer AS (
    SELECT a.*, m.id, m.revision, m.source_ref, m.bureau_id, coalesce(m.bureau_id, 0) AS who,
        m.initiative_code COLLATE "C" AS work, m.state, m.value, m.numerator, m.denominator, m.observed_on, m.handling,
        p.end_on AS told_on, row_number() OVER (
            PARTITION BY a.indicator, m.bureau_id, m.initiative_code COLLATE "C" ORDER BY p.end_on) AS place
    FROM {{answers}} JOIN core_period p ON p.id = m.period_id AND p.end_on >= a.start_on
), standing AS (
    SELECT *, CASE WHEN is_counted THEN told_on + 1 ELSE coalesce(
        lead(told_on) OVER (PARTITION BY indicator, who, work ORDER BY told_on), %(forever)s::date) END AS ends
    FROM answer WHERE is_counted OR place = 1 OR state <> 'not_reported'
), joint AS ({{joint}}), line AS (
    SELECT s.*, CASE WHEN j.work IS NULL THEN '' ELSE s.work END AS part
    FROM standing s LEFT JOIN joint j ON j.indicator = s.indicator AND j.work = s.work
), day AS (
    SELECT *, CASE WHEN is_counted THEN since + 1 ELSE lead(since, 1, %(forever)s::date) OVER (
        PARTITION BY indicator, who, part ORDER BY since) END AS until
    FROM (SELECT DISTINCT indicator, who, part, is_counted, told_on AS since FROM line) told
), held AS (
    SELECT l.*, day.since, day.until FROM line l JOIN day ON day.indicator = l.indicator AND day.who = l.who
        AND day.part = l.part AND day.since >= l.told_on AND day.since < l.ends
), chosen AS (
    SELECT h.*, {RANK} AS spoken, {REF} AS ref, row_number() OVER (
        PARTITION BY h.indicator, h.who, h.part, h.since ORDER BY {RANK}, h.observed_on DESC, {REF}) AS choice
    FROM held h
), made AS (
    SELECT h.indicator AS indicator_id, h.bureau_id, h.part::text AS initiative_code, h.since, h.until,
        min(h.spoken) AS spoken, count(*) FILTER (WHERE {USED}) AS reported,
        count(*) FILTER (WHERE h.state <> 'not_applicable') AS asked, sum(h.value) FILTER (WHERE {USED}) AS value,
        sum(h.numerator) FILTER (WHERE {USED}) AS numerator, sum(h.denominator) FILTER (WHERE {USED}) AS denominator,
        coalesce(max(h.observed_on) FILTER (WHERE {USED}), max(h.observed_on)) AS newest,
        max(h.handling) FILTER (WHERE {USED}) AS handling, coalesce(min(h.ref) FILTER (WHERE {USED}), min(h.ref)) AS ref
    FROM chosen h GROUP BY h.indicator, h.bureau_id, h.part, h.since, h.until
)"""  # noqa: S608
SAME = "m.indicator_id = r.indicator_id AND m.bureau_id IS NOT DISTINCT FROM r.bureau_id" \
    " AND m.initiative_code = r.initiative_code AND m.since = r.since"
DIFFERS = f"({', '.join(f'r.{name}' for name in SAID)}) IS DISTINCT FROM ({', '.join(f'{{0}}.{name}' for name in SAID)})"
NAMED = ", ".join(f"r.{name}" for name in KEY)
# The rows that are not there yet or say something else are written, and those that have no place any more removed.
WRITE = f"""{MADE}, gone AS (
    DELETE FROM outcomes_bureaureading r USING ({{mine}}) stored
    WHERE r.id = stored.id AND NOT EXISTS (SELECT 1 FROM made m WHERE {SAME}) RETURNING {NAMED}
), told AS (
    INSERT INTO outcomes_bureaureading AS r ({', '.join((*KEY, *SAID))})
    SELECT {', '.join((*KEY, *SAID))} FROM made ORDER BY indicator_id, until DESC
    ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in SAID)}
    WHERE {DIFFERS.format('excluded')} RETURNING {NAMED}
) SELECT *, false FROM told UNION ALL SELECT *, true FROM gone"""  # noqa: S608
TELL = Prepared("readings_told", WRITE.format(**SOME))
COMPARE = f"""{MADE}, stored AS (
    SELECT r.* FROM outcomes_bureaureading r WHERE r.indicator_id IN (SELECT indicator FROM asked)
)
SELECT {', '.join(f'coalesce(m.{name}, r.{name})' for name in KEY)}, m.since IS NULL
FROM made m FULL JOIN stored r ON m.indicator_id = r.indicator_id AND coalesce(m.bureau_id, 0) = coalesce(r.bureau_id, 0)
    AND m.initiative_code = r.initiative_code AND m.since = r.since
WHERE m.since IS NULL OR r.since IS NULL OR {DIFFERS.format('m')}"""  # noqa: S608


def tell(tree: Tree, indicators: Iterable[int], *, bureaus: Iterable[int | None], works: Iterable[str]) -> None:
    """This will make the readings of the bureaus (None: the organisation itself) anew from their own answers.

    `works` are the codes of the initiatives whose answers changed, "" for answers that came through none: whoever else
    tells of the same initiative is told anew, too. One query, whose answer nobody waits for. The caller holds the
    roll-ups' lock.
    """
    codes = [work for work in works if work]
    pairs = sorted({(pk, bureau) for pk in indicators for bureau in bureaus}, key=str)
    ids, columns = [pk for pk, _bureau in pairs], [bureau for _pk, bureau in pairs]
    TELL.later({**asked_of(tree, ids, columns), "works": codes})


def settle(tree: Tree, indicators: Iterable[int], *, check_only: bool = False) -> list[str]:
    """This will make the readings of the indicators equal to what all answers give, and name those that were not.

    The caller holds the roll-ups' lock; with `check_only` nothing is written.
    """
    every, found = sorted(indicators), []
    for start in range(0, len(every), AT_ONCE):
        part = every[start : start + AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute((COMPARE if check_only else WRITE).format(**ALL), asked_of(tree, part, [None] * len(part)))
            found += cursor.fetchall()
    return [_line(*row) for row in sorted(found, key=str)]


def clear(tree: Tree, *, check_only: bool = False) -> list[str]:
    """This will remove the readings of indicators of the tree's plans that count no more, and name them."""
    rows = BureauReading.objects.filter(indicator__expected_result__aim__plan__in=list(tree.plans))
    rows = rows.exclude(indicator__in=list(tree.rules))
    found = [_line(*row, True) for row in rows.order_by(*KEY).values_list(*KEY)]
    if found and not check_only:
        rows.delete()
    return found


def asked_of(tree: Tree, ids: list[int], bureaus: list[int | None]) -> dict:
    """The values of a question about the indicators: their rules, and of which bureau each (None: all, or the organisation)."""
    rules = [tree.rules[pk] for pk in ids]
    return {
        "ids": ids,
        "bureaus": bureaus,
        "starts": [_start_of(tree, pk) for pk in ids],
        "counted": [rule.kind == Kind.PER_PERIOD for rule in rules],
        "one": [rule.combine_initiatives == AcrossInitiatives.ONE for rule in rules],
        "forever": FOREVER,
    }


def _start_of(tree: Tree, indicator: int):
    return tree.plans[tree.plan_of_indicator(indicator)][0]


def _line(indicator: int, bureau: int | None, work: str, since, is_gone: bool) -> str:
    who = "the organisation itself" if bureau is None else f"bureau {bureau}"
    through = f" through {work}" if work else ""
    said = "has no place any more" if is_gone else "is not what the answers give"
    return f"reading of indicator {indicator}, {who}{through}, from {since}: {said}"
