"""The stored summary: one row per node, period, measure and bureau; read, written and compared here alone."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from core.prepared import Prepared
from outcomes.models import RollUp
from outcomes.progress import Child, Disclosure, IndicatorFigure, Reason, RollUpFigure, Status, clamp
from outcomes.progress.exact import ONE, ZERO, kept
from outcomes.progress.rolling import UNKNOWN_STATUSES
from outcomes.summary_crowds import Crowds, disclosure_of

OUT_OF_THE_SUM = frozenset({Reason.NOT_APPLICABLE, Reason.NOT_COMBINED, Reason.CANCELLED})
NO_LEAVES: dict[str, int] = {}


class Key(NamedTuple):
    """What a row is about; `bureau_id` None is all bureaus."""

    node_type: str
    node_id: int
    period_id: int
    bureau_id: int | None
    measure: str


class Row(NamedTuple):
    """One summary row as plain values, rounded once to what the table keeps."""

    status: str
    reason: str = ""
    actual: Decimal | None = None
    progress: Decimal | None = None
    expected: Decimal | None = None
    performance: Decimal | None = None
    coverage: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    counts: dict = NO_LEAVES
    leaves: int = 0
    bureaus_known: int = 0
    bureau_ids: tuple[int, ...] = ()
    restricted_bureau_ids: tuple[int, ...] = ()
    confidential_bureau_ids: tuple[int, ...] = ()
    highest_handling: int = 0
    is_disclosable: bool = True
    last_observed_on: date | None = None
    sums: tuple[Decimal, ...] | None = None

    @property
    def disclosure(self) -> Disclosure:
        return disclosure_of(self.bureau_ids, self.restricted_bureau_ids, self.confidential_bureau_ids)


FIELDS = Row._fields
SHARES = ("actual", "progress", "expected", "performance", "coverage", "lower", "upper")
UNIQUE = ("period_id", "bureau_id", "node_type", "node_id", "measure")
# No row yet for something that exists: nothing is known of it.
NOTHING_KNOWN = Row(
    Status.NO_DATA.value, Reason.NO_VALUE.value, coverage=ZERO, lower=ZERO, upper=ONE, counts={"no_data": 1}, leaves=1
)


def row_of_indicator(figure: IndicatorFigure, crowds: Crowds, handling: int) -> Row:
    """What is kept of an indicator's figure, which rests on these bureaus' values."""
    return Row(
        figure.status.value,
        figure.reason.value,
        kept(figure.value),
        kept(figure.progress),
        kept(figure.expected),
        kept(figure.performance),
        kept(figure.coverage),
        kept(figure.lower),
        kept(figure.upper),
        {figure.status.value: 1} if figure.is_applicable else {},
        1 if figure.is_applicable else 0,
        len(crowds[0]),
        *crowds,
        handling,
        not (crowds[1] or crowds[2]) or not disclosure_of(*crowds).is_hidden,
        figure.observed_on,
    )


def row_of_roll_up(
    figure: RollUpFigure,
    handling: int,
    actual: Decimal | None = None,
    bureau_ids: dict[str, int] | None = None,
) -> Row:
    """What is kept of a whole. `bureau_ids` turns the bureaus' codes into keys where the parts are leaves."""
    told = figure.disclosure
    crowds = [told.bureaus, told.restricted_bureaus, told.confidential_bureaus]
    if bureau_ids is not None:
        crowds = [{bureau_ids[code] for code in crowd} for crowd in crowds]
    return Row(
        figure.status.value,
        figure.reason.value,
        kept(actual),
        kept(figure.progress),
        kept(figure.expected),
        kept(figure.performance),
        kept(figure.coverage),
        kept(figure.lower),
        kept(figure.upper),
        dict(sorted(figure.leaf_counts.items())),
        figure.leaves,
        len(crowds[0]),
        *(tuple(sorted(crowd)) for crowd in crowds),
        handling,
        not figure.disclosure.is_hidden,
        figure.observed_on,
    )


_STATUSES = {status.value: status for status in Status}


def child_of(
    key: str, row: Row, *, weight: Decimal | None, is_maintained: bool = False, ref: str = "", is_applicable: bool = True
) -> Child:
    """A kept row as a part of the whole above it. What is stale or never known is unknown to the whole.

    `is_applicable` False takes the part out of both sums, whatever the row says.
    """
    share = contribution(row, is_maintained)
    is_known = share is not None and row.status not in UNKNOWN_STATUSES
    return Child(
        key,
        share if is_known else None,
        weight,
        None if row.expected is None else clamp(row.expected),
        row.coverage if is_known else ZERO,
        row.lower if is_known else ZERO,
        row.upper if is_known else ONE,
        _STATUSES[row.status],
        is_applicable and row.reason not in OUT_OF_THE_SUM,
        row.leaves,
        row.counts,
        row.last_observed_on,
        row.disclosure,
        ref,
    )


def contribution(row: Row, is_maintained: bool) -> Decimal | None:
    """What the row gives to a whole, clamped. A kept level is met exactly when its lower bound is its coverage."""
    if not is_maintained:
        return None if row.progress is None else clamp(row.progress)
    if row.actual is None or not row.coverage or row.expected is None:
        return None
    return ONE if row.lower == row.coverage else ZERO


def read(condition: Q, *, is_large: bool = False) -> dict[Key, Row]:
    """The stored rows that meet the condition. Very many are fetched in parts, which asks more often."""
    found = RollUp.objects.filter(condition).values_list(*Key._fields, *FIELDS)
    split = len(Key._fields)
    return {Key(*row[:split]): _row(row[split:]) for row in (found.iterator(chunk_size=10_000) if is_large else found)}


CROWDS = ("bureau_ids", "restricted_bureau_ids", "confidential_bureau_ids")
_SUMS = "sums"
_COUNTS = "counts"
# What a column of rows is handed over as: one text that the database reads as an array. An array of arrays would have to be
# as wide in every row, so those, and JSON, come as the text of each.
_TYPES = {
    **dict.fromkeys(("node_id", "period_id", "bureau_id"), "bigint"), **dict.fromkeys(SHARES, "numeric"),
    **dict.fromkeys(("leaves", "bureaus_known", "highest_handling"), "int"), "is_disclosable": "boolean", "last_observed_on": "date",
}  # fmt: skip
_READ_AS = {**dict.fromkeys(CROWDS, "::bigint[]"), _COUNTS: "::jsonb", _SUMS: "::numeric[]"}
WRITTEN = (*Key._fields, *FIELDS)
COLUMNS = (*WRITTEN, "computed_at")
# By hand: composing it anew for every change cost more than the database needs to do it.
WRITE = Prepared(
    "summary_written",
    f"INSERT INTO {RollUp._meta.db_table} ({', '.join(COLUMNS)})"  # noqa: S608
    f" SELECT {', '.join(f'r.{name}' + _READ_AS.get(name, '') for name in WRITTEN)}, %s::timestamptz"
    f" FROM unnest({', '.join('%s::' + _TYPES.get(name, 'text') + '[]' for name in WRITTEN)}) AS r({', '.join(WRITTEN)})"
    f" ON CONFLICT ({', '.join(UNIQUE)}) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in (*FIELDS, "computed_at")),
)
_ARRAYS = tuple(FIELDS.index(name) for name in (*CROWDS, _SUMS))


def _row(values: tuple) -> Row:
    kept_values = list(values)
    for position in _ARRAYS:
        if kept_values[position] is not None:
            kept_values[position] = tuple(kept_values[position])
    return Row(*kept_values)


def write(rows: dict[Key, Row], *, at) -> None:
    """This will put the rows in place of the stored ones of the same keys. One statement."""
    if not rows:
        return
    columns = zip(WRITTEN, zip(*[key + row for key, row in rows.items()], strict=True), strict=True)
    WRITE.later([at, *(_array(name, column) for name, column in columns)])


def _array(name: str, column: Iterable) -> str:
    """The values as PostgreSQL reads an array. The words that come here hold no quotation mark or backslash."""
    if name in CROWDS:
        items = ['"{' + ",".join(map(str, crowd)) + '}"' for crowd in column]
    elif name == _SUMS:
        items = ["NULL" if sums is None else '"{' + ",".join(map(str, sums)) + '}"' for sums in column]
    elif name == _COUNTS:
        items = ['"{' + ",".join([f'\\"{status}\\": {leaves}' for status, leaves in counts.items()]) + '}"' for counts in column]
    elif name in _TYPES:
        items = ["NULL" if value is None else str(value) for value in column]
    else:
        items = [f'"{word}"' for word in column]
    return "{" + ",".join(items) + "}"


def replace(stale: Iterable[Key], rows: dict[Key, Row], *, at) -> None:
    """This will remove the rows of the stale keys and copy the given ones in: the way for very many rows.

    Those of one node and period lie side by side, as they are read.
    """
    remove(stale)
    lines = io.StringIO()
    for key, row in sorted(rows.items(), key=_place):
        cells = [*key, *(getattr(row, name) for name in FIELDS), at]
        lines.write("\t".join(map(_cell, cells)) + "\n")
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {RollUp._meta.db_table} ({', '.join(COLUMNS)}) FROM STDIN", lines)


def _place(item: tuple[Key, Row]) -> tuple:
    key = item[0]
    return key.measure, key.node_type, key.period_id, key.node_id, key.bureau_id or 0


def remove(stale: Iterable[Key]) -> None:
    """This will remove the rows of these keys, where there are any."""
    keys, table = list(stale), RollUp._meta.db_table
    with connection.cursor() as cursor:
        for start in range(0, len(keys), 5_000):
            part = keys[start : start + 5_000]
            cursor.execute(
                f"DELETE FROM {table} USING unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[])"  # noqa: S608
                " AS gone(node_type, node_id, period_id, bureau_id, measure)"
                f" WHERE {table}.node_type = gone.node_type AND {table}.node_id = gone.node_id"
                f" AND {table}.period_id = gone.period_id AND {table}.measure = gone.measure"
                f" AND {table}.bureau_id IS NOT DISTINCT FROM gone.bureau_id",
                [list(column) for column in zip(*part, strict=True)],
            )


def _cell(value) -> str:
    """One value as COPY reads it. The words that come here hold no tab, line break or backslash."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, tuple):
        return "{" + ",".join(map(str, value)) + "}"
    return str(value)
