"""Builds the frozen snapshot of a report from what was gathered; no query, no words, no rounding."""

from __future__ import annotations

from datetime import UTC, date, datetime

from core.translations import Translated
from outcomes.choices import Measure
from outcomes.models import NodeType

from . import concerns, differences, discipline, work
from .gather import Gathered, Span, exact, gather, trend_periods
from .promises import promise_of
from .snapshot import FORMAT, validate


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
        row.highest_handling for row in found.rows.values() if not row.is_disclosable and not _is_hidden(found, row)
    ]
    return max(used, default=0)


def text(value: Translated | None) -> dict:
    """A text of the organisation with all its translations, and those of them that nobody approved."""
    if value is None:
        return {"source": "en", "texts": {}, "working": []}
    texts = {language: words for language, words in value.texts.items() if words}
    working = [language for language in texts if value.state(language) in ("draft", "stale")]
    return {"source": value.source, "texts": texts, "working": sorted(working)}


def own_text(words: str, language: str) -> dict:
    return {"source": language, "texts": {language: words}, "working": []}


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


# figures


def _is_hidden(found: Gathered, row) -> bool:
    return not row.is_disclosable and row.highest_handling > found.clearance


def _row(found: Gathered, kind: str, pk: int, plan, measure=Measure.RESULTS):
    period = found.figure_periods[plan.pk]
    return found.rows.get((measure, kind, pk, period.pk)) if period else None


def spread(found: Gathered, row) -> dict:
    """One of a node's two numbers. No row: nothing is known; a hidden row shows that it is hidden and nothing else."""
    if row is None or _is_hidden(found, row):
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


def _status(found: Gathered, row) -> str:
    if row is None:
        return "no_data"
    return "restricted" if _is_hidden(found, row) else row.status


def _trend(found: Gathered, plan, kind: str, pk: int, value: str = "progress") -> list[dict]:
    points = []
    for period in trend_periods(plan, found.periods, found.figure_periods[plan.pk]):
        row = found.rows.get((Measure.RESULTS, kind, pk, period.pk))
        row = None if row is not None and _is_hidden(found, row) else row
        points.append({
            "period": period.code, "on": period.end_on.isoformat(),
            "value": exact(getattr(row, value, None)), "expected": exact(getattr(row, "expected", None)),
        })  # fmt: skip
    return points


def _judgement(found: Gathered, kind: str, pk: int) -> dict | None:
    """The verdict that somebody set; it is about all bureaus, and says nothing of a part."""
    row = None if found.is_part else found.judgements.get((kind, pk))
    if row is None:
        return None
    return {
        "status": row.status, "reason": row.reason, "language": "en", "by": str(row.recorded_by or ""),
        "until_on": row.expires_on.isoformat(),
    }  # fmt: skip


def _node(found: Gathered, plan, kind: str, node) -> dict:
    results = _row(found, kind, node.pk, plan)
    return {
        "judgement": _judgement(found, kind, node.pk),
        "results": spread(found, results),
        "delivery": spread(found, _row(found, kind, node.pk, plan, Measure.DELIVERY)),
        "trend": _trend(found, plan, kind, node.pk),
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
            "status": _status(found, rows[0]),
            "results": spread(found, rows[0]),
            "delivery": spread(found, rows[1]),
        }
    }


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
        "node_status": _status(found, _row(found, NodeType.PLAN, plan.pk, plan)),
        **_node(found, plan, "plan", plan),
        "aims": [_aim(found, plan, aim) for aim in found.aims[plan.pk]],
    }


def _aim(found: Gathered, plan, aim) -> dict:
    own = work.initiatives_of(found, aim)
    return {
        "code": f"{plan.code}-{aim.number}",
        "number": aim.number,
        "title": text(aim.title),
        "text": text(aim.text) if aim.text else None,
        "status": _status(found, _row(found, NodeType.AIM, aim.pk, plan)),
        **_node(found, plan, "aim", aim),
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
        "status": _status(found, _row(found, NodeType.RESULT, result.pk, plan)),
        **_node(found, plan, "result", result),
        "indicators": [_indicator(found, plan, indicator) for indicator in found.indicators[result.pk]],
        "initiatives": len(found.contributions[result.pk]),
    }


def _indicator(found: Gathered, plan, indicator) -> dict:
    row = _row(found, NodeType.INDICATOR, indicator.pk, plan)
    hidden = row is not None and _is_hidden(found, row)
    row = None if hidden else row
    promise = promise_of(found, indicator)
    trend = _trend(found, plan, "indicator", indicator.pk, "actual")
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
        "judgement": _judgement(found, "indicator", indicator.pk),
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
