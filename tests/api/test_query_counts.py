"""How many questions each call puts to the database: the same for 1, 10 and 100 rows, and changed only on purpose.

`UPDATE_QUERY_COUNTS=1 pytest tests/api/test_query_counts.py` writes the baseline anew; the change is then reviewed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.expectations import OPERATIONS, World
from tests.cast import make_initiative, make_update

BASELINE = Path(__file__).with_name("query_counts.json")
ROWS = 100


@pytest.fixture
def world(cast):
    for number in range(ROWS - len(cast.work) - len(cast.updates)):
        work = make_initiative(cast, ("own", "other")[number % 2])
        make_update(cast, work, ("draft", "submitted", "validated")[number % 3])
    return World(cast)


def count(caller, path: str) -> tuple[int, int]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = caller.get(path)
    assert answer.status_code == 200, (path, answer.data)
    return len(captured), len((answer.data or {}).get("results", ())) if isinstance(answer.data, dict) else 0


def test_every_get_asks_as_often_as_its_baseline_says(world, as_, capsys):
    caller = as_(world.cast.auditor)
    caller.get("me/")
    found = {}
    for name, operation in OPERATIONS.items():
        if operation.method != "GET":
            continue
        part = _who_asks(name)
        asking = caller if part == "auditor" else as_(world.cast.people[part])
        asking.get("me/")
        for variant in operation.variants(world):
            if operation.expect(part, variant) == 200:
                found[name] = count(asking, variant.path)[0]
                break
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        BASELINE.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n")
    baseline = json.loads(BASELINE.read_text())
    asked = {name for name, each in OPERATIONS.items() if each.method == "GET"}
    with capsys.disabled():
        share = len(asked & set(baseline)) / len(asked)
        print(f"\n{share:.0%} of {len(asked)} GET operations of the API have a baseline, most {max(found.values())}")
    assert asked == set(baseline)
    assert found == baseline


def _who_asks(name: str) -> str:
    """Auditors read everything but what is a person's own, what officers keep, and a bureau's files."""
    if name.startswith("workbook"):
        return "liaison2"
    return "officer" if "tokens_" in name or name.startswith(("jobs", "me_", "hand_overs")) else "auditor"


@pytest.mark.parametrize("part", ["auditor", "liaison", "officer"])
def test_a_list_asks_as_often_for_100_rows_as_for_one(world, as_, part):
    caller = as_(world.cast.people[part])
    caller.get("me/")
    for name, operation in OPERATIONS.items():
        if not name.endswith("_list") or name == "tokens_list":
            continue
        variant = next(operation.variants(world))
        if operation.expect(part, variant) != 200:
            continue
        counts = {size: count(caller, f"{variant.path}?page_size={size}") for size in (1, 10, 100)}
        assert len({queries for queries, _rows in counts.values()}) == 1, (name, counts)
    assert count(caller, "initiatives/?page_size=100")[1] > 50
