"""Everything that a report is made of, read in a fixed handful of queries, for one reader's clearance."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from accounts.access import sight
from accounts.models import Bureau, Role
from core.models import Installation, Period
from goals.models import Aim, Framework, Plan, PlanStatus
from initiatives.extensions import due_days
from initiatives.models import Initiative, Milestone, Update
from objectives.models import Strategy
from outcomes.models import Baseline, Crosswalk, ExpectedResult, Indicator, Judgement, RollUp, Target, ThresholdSet
from outcomes.summary import Row

from . import gather_work
from .gather_work import TREND_PERIODS
from .groups import rows_of_bureaus
from .models import ClosingAssessment

# Reports about some of the bureaus: all figures are these bureaus' own.
PARTS = ("region", "bureau")
ENDS = ("from_aim__plan", "from_result__aim__plan", "to_aim__plan", "to_result__aim__plan")


@dataclass(frozen=True)
class Reader:
    """Anybody of this clearance: reads what was validated, belongs to no bureau."""

    clearance: int
    role: str = Role.LEADER
    bureau_id: int | None = None
    is_authenticated: bool = True
    is_active: bool = True


@dataclass(frozen=True)
class Span:
    """The days that a report is about."""

    code: str
    start_on: date
    end_on: date


@dataclass
class Gathered:
    """What the queries brought, keyed for the arithmetic-free assembly that follows."""

    clearance: int
    span: Span
    as_of: datetime
    is_demo: bool
    periods: list[Period]
    plans: list[Plan]
    statements: dict[int, tuple]
    aims: dict[int, list[Aim]]
    results: dict[int, list[ExpectedResult]]
    indicators: dict[int, list[Indicator]]
    hidden_indicators: int
    baselines: dict[int, Baseline]
    targets: dict[int, list[Target]]
    rows: dict[tuple, RollUp | Row]
    overall: dict[tuple, RollUp]
    judgements: dict[tuple[str, int], Judgement]
    contributions: dict[int, list[int]]
    initiatives: dict[int, Initiative]
    hidden_initiatives: int
    partners: dict[int, int]
    steps: dict[int, list[Milestone]]
    latest: dict[int, Update]
    hidden_statements: int
    measured_by: dict[int, list[int]]
    crosswalk: list[Crosswalk]
    assessments: dict[tuple[str, int], ClosingAssessment]
    thresholds: ThresholdSet | None
    bureaus: dict[int, Bureau]
    owed: list[tuple]
    sent: list[dict]
    more_time: dict[tuple[int, int], date]
    awaiting: int
    figure_periods: dict[int, Period | None] = field(default_factory=dict)
    is_part: bool = False


def gather(definition, span: Span, *, clearance: int, as_of: datetime) -> Gathered:
    """This will read the report's facts as the reader may see them. About twenty queries, whatever the size."""
    reader = Reader(clearance)
    periods = list(Period.objects.started_by(span.end_on).order_by("start_on"))
    plans = _plans(definition)
    aims = _aims(definition, plans)
    results = list(ExpectedResult.objects.standing().filter(aim__in=aims).order_by("aim", "number"))
    indicators = Indicator.objects.measured().filter(expected_result__in=results).order_by("code")
    seen = list(indicators.filter(sight(reader).handled()))
    initiatives, hidden = gather_work.initiatives(definition, results, reader)
    latest, hidden_statements = gather_work.latest_updates(initiatives, periods, reader)
    figure_periods = {plan.pk: figure_period(plan, periods) for plan in plans}
    return Gathered(
        clearance=clearance,
        span=span,
        as_of=as_of,
        is_demo=Installation.objects.filter(demonstration=True).exists(),
        periods=periods,
        plans=plans,
        statements=_statements(plans),
        aims=_by(aims, "plan_id"),
        results=_by(results, "aim_id"),
        indicators=_by(seen, "expected_result_id"),
        hidden_indicators=indicators.count() - len(seen),
        baselines={row.indicator_id: row for row in Baseline.objects.current().filter(indicator__in=seen)},
        targets=_by(_targets(seen), "indicator_id"),
        rows=_rows(definition, plans, aims, results, seen, periods, figure_periods),
        overall=_overall(definition, plans, aims, figure_periods),
        judgements=_judgements(aims, results, seen, as_of),
        contributions=gather_work.contributions(initiatives, results),
        initiatives=initiatives,
        hidden_initiatives=hidden,
        partners=gather_work.partners(initiatives),
        steps=_by(Milestone.objects.filter(initiative__in=initiatives), "initiative_id"),
        latest=latest,
        hidden_statements=hidden_statements,
        measured_by=gather_work.measured_by(initiatives),
        crosswalk=[] if definition.scope in PARTS else _crosswalk(plans),
        assessments=_assessments(plans),
        thresholds=ThresholdSet.objects.filter(valid_from__lte=span.end_on).order_by("valid_from").last(),
        bureaus={bureau.pk: bureau for bureau in gather_work.bureaus(definition).select_related("region")},
        owed=gather_work.owed(definition, reader),
        sent=gather_work.sent(definition, periods, reader),
        more_time=due_days([period.pk for period in periods[-TREND_PERIODS:]]),
        awaiting=gather_work.awaiting(definition, reader),
        figure_periods=figure_periods,
        is_part=definition.scope in PARTS,
    )


def figure_period(plan: Plan, periods: list[Period]) -> Period | None:
    """The last period of the plan that has begun: what is known of the plan by then is its figure."""
    inside = [period for period in periods if plan.start_on <= period.start_on and period.start_on <= plan.end_on]
    return inside[-1] if inside else None


def _by(rows, name: str) -> dict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _plans(definition) -> list[Plan]:
    published = Plan.objects.published().order_by("-start_on", "code")
    if definition.scope == "plan":
        return list(published.filter(pk=definition.plan_id))
    if definition.scope == "aim":
        return list(published.filter(aims=definition.aim_id))
    if definition.scope in PARTS:
        return list(published.in_force())
    return list(published)


def _aims(definition, plans: list[Plan]) -> list[Aim]:
    aims = Aim.objects.standing().filter(plan__in=plans).order_by("plan", "number")
    return list(aims.filter(pk=definition.aim_id) if definition.scope == "aim" else aims)


def _statements(plans: list[Plan]) -> dict[int, tuple]:
    """The sentence that stands over each plan: a framework's mission, a strategy's mandate."""
    ids = [plan.pk for plan in plans]
    found = {row.pk: (row.mission_title, row.mission_text) for row in Framework.objects.filter(pk__in=ids)}
    return found | {row.pk: (None, row.mandate) for row in Strategy.objects.filter(pk__in=ids)}


def _targets(indicators: list[Indicator]):
    """Every dated target, the last one last."""
    return Target.objects.current().filter(indicator__in=indicators).order_by("indicator_id", "due_on")


def _rows(definition, plans, aims, results, indicators, periods, figure_periods) -> dict[tuple, RollUp | Row]:
    """The rows of every node, for the period each plan is read in and the trend before it.

    They are the stored ones of all bureaus or of the one bureau; a region's are computed from its bureaus' answers.
    """
    shown = {plan: trend_periods(plan, periods, figure_periods[plan.pk]) for plan in plans}
    if definition.scope == "region":
        return rows_of_bureaus(gather_work.bureaus(definition), shown)
    nodes = {"plan": plans, "aim": aims, "result": results, "indicator": indicators}
    bureau = definition.bureau_id if definition.scope == "bureau" else None
    rows = RollUp.objects.filter(_any_of(nodes), period__in={one.pk for found in shown.values() for one in found})
    return {_key(row): row for row in rows.filter(bureau=bureau)}


def _overall(definition, plans, aims, figure_periods) -> dict[tuple, RollUp]:
    """In a report about a part, the rows of all bureaus that the part is held beside."""
    if definition.scope not in PARTS:
        return {}
    periods = [period.pk for period in figure_periods.values() if period]
    rows = RollUp.objects.filter(_any_of({"plan": plans, "aim": aims}), period__in=periods, bureau=None)
    return {_key(row): row for row in rows}


def _any_of(nodes: dict[str, list]) -> Q:
    asked = Q(pk__in=[])
    for kind, found in nodes.items():
        asked |= Q(node_type=kind, node_id__in=[node.pk for node in found])
    return asked


def _key(row: RollUp) -> tuple:
    return row.measure, row.node_type, row.node_id, row.period_id


def trend_periods(plan: Plan, periods: list[Period], last: Period | None) -> list[Period]:
    """The plan's periods up to the one it is read in, at most eight, oldest first."""
    inside = [p for p in periods if last and plan.start_on <= p.start_on <= last.start_on]
    return inside[-TREND_PERIODS:]


def _judgements(aims, results, indicators, as_of) -> dict[tuple[str, int], Judgement]:
    of = Q(aim__in=aims) | Q(expected_result__in=results) | Q(indicator__in=indicators)
    rows = (
        Judgement.objects.current().filter(of, expires_on__gte=timezone.localdate(as_of)).select_related("recorded_by")
    )
    return {_judged(row): row for row in rows}


def _judged(row: Judgement) -> tuple[str, int]:
    if row.aim_id:
        return "aim", row.aim_id
    return ("result", row.expected_result_id) if row.expected_result_id else ("indicator", row.indicator_id)


def _crosswalk(plans) -> list[Crosswalk]:
    ids = [plan.pk for plan in plans]
    starts = Q(from_aim__plan__in=ids) | Q(from_result__aim__plan__in=ids)
    ends = Q(to_aim__plan__in=ids) | Q(to_result__aim__plan__in=ids)
    rows = Crosswalk.objects.filter(starts | ends).select_related(*ENDS)
    return list(rows.order_by("from_aim__number", "from_result__number", "to_aim__number", "id"))


def _assessments(plans) -> dict[tuple[str, int], ClosingAssessment]:
    """What was said of the closed plans, by what it is about."""
    closed = [plan.pk for plan in plans if plan.status == PlanStatus.CLOSED]
    return {_assessed(row): row for row in ClosingAssessment.objects.filter(plan__in=closed)}


def _assessed(row: ClosingAssessment) -> tuple[str, int]:
    if row.expected_result_id:
        return "result", row.expected_result_id
    return ("aim", row.aim_id) if row.aim_id else ("plan", row.plan_id)


def exact(value: Decimal | None) -> str | None:
    """A number as the snapshot writes it: no exponent, no needless zeros."""
    if value is None:
        return None
    written = format(value.normalize(), "f")
    return "0" if written in ("-0", "") else written
