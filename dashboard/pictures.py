"""The figures of a day in the past, worked out by a worker where there are too many answers to do it while somebody waits.

A picture is the summary as it was believed at the end of a day, of the period that each plan was read in on that day, or that was
asked for: the row of every part of every plan for all bureaus together (`rows`), of the periods on the way there (`paths`), and
each bureau's row of every plan and aim (`parts`). It is the result of a job that is asked for once per day and period;
who may see which of its figures is decided when it is read (`dashboard.kept_days`), as for the summary itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.db import connection, transaction

from core.models import Job, Period
from core.questions import rows_of
from dashboard.asked import Asked
from dashboard.figures import Figures
from dashboard.kept_days import PICTURES as PICTURES
from dashboard.kept_days import is_untouched, parts_of_summary, rows_in, written_part, written_whole
from dashboard.known import known_rollups, known_rows
from dashboard.plans import period_for, periods_of_path
from dashboard.summary_rows import READ, of_row, read_row, summary, summary_asked
from goals.models import Aim, Plan
from outcomes import rollup
from outcomes.models import ExpectedResult, Indicator, NodeType
from outcomes.summary import Key, Row
from outcomes.tree import load_tree

PERIOD = READ.index("period_id")


def figures_in(picture: Job, question: Asked) -> Figures:
    """The picture's figures as the reader may see them, each plan's in the period that it is read in."""
    return Figures(question.user, rows_in(picture), kept=question.kept)


def make_picture(job: Job, progress: Callable[[str, int], None]) -> dict:
    """What the job does: from the summary where nothing has moved since that day, else from every answer given by then."""
    day = date.fromisoformat(job.payload["day"])
    then = Asked(None, day, job.payload.get("period", ""), day)
    read_in = {plan: period_for(then, plan) for plan in Plan.objects.all()}
    periods = {one for plan, last in read_in.items() for one in (last, *periods_of_path(then, last, plan)) if one}
    with transaction.atomic():
        _take_room()
        progress("reading", 10)
        rows = _wholes(list(read_in), periods, then)
        progress("bureaus", 60)
        parts, at = _parts(read_in, then)
    last = {period.pk for period in read_in.values() if period}
    told = [(row[PERIOD] in last, written_whole(row)) for row in rows]
    return {
        "rows": [row for is_last, row in told if is_last],
        "paths": [row for is_last, row in told if not is_last],
        "parts": [written_part(key, row) for key, row in parts.items()],
        "at": at and at.isoformat(),
    }


def _take_room() -> None:
    """This will let the caller's transaction take its time and its memory: what was said last of each line is looked up by
    the database in memory, or else again for every answer."""
    rollup.take_time()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")


def _nodes(plans: Iterable[int], then: Asked) -> dict[str, list[int]]:
    seen = Indicator.objects.measured().there_at(then.moment).filter(expected_result__aim__plan__in=plans)
    return {
        NodeType.PLAN.value: list(plans),
        NodeType.AIM.value: list(_aims(plans)),
        NodeType.RESULT.value: list(ExpectedResult.objects.filter(aim__plan__in=plans).values_list("pk", flat=True)),
        NodeType.INDICATOR.value: list(seen.values_list("pk", flat=True)),
    }


def _aims(plans: Iterable[int]):
    return Aim.objects.filter(plan__in=plans).values_list("pk", flat=True)


def _wholes(plans: list[Plan], periods: set[Period], then: Asked) -> list[tuple]:
    """The values of READ: of each period as they are kept, else worked out with those of the other periods that moved since."""
    keys = [plan.pk for plan in plans]
    nodes, kept = _nodes(keys, then), defaultdict(list)
    for row in rows_of(summary, *summary_asked(nodes, periods)):
        kept[row[PERIOD]].append(read_row(row))
    lacking = _lacking(keys, kept, then)
    moved = [one for one in periods if one.pk in lacking or not is_untouched(kept[one.pk], then.moment)]
    known = known_rollups(nodes, plans=keys, periods=moved, moment=then.moment) if moved else []
    still = [row for one in periods if one not in moved for row in kept[one.pk]]
    return [*still, *(of_row(row) for row in known)]


def _lacking(plans: list[int], kept: dict[int, list[tuple]], then: Asked) -> set[int]:
    """The periods in which an indicator that there was has no row any more."""
    tree = load_tree(plans, as_of=then.moment)
    found = {(pk, period) for period, rows in kept.items() for _measure, kind, pk, *_more in rows if kind == NodeType.INDICATOR}
    return {
        span.id
        for plan in tree.plans
        for span in tree.periods_of(plan, then.today)
        for pk in tree.rules
        if tree.plan_of_indicator(pk) == plan and (pk, span.id) not in found
    }


def _parts(read_in: dict[Plan, Period | None], then: Asked) -> tuple[dict[Key, Row], datetime | None]:
    """Each bureau's row of every plan and aim, and when the newest value in them became known."""
    plans_of, found, moments = defaultdict(list), {}, []
    for plan, period in read_in.items():
        if period:
            plans_of[period].append(plan.pk)
    for period, plans in plans_of.items():
        nodes = {NodeType.PLAN.value: plans, NodeType.AIM.value: list(_aims(plans))}
        rows, at = parts_of_summary(nodes, period, then.moment) or known_rows(
            nodes, plans=plans, periods=[period], moment=then.moment, of_each=True
        )
        found |= rows
        moments.append(at)
    return found, max((one for one in moments if one), default=None)
