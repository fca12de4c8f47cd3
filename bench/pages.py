"""What pages cost above their floor: drawn anew, given again, and answered "you have it"; and the blocks they touch."""

from __future__ import annotations

import re
import time
from html import unescape
from statistics import median

from django.test import override_settings

from bench.blocks import blocks_of, touched_by
from bench.floors import page_floor, questions_of
from bench.goals import Goal
from bench.pairs import Found, against

DASHBOARD = {
    "overview": "/strategy/",
    "aim": "/strategy/framework-2026-2030/2/",
    "bureau": "/bureaus/SN/",
}
LIST = "/initiatives/"
NEXT = re.compile(r'href="(\?[^"]*cursor=[^"]*)"')
# The figures of a page by hand: the rows of the summary and the names beside them, in one question.
PLANS = """
    SELECT p.code, p.title, a.number, a.title, r.* FROM goals_plan p JOIN goals_aim a ON a.plan_id = p.id
    JOIN outcomes_rollup r ON r.node_type = 'aim' AND r.node_id = a.id AND r.bureau_id IS NULL"""
AIM = """
    SELECT e.text, i.code, i.name, r.* FROM goals_aim a JOIN goals_plan p ON p.id = a.plan_id
    JOIN outcomes_expectedresult e ON e.aim_id = a.id JOIN outcomes_indicator i ON i.expected_result_id = e.id
    JOIN outcomes_rollup r ON r.node_type = 'indicator' AND r.node_id = i.id AND r.bureau_id IS NULL
    WHERE p.code = 'framework-2026-2030' AND a.number = 2"""


def dashboard_goals(client) -> list[Goal]:
    """Each page drawn anew, from the cache, and as a 304; ratios to its own questions by hand."""
    return [goal for name, path in DASHBOARD.items() for goal in _three_ways(client, name, path)]


def _three_ways(client, name: str, path: str) -> list[Goal]:
    with override_settings(PAGES_KEPT_SECONDS=0):
        floor = page_floor(questions_of(lambda: client.get(path)))
        drawn = against(floor, lambda: client.get(path))
    with override_settings(PAGES_KEPT_SECONDS=600):
        tag = client.get(path)["ETag"]
        packed = {"Accept-Encoding": "gzip"}
        again = against(floor, lambda: client.get(path, headers=packed))
        known = against(floor, lambda: client.get(path, headers={"If-None-Match": tag}))
    return [
        Goal(f"{name}: drawn anew", 2.8, drawn.ratio, said=_said(drawn)),
        Goal(f"{name}: given again", 0.2, again.ratio, said=_said(again)),
        Goal(f"{name}: 304", 0.1, known.ratio, said=_said(known)),
        Goal(f"{name}: 304 against drawing it anew", 0.1, round(known.ms / drawn.ms, 2), "x drawing"),
    ]


def _said(found: Found) -> str:
    return f"{found.ms:.1f} ms against {found.floor_ms:.1f}"


SERVER_MS = 150  # of the clock on the wall, for the pages that everyone opens
OPENED_DAILY = {"home": "/", "overview": "/strategy/", "aim": "/strategy/framework-2026-2030/2/", "list of work": LIST}


def server_time_goals(client, rounds: int = 9) -> list[Goal]:
    """Milliseconds from request to answer, drawn anew: the median of some rounds, with the processor's share beside."""
    with override_settings(PAGES_KEPT_SECONDS=0):
        return [_server_time(client, name, path, rounds) for name, path in OPENED_DAILY.items()]


def _server_time(client, name: str, path: str, rounds: int) -> Goal:
    client.get(path)
    walls, works = [], []
    for _round in range(rounds):
        wall, work = time.perf_counter(), time.process_time()
        client.get(path)
        walls.append(1000 * (time.perf_counter() - wall))
        works.append(1000 * (time.process_time() - work))
    said = f"{median(works):.0f} ms of processor"
    return Goal(f"{name}: server time", SERVER_MS, round(median(walls), 1), "ms", said=said)


def list_goals(client) -> list[Goal]:
    """The list of work against its questions by hand, and a page far into it against its first."""
    with override_settings(PAGES_KEPT_SECONDS=0):
        first = against(page_floor(questions_of(lambda: client.get(LIST))), lambda: client.get(LIST))
        last = _far(client)
        compared = against(lambda: client.get(LIST), lambda: client.get(last))
        blocks = touched_by(client, last).blocks / touched_by(client, LIST).blocks
    return [
        Goal("list of work", 3.5, first.ratio, said=_said(first)),
        Goal("list of work: a far page against the first", 1.5, compared.ratio, "x first"),
        Goal("list of work: its blocks against the first", 1.5, round(blocks, 2), "x first"),
    ]


def _far(client, pages: int = 4) -> str:
    """The address of a page some pages on; keys make the hundredth as near as the second."""
    address = LIST
    for _page in range(pages):
        found = NEXT.findall(client.get(address).content.decode())
        address = LIST + unescape(found[-1])
    return address


def block_goals(client) -> list[Goal]:
    """Blocks that a page touches against the same figures asked by hand, in one question."""
    with override_settings(PAGES_KEPT_SECONDS=0):
        return [
            Goal(f"{name}: blocks", 1.5, round(touched_by(client, DASHBOARD[name]).blocks / blocks_of(sql), 2))
            for name, sql in (("overview", PLANS), ("aim", AIM))
        ]
