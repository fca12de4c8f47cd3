"""What the organisation itself records: its own figures, weights, and the verdicts of its officers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from core import audit
from goals.models import Aim, PlanKind
from interpol_strategy.demo.courses import Course, said_by
from interpol_strategy.demo.dice import dice, office_hour
from interpol_strategy.demo.people import officers
from interpol_strategy.demo.play import curtain
from interpol_strategy.demo.stage import Stage
from interpol_strategy.demo.tales import is_asked
from outcomes.choices import Status, ValueState
from outcomes.models import Judgement, Measurement, Weight
from outcomes.services import VALUE_FIELDS

DAYS_TO_RECORD = 12
FALLS_SILENT = 0.1  # the share of the organisation's own indicators that nobody has kept up lately
VERDICTS = (
    # kind of plan, number of the aim, verdict, days before the day, days until it expires, reason
    (PlanKind.FRAMEWORK, 2, Status.OFF_TRACK, 20, 70,
     "Two regions have announced that staff leave investigations support at the end of the year."),
    (PlanKind.FRAMEWORK, 4, Status.AT_RISK, 34, 60,
     "The recovery plan was approved and funded; its effect will show from next quarter on."),
    (PlanKind.STRATEGY, 4, Status.OFF_TRACK, 300, 30,
     "Partnerships were slower to form than planned; taken up in the new framework."),
)  # fmt: skip
WEIGHTS = ((1, 1, "2"), (1, 2, "2"), (2, 1, "2"), (2, 6, "2"))  # aim, expected result, weight, all of the framework
WEIGHT_REASON = "The Executive Committee asked for these results to count double."


def record_own_figures(stage: Stage, courses: dict[str, Course]) -> list[audit.Entry]:
    """This will record what no bureau reports, some days after each period that has ended."""
    rows = []
    for course in courses.values():
        if course.indicator.is_central:
            rows += _own_figures(course, stage)
    Measurement.objects.bulk_create(rows)
    return [
        audit.Entry(row.recorded_at, row.recorded_by, "measurement.recorded", row, {},
                    audit.snapshot(row, VALUE_FIELDS))
        for row in rows
    ]  # fmt: skip


def _own_figures(course: Course, stage: Stage) -> list[Measurement]:
    rng = dice("own", course.indicator.code)
    last_on = stage.on - timedelta(days=400 if rng.random() < FALLS_SILENT else 0)
    by = rng.choice(officers(stage))
    periods = stage.periods_of(course.indicator.expected_result.aim.plan)
    return [
        _own_figure(course, period, by, rng)
        for period in periods
        if is_asked(course.indicator, period) and period.end_on + timedelta(days=DAYS_TO_RECORD) < last_on
    ]


def _own_figure(course: Course, period, by, rng) -> Measurement:
    return Measurement(
        indicator=course.indicator,
        period=period,
        bureau=None,
        state=ValueState.REPORTED,
        observed_on=period.end_on,
        handling=course.indicator.handling,
        recorded_at=office_hour(period.end_on + timedelta(days=DAYS_TO_RECORD - 1), rng),
        recorded_by=by,
        **said_by(course, None, period.end_on, rng),
    )


def weigh_and_judge(stage: Stage) -> list[audit.Entry]:
    """This will give some results more weight and set officers' verdicts beside the computed ones."""
    by = officers(stage)[0]
    weights = Weight.objects.bulk_create(_weights(stage, by))
    judgements = Judgement.objects.bulk_create(_judgements(stage, by))
    return [_entry(row, "weight.set", ("value",)) for row in weights] + [
        _entry(row, "judgement.set", ("status", "expires_on")) for row in judgements
    ]


def _weights(stage: Stage, by) -> list[Weight]:
    plan = stage.plans[PlanKind.FRAMEWORK]
    at = min(curtain(stage.on), datetime.combine(date(plan.start_on.year, 1, 20), time(10), UTC))
    results = {(one.aim.number, one.number): one for one in stage.results[plan.pk]}
    return [
        Weight(expected_result=results[aim, number], value=Decimal(value), recorded_at=at, recorded_by=by,
               reason=WEIGHT_REASON)
        for aim, number, value in WEIGHTS
        if (aim, number) in results
    ]  # fmt: skip


def _judgements(stage: Stage, by) -> list[Judgement]:
    found = []
    for kind, number, status, ago, lasts, reason in VERDICTS:
        aim = Aim.objects.get(plan=stage.plans[kind], number=number)
        set_on = max(stage.on - timedelta(days=ago), aim.plan.start_on)
        found.append(
            Judgement(aim=aim, status=status, reason=reason, expires_on=set_on + timedelta(days=ago + lasts),
                      recorded_at=min(curtain(stage.on), datetime.combine(set_on, time(15), UTC)), recorded_by=by)
        )  # fmt: skip
    return found


def _entry(row, action: str, fields: tuple) -> audit.Entry:
    return audit.Entry(row.recorded_at, row.recorded_by, action, row, {}, audit.snapshot(row, fields), row.reason)
