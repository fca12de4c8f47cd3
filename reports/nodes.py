"""The figures of one node of a plan as a report's reader may know them: hidden ones say that they are hidden."""

from __future__ import annotations

from outcomes.choices import Measure
from outcomes.models import NodeType

from .gather import Gathered, exact, trend_periods
from .texts import text


def is_hidden(found: Gathered, row) -> bool:
    return not row.is_disclosable and row.highest_handling > found.clearance


def row_of(found: Gathered, kind: str, pk: int, plan, measure=Measure.RESULTS):
    period = found.figure_periods[plan.pk]
    return found.rows.get((measure, kind, pk, period.pk)) if period else None


def spread(found: Gathered, row) -> dict:
    """One of a node's two numbers. No row: nothing is known; a hidden row shows that it is hidden and nothing else."""
    if row is None or is_hidden(found, row):
        nothing = {
            "value": None,
            "expected": None,
            "coverage": None,
            "low": None,
            "high": None,
            "known": 0,
            "total": 0,
            "counts": {},
        }
        return {**nothing, "restricted": row is not None}
    unknown = sum(row.counts.get(status, 0) for status in ("no_data", "stale", "insufficient_data"))
    return {
        "value": exact(row.progress),
        "expected": exact(row.expected),
        "coverage": exact(row.coverage),
        "low": exact(row.lower),
        "high": exact(row.upper),
        "known": max(0, row.leaves - unknown),
        "total": row.leaves,
        "counts": {status: many for status, many in sorted(row.counts.items()) if many},
        "restricted": False,
    }


def status_of(found: Gathered, row) -> str:
    if row is None:
        return "no_data"
    return "restricted" if is_hidden(found, row) else row.status


def trend_of(found: Gathered, plan, kind: str, pk: int, value: str = "progress") -> list[dict]:
    points = []
    for period in trend_periods(plan, found.periods, found.figure_periods[plan.pk]):
        row = found.rows.get((Measure.RESULTS, kind, pk, period.pk))
        row = None if row is not None and is_hidden(found, row) else row
        points.append({
            "period": period.code, "on": period.end_on.isoformat(),
            "value": exact(getattr(row, value, None)), "expected": exact(getattr(row, "expected", None)),
        })  # fmt: skip
    return points


def judgement_of(found: Gathered, kind: str, pk: int) -> dict | None:
    """The verdict that somebody set; it is about all bureaus, and says nothing of a part."""
    row = None if found.is_part else found.judgements.get((kind, pk))
    if row is None:
        return None
    return {
        "status": row.status, "reason": row.reason, "language": "en", "by": str(row.recorded_by or ""),
        "until_on": row.expires_on.isoformat(),
    }  # fmt: skip


def figures_of(found: Gathered, plan, kind: str, node) -> dict:
    results = row_of(found, kind, node.pk, plan)
    return {
        "judgement": judgement_of(found, kind, node.pk),
        "results": spread(found, results),
        "delivery": spread(found, row_of(found, kind, node.pk, plan, Measure.DELIVERY)),
        "trend": trend_of(found, plan, kind, node.pk),
        **_overall(found, kind, node, plan),
        **_assessment(found, kind, node.pk),
        "explain": f"/explain/{kind}/{node.pk}/",
    }


def _assessment(found: Gathered, kind: str, pk: int) -> dict:
    """What officers said of it when the plan was closed, as it stands now."""
    row = found.assessments.get((kind, pk))
    return {"assessment": text(row.text)} if row else {}


def _overall(found: Gathered, kind: str, node, plan) -> dict:
    """Beside a part's figures those of all bureaus, for plans and aims; nothing in a report about all of them."""
    period = found.figure_periods[plan.pk]
    if not found.overall or kind not in (NodeType.PLAN, NodeType.AIM) or period is None:
        return {}
    rows = [found.overall.get((measure, kind, node.pk, period.pk)) for measure in (Measure.RESULTS, Measure.DELIVERY)]
    return {
        "overall": {
            "status": status_of(found, rows[0]),
            "results": spread(found, rows[0]),
            "delivery": spread(found, rows[1]),
        }
    }
