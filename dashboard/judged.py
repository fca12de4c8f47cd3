"""What responsible people judged of aims, expected results and indicators: it stands beside what was computed."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from accounts.models import User
from core.questions import columns_of, record, rows_of
from dashboard.asked import Asked
from outcomes.models import Judgement

COLUMNS = {"aim": "aim_id", "result": "expected_result_id", "indicator": "indicator_id"}


def judgements_of(question: Asked, nodes: dict[str, list[int]]) -> dict[tuple[str, int], Judgement]:
    """The judgements in force on the day, by kind of node and its id. One query."""
    asked = tuple((COLUMNS[kind], tuple(sorted(keys))) for kind, keys in nodes.items() if kind in COLUMNS and keys)
    many, found = len(columns_of(Judgement)), {}
    for row in rows_of(_judgements, question.moment, question.today, asked) if asked else ():
        one, one.recorded_by = record(Judgement, row[:many]), record(User, row[many:])
        for kind, column in COLUMNS.items():
            if getattr(one, column) is not None:
                found.setdefault((kind, getattr(one, column)), one)
    return found


def judgement_of(question: Asked, kind: str, key: int) -> Judgement | None:
    """The judgement of one node in force on the day, if somebody made one."""
    return judgements_of(question, {kind: [key]}).get((kind, key))


def _judgements(moment, today: date, asked):
    wanted = Q(pk__in=[])
    for column, keys in asked:
        wanted |= Q(**{f"{column}__in": keys})
    rows = Judgement.objects.known_at(moment).filter(wanted, expires_on__gte=today).order_by("pk")
    return rows.values_list(*columns_of(Judgement), *columns_of(User, "recorded_by__"))
