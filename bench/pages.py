"""What a page costs above its floor: the same rows by plain SQL and f-strings, measured alternately in one process.

`make bench` runs this over the demonstration and adds a line to bench/history.jsonl.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from django.db import connection

HISTORY = Path(__file__).with_name("history.jsonl")
PAIRS = 15
GOAL_MS = 150

PLANS = """
    SELECT p.code, p.title, a.number, a.title, r.status, r.progress, r.expected, r.coverage, r.period_id
    FROM goals_plan p JOIN goals_aim a ON a.plan_id = p.id
    LEFT JOIN outcomes_rollup r ON r.node_type = 'aim' AND r.node_id = a.id AND r.bureau_id IS NULL
    ORDER BY p.start_on DESC, a.number, r.period_id"""
AIM = """
    SELECT a.number, a.title, e.number, e.text, i.code, i.name, r.status, r.progress, r.expected, r.coverage, r.period_id
    FROM goals_plan p JOIN goals_aim a ON a.plan_id = p.id JOIN outcomes_expectedresult e ON e.aim_id = a.id
    JOIN outcomes_indicator i ON i.expected_result_id = e.id
    LEFT JOIN outcomes_rollup r ON r.node_type = 'indicator' AND r.node_id = i.id AND r.bureau_id IS NULL
    WHERE p.code = 'framework-2026-2030' AND a.number = 2
    ORDER BY e.number, i.code, r.period_id"""
INITIATIVES = """
    SELECT i.code, i.title, b.name, i.status, i.starts_on, i.ends_on, i.handling
    FROM initiatives_initiative i JOIN accounts_bureau b ON b.id = i.lead_bureau_id
    WHERE i.handling <= 1 ORDER BY i.updated_at DESC, i.id DESC LIMIT 50"""
PAGES = {
    "home": ("/", PLANS),
    "overview": ("/strategy/", PLANS),
    "aim": ("/strategy/framework-2026-2030/2/", AIM),
    "initiatives": ("/initiatives/", INITIATIVES),
}


def floor(sql: str) -> str:
    """The page's rows as a table, with nothing around them."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall()
    return "<table>" + "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows) + "</table>"


def timed(act: Callable) -> tuple[float, float]:
    """Milliseconds of processor and of the clock on the wall."""
    cpu, wall = time.process_time(), time.perf_counter()
    act()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def measure(client, path: str, sql: str) -> dict[str, float]:
    """Page and floor in turn; the median of the pairs' ratios says what the page adds."""
    client.get(path), floor(sql)
    pairs = [(timed(lambda: client.get(path)), timed(lambda: floor(sql))) for _pair in range(PAIRS)]
    return {
        "ms": round(median(page[1] for page, _floor in pairs), 1),
        "cpu_ms": round(median(page[0] for page, _floor in pairs), 1),
        "floor_cpu_ms": round(median(bare[0] for _page, bare in pairs), 2),
        "ratio": round(median(page[0] / bare[0] for page, bare in pairs), 1),
    }


def measure_all(client) -> dict[str, dict[str, float]]:
    return {name: measure(client, path, sql) for name, (path, sql) in PAGES.items()}


def keep(found: dict) -> None:
    """Adds a line to the history."""
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "python": platform.python_version(), "pages": found}
    with HISTORY.open("a") as history:
        history.write(json.dumps(line) + "\n")
