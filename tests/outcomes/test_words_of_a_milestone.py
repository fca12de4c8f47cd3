"""The account of a milestone does not speak of a line: nothing of it is due before its day."""

from types import SimpleNamespace

import pytest

from dashboard.explained_steps import worked_step

STEP = {"name": "planned", "formula": "path(baseline, targets)(observed_on)", "value": None}


@pytest.mark.parametrize(("kind", "words"), [("milestone", "due whole on its day"), ("level", "on the straight line")])
def test_what_was_planned_is_said_as_it_was_worked_out(kind, words):
    assert words in str(worked_step(STEP, SimpleNamespace(kind=kind))["words"])
