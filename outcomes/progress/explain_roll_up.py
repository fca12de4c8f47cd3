"""The account of a roll-up's figure."""

from __future__ import annotations

from outcomes.progress.explain import Explanation, Input, Step


def explain_roll_up(figure) -> Explanation:
    """Every child with what is known of it, the weights, the thresholds, the working and the result."""
    return Explanation(
        formula="roll_up",
        inputs=tuple(Input(child.key, _child(child), child.source_ref) for child in figure.children),
        weights=tuple(Input(child.key, child.weight) for child in figure.children),
        thresholds=figure.thresholds.as_json(),
        steps=(
            Step("progress", "sum(weight * progress) / sum(weight), known", figure.progress),
            Step("expected", "sum(weight * expected) / sum(weight), known", figure.expected),
            Step("performance", "progress / expected", figure.performance),
            Step(
                "coverage",
                "sum(weight * coverage) / sum(weight)",
                figure.coverage,
            ),
            Step("lower", "sum(weight * lower) / sum(weight), unknown = 0", figure.lower),
            Step("upper", "sum(weight * upper) / sum(weight), unknown = 1", figure.upper),
        ),
        result=_result(figure),
    )


def _child(child) -> dict:
    return {
        "progress": child.progress,
        "expected": child.expected,
        "coverage": child.coverage,
        "lower": child.lower,
        "upper": child.upper,
        "status": child.status,
        "is_applicable": child.is_applicable,
        "leaves": child.leaves,
        "leaf_counts": child.leaf_counts,
        "observed_on": child.observed_on,
        "disclosure": child.disclosure.as_json(),
    }


def _result(figure) -> dict:
    return {
        "progress": figure.progress,
        "expected": figure.expected,
        "performance": figure.performance,
        "coverage": figure.coverage,
        "lower": figure.lower,
        "upper": figure.upper,
        "status": figure.status,
        "reason": figure.reason,
        "counts": figure.counts,
        "leaf_counts": figure.leaf_counts,
        "leaves": figure.leaves,
        "observed_on": figure.observed_on,
        "is_applicable": figure.is_applicable,
        "disclosure": figure.disclosure.as_json(),
    }
