"""Builds the frozen snapshot of a report from what was gathered; no query, no words, no rounding."""

from __future__ import annotations

from datetime import UTC, date, datetime

from outcomes.models import NodeType

from . import concerns, differences, discipline, work
from .gather import Gathered, Span, exact, gather
from .nodes import figures_of, is_hidden, judgement_of, row_of, status_of, trend_of
from .promises import promise_of
from .snapshot import FORMAT, validate
from .texts import text


def assemble(definition, span: Span, *, clearance: int, as_of: datetime, filing: dict, previous=None, corrected=None) -> dict:
    """This will read, build and check the snapshot that a reader of this clearance may see.

    `previous` is the edition (of at most this clearance) to compare with, `corrected` the one whose place this takes.
    Raises SnapshotFault on our own mistake.
    """
    found = gather(definition, span, clearance=clearance, as_of=as_of)
    built = build(definition, found, filing)
    if previous is not None:
        built["previous"] = {"number": previous.number, "period": previous.period_code, "as_of": moment(previous.as_of)}
        built["changes"] = differences.changes(previous.snapshot, built)
        differences.mark_before(previous.snapshot, built)
    if corrected is not None:
        built["corrected"] = differences.restated(corrected.snapshot, built)
    validate(built)
    return built


def build(definition, found: Gathered, filing: dict) -> dict:
    plans = [_plan(found, plan) for plan in found.plans]
    initiatives = work.initiatives(found, _aims_of_initiatives(found))
    built = {
        "format": FORMAT,
        "demo": found.is_demo,
        "title": text(definition.title),
        "definition": definition.code,
        "cadence": definition.cadence,
        "filing": filing,
        "scope": _scope(definition),
        "period": _period(found),
        "as_of": moment(found.as_of),
        "languages": sorted(definition.languages),
        "handling": {"level": 0, "clearance": found.clearance, "left_out": _left_out(found, plans)},
        "previous": None,
        "thresholds": _thresholds(found),
        "plans": plans,
        "changes": [],
        "attention": concerns.attention(found, plans),
        "reporting": discipline.reporting(found),
        "crosswalk": _crosswalk(found),
        "initiatives": initiatives,
        "awaiting": found.awaiting,
    }
    built["handling"]["level"] = _level(found)
    return built


def _level(found: Gathered) -> int:
    """The highest handling level of anything used: the work, what was said of it, the indicators and the figures."""
    used = [initiative.handling for initiative in found.initiatives.values()]
    used += [update.handling for update in found.latest.values()]
    used += [indicator.handling for group in found.indicators.values() for indicator in group]
    used += [
        row.highest_handling for row in found.rows.values() if not row.is_disclosable and not is_hidden(found, row)
    ]
    return max(used, default=0)


def moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat()


def _scope(definition) -> dict:
    named = {"plan": definition.plan, "aim": definition.aim, "region": definition.region, "bureau": definition.bureau}
    about = named.get(definition.scope)
    title = getattr(about, "title", None) or getattr(about, "name", None)
    code = getattr(about, "code", None) or str(getattr(about, "pk", "all"))
    return {"kind": definition.scope, "code": code, "title": text(title) if title else None}


def _period(found: Gathered) -> dict:
    inside = [period for period in found.periods if found.span.start_on <= period.start_on <= found.span.end_on]
    return {
        "code": found.span.code,
        "start_on": found.span.start_on.isoformat(),
        "end_on": found.span.end_on.isoformat(),
        "is_open": any(period.is_open(found.as_of.date()) for period in inside),
    }


def _thresholds(found: Gathered) -> dict:
    rule = found.thresholds
    starts = {band["status"]: band["from"] for band in rule.bands} if rule else {}
    return {
        "on_track": str(starts.get("on_track") or "0.90"),
        "at_risk": str(starts.get("at_risk") or "0.75"),
        "coverage_floor": exact(rule.coverage_floor) if rule else "0.5",
        "stale_after": "1.5",
        "revision": str(rule.pk) if rule else "-",
    }


def _left_out(found: Gathered, plans: list[dict]) -> dict:
    return {
        "initiatives": found.hidden_initiatives,
        "indicators": found.hidden_indicators,
        "statements": found.hidden_statements,
        "figures": sum(_restricted(plan) for plan in plans),
    }


def _restricted(plan: dict) -> int:
    nodes = [plan, *plan["aims"], *[result for aim in plan["aims"] for result in aim["expected_results"]]]
    return sum(node[measure]["restricted"] for node in nodes for measure in ("results", "delivery")) + sum(
        indicator["restricted"]
        for aim in plan["aims"]
        for result in aim["expected_results"]
        for indicator in result["indicators"]
    )


def _plan(found: Gathered, plan) -> dict:
    title, statement = found.statements.get(plan.pk, (None, None))
    return {
        "code": plan.code,
        "kind": plan.kind,
        "title": text(plan.title),
        "status": plan.status,
        "start_on": plan.start_on.isoformat(),
        "end_on": plan.end_on.isoformat(),
        "statement_title": text(title) if title else None,
        "statement": text(statement) if statement else None,
        "node_status": status_of(found, row_of(found, NodeType.PLAN, plan.pk, plan)),
        **figures_of(found, plan, "plan", plan),
        "aims": [_aim(found, plan, aim) for aim in found.aims[plan.pk]],
    }


def _aim(found: Gathered, plan, aim) -> dict:
    own = work.initiatives_of(found, aim)
    return {
        "code": f"{plan.code}-{aim.number}",
        "number": aim.number,
        "title": text(aim.title),
        "text": text(aim.text) if aim.text else None,
        "status": status_of(found, row_of(found, NodeType.AIM, aim.pk, plan)),
        **figures_of(found, plan, "aim", aim),
        "expected_results": [_result(found, plan, aim, result) for result in found.results[aim.pk]],
        "initiatives": len(own),
        "bureaus": len({found.initiatives[pk].lead_bureau_id for pk in own}),
        "said": work.said(found, own),
        "help_wanted": work.help_wanted(found, own),
    }


def _result(found: Gathered, plan, aim, result) -> dict:
    return {
        "code": f"{plan.code}-{aim.number}.{result.number}",
        "number": result.number,
        "text": text(result.text),
        "origin": result.origin,
        "status": status_of(found, row_of(found, NodeType.RESULT, result.pk, plan)),
        **figures_of(found, plan, "result", result),
        "indicators": [_indicator(found, plan, indicator) for indicator in found.indicators[result.pk]],
        "initiatives": len(found.contributions[result.pk]),
    }


def _indicator(found: Gathered, plan, indicator) -> dict:
    row = row_of(found, NodeType.INDICATOR, indicator.pk, plan)
    hidden = row is not None and is_hidden(found, row)
    row = None if hidden else row
    promise = promise_of(found, indicator)
    trend = trend_of(found, plan, "indicator", indicator.pk, "actual")
    for point in trend:
        point["expected"] = exact(promise.by_then(point["expected"], date.fromisoformat(point["on"])))
    period = found.figure_periods[plan.pk]
    owing = {found.initiatives[pk].lead_bureau_id for pk in found.measured_by[indicator.pk]}
    return {
        "code": indicator.code,
        "name": text(indicator.name),
        "definition": text(indicator.definition),
        "kind": indicator.kind,
        "direction": indicator.direction,
        "unit_label": text(indicator.unit_label),
        "is_percent": indicator.unit == "percent" and indicator.kind == "ratio",
        "decimals": indicator.decimals,
        "state": indicator.state,
        "frequency": indicator.frequency,
        "combine": indicator.combine_bureaus,
        "source": text(indicator.source),
        "means": text(indicator.means_of_verification),
        "owner": indicator.owner,
        "baseline": _value("reported", *promise.start) if promise.start and not hidden else None,
        "target": _value("reported", *promise.end) if promise.end else None,
        "latest": _latest(row, period),
        "expected": exact(promise.by_then(getattr(row, "expected", None), period and period.end_on)),
        "progress": exact(getattr(row, "progress", None)),
        "status": "restricted" if hidden else row.status if row else "no_data",
        "judgement": judgement_of(found, "indicator", indicator.pk),
        "reported_by": row.bureaus_known if row else 0,
        "expected_from": max(len(owing), row.bureaus_known if row else 0),
        "trend": trend,
        "is_sum": promise.is_counted,
        "is_falling": indicator.kind == "cumulative" and concerns.is_falling(trend),
        "restricted": hidden,
        "explain": f"/explain/indicator/{indicator.pk}/",
    }


def _value(state: str, value, on, period: str | None = None) -> dict:
    return {
        "state": state, "value": exact(value), "numerator": None, "denominator": None,
        "on": on.isoformat() if on else None, "period": period,
    }  # fmt: skip


def _latest(row, period) -> dict | None:
    if row is None or period is None:
        return None
    if row.actual is not None:
        return _value("reported", row.actual, row.last_observed_on, period.code)
    state = row.reason if row.reason in ("not_applicable", "withheld") else "not_reported"
    return _value(state, None, None, period.code)


def _aims_of_initiatives(found: Gathered) -> dict[int, list[str]]:
    """The aims that each initiative contributes to, each once, in the order of the plans."""
    aims: dict[int, list[str]] = {}
    for plan in found.plans:
        for aim in found.aims[plan.pk]:
            for pk in work.initiatives_of(found, aim):
                aims.setdefault(pk, []).append(f"{plan.code}-{aim.number}")
    return aims


def _crosswalk(found: Gathered) -> list[dict]:
    return [
        {
            "kind": link.kind, "state": link.state, "source": _end(link.from_aim, link.from_result),
            "target": _end(link.to_aim, link.to_result) if link.to_aim or link.to_result else None,
            "note": text(link.note) if link.note else None,
        }
        for link in found.crosswalk
    ]  # fmt: skip


def _end(aim, result) -> dict:
    if aim is not None:
        return {"kind": "aim", "code": f"{aim.plan.code}-{aim.number}", "title": text(aim.title)}
    owner = result.aim
    code = f"{owner.plan.code}-{owner.number}.{result.number}"
    return {"kind": "result", "code": code, "title": text(result.text)}
