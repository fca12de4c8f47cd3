"""The account of an initiative's delivery."""

from __future__ import annotations

from outcomes.progress.explain import Explanation, Input, Step


def explain_delivery(figure) -> Explanation:
    """The dates, the steps and the answer that the figure rests on, with the working and the result."""
    case = figure.case
    return Explanation(
        formula="delivery",
        inputs=(*_dates(case), *_reported(case), *_steps_of(case)),
        thresholds=case.thresholds.as_json(),
        steps=(
            Step(
                "progress",
                "reported / 100, or sum(weight, done) / sum(weight)",
                figure.progress,
            ),
            Step(
                "expected",
                "path(steps)(observed_on)",
                figure.expected,
            ),
            Step("performance", "progress / expected", figure.performance),
        ),
        result={
            "progress": figure.progress,
            "expected": figure.expected,
            "performance": figure.performance,
            "observed_on": figure.observed_on,
            "status": figure.status,
            "reason": figure.reason,
            "overdue_steps": figure.overdue_steps,
            "coverage": figure.coverage,
            "lower": figure.lower,
            "upper": figure.upper,
        },
    )


def _dates(case) -> tuple[Input, ...]:
    return (
        Input("on", case.on),
        Input("starts_on", case.starts_on, case.source_ref),
        Input("ends_on", case.ends_on, case.source_ref),
        Input("is_cancelled", case.is_cancelled, case.source_ref),
        Input("frequency", case.frequency),
    )


def _reported(case) -> tuple[Input, ...]:
    seen = case.reported
    if seen is None:
        return ()
    answer = {"state": seen.state, "percent": seen.value, "observed_on": seen.seen_on}
    return (Input("reported", answer, seen.source_ref),)


def _steps_of(case) -> tuple[Input, ...]:
    return tuple(
        Input("step", {"due_on": one.due_on, "done_on": one.done_on, "weight": one.weight}, one.source_ref)
        for one in case.steps
    )
