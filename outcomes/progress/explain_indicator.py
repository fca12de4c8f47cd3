"""The account of an indicator's figure."""

from __future__ import annotations

from outcomes.progress.explain import Explanation, Input, Step
from outcomes.progress.rule import Direction, Kind

_ACTUAL = {
    "sum": "sum(value)",
    "weighted_mean": "sum(weight * value) / sum(weight)",
    "ratio": "sum(numerator) / sum(denominator)",
    "count_meeting": "count(bureaus that meet)",
    "worst": "worst(value)",
    "none": "value",
}
_MET = {
    Direction.AT_OR_ABOVE: "actual >= target - tolerance",
    Direction.AT_OR_BELOW: "actual <= target + tolerance",
    Direction.WITHIN: "low - tolerance <= actual <= high + tolerance",
}


def explain_indicator(figure) -> Explanation:
    """Every answer, planned value, weight and threshold that it rests on, the working and the result."""
    case = figure.case
    return Explanation(
        formula="indicator",
        inputs=(*_rule(case), *_plan(case), *_answers(case)),
        weights=tuple(Input(bureau, weight) for bureau, weight in sorted(case.bureau_weights.items())),
        thresholds=case.thresholds.as_json(),
        steps=_steps(figure),
        result=_result(figure),
    )


def _rule(case) -> tuple[Input, ...]:
    return (
        Input("on", case.on),
        Input("rule", case.rule.as_json(), case.rule.source_ref),
        Input("expected_since", dict(sorted(case.expected_since.items()))),
        Input("period_ends", case.period_ends),
        Input("is_asked", case.is_asked),
    )


def _plan(case) -> tuple[Input, ...]:
    baseline = [Input("baseline", _point(case.baseline), case.baseline.source_ref)] if case.baseline else []
    return (*baseline, *(Input("target", _point(target), target.source_ref) for target in case.targets))


def _point(point) -> dict:
    return {"on": point.on, "value": point.value}


def _answers(case) -> tuple[Input, ...]:
    return tuple(
        Input(
            "answer",
            {
                "state": seen.state,
                "value": seen.value,
                "numerator": seen.numerator,
                "denominator": seen.denominator,
                "observed_on": seen.observed_on,
                "period_end_on": seen.period_end_on,
                "bureau": seen.bureau,
                "initiative": seen.initiative,
                "restricted": seen.restricted,
                "confidential": seen.confidential,
            },
            seen.source_ref,
        )
        for seen in case.observations
        if seen.reported_for <= case.on
    )


def _steps(figure) -> tuple[Step, ...]:
    rule = figure.case.rule
    actual = Step("actual", _ACTUAL["ratio" if rule.sums_both_sides else rule.combine_bureaus.value], figure.value)
    if rule.is_maintained:
        return (
            actual,
            Step("met", _MET[rule.direction], figure.met),
            Step("contribution", "met ? 1 : 0", figure.contribution),
        )
    if rule.kind == Kind.PER_PERIOD:
        return (
            actual,
            Step("planned", "sum(target, ended periods)", figure.planned),
            Step(
                "progress",
                "(sum(value) - n * baseline) / (sum(target) - n * baseline)",
                figure.progress,
            ),
            Step(
                "performance",
                "sum(value, ended periods) / sum(known * target, ended periods)",
                figure.performance,
            ),
        )
    return (
        actual,
        Step("progress", "(actual - baseline) / (target - baseline)", figure.progress),
        Step("planned", "path(baseline, targets)(observed_on)", figure.planned),
        Step("expected", "(planned - baseline) / (target - baseline)", figure.expected),
        Step("performance", "progress / expected", figure.performance),
    )


def _result(figure) -> dict:
    return {
        "value": figure.value,
        "observed_on": figure.observed_on,
        "progress": figure.progress,
        "contribution": figure.contribution,
        "met": figure.met,
        "planned": figure.planned,
        "expected": figure.expected,
        "performance": figure.performance,
        "coverage": figure.coverage,
        "lower": figure.lower,
        "upper": figure.upper,
        "status": figure.status,
        "reason": figure.reason,
        "states": figure.combined.states or {},
        "distribution": [{"value": value, "bureaus": bureaus} for value, bureaus in figure.combined.distribution],
        "has_fallen": figure.has_fallen,
        "is_applicable": figure.is_applicable,
        "disclosure": figure.disclosure.as_json(),
    }
