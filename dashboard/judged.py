"""What responsible people judged of aims, expected results and indicators: it stands beside what was computed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q

from core.together import Steps, rows_steps
from dashboard.asked import Asked
from outcomes.models import Judgement

COLUMNS = {"aim": "aim_id", "result": "expected_result_id", "indicator": "indicator_id"}


class Judged(NamedTuple):
    """What somebody judged: the status, why, until when it holds, when it was said and the name of who said it."""

    status: str
    reason: str
    expires_on: date
    recorded_at: datetime
    by: str


READ = (*COLUMNS.values(), "status", "reason", "expires_on", "recorded_at", "recorded_by__full_name")
By = dict[tuple[str, int], Judged]


def judged_steps(question: Asked, nodes: dict[str, list[int]]) -> Steps[By]:
    """The judgements in force on the day, by kind of node and its id, to be read beside something else. One round, or none."""
    asked = nodes_asked(nodes)
    return by_node((yield from rows_steps(judgements_in_force, question.moment, question.today, asked)) if asked else ())


def nodes_asked(nodes: dict[str, list[int]]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Of the nodes those that can be judged, as plain facts for `judgements_in_force`."""
    return tuple((COLUMNS[kind], tuple(sorted(keys))) for kind, keys in nodes.items() if kind in COLUMNS and keys)


def judgements_in_force(moment, today: date, asked):
    """Judgements as they stood at the moment (None is now) and hold on the day, the first of each node first."""
    wanted = Q(pk__in=[])
    for column, keys in asked:
        wanted |= Q(**{f"{column}__in": keys})
    return Judgement.objects.known_at(moment).filter(wanted, expires_on__gte=today).order_by("pk").values_list(*READ)


def by_node(rows: Iterable[tuple]) -> By:
    """Rows of `judgements_in_force` by what was judged."""
    found: By = {}
    for row in rows:
        one = Judged(*row[len(COLUMNS) : -1], row[-1] or "")
        for kind, key in zip(COLUMNS, row, strict=False):
            if key is not None:
                found.setdefault((kind, key), one)
    return found
