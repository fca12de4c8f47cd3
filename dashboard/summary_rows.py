"""What is read of the summary's rows, and how they are asked for: side by side, by an index alone (decision 35)."""

from __future__ import annotations

import json
from functools import lru_cache
from operator import attrgetter

from django.db.models import F, Q

from outcomes.choices import Measure
from outcomes.models import RollUp

SHARE_FIELDS = ("progress", "expected", "performance", "coverage", "lower", "upper")
# What is read of a row: where it belongs, who may see it, and the figure; never the bureaus behind it, which are many.
PLACE = ("measure", "node_type", "node_id", "period_id")
DISCLOSED = ("bureau_id", "is_disclosable", "highest_handling")
FIGURE = (
    "status", "reason", "actual", *SHARE_FIELDS, "counts", "leaves", "bureaus_known", "last_observed_on", "computed_at",
)  # fmt: skip
READ = (*PLACE, *DISCLOSED, *FIGURE)
COUNTS = READ.index("counts")
of_row = attrgetter(*READ)


def summary_asked(nodes: dict[str, list[int]], periods, delivery_in=None, bureau_id: int | None = None) -> tuple:
    """Whose figures are wanted and of which periods, as plain facts for `summary`."""
    kinds = tuple((node_type, tuple(ids)) for node_type, ids in nodes.items())
    return kinds, _keys(periods), None if delivery_in is None else _keys(delivery_in), bureau_id


def _keys(periods) -> tuple[int, ...]:
    return tuple(sorted({period.pk for period in periods if period}))


def summary(kinds, periods, delivery, bureau_id):
    """Rows of the summary, whoever reads: what they may see of each is decided when it is made a figure."""
    asked = [kind for kind in kinds if kind[1]]
    if not periods or not asked:
        return RollUp.objects.none().values_list(*READ)
    first, *others = (_rows_of_kind(*kind, periods, delivery, bureau_id) for kind in asked)
    return first.union(*others, all=True) if others else first


def _rows_of_kind(node_type, ids, periods, delivery, bureau_id):
    """Each kind of node by itself, and its periods from the first to the last: so an index alone answers (decision 35).

    A condition on both kinds or on single periods would look for each node and period one by one, and fetch its row.
    """
    within = Q(node_type=node_type, node_id__in=ids, period__gte=periods[0], period__lte=periods[-1], bureau=bureau_id)
    rows = RollUp.objects.filter(within).alias(period_key=F("period_id") + 0).filter(period_key__in=periods)
    if delivery is not None:
        rows = rows.filter(Q(measure=Measure.RESULTS) | Q(period_key__in=delivery))
    return rows.order_by().values_list(*READ)


def read_row(row: tuple) -> tuple:
    """The values of `READ` as the database gives them, with the spread of statuses read."""
    return (*row[:COUNTS], _counts(row[COUNTS]), *row[COUNTS + 1 :])


@lru_cache(maxsize=4096)
def _counts(stored: str) -> dict:
    """The same few spreads come with many rows; nobody writes into one."""
    return json.loads(stored)
