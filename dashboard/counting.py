"""How much work bears which sign, as far as somebody may see: kept by the database, exact at any moment (decision 35).

What has changed since it was counted last is taken out of what is kept and counted anew by whoever reads, in the same question;
`settle` counts it for good, every few seconds.
"""

# ruff: noqa: S608 - questions are put together of what stands here, and of Django's own words
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.access import Reader, sight
from core.answers import ByHand
from core.keyset import MOST_COUNTED
from core.together import Steps, only, side_by_side

AT_ONCE = 5_000
# Who sees it: as `accounts.access.Sight.initiatives`, what their clearance allows and all that their own bureau leads.
SEEN = "(handling <= %(clearance)s OR bureau_key = %(own)s)"
TOUCHED = "SELECT DISTINCT initiative_key FROM dashboard_worktouched"
# Of each sign what is kept, less what the touched work was counted as, and what it is now.
PRESENT = f"""
touched AS MATERIALIZED ({TOUCHED}),
present AS (
    SELECT bureau_key, handling, signs, -1 AS many FROM dashboard_workcounted JOIN touched USING (initiative_key)
    UNION ALL SELECT bureau_key, handling, signs, 1 FROM signs_of_work(ARRAY(SELECT initiative_key FROM touched)))"""
OF_ALL = f"""WITH {PRESENT}
SELECT sign, sum(many) FROM (
    SELECT sign, many FROM dashboard_worktally WHERE bureau_key IS NULL AND handling <= %(clearance)s AND sign !~ '^waiting:'
    UNION ALL
    SELECT sign, many FROM dashboard_worktally
    WHERE bureau_key = %(own)s AND handling > %(clearance)s AND sign !~ '^(sent|validated|waiting):'
    UNION ALL SELECT sign, many FROM present, unnest(signs) sign WHERE {SEEN} AND sign !~ '^(sent|validated|waiting):') told
GROUP BY sign HAVING sum(many) > 0"""
OF_A_SIGN = f"""WITH {PRESENT}
SELECT coalesce(sum(many), 0) FROM (
    SELECT many FROM dashboard_worktally WHERE bureau_key IS NULL AND handling <= %s AND sign = %s
    UNION ALL SELECT many FROM dashboard_worktally WHERE handling > %s AND bureau_key = %s AND sign = %s
    UNION ALL SELECT many FROM present, unnest(signs) sign WHERE (handling <= %s OR bureau_key = %s) AND sign = %s) told"""
OF_A_BUREAU = f"""WITH {PRESENT}
SELECT sign, sum(many) FROM (
    SELECT sign, many FROM dashboard_worktally
    WHERE bureau_key = %s AND sign = ANY (%s) AND (handling <= %s OR bureau_key = %s)
    UNION ALL
    SELECT sign, many FROM present, unnest(signs) sign
    WHERE bureau_key = %s AND sign = ANY (%s) AND (handling <= %s OR bureau_key = %s)) told
GROUP BY sign HAVING sum(many) > 0 ORDER BY sign"""
# Updates that wait, by their own level alone: who reviews sees an update by that.
WAITING = f"""WITH {PRESENT}
SELECT coalesce(sum(many), 0) FROM (
    SELECT many FROM dashboard_worktally WHERE bureau_key IS NULL AND sign = ANY (%s)
    UNION ALL SELECT many FROM present, unnest(signs) sign WHERE sign = ANY (%s)) told"""
# Of a part of the work (a question that finds its keys, a thousand at most): how many there are, and how many bear each sign.
# "OFFSET 0" has each looked up by its key: the planner would rather read the table from end to end.
OF_A_PART = """
SELECT %(place)s, '', count(*) FROM {part}
UNION ALL
SELECT %(place)s, sign, count(*) FROM (
    SELECT unnest(one.signs) AS sign FROM {part}
    CROSS JOIN LATERAL (SELECT signs FROM dashboard_workcounted WHERE initiative_key = {part}.id OFFSET 0) one
    WHERE id NOT IN (SELECT initiative_key FROM touched)
    UNION ALL
    SELECT unnest(signs) FROM signs_of_work(ARRAY(SELECT id FROM {part} JOIN touched ON initiative_key = id))) borne
WHERE sign !~ '^(sent|validated|waiting):' GROUP BY sign"""
# What is kept, and what all work adds up to when each piece is looked at: no row where everything was settled.
DIFFERING = """
WITH one AS (
    SELECT sign, bureau_key, handling FROM signs_of_work(ARRAY(SELECT id FROM initiatives_initiative)), unnest(signs) sign),
due AS (
    SELECT sign, bureau_key, handling, count(*) AS many FROM one GROUP BY 1, 2, 3
    UNION ALL SELECT sign, NULL::bigint, handling, count(*) FROM one WHERE sign !~ '^(sent|validated):' GROUP BY 1, 2, 3)
SELECT sign, bureau_key, handling, sum(many) FROM (
    SELECT sign, bureau_key, handling, many FROM due
    UNION ALL SELECT sign, bureau_key, handling, -many FROM dashboard_worktally) compared
GROUP BY 1, 2, 3 HAVING sum(many) <> 0 ORDER BY 1, 2, 3"""


@dataclass(frozen=True)
class Counted:
    """How many of some work bear each sign, by kind and key; where there is more of it, "at least" so many.

    `many` is how much work that is, where a part of it was counted: a thousand and one where there is more.
    """

    signs: dict[str, dict[str, int]]
    is_capped: bool = False
    many: int = 0

    def of(self, kind: str) -> dict[str, int]:
        return self.signs.get(kind, {})


def of_all_work(reader: Reader) -> Counted:
    """How many pieces of work the reader sees, by kind of sign ("status", "aim" and so on) and its key. One query."""
    return Counted(_by_kind(_asked(OF_ALL, reader)))


def bearing(reader: Reader, sign: str) -> ByHand:
    """The question how many pieces of work that the reader sees bear the sign, to be asked among others: one row, one number."""
    seen = sight(reader)
    level, own = seen.clearance, seen.bureau_id
    return ByHand(OF_A_SIGN, (level, sign, level, own, sign, level, own, sign), ("",))


def of_parts(parts: Sequence[QuerySet | list[int]]) -> list[Counted]:
    """The same of each part of the work that the reader sees: among a thousand of it, where there is more. One query.

    A part is a question, or the keys that were found already among what the reader sees.
    """
    named = {f"part{place}": _keys_of(part) for place, part in enumerate(parts)}
    asked = {name: words for name, words in named.items() if words}
    rows = _rows_of_parts(asked) if asked else []
    found = {name: [(sign, many) for of, sign, many in rows if of == name] for name in named}
    return [_counted(dict(found[name])) for name in named]


def _keys_of(part: QuerySet | list[int]) -> tuple[str, tuple] | None:
    if isinstance(part, list):
        return "SELECT unnest(%s::bigint[])", (part[: MOST_COUNTED + 1],)
    try:
        return part.order_by().values_list("pk")[: MOST_COUNTED + 1].query.sql_with_params()
    except EmptyResultSet:
        return None


def _rows_of_parts(asked: dict[str, tuple]) -> list[tuple[str, str, int]]:
    found = ", ".join(f"{name} (id) AS MATERIALIZED ({words})" for name, (words, _values) in asked.items())
    told = " UNION ALL ".join(OF_A_PART.format(part=name).replace("%(place)s", f"'{name}'") for name in asked)
    words = f"WITH {found}, touched AS MATERIALIZED ({TOUCHED}) {told}"
    return _rows(words, [value for _words, values in asked.values() for value in values])


def _counted(told: dict[str, int]) -> Counted:
    many = int(told.get("", 0))
    return Counted(_by_kind((sign, many) for sign, many in told.items() if sign), many > MOST_COUNTED, many)


def differences() -> list[tuple]:
    """Sign, bureau, level, and how many are missing from what is kept; none where everything touched was settled."""
    return _rows(DIFFERING, None)


def reporting_asked(reader: Reader, bureau_id: int, periods: Iterable[int]) -> ByHand:
    """The question for `reporting_in`, to be asked among others."""
    seen = sight(reader)
    signs = [f"{kind}:{period}" for period in periods for kind in ("sent", "validated")]
    return ByHand(OF_A_BUREAU, (bureau_id, signs, seen.clearance, seen.bureau_id) * 2, ("", ""))


def reporting_in(rows, periods: Iterable[int]) -> dict[int, tuple[int, int]]:
    """For each period how much of the bureau's running work was told of and, of that, validated."""
    told = _by_kind(rows)
    waiting, validated = (
        {int(key): many for key, many in told.get(kind, {}).items()} for kind in ("sent", "validated")
    )
    return {one: (waiting.get(one, 0) + validated.get(one, 0), validated.get(one, 0)) for one in periods}


def waiting(reader: Reader) -> int:
    """How many updates wait for a decision, of those whose level the reader's clearance allows. One query."""
    return side_by_side(waiting_steps(reader))[0]


def waiting_steps(reader: Reader) -> Steps[int]:
    """The same, to be read beside something else. One round."""
    signs = [f"waiting:{level}" for level in range(sight(reader).clearance + 1)]
    ((number,),) = yield from only(ByHand(WAITING, (signs, signs), ("",)))
    return int(number)


def settle(*, at=None) -> int:
    """This will count what was touched, a few thousand at a time, and say how much that was. Nobody else waits for it."""
    settled = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count_touched_work(%s)", [AT_ONCE])
            (counted,) = cursor.fetchone()
        settled += counted
        if not counted:
            return settled


def count_anew() -> None:
    """This will count all work from nothing, after rows came in that no trigger saw. In the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("DELETE FROM dashboard_worktouched")
        cursor.execute("DELETE FROM dashboard_workcounted")
        cursor.execute("DELETE FROM dashboard_worktally")
        cursor.execute("INSERT INTO dashboard_worktouched (initiative_key) SELECT id FROM initiatives_initiative")
        cursor.execute("SELECT count_touched_work(2147483647)")
        cursor.execute("ANALYZE dashboard_workcounted")
        cursor.execute("ANALYZE dashboard_worktally")


def _asked(sql: str, reader, **values) -> list[tuple[str, int]]:
    seen = sight(reader)
    return _rows(sql, {"clearance": seen.clearance, "own": seen.bureau_id, **values})


def _rows(sql: str, values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _by_kind(rows) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for sign, many in rows:
        kind, _colon, key = sign.partition(":")
        found.setdefault(kind, {})[key] = int(many)
    return found
