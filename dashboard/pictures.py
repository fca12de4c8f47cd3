"""The figures of a day in the past, worked out by a worker where there are too many answers to do it while somebody waits.

A picture is the summary as it was believed at the end of a day: the row of every part of every plan, for all bureaus
together, in the period that the plan was read in on that day. It is the result of a job that is asked for once per day;
who may see which of its figures is decided when it is read, as for the summary itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction

from core.models import Installation, Job
from dashboard.asked import Asked, end_of
from dashboard.day_jobs import DayJobs
from dashboard.figures import READ, SHARE_FIELDS, Figures, of_row
from dashboard.known import known_rollups
from dashboard.plans import period_for
from goals.models import Aim, Plan
from outcomes import rollup
from outcomes.models import ExpectedResult, Indicator, NodeType, RollUp

NUMBERS = ("actual", *SHARE_FIELDS)


def _rules() -> str:
    """New rules of the arithmetic make new pictures."""
    return (Installation.objects.values_list("figures_by", flat=True).first() or "")[:16]


PICTURES = DayJobs("picture", mark=_rules)


def figures_in(picture: Job, question: Asked) -> Figures:
    """The picture's figures as the reader may see them."""
    return Figures(question.user, map(_read, picture.result["rows"]), kept=question.kept)


def make_picture(job: Job, progress: Callable[[str, int], None]) -> dict:
    """What the job does: from the summary where nothing has moved since that day, else from every answer given by then."""
    day = date.fromisoformat(job.payload["day"])
    then = Asked(None, day, "", day)
    periods = {plan: period_for(then, plan) for plan in Plan.objects.exclude(status="draft")}
    nodes = _nodes(periods, then)
    progress("reading", 10)
    rows = list(_of_summary(nodes, set(periods.values())))
    if any(row.computed_at > end_of(day) for row in rows) or not rows:
        known = {"plans": [plan.pk for plan in periods], "periods": set(periods.values()), "moment": then.moment}
        with transaction.atomic():
            _take_room()
            rows = known_rollups(nodes, **known)
    return {"rows": [_written(of_row(row)) for row in rows]}


def _take_room() -> None:
    """This will let the caller's transaction take its time and its memory: what was said last of each line is looked up by
    the database in memory, or else again for every answer."""
    rollup.take_time()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")


def _nodes(plans: Iterable[Plan], then: Asked) -> dict[str, list[int]]:
    plans = [plan.pk for plan in plans]
    seen = Indicator.objects.measured().there_at(then.moment).filter(expected_result__aim__plan__in=plans)
    return {
        NodeType.PLAN.value: plans,
        NodeType.AIM.value: list(Aim.objects.filter(plan__in=plans).values_list("pk", flat=True)),
        NodeType.RESULT.value: list(ExpectedResult.objects.filter(aim__plan__in=plans).values_list("pk", flat=True)),
        NodeType.INDICATOR.value: list(seen.values_list("pk", flat=True)),
    }


def _of_summary(nodes: dict[str, list[int]], periods):
    for kind, ids in nodes.items():
        yield from RollUp.objects.filter(node_type=kind, node_id__in=ids, period__in=periods, bureau=None)


def _written(row: tuple) -> list:
    """A row of READ in what JSON can hold; numbers as their exact words."""
    told = dict(zip(READ, row, strict=True))
    told |= {name: None if told[name] is None else format(told[name], "f") for name in NUMBERS}
    told |= {name: told[name] and told[name].isoformat() for name in ("last_observed_on", "computed_at")}
    return [told[name] for name in READ]


def _read(stored: list) -> tuple:
    told = dict(zip(READ, stored, strict=True))
    told |= {name: None if told[name] is None else Decimal(told[name]) for name in NUMBERS}
    told["last_observed_on"] = told["last_observed_on"] and date.fromisoformat(told["last_observed_on"])
    told["computed_at"] = told["computed_at"] and datetime.fromisoformat(told["computed_at"])
    return tuple(told[name] for name in READ)
