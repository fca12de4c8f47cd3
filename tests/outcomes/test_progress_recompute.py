"""Every explained figure can be computed again by a script that knows only its JSON."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from outcomes.progress import (
    AcrossBureaus,
    AcrossInitiatives,
    Direction,
    IndicatorCase,
    Kind,
    Observation,
    Rule,
    State,
    deliver,
    evaluate,
    for_bureau,
    roll_up,
)
from tests.outcomes import recompute
from tests.outcomes.strategies import BUREAUS, QUARTERS, cases, deliveries, examples, families

thorough = settings(max_examples=examples(80), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def agrees(figure):
    told = json.loads(figure.explanation.dumps())
    assert recompute.differences(told) == []


@thorough
@given(cases())
def test_an_indicator_is_recomputed_from_its_json_alone(case):
    agrees(evaluate(case))


def test_a_single_bureau_that_divides_by_nothing_is_recomputed_as_well():
    """It was asked, so it needs no combining, and its value is unknown: not the same as not applicable."""
    none = Rule(Kind.RATIO, Direction.INCREASE, AcrossBureaus.NONE, AcrossInitiatives.ONE)
    over_nothing = Observation(
        State.REPORTED, numerator=Decimal(3), denominator=Decimal(0), bureau="FR", period_end_on=QUARTERS[0]
    )
    figure = evaluate(IndicatorCase(none, QUARTERS[0], (over_nothing,), None, ()))
    assert (figure.value, figure.is_applicable) == (None, True)
    agrees(figure)


@thorough
@given(cases(kinds=(Kind.PER_PERIOD,), min_answers=4))
def test_a_count_per_period_is_recomputed_from_its_json_alone(case):
    agrees(evaluate(case))


@thorough
@given(cases(min_answers=3))
def test_a_bureaus_part_is_recomputed_from_its_json_alone(case):
    for bureau in BUREAUS:
        agrees(evaluate(for_bureau(case, bureau)))


@thorough
@given(families())
def test_a_roll_up_is_recomputed_from_its_json_alone(family):
    agrees(roll_up(family))


@thorough
@given(deliveries())
def test_a_delivery_is_recomputed_from_its_json_alone(case):
    agrees(deliver(case))


def test_the_script_would_notice_a_figure_that_was_bent():
    told = json.loads(roll_up([]).explanation.dumps())
    told["result"]["status"] = "on_track"
    assert recompute.differences(told) == ["status: told on_track, found no_data"]


def test_the_script_imports_nothing_of_ours():
    tree = ast.parse(Path(recompute.__file__).read_text())
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert names <= {"__future__", "json", "sys", "datetime", "fractions"}


def test_the_script_runs_alone():
    told = roll_up([]).explanation.dumps()
    run = subprocess.run(
        [sys.executable, "-I", recompute.__file__], input=told, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout.strip()) == (0, "every figure agrees")
