"""How much work bears which sign, as far as somebody may see: kept by the database, exact at any moment (decision 35).

What has changed since it was counted last is taken out of what is kept and counted anew by whoever reads, in the same question;
`settle` counts it for good, every few seconds.
"""

# ruff: noqa: S608 - questions are put together of what stands here, and of Django's own words
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.access import Reader, sight
from core.answers import ByHand
from core.handling import Handling
from core.keyset import MOST_COUNTED
from core.together import Steps, only, side_by_side

AT_ONCE = 5_000
# Signs of what is owed, told and waits in each period, or at each level: work itself is not found by them.
TOLD = "^(due|sent|validated|came|drafted|returned|unsent|undecided|waiting):"
# Those that are added up by bureau alone.
OF_BUREAUS_ALONE = "^(due|sent|validated|came|drafted|returned):"
# Who sees it: as `accounts.access.Sight.initiatives`, what their clearance allows and all that their own bureau leads.
SEEN = "(handling <= %(clearance)s OR bureau_key = %(own)s)"
TOUCHED = "SELECT DISTINCT initiative_key FROM dashboard_worktouched"
# Of each sign what is kept, less what the touched work was counted as, and what it is now. While nothing is touched its signs are not even
# planned for: a function that is handed a question of its own is not made part of this one.
PRESENT = f"""
touched AS MATERIALIZED ({TOUCHED}),
present AS (
    SELECT bureau_key, handling, signs, -1 AS many FROM dashboard_workcounted JOIN touched USING (initiative_key)
    UNION ALL SELECT bureau_key, handling, signs, 1
    FROM (SELECT array_agg(initiative_key) AS keys FROM touched HAVING count(*) > 0) changed
    CROSS JOIN LATERAL signs_of_work((SELECT changed.keys)))"""
OF_ALL = f"""WITH {PRESENT}
SELECT sign, sum(many) FROM (
    SELECT sign, many FROM dashboard_worktally WHERE bureau_key IS NULL AND handling <= %(clearance)s AND sign !~ '{TOLD}'
    UNION ALL
    SELECT sign, many FROM dashboard_worktally
    WHERE bureau_key = %(own)s AND handling > %(clearance)s AND sign !~ '{TOLD}'
    UNION ALL SELECT sign, many FROM present, unnest(signs) sign WHERE {SEEN} AND sign !~ '{TOLD}') told
GROUP BY sign HAVING sum(many) > 0"""
OF_A_SIGN = f"""WITH {PRESENT}
SELECT coalesce(sum(many), 0) FROM (
    SELECT many FROM dashboard_worktally WHERE bureau_key IS NULL AND handling <= %s AND sign = %s
    UNION ALL SELECT many FROM dashboard_worktally WHERE handling > %s AND bureau_key = %s AND sign = %s
    UNION ALL SELECT many FROM present, unnest(signs) sign WHERE (handling <= %s OR bureau_key = %s) AND sign = %s) told"""
OF_BUREAUS = f"""WITH {PRESENT}
SELECT bureau_key, sign, sum(many) FROM (
    SELECT bureau_key, sign, many FROM dashboard_worktally
    WHERE bureau_key {{whose}} AND sign = ANY (%s) AND (handling <= %s OR bureau_key = %s)
    UNION ALL
    SELECT bureau_key, sign, many FROM present, unnest(signs) sign
    WHERE bureau_key {{whose}} AND sign = ANY (%s) AND (handling <= %s OR bureau_key = %s)) told
GROUP BY 1, 2 HAVING sum(many) > 0 ORDER BY 1, 2"""
# On which days first reports came that came after the due day: in an index of those signs, by how they begin.
CAME = f"""WITH {PRESENT}
SELECT bureau_key, sign, sum(many) FROM (
    {{of_periods}}
    UNION ALL
    SELECT bureau_key, sign, many FROM present, unnest(signs) sign WHERE sign LIKE ANY (%s) AND (handling <= %s OR bureau_key = %s)) told
GROUP BY 1, 2 HAVING sum(many) > 0"""
CAME_IN = """SELECT bureau_key, sign, many FROM dashboard_worktally
    WHERE sign LIKE 'came:%%' AND sign LIKE %s AND (handling <= %s OR bureau_key = %s)"""
# How much work bears each of some signs that are added up by bureau.
OF_A_PERIOD = f"""WITH {PRESENT}
SELECT sign, sum(many) FROM (
    SELECT sign, many FROM dashboard_worktally WHERE bureau_key IS NOT NULL AND sign = ANY (%(signs)s) AND {SEEN}
    UNION ALL SELECT sign, many FROM present, unnest(signs) sign WHERE sign = ANY (%(signs)s) AND {SEEN}) told
GROUP BY sign HAVING sum(many) > 0"""
# What stands open in each period: those of the reader's own bureau that their clearance does not allow are added to the rest.
OPEN = f"""WITH {PRESENT}
SELECT sign, sum(many) FROM (
    SELECT sign, many FROM dashboard_worktally
    WHERE bureau_key IS NULL AND handling <= %(clearance)s AND sign ~ '^(unsent|undecided):'
    UNION ALL
    SELECT sign, many FROM dashboard_worktally
    WHERE bureau_key = %(own)s AND handling > %(clearance)s AND sign ~ '^(unsent|undecided):'
    UNION ALL
    SELECT sign, many FROM present, unnest(signs) sign WHERE {SEEN} AND sign ~ '^(unsent|undecided):') told
GROUP BY sign HAVING sum(many) > 0"""
# Updates that wait, by the higher level of their own and their work's; those of the reader's own bureau are added to the rest.
WAITING = f"""WITH {PRESENT}
SELECT coalesce(sum(many), 0) FROM (
    SELECT many FROM dashboard_worktally WHERE bureau_key IS NULL AND sign = ANY (%s)
    UNION ALL SELECT many FROM dashboard_worktally WHERE bureau_key = %s AND sign = ANY (%s)
    UNION ALL SELECT many FROM present, unnest(signs) sign WHERE sign = ANY (%s) OR (bureau_key = %s AND sign = ANY (%s))) told"""
# Of a part of the work (a question that finds its keys, a thousand at most): how many there are, and how many bear each sign.
# "OFFSET 0" has each looked up by its key: the planner would rather read the table from end to end.
OF_A_PART = f"""
SELECT %(place)s, '', count(*) FROM {{part}}
UNION ALL
SELECT %(place)s, sign, count(*) FROM (
    SELECT unnest(one.signs) AS sign FROM {{part}}
    CROSS JOIN LATERAL (SELECT signs FROM dashboard_workcounted WHERE initiative_key = {{part}}.id OFFSET 0) one
    WHERE id NOT IN (SELECT initiative_key FROM touched)
    UNION ALL
    SELECT unnest(signs) FROM (SELECT array_agg(id) AS keys FROM {{part}} JOIN touched ON initiative_key = id HAVING count(*) > 0) changed
    CROSS JOIN LATERAL signs_of_work((SELECT changed.keys))) borne
WHERE sign !~ '{TOLD}' GROUP BY sign"""
# What is kept, and what all work adds up to when each piece is looked at: no row where everything was settled.
DIFFERING = f"""
WITH one AS (
    SELECT sign, bureau_key, handling FROM signs_of_work(ARRAY(SELECT id FROM initiatives_initiative)), unnest(signs) sign),
due AS (
    SELECT sign, bureau_key, handling, count(*) AS many FROM one GROUP BY 1, 2, 3
    UNION ALL SELECT sign, NULL::bigint, handling, count(*) FROM one WHERE sign !~ '{OF_BUREAUS_ALONE}' GROUP BY 1, 2, 3)
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


class Told(NamedTuple):
    """How much work runs in a period, how much of it was told of, and how much of that is validated."""

    due: int = 0
    sent: int = 0
    validated: int = 0


def reporting_asked(reader: Reader, periods: Iterable[int], bureau_id: int | None = None) -> ByHand:
    """The question for `reporting_in`, of one bureau or (None) of each, to be asked among others."""
    seen = sight(reader)
    signs = [f"{kind}:{period}" for period in periods for kind in ("due", "sent", "validated")]
    whose, one = ("IS NOT NULL", ()) if bureau_id is None else ("= %s", (bureau_id,))
    return ByHand(OF_BUREAUS.format(whose=whose), (*one, signs, seen.clearance, seen.bureau_id) * 2, ("", "", ""))


def reporting_in(rows) -> dict[tuple[int, int], Told]:
    """What those rows say, by bureau and period; nothing where nothing is due.

    A first report that was sent counts as sent while a correction of it is written.
    """
    found: dict[tuple[int, int], dict[str, int]] = {}
    for bureau, sign, many in rows:
        kind, _colon, period = sign.partition(":")
        found.setdefault((bureau, int(period)), {})[kind] = int(many)
    return {
        key: Told(one.get("due", 0), one.get("sent", 0) + one.get("validated", 0), one.get("validated", 0)) for key, one in found.items()
    }


def late_asked(reader: Reader, periods: Iterable[int]) -> ByHand:
    """The question for `late_in`, to be asked among others."""
    seen = sight(reader)
    patterns = [f"came:{period}:%" for period in periods]
    values = [part for pattern in patterns for part in (pattern, seen.clearance, seen.bureau_id)]
    words = CAME.format(of_periods=" UNION ALL ".join([CAME_IN] * len(patterns)))
    return ByHand(words, (*values, patterns, seen.clearance, seen.bureau_id), ("", "", ""))


def late_in(rows) -> Iterator[tuple[int, int, date, int]]:
    """Of each bureau and period on which days after the due day first reports came, on its own clock, and how many."""
    for bureau, sign, many in rows:
        _kind, period, day = sign.split(":")
        yield bureau, int(period), date.fromisoformat(day), int(many)


def of_a_period(reader: Reader, period: int) -> dict[str, int]:
    """How much work that the reader sees is due in the period, and in which state its first report is. One query.

    By kind of sign: "due", "sent", "validated", "drafted", "returned" (work that runs in it), and "undecided" (all that waits).
    """
    kinds = ("due", "sent", "validated", "drafted", "returned", "undecided")
    told = _asked(OF_A_PERIOD, reader, signs=[f"{kind}:{period}" for kind in kinds])
    return {sign.partition(":")[0]: int(many) for sign, many in told}


def open_counts(reader: Reader) -> dict[int, tuple[int, int]]:
    """Of each period how many updates are drafts or returned, and how many wait for a decision, of work that the reader sees. One query."""
    told = _by_kind(_asked(OPEN, reader))
    unsent, undecided = told.get("unsent", {}), told.get("undecided", {})
    return {int(key): (unsent.get(key, 0), undecided.get(key, 0)) for key in {*unsent, *undecided}}


def waiting(reader: Reader) -> int:
    """How many updates wait for a decision, of those that a reviewer or an auditor sees (`Sight.updates`). One query."""
    return side_by_side(waiting_steps(reader))[0]


def waiting_steps(reader: Reader) -> Steps[int]:
    """The same, to be read beside something else. One round."""
    seen = sight(reader)
    signs = [f"waiting:{level}" for level in Handling.values]
    within, beyond, own = signs[: seen.clearance + 1], signs[seen.clearance + 1 :], seen.bureau_id
    ((number,),) = yield from only(ByHand(WAITING, (within, own, beyond, within, own, beyond), ("",)))
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
