"""The readings as they stood at a moment in the past: worked out by the database from what had been answered by then.

By the words that say what is kept now (`outcomes.readings_kept`), so that a day in the past is no second arithmetic. Very many
answers are added up where they lie; only what each bureau said comes out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import count

from django.db import connection

from outcomes.readings_kept import ALL, ANSWER, MADE, asked_of
from outcomes.tree import Tree

# What was believed at the moment: of each line its answers in the days asked for, and of those before only the last one that is
# not silence. Counts are summed, so of these every one.
BELIEVED = f"""asked a JOIN (
    SELECT DISTINCT ON (o.indicator_id, o.bureau_id, o.initiative_code COLLATE "C", within)
        {', '.join(f'o.{name}' for name in ('indicator_id', *ANSWER))}
    FROM (
        SELECT n.*, q.end_on, CASE WHEN b.is_counted OR q.end_on >= %(first_on)s THEN n.period_id ELSE 0 END AS within
        FROM asked b JOIN outcomes_measurement n ON n.indicator_id = b.indicator AND n.recorded_at <= %(moment)s
            AND (n.superseded_at IS NULL OR n.superseded_at > %(moment)s)
        JOIN core_period q ON q.id = n.period_id AND q.end_on >= b.start_on AND q.end_on <= %(last_on)s
    ) o ORDER BY o.indicator_id, o.bureau_id, o.initiative_code COLLATE "C", within, o.state = 'not_reported', o.end_on DESC
) m ON m.indicator_id = a.indicator"""  # noqa: S608
THEN = f"""{MADE.format(asked=ALL["asked"], answers=BELIEVED, joint=ALL["joint"])}
SELECT m.indicator_id, m.initiative_code, m.since, m.until, m.bureau_id, b.code, m.spoken, m.reported, m.asked, m.value,
    m.numerator, m.denominator, m.newest, m.handling, m.ref
FROM made m LEFT JOIN accounts_bureau b ON b.id = m.bureau_id"""  # noqa: S608

# How many rows each step leaves is not to be foreseen, and the planner thinks of a handful: it would compare everything with
# everything. So that is forbidden it, for this question alone: a cursor is planned when it is declared. All in one journey,
# which is a transaction of its own where there is none.
ASKED_THEN = """SET LOCAL enable_nestloop = off; SET LOCAL cursor_tuple_fraction = 1;
DECLARE {name} NO SCROLL CURSOR FOR """, """;
SET LOCAL enable_nestloop = on; FETCH ALL FROM {name}"""
NUMBERS = count(1)  # a cursor stays until the transaction ends, and there may be several in it


def standing(tree: Tree, indicators: Iterable[int], *, days: tuple[date, date], moment: datetime) -> list[tuple]:
    """What `outcomes.readings.STANDING` finds of today, at the moment: the readings from the first to the last of the days."""
    ids = sorted(indicators)
    first_on, last_on = days
    values = asked_of(tree, ids, [None] * len(ids)) | {"moment": moment, "first_on": first_on, "last_on": last_on}
    name = f"readings_then_{next(NUMBERS)}"
    declared, fetched = (part.format(name=name) for part in ASKED_THEN)
    with connection.cursor() as cursor:
        cursor.execute(f"{declared}{THEN}{fetched}", values)
        return cursor.fetchall()
